"""Loading an edition: the only place of this package that reads files."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import fields
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, TypeVar, cast, get_type_hints, overload

from pydantic import BaseModel, ValidationError

from policies import clauses, letter_checks, money_checks
from policies.documents import Document
from policies.edition import Edition
from policies.faults import Complaint, EditionError, EditionFault
from policies.parameters import parameters_in, period_complaints
from policies.secondment import checks as secondment_checks
from policies.secondment.edition import SecondmentEdition
from policies.support import checks as support_checks
from policies.support.edition import SupportEdition
from policies.texts import read_texts
from policies.wording import wording
from schemas.values import Programme

FOLDER = Path(__file__).parent
"""Where the editions are: ``<programme>/<fiscal year>/*.yaml``."""

Where = tuple[str | int, ...]
AnyEdition = TypeVar("AnyEdition", bound=Edition)


@overload
def load(programme: Literal["secondment"], fiscal_year: int, root: Path | None = None) -> SecondmentEdition: ...
@overload
def load(programme: Literal["support"], fiscal_year: int, root: Path | None = None) -> SupportEdition: ...
def load(programme: Programme, fiscal_year: int, root: Path | None = None) -> Edition:
    """The edition of a programme and fiscal year, valid as a whole, kept after the first time.

    ``root`` is the folder of all editions, this package's own by default. Raises EditionError, which names every
    mistake by file, line and clause.
    """
    return _load(programme, fiscal_year, root or FOLDER)


@lru_cache
def _load(programme: Programme, fiscal_year: int, root: Path) -> Edition:
    kind: type[Edition] = SecondmentEdition if programme == "secondment" else SupportEdition
    return _read(kind, root / programme / str(fiscal_year), f"{programme}/{fiscal_year}")


def _read(kind: type[AnyEdition], folder: Path, name: str) -> AnyEdition:
    hints = get_type_hints(kind)
    models = {field.name: hints[field.name] for field in fields(kind) if field.name != "texts"}
    documents = _documents(folder, name, models)
    sections = _sections(documents, models)
    texts = read_texts(folder / "letters")
    edition = cast("AnyEdition", cast("Any", kind)(**sections, texts=texts))
    _refuse(documents, [*_common(edition, documents, name), *_of_programme(edition)])
    if faults := list(letter_checks.text_faults(edition)):
        raise EditionError(faults)
    return edition


def _documents(folder: Path, name: str, models: dict[str, type[BaseModel]]) -> dict[str, Document]:
    if not folder.is_dir():
        raise EditionError([EditionFault(name, 1, "G-6", "この年度の版がありません。", "There is no such edition.")])
    faults: list[EditionFault] = []
    documents = {}
    found = {path.stem: path for path in sorted(folder.glob("*.y*ml"))}
    for stem in sorted(found.keys() ^ models.keys() - {"cases"}):
        ja, en = ("知らないファイルです", "unknown file") if stem in found else ("ファイルがありません", "file missing")
        faults.append(EditionFault(f"{name}/{stem}.yaml", 1, "G-6", f"{ja}。", f"This is a {en}."))
    for stem in found.keys() & models.keys():
        try:
            documents[stem] = Document(found[stem], f"{name}/{found[stem].name}")
        except EditionError as error:
            faults.extend(error.faults)
    if faults:
        raise EditionError(faults)
    return documents


def _sections(documents: dict[str, Document], models: dict[str, type[BaseModel]]) -> dict[str, BaseModel]:
    sections, faults = {}, list[EditionFault]()
    for stem, document in documents.items():
        try:
            sections[stem] = models[stem].model_validate_json(json.dumps(document.data))
        except ValidationError as error:
            faults.extend(_fault(document, each["loc"], *wording(each)) for each in _told(error))
    if faults:
        raise EditionError(faults)
    return sections


def _told(error: ValidationError) -> list[Any]:
    """Pydantic's findings, without "too short" for a list whose only item is itself wrong."""
    found = error.errors()
    places = [each["loc"] for each in found]

    def echo(each: Any) -> bool:
        inside = (place[: len(each["loc"])] == each["loc"] for place in places if place != each["loc"])
        return each["type"] == "too_short" and any(inside)

    return [each for each in found if not echo(each)]


def _common(edition: Edition, documents: dict[str, Document], name: str) -> Iterator[Complaint]:
    if edition.id != name:
        ja = "programme と fiscal_year がフォルダー名と違います。"
        en = "programme and fiscal_year differ from the folder's."
        yield Complaint("edition", ("fiscal_year",), ja, en)
    yield from letter_checks.complaints(edition)
    for stem, document in documents.items():
        yield from _unknown_clauses(stem, document.data, edition.edition.programme)
        for _, place, parameter in parameters_in(getattr(edition, stem), stem):
            yield from period_complaints(stem, place, parameter)


def _unknown_clauses(section: str, node: Any, programme: Programme, place: Where = ()) -> Iterator[Complaint]:
    items: Iterable[tuple[str | int, Any]] = ()
    if isinstance(node, dict):
        items = node.items()
    elif isinstance(node, list):
        items = enumerate(node)
    foreign = "C" if programme == "secondment" else "S"
    for key, value in items:
        if key == "clause" and isinstance(value, str) and (not clauses.exists(value) or value.startswith(foreign)):
            ja, en = "この制度の規程集にない条項です。", "The programme's rulebook has no such clause."
            yield Complaint(section, (*place, key), ja, en)
        yield from _unknown_clauses(section, value, programme, (*place, key))


def _of_programme(edition: Edition) -> Iterator[Complaint]:
    if isinstance(edition, SecondmentEdition):
        yield from secondment_checks.complaints(edition)
    elif isinstance(edition, SupportEdition):
        yield from support_checks.complaints(edition)
    if isinstance(edition, SecondmentEdition | SupportEdition):
        opens = edition.dates.reception_opens.first
        yield from money_checks.complaints(edition.fees, edition.taxes, edition.invoice, opens)


def _refuse(documents: dict[str, Document], complaints: Iterable[Complaint]) -> None:
    faults = [_fault(documents[each.section], each.place, each.ja, each.en) for each in complaints]
    if faults:
        raise EditionError(faults)


def _fault(document: Document, place: Where, ja: str, en: str) -> EditionFault:
    return EditionFault(document.file, document.line(place), document.clause(place) or "G-6", ja, en)
