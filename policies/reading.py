"""From a file to a section: validated, with its mistakes named by file, line and clause."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from policies import clauses
from policies.documents import Document
from policies.faults import EditionError, EditionFault
from policies.wording import wording
from schemas.values import Programme

Where = tuple[str | int, ...]
Model = TypeVar("Model", bound=BaseModel)


def section(document: Document, model: type[Model]) -> Model:
    """The section that a file holds. Raises EditionError."""
    try:
        return model.model_validate_json(json.dumps(document.data))
    except ValidationError as error:
        raise EditionError([fault_at(document, each["loc"], *wording(each)) for each in _told(error)]) from None


def fault_at(document: Document, place: Where, ja: str, en: str) -> EditionFault:
    """A mistake at a place of a file, with the line and the clause that stand there."""
    held = document.holding(place)
    return EditionFault(held.file, held.line(place), held.clause(place) or "G-6", ja, en)


def unknown_clauses(document: Document, programme: Programme) -> Iterator[EditionFault]:
    """Clauses that a file cites although the programme's rulebook does not have them."""
    foreign = "C" if programme == "secondment" else "S"
    for place, clause in _cited(document.data):
        if not clauses.exists(clause) or clause.startswith(foreign):
            ja, en = "この制度の規程集にない条項です。", "The programme's rulebook has no such clause."
            yield fault_at(document, place, ja, en)


def _cited(node: Any, place: Where = ()) -> Iterator[tuple[Where, str]]:
    items: Iterable[tuple[str | int, Any]] = ()
    if isinstance(node, dict):
        items = node.items()
    elif isinstance(node, list):
        items = enumerate(node)
    for key, value in items:
        if key == "clause" and isinstance(value, str):
            yield (*place, key), value
        yield from _cited(value, (*place, key))


def _told(error: ValidationError) -> list[Any]:
    """Pydantic's findings, without "too short" for a list whose only item is itself wrong."""
    found = error.errors()
    places = [each["loc"] for each in found]

    def echo(each: Any) -> bool:
        inside = (place[: len(each["loc"])] == each["loc"] for place in places if place != each["loc"])
        return each["type"] == "too_short" and any(inside)

    return [each for each in found if not echo(each)]
