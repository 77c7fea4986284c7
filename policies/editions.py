"""Loading an edition: with ``cases``, the only place of this package that reads files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, TypeVar, cast, get_type_hints, overload

from pydantic import BaseModel

from policies import layout_checks, letter_checks, money_checks
from policies.documents import Document
from policies.edition import Edition
from policies.faults import Complaint, EditionError, EditionFault, NoEdition
from policies.parameters import parameters_in, period_complaints
from policies.reading import fault_at, section, unknown_clauses
from policies.secondment import checks as secondment_checks
from policies.secondment.edition import SecondmentEdition
from policies.support import checks as support_checks
from policies.support.edition import SupportEdition
from policies.texts import read_layouts, read_texts
from schemas.values import Programme

FOLDER = Path(__file__).parent
"""Where the editions are: ``<programme>/<fiscal year>/*.yaml``."""

AnyEdition = TypeVar("AnyEdition", bound=Edition)


@overload
def load(programme: Literal["secondment"], fiscal_year: int, root: Path | None = None) -> SecondmentEdition: ...
@overload
def load(programme: Literal["support"], fiscal_year: int, root: Path | None = None) -> SupportEdition: ...
def load(programme: Programme, fiscal_year: int, root: Path | None = None) -> Edition:
    """The edition of a programme and fiscal year, valid as a whole, kept after the first time.

    ``root`` is the folder of all editions, this package's own by default. Raises NoEdition, or EditionError, which
    names every mistake by file, line and clause.
    """
    return _load(programme, fiscal_year, root or FOLDER)


def years(programme: Programme, root: Path | None = None) -> tuple[int, ...]:
    """The fiscal years that have an edition, the newest last."""
    folders = ((root or FOLDER) / programme).glob("[0-9]*")
    return tuple(sorted(int(folder.name) for folder in folders if folder.is_dir()))


def speaking_of(fiscal_year: int, day: date, root: Path | None = None) -> SecondmentEdition:
    """The newest secondment edition that has places for a fiscal year, of those whose guide was issued by that day.

    A later edition speaks again of years for which an earlier one has placed already (S-PL-1). Raises NoEdition.
    """
    for year in reversed(years("secondment", root)):
        header = load("secondment", year, root).edition
        if header.guide_issued <= day and fiscal_year in header.years:
            return load("secondment", year, root)
    raise NoEdition(f"secondment/{fiscal_year}")


@lru_cache
def _load(programme: Programme, fiscal_year: int, root: Path) -> Edition:
    kind: type[Edition] = SecondmentEdition if programme == "secondment" else SupportEdition
    return _read(kind, root / programme / str(fiscal_year), f"{programme}/{fiscal_year}")


def _read(kind: type[AnyEdition], folder: Path, name: str) -> AnyEdition:
    hints = get_type_hints(kind)
    models = {field.name: hints[field.name] for field in fields(kind) if field.name not in ("texts", "layouts")}
    documents = _documents(folder, name, models)
    sections = _sections(documents, models)
    written = {"texts": read_texts(folder / "letters", name), "layouts": read_layouts(folder / "layouts", name)}
    edition = cast("AnyEdition", cast("Any", kind)(**sections, **written))
    programme = edition.edition.programme
    _refuse(fault for document in documents.values() for fault in unknown_clauses(document, programme))
    complaints = (*_common(edition, documents, name), *_of_programme(edition))
    _refuse(fault_at(documents[each.section], each.place, each.ja, each.en) for each in complaints)
    _refuse(letter_checks.text_faults(edition))
    _refuse(layout_checks.text_faults(edition))
    return edition


def _documents(folder: Path, name: str, models: dict[str, type[BaseModel]]) -> dict[str, Document]:
    if not folder.is_dir():
        raise NoEdition(name)
    faults: list[EditionFault] = []
    documents = {}
    found = {path.stem: path for path in sorted(folder.glob("*.y*ml"))}
    for stem in sorted((found.keys() ^ models.keys()) - {"cases"}):
        ja, en = ("知らないファイルです", "unknown file") if stem in found else ("ファイルがありません", "file missing")
        faults.append(EditionFault(f"{name}/{stem}.yaml", 1, "G-6", f"{ja}。", f"This is a {en}."))
    for stem in found.keys() & models.keys():
        try:
            documents[stem] = Document(found[stem], f"{name}/{found[stem].name}")
        except EditionError as error:
            faults.extend(error.faults)
    _refuse(faults)
    return documents


def _sections(documents: dict[str, Document], models: dict[str, type[BaseModel]]) -> dict[str, BaseModel]:
    sections, faults = {}, list[EditionFault]()
    for stem, document in documents.items():
        try:
            sections[stem] = section(document, models[stem])
        except EditionError as error:
            faults.extend(error.faults)
    _refuse(faults)
    return sections


def _common(edition: Edition, documents: dict[str, Document], name: str) -> Iterator[Complaint]:
    if edition.id != name:
        ja = "programme と fiscal_year がフォルダー名と違います。"
        en = "programme and fiscal_year differ from the folder's."
        yield Complaint("edition", ("fiscal_year",), ja, en)
    yield from letter_checks.complaints(edition)
    yield from layout_checks.complaints(edition)
    for stem in documents:
        for _, place, parameter in parameters_in(getattr(edition, stem), stem):
            yield from period_complaints(stem, place, parameter)


def _of_programme(edition: Edition) -> Iterator[Complaint]:
    if isinstance(edition, SecondmentEdition):
        yield from secondment_checks.complaints(edition)
    elif isinstance(edition, SupportEdition):
        yield from support_checks.complaints(edition)
    if isinstance(edition, SecondmentEdition | SupportEdition):
        opens = edition.dates.reception_opens.first
        yield from money_checks.complaints(edition.fees, edition.taxes, edition.invoice, opens)


def _refuse(faults: Iterable[EditionFault]) -> None:
    if found := list(faults):
        raise EditionError(found)
