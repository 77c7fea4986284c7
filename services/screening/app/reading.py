"""What officers read: work lists, and one case with its whole history."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, TypeVar

import msgspec

from kernel.freezing import freeze
from kernel.projections import Document
from kernel.sealing import PREFIX
from services.screening.app.desk import Desk
from services.screening.domain.case import stream
from services.screening.domain.disclosure import DisclosureRegister
from services.screening.projections import CASES

REGISTER = DisclosureRegister.stream("")
T = TypeVar("T", dict[str, Any], list[dict[str, Any]])
HIDDEN = ("_id", "_position", "frozen", "conflicts", "cleared")
TO_DECLARE = "undeclared"
"""The list of what waits for the officer's own declaration (C-SC-16)."""
HARMLESS = ("received_at", "receipt_number")
"""Orders of a work list that tell nothing of how far a case came."""
UNDECLARED = ("application_id", "programme", "fiscal_year", "receipt_number", "name")
"""What is shown of a company's case to an officer who has not declared: whose it is, so that it can be declared."""


class Reading(Desk):
    """Queries. Every one of them is told which officer asks (C-SC-16)."""

    async def work_list(
        self, officer: str, where: dict[str, Any], *, sort: str, page: int, size: int, opened: bool
    ) -> tuple[list[Document], int]:
        """A page of cases and how many there are, without those that are closed to the officer.

        Where a case stands is not told by what is asked for either: a list by status, or in an order that follows from
        it, has no case that the officer has not declared on (C-SC-16). Those are the list `TO_DECLARE`.
        """
        query = {**where, "conflicts": {"$ne": officer}}
        if where.get("waiting") == TO_DECLARE:
            query, sort = _to_declare(officer, where), sort if sort.lstrip("-") in HARMLESS else HARMLESS[0]
        elif "waiting" in where or sort.lstrip("-") not in HARMLESS:
            query["cleared"] = {"$in": [None, officer]}
        found, total = await self.kernel.views.page(CASES, query, sort=sort, page=page, size=size)
        items = [_listed_for(item, officer) for item in found]
        return (await self.shown(items) if opened else items), total

    async def undeclared(self, officer: str, where: dict[str, Any]) -> int:
        """How many cases the officer has still to declare on: wherever they stand, so that it tells nothing of that."""
        _, total = await self.kernel.views.page(CASES, _to_declare(officer, where), size=1)
        return total

    async def whole_case(self, application_id: str, officer: str | None, *, opened: bool) -> Document:
        """A case's state and history; sealed fields as tokens, or opened for display."""
        case = await self.case(application_id, officer)
        recorded = await self.kernel.repository.log.history(case.id)
        history = [
            {
                "version": each.event.version,
                "name": each.event.topic,
                "recorded_at": each.at.isoformat(),
                "data": msgspec.json.decode(each.event.state),
            }
            for each in recorded
        ]
        document = {
            "id": case.id,
            "application_id": application_id,
            "programme": case.programme,
            "version": case.version,
            "status": case.status,
            "waiting": list(case.waiting),
            "state": msgspec.json.decode(freeze(case)),
            "history": history,
        }
        return await self.shown(document) if opened else document

    async def admits(self, stream_id: str, officer: str | None) -> None:
        """Guard for whoever reads a log by its stream: as for the case itself (C-SC-16)."""
        case = await self.found(stream_id.removeprefix(stream("")).removeprefix(REGISTER))
        if case is not None:
            case.admit(officer)

    async def open_to(self, officer: str, streams: set[str]) -> set[str]:
        """Those of the streams that are of cases open to the officer. What the read model does not know yet is not."""
        cases = {each: stream(each.removeprefix(stream("")).removeprefix(REGISTER)) for each in streams}
        where = {"_id": {"$in": sorted(set(cases.values()))}, "conflicts": {"$ne": officer}}
        known = await self.kernel.views.all(CASES, where | {"cleared": {"$in": [None, officer]}})
        seen = {item["_id"] for item in known}
        return {each for each, case in cases.items() if case in seen}

    async def shown(self, value: T) -> T:
        """The value with its sealed fields opened; one look-up of keys for all of them."""
        tokens = sorted(set(_tokens(value)))
        opened = await self.kernel.vault.shown_tokens(tokens)
        shown: T = _replaced(value, dict(zip(tokens, opened, strict=True)))
        return shown


def _to_declare(officer: str, where: dict[str, Any]) -> dict[str, Any]:
    """Companies' cases of a programme and fiscal year that the officer has declared neither interest nor none on."""
    of = {name: value for name, value in where.items() if name != "waiting"}
    return {**of, "conflicts": {"$ne": officer}, "cleared": {"$nin": [None, officer]}}


def _listed_for(item: Document, officer: str) -> Document:
    """A line of a work list, as an officer may see it (C-SC-16)."""
    declared = item["cleared"] is None or officer in item["cleared"]
    shown = {name: value for name, value in item.items() if name not in HIDDEN and (declared or name in UNDECLARED)}
    return shown if declared else shown | {"declare": True}


def _tokens(value: Any) -> Iterator[str]:
    if isinstance(value, str) and value.startswith(PREFIX):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _tokens(each)


def _replaced(value: Any, opened: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {
            name: _listed(_replaced(each, opened)) if name in GROUNDS else _replaced(each, opened)
            for name, each in value.items()
        }
    if isinstance(value, list):
        return [_replaced(each, opened) for each in value]
    return opened.get(value, value) if isinstance(value, str) else value


GROUNDS = ("decisions", "personal_facts")
"""Fields that are sealed as one JSON text."""


def _listed(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value  # erased: the text that says so
