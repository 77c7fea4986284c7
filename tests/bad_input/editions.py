"""An edition in which every kind of field is broken at once: each line has to be named."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from policies.editions import FOLDER, load
from policies.faults import EditionError

LEFT = frozenset({"cases", "letters", "variables"})
"""What is no section of figures: their words have tests of their own in `tests/policies`."""


@dataclass(frozen=True)
class Field:
    """One scalar of an edition: its file, its path in it, its kind, and where its text begins and ends."""

    file: str
    path: tuple[str | int, ...]
    kind: str
    start: int
    end: int
    line: int

    @property
    def shape(self) -> tuple[str, ...]:
        """What makes it like another field: the names on its path, without ids and positions."""
        return (self.file, *(str(step) for step in self.path[-2:] if not isinstance(step, int)), self.kind)

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {'/'.join(map(str, self.path))}"


def fields(folder: Path) -> list[Field]:
    """The first field of each shape, of every file."""
    first: dict[tuple[str, ...], Field] = {}
    for path in sorted(folder.glob("*.yaml")):
        if path.stem not in LEFT:
            for each in _scalars(path.name, yaml.compose(path.read_text(encoding="utf-8"))):
                first.setdefault(each.shape, each)
    return sorted(first.values(), key=lambda each: (each.file, each.start))


def _scalars(file: str, node: Any, path: tuple[str | int, ...] = ()) -> Iterator[Field]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _scalars(file, value, (*path, key.value))
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            yield from _scalars(file, value, (*path, number))
    else:
        kind = node.tag.rpartition(":")[2]
        start, end = node.start_mark, node.end_mark
        yield Field(file, path, "date" if kind == "timestamp" else kind, start.index, end.index, start.line + 1)


def broken(into: Path, bad: dict[str, str]) -> tuple[list[Field], list[str]]:
    """An edition in which fields of the kinds of ``bad`` hold these values: which they are, and the faults found."""
    edition = into / "secondment" / "2026"
    shutil.copytree(FOLDER / "secondment" / "2026", edition)
    changed = [each for each in fields(edition) if each.kind in bad]
    for file in sorted({each.file for each in changed}):
        text = (edition / file).read_text(encoding="utf-8")
        for each in reversed([each for each in changed if each.file == file]):
            text = text[: each.start] + bad[each.kind] + text[each.end :]
        (edition / file).write_text(text, encoding="utf-8")
    try:
        load("secondment", 2026, into)
    except EditionError as refused:
        return changed, [str(fault) for fault in refused.faults]
    return changed, []
