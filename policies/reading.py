"""From a file to a section: validated, with its mistakes named by file, line and clause."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import PydanticCustomError

from kernel.texts import clean
from policies import clauses
from policies.documents import Document
from policies.faults import EditionError, EditionFault
from policies.wording import wording
from schemas.values import Programme

Where = tuple[str | int, ...]
Model = TypeVar("Model", bound=BaseModel)


def section(document: Document, model: type[Model]) -> Model:
    """The section that a file holds. Raises EditionError."""
    odd = [fault_at(document, place, ja, en) for place, ja, en in _odd(document.data)]
    try:
        read = model.model_validate_json(json.dumps(document.data))
    except ValidationError as error:
        faults = [fault_at(document, each["loc"], *wording(each)) for each in _told(error)]
        raise EditionError([*odd, *faults]) from None
    if odd:
        raise EditionError(odd)
    return read


def fault_at(document: Document, place: Where, ja: str, en: str) -> EditionFault:
    """A mistake at a place of a file, with the line and the clause that stand there."""
    held = document.holding(place)
    clause = held.clause(place)
    return EditionFault(held.file, held.line(place), clause if clause and CLAUSE.fullmatch(clause) else "G-6", ja, en)


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


def _odd(node: Any, place: Where = ()) -> Iterator[tuple[Where, str, str]]:
    """What no field of any section may hold: it would come out in a letter, or beyond every calendar and sum."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield from _odd(value, (*place, key))
    elif isinstance(node, list):
        for number, value in enumerate(node):
            yield from _odd(value, (*place, number))
    elif isinstance(node, str) and DAY.fullmatch(node) and not "1900" <= node[:4] <= "2199":
        yield place, "年は1900年から2199年までにしてください。", "The year must be between 1900 and 2199."
    elif isinstance(node, str) and node and (said := _unfit(node)):
        yield place, *said
    elif isinstance(node, int | float) and not abs(node) <= NUMBER_MOST:
        yield place, f"{NUMBER_MOST}以下の数にしてください。", f"The number must be {NUMBER_MOST} at most."


CLAUSE = re.compile(r"[SCG]-(?:[A-Z]{2}-)?\d{1,3}")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
NUMBER_MOST, TEXT_MOST = 10**10, 2_000


def _unfit(text: str) -> tuple[str, str] | None:
    """What is wrong with a text, in Japanese and English."""
    if len(text) > TEXT_MOST:
        return f"{TEXT_MOST}文字以内にしてください。", f"At most {TEXT_MOST} characters are allowed."
    try:
        clean(text, "\n\t")
    except PydanticCustomError as found:
        context = found.context or {}
        return context["ja"], context["en"]
    return None


def _told(error: ValidationError) -> list[Any]:
    """Pydantic's findings, without "too short" for a list whose only item is itself wrong."""
    found = error.errors()
    places = [each["loc"] for each in found]

    def echo(each: Any) -> bool:
        inside = (place[: len(each["loc"])] == each["loc"] for place in places if place != each["loc"])
        return each["type"] == "too_short" and any(inside)

    return [each for each in found if not echo(each)]
