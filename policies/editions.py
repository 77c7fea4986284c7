"""Loading an edition: with ``cases``, the only place of this package that reads files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, TypeVar, cast, get_type_hints, overload

from pydantic import BaseModel

from policies import cycle_checks, layout_checks, letter_checks, money_checks, year_before
from policies.documents import Document
from policies.edition import Edition
from policies.faults import Complaint, EditionError, EditionFault, NoEdition
from policies.parameters import parameters_in, period_complaints
from policies.reading import fault_at, section, unknown_clauses
from policies.secondment import checks as secondment_checks
from policies.secondment.edition import SecondmentEdition
from policies.sources import SHIPPED, Source, Sources, home_of, sources
from policies.support import checks as support_checks
from policies.support.edition import SupportEdition
from policies.texts import ENDING, LAYOUT, read_layouts, read_texts
from schemas.values import Programme

FOLDER = SHIPPED
"""Where the editions are: ``<programme>/<fiscal year>/*.yaml``."""

WRITTEN = frozenset({"texts", "layouts", "lie"})
"""The parts of an edition that are no sections."""

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
    name = f"{programme}/{fiscal_year}"
    if not (root / name).is_dir():
        raise NoEdition(name)
    lying = sources(root, programme, fiscal_year)
    try:
        edition, documents = _read(kind, lying, name)
        _refuse(_since(edition, documents, root))
    except EditionError as error:
        raise lying.with_remark(error) from None
    return edition


def _read(kind: type[AnyEdition], lying: Sources, name: str) -> tuple[AnyEdition, dict[str, Document]]:
    hints = get_type_hints(kind)
    models = {field.name: hints[field.name] for field in fields(kind) if field.name not in WRITTEN}
    documents = _documents(lying, name, models)
    sections = _sections(documents, models)
    edition = cast("AnyEdition", cast("Any", kind)(**sections, **_written(lying, sections)))
    programme = edition.edition.programme
    _refuse(fault for document in documents.values() for fault in unknown_clauses(document, programme))
    complaints = (*_common(edition, documents, name), *_of_programme(edition))
    _refuse(fault_at(documents[each.section], each.place, each.ja, each.en) for each in complaints)
    _refuse(letter_checks.text_faults(edition))
    _refuse(layout_checks.text_faults(edition))
    return edition, documents


def _written(lying: Sources, sections: dict[str, BaseModel]) -> dict[str, Any]:
    """Letters' texts and papers' layouts. A text taken over that the catalogue has no more is left behind."""
    wanted = {f"{code}{ENDING}" for code in cast("Any", sections["letters"]).root}
    letters = {
        name: source
        for name, source in lying.files(f"*{ENDING}", "letters/").items()
        if lying.own(source) or name.startswith("_") or name in wanted
    }
    layouts = lying.files(f"*{LAYOUT}", "layouts/")
    lie = {
        f"{folder}/{n}": s.file for folder, of in (("letters", letters), ("layouts", layouts)) for n, s in of.items()
    }
    return {"texts": read_texts(letters), "layouts": read_layouts(layouts), "lie": lie}


def _documents(lying: Sources, name: str, models: dict[str, type[BaseModel]]) -> dict[str, Document]:
    faults: list[EditionFault] = []
    documents = {}
    found = {source.path.stem: source for source in lying.files("*.y*ml").values()}
    unknown = {stem for stem in found.keys() - models.keys() - {"cases"} if lying.own(found[stem])}
    for stem in sorted(unknown | (models.keys() - found.keys())):
        ja, en = ("知らないファイルです", "unknown file") if stem in found else ("ファイルがありません", "file missing")
        faults.append(EditionFault(f"{name}/{stem}.yaml", 1, "G-6", f"{ja}。", f"This is a {en}."))
    for stem in found.keys() & models.keys():
        try:
            documents[stem] = _document(lying.layers(found[stem].path.name))
        except EditionError as error:
            faults.extend(error.faults)
    _refuse(faults)
    return documents


def _document(layers: list[Source]) -> Document:
    document: Document | None = None
    for source in layers:
        document = Document(source.path, source.file, document)
    assert document is not None
    return document


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
    first, many = edition.edition.fiscal_year, len(edition.edition.years)
    if not many or edition.edition.years != tuple(range(first, first + many)):
        ja, en = (
            "years は版の年度から始まる続いた年度です。",
            "years are those from the edition's own on, without a gap.",
        )
        yield Complaint("edition", ("years",), ja, en)
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
        yield from cycle_checks.opening(edition, opens)
        yield from money_checks.complaints(edition.fees, edition.taxes, edition.invoice)


def _since(edition: Edition, documents: dict[str, Document], root: Path) -> Iterator[EditionFault]:
    base = edition.edition.based_on
    if base is not None:
        programme = edition.edition.programme
        for each in year_before.complaints(edition, _load(programme, base, home_of(root, programme, base) or root)):
            yield fault_at(documents[each.section], each.place, each.ja, each.en)


def _refuse(faults: Iterable[EditionFault]) -> None:
    if found := list(faults):
        raise EditionError(found)
