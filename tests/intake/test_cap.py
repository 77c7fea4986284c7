"""Reception of the support closes when the number is reached, exactly, and opens again (C-IN-3)."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from kernel.testing import event, given
from policies.editions import load
from schemas import intake as said
from services.intake.domain import Reception
from services.intake.domain.reception import (
    Admitted,
    PlaceGivenBack,
    ReceptionClosed,
    ReceptionOpened,
    ReceptionReopened,
)
from tests.intake import forms
from tests.intake.support import SUPPORT_OPEN, Counter, clauses

PLACES = load("support", 2026).reception.companies_most.first
CYCLE: dict[str, Any] = {"programme": "support", "fiscal_year": 2026}
OPENED = event(
    ReceptionOpened, edition="support/2026", opens_at=SUPPORT_OPEN, closes_at=None, places=2, **CYCLE
)  # fmt: skip


@pytest.mark.clause("C-IN-3")
def test_the_last_place_closes_reception_and_the_next_is_told_so() -> None:
    given(OPENED, event(Admitted, application_id="app-1", standing=1), of=Reception).when(
        Reception.admit, "app-2", at=SUPPORT_OPEN
    ).then(
        event(Admitted, application_id="app-2", standing=2), event(ReceptionClosed, reason="full", standing=2, **CYCLE)
    ).when(Reception.admit, "app-3", at=SUPPORT_OPEN).refused("C-IN-3")


@pytest.mark.clause("C-IN-3")
def test_a_place_given_back_opens_it_again() -> None:
    given(OPENED, event(Admitted, application_id="app-1", standing=2), of=Reception).when(
        Reception.give_back, "app-1", at=SUPPORT_OPEN
    ).then(event(PlaceGivenBack, application_id="app-1", standing=1))
    closed = event(ReceptionClosed, reason="full", standing=2, **CYCLE)
    given(OPENED, event(Admitted, application_id="app-1", standing=2), closed, of=Reception).when(
        Reception.give_back, "app-1", at=SUPPORT_OPEN
    ).then(
        event(PlaceGivenBack, application_id="app-1", standing=1), event(ReceptionReopened, standing=1, **CYCLE)
    ).leaves(closed=None)


async def filled(counter: Counter, less: int) -> None:
    """Reception with ``less`` places left."""
    async with counter.app.desk.reception("support", 2026, SUPPORT_OPEN) as reception:
        for number in range(PLACES - less):
            reception.admit(f"app-{number}", at=SUPPORT_OPEN)
        await counter.world.repository.save(reception)


@pytest.mark.clause("C-IN-3")
async def test_exactly_as_many_are_let_in_whatever_the_rush() -> None:
    counter = Counter(SUPPORT_OPEN)
    await filled(counter, less=3)
    sent = await asyncio.gather(*(counter.sends(forms.support(n), programme="support") for n in range(1, 9)))
    assert {answer.json()["status"] for answer in sent} == {"registered"}
    laid: list[httpx.Response] = await asyncio.gather(*(counter.lays(each.headers["location"]) for each in sent))
    assert sorted(answer.status_code for answer in laid) == [201] * 3 + [409] * 5
    assert {clauses(answer)[0] for answer in laid if answer.status_code == 409} == {("", "C-IN-3")}
    assert [(each["reason"], each["standing"]) for each in counter.heard(said.ReceptionClosed)] == [("full", PLACES)]
    assert len(counter.heard(said.ApplicationSubmitted)) == 3
    assert {each["clause"] for each in counter.heard(said.ApplicationRefused)} == {"C-IN-3"}


@pytest.mark.clause("C-IN-3")
async def test_when_full_a_registration_is_refused_and_a_withdrawal_makes_room_for_it() -> None:
    counter = Counter(SUPPORT_OPEN)
    await filled(counter, less=1)
    where = (await counter.sends(forms.support(1), programme="support")).headers["location"]
    await counter.lays(where)
    second = await counter.sends(forms.support(1, field="it"), programme="support")
    assert clauses(second) == [("", "C-IN-4")]
    refused = await counter.sends(forms.support(2), programme="support")
    assert (refused.status_code, clauses(refused)) == (409, [("", "C-IN-3")])
    state = (await counter.ask("GET", refused.json()["instance"].removeprefix("/v1"))).json()
    assert state["decisions"][0]["facts"] == {"standing": PLACES}
    reception = (await counter.ask("GET", "/support/2026/reception")).json()
    assert (reception["state"], reception["places_left"]) == ("full", 0)
    await counter.ask("POST", f"{where.removeprefix('/v1')}/withdrawal")
    assert [each["standing"] for each in counter.heard(said.ReceptionReopened)] == [PLACES - 1]
    assert (await counter.sends(forms.support(2), programme="support")).status_code == 201
