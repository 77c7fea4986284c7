"""Where an edition's files lie: in its own folder, or in that of the earlier edition that it is based on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from policies.documents import Document
from policies.faults import EditionError, EditionFault

SHIPPED = Path(__file__).parent
"""Where the editions are that ship: ``<programme>/<fiscal year>``. What is written elsewhere may be based on them."""
HEADER = "edition.yaml"
OWN = frozenset({HEADER, "cases.yaml"})
"""What no edition takes over: which one it is, and what is to come out of it."""


@dataclass(frozen=True)
class Source:
    """A file of an edition; ``file`` is the name that faults give, which says in which edition it lies."""

    path: Path
    file: str


@dataclass(frozen=True)
class Sources:
    """The folders of an edition with their names, such as ``secondment/2027``: its own, then those it is based on."""

    folders: tuple[tuple[Path, str], ...]

    def files(self, pattern: str, within: str = "") -> dict[str, Source]:
        """The files of a (sub)folder by name: each as it lies in the nearest edition that has it."""
        names = {path.name for folder, _ in self.folders for path in (folder / within).glob(pattern)}
        return {name: found[-1] for name in sorted(names) if (found := self.layers(f"{within}{name}"))}

    def layers(self, name: str) -> list[Source]:
        """The files of that name in every edition that has one, the earliest first; each changes the one before."""
        folders = self.folders[:1] if name in OWN else self.folders
        found = [Source(folder / name, f"{of}/{name}") for folder, of in reversed(folders)]
        return [source for source in found if source.path.is_file()]

    def own(self, source: Source) -> bool:
        """Whether a file lies in the edition's own folder."""
        return source.file.startswith(f"{self.folders[0][1]}/")

    def with_remark(self, error: EditionError) -> EditionError:
        """The same faults; those of files taken over say so, and how to change such a file for this edition alone."""
        return EditionError([self._remarked(fault) for fault in error.faults])

    def _remarked(self, fault: EditionFault) -> EditionFault:
        (_, name), *bases = self.folders
        base = next((of for _, of in bases if fault.file.startswith(f"{of}/")), None)
        if base is None:
            return fault
        mine = fault.file.replace(base, name, 1)
        ja = f"{fault.ja}（{base} から引き継いだファイルです。この年度だけ変えるには {mine} に書いてください。）"
        en = f"{fault.en} (Taken over from {base}: to change it for this year alone, write {mine}.)"
        return EditionFault(fault.file, fault.line, fault.clause, ja, en)


def sources(root: Path, programme: str, fiscal_year: int) -> Sources:
    """The folders of an edition. Raises EditionError where ``based_on`` leads nowhere."""
    return Sources(tuple(_folders(root, programme, fiscal_year)))


def _folders(root: Path, programme: str, year: int) -> Iterator[tuple[Path, str]]:
    folder, name = root / programme / str(year), f"{programme}/{year}"
    yield folder, name
    if not (folder / HEADER).is_file():
        return
    document = Document(folder / HEADER, f"{name}/{HEADER}")
    base = document.data.get("based_on")
    if base is None:
        return
    home = home_of(root, programme, base)
    if type(base) is not int or base >= year or home is None:
        ja = "based_on には、版のある前の年度を書いてください。"
        en = "based_on names an earlier fiscal year that has an edition."
        raise EditionError([EditionFault(document.file, document.line(("based_on",)), "G-6", ja, en)])
    yield from _folders(home, programme, base)


def home_of(root: Path, programme: str, fiscal_year: object) -> Path | None:
    """The folder of editions that has that one: ``root``, or else where the editions are that ship; None if neither."""
    return next((each for each in (root, SHIPPED) if (each / programme / str(fiscal_year)).is_dir()), None)
