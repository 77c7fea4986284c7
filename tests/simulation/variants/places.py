"""Broken counters: the cap on a read model, a rival unseen, a number from beside the log, a site without end."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

from kernel.service import Service
from schemas.values import Programme
from services.intake.domain.organisation import Organisation
from services.intake.domain.reception import LETTERS, Numbered, Reception
from services.placement.domain.site import Seats
from tests.simulation.deployment import Deployment
from tests.simulation.variants.patching import of, swap


def cap_on_read_model(deployment: Deployment) -> None:
    """Whether reception is full is read off the list of applications, which follows the log."""
    shown: dict[int, int] = {}
    swap(deployment, Reception, "taken", property(lambda reception: shown.get(id(reception), reception.standing)))

    def patch(service: Service) -> None:
        desk, views = service.application.counter._desk, service.kernel.views
        turn = desk.reception

        @contextlib.asynccontextmanager
        async def reception(programme: Programme, year: int, at: datetime) -> AsyncIterator[Reception]:
            where = {"programme": programme, "fiscal_year": year, "status": "submitted"}
            count = await views.count("applications", where)
            async with turn(programme, year, at) as found:
                shown[id(found)] = count
                yield found

        desk.reception = reception

    deployment.patches.append(of("intake", patch))


def one_place_short(deployment: Deployment) -> None:
    """Reception counts itself full when one place is left."""
    swap(deployment, Reception, "taken", property(lambda reception: reception.standing + 1))


def rival_unseen(deployment: Deployment) -> None:
    """Nobody asks whether a company has an application already."""
    swap(deployment, Organisation, "application", lambda organisation, programme, year: None)


def receipt_number_early(deployment: Deployment) -> None:
    """A receipt number is drawn from a counter of its own before the form is written."""
    drawn = Counter[str]()

    def number(reception: Reception, application_id: str, *, at: datetime) -> str:
        drawn[reception.id] += 1
        reception.record(Numbered, at=at, application_id=application_id, number=drawn[reception.id])
        return f"{LETTERS[reception.programme]}{reception.fiscal_year}-{drawn[reception.id]:04d}"

    swap(deployment, Reception, "number", number)


def site_without_end(deployment: Deployment) -> None:
    """The places of a site are not counted: it takes whoever wishes to come."""

    def seats(there: Seats, capacity: Any, incumbents: Any) -> None:
        there.capacity, there.incumbents = dict.fromkeys(capacity, 99), {}

    swap(deployment, Seats, "__init__", seats)


PLACES = (cap_on_read_model, one_place_short, rival_unseen, receipt_number_early, site_without_end)
