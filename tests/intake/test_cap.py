"""Reception of the support closes when the number is reached, exactly, and opens again where it reads so (C-IN-3)."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import httpx
import pytest

from kernel.testing import event, given
from policies.editions import load
from policies.support.sections import Counted
from schemas import intake as said
from schemas.forms import SupportApplication
from services.intake.app import IntakeApp
from services.intake.app.papers import Bytes
from services.intake.domain import Reception
from services.intake.domain.reception import (
    Admitted,
    FoundFull,
    PlaceGivenBack,
    ReceptionClosed,
    ReceptionOpened,
    ReceptionReopened,
)
from services.intake.policy import terms
from tests.intake import forms
from tests.intake.support import SUPPORT_OPEN, Counter, clauses
from tests.policies.changed import changed

PLACES = load("support", 2026).reception.companies_most.first
CYCLE: dict[str, Any] = {"programme": "support", "fiscal_year": 2026}
STANDING: Counted = "complete_and_standing"
EVER: Counted = "complete_ever"
READINGS = pytest.mark.parametrize("counted", [STANDING, EVER])


def opened(counted: Counted) -> Any:
    return event(
        ReceptionOpened, edition="support/2026", opens_at=SUPPORT_OPEN, closes_at=None, places=2, counted=counted,
        **CYCLE,
    )  # fmt: skip


@READINGS
@pytest.mark.clause("C-IN-3")
def test_the_last_place_closes_reception_and_the_next_is_told_so(counted: Counted) -> None:
    given(opened(counted), event(Admitted, application_id="app-1", standing=1), of=Reception).when(
        Reception.admit, "app-2", at=SUPPORT_OPEN
    ).then(
        event(Admitted, application_id="app-2", standing=2), event(ReceptionClosed, reason="full", standing=2, **CYCLE)
    ).when(Reception.admit, "app-3", at=SUPPORT_OPEN).refused("C-IN-3")


@READINGS
@pytest.mark.clause("C-IN-3")
def test_nobody_is_turned_away_while_there_is_a_place(counted: Counted) -> None:
    one = given(opened(counted), event(Admitted, application_id="app-1", standing=1), of=Reception)
    one.when(Reception.turn_away, "app-9", at=SUPPORT_OPEN).refused("C-IN-3")
    two = given(
        opened(counted), event(Admitted, application_id="app-1", standing=1),
        event(Admitted, application_id="app-2", standing=2), of=Reception,
    )  # fmt: skip
    two.when(Reception.turn_away, "app-9", at=SUPPORT_OPEN).then(event(FoundFull, application_id="app-9"))


@READINGS
@pytest.mark.clause("C-IN-3")
def test_a_withdrawal_opens_it_again_only_where_those_that_stand_are_counted(counted: Counted) -> None:
    full = [
        opened(counted), event(Admitted, application_id="app-1", standing=1),
        event(Admitted, application_id="app-2", standing=2), event(ReceptionClosed, reason="full", standing=2, **CYCLE),
    ]  # fmt: skip
    back = event(PlaceGivenBack, application_id="app-1", standing=1)
    then = given(*full, of=Reception).when(Reception.give_back, "app-1", at=SUPPORT_OPEN)
    if counted == STANDING:
        then.then(back, event(ReceptionReopened, standing=1, **CYCLE)).leaves(closed=None)
        then.when(Reception.admit, "app-3", at=SUPPORT_OPEN).then(
            event(Admitted, application_id="app-3", standing=2),
            event(ReceptionClosed, reason="full", standing=2, **CYCLE),
        )
    else:
        then.then(back).leaves(closed="full", standing=1, taken=2)
        then.when(Reception.admit, "app-3", at=SUPPORT_OPEN).refused("C-IN-3")


@READINGS
@pytest.mark.clause("C-IN-3")
def test_before_the_last_place_a_withdrawal_counts_as_the_reading_says(counted: Counted) -> None:
    then = given(
        opened(counted), event(Admitted, application_id="app-1", standing=1),
        event(PlaceGivenBack, application_id="app-1", standing=0), of=Reception,
    ).when(Reception.admit, "app-2", at=SUPPORT_OPEN)  # fmt: skip
    admitted = event(Admitted, application_id="app-2", standing=1)
    if counted == STANDING:
        then.then(admitted).leaves(closed=None)
    else:
        then.then(admitted, event(ReceptionClosed, reason="full", standing=1, **CYCLE)).leaves(closed="full")


@READINGS
@pytest.mark.clause("C-IN-1")
@pytest.mark.clause("C-IN-3")
def test_one_that_was_not_complete_after_all_counts_in_no_reading(counted: Counted) -> None:
    full = [
        opened(counted), event(Admitted, application_id="app-1", standing=1),
        event(Admitted, application_id="app-2", standing=2), event(ReceptionClosed, reason="full", standing=2, **CYCLE),
    ]  # fmt: skip
    given(*full, of=Reception).when(Reception.give_back, "app-1", undone=True, at=SUPPORT_OPEN).then(
        event(PlaceGivenBack, application_id="app-1", standing=1, undone=True),
        event(ReceptionReopened, standing=1, **CYCLE),
    ).leaves(taken=1)


async def filled(counter: Counter, less: int, counted: Counted = STANDING) -> Counter:
    """The counter, its reception opened with ``less`` places left."""
    reception = Reception.open(
        "support", 2026, edition="support/2026", opens_at=SUPPORT_OPEN, closes_at=None, places=PLACES, counted=counted,
        at=SUPPORT_OPEN,
    )  # fmt: skip
    for number in range(PLACES - less):
        reception.admit(f"app-{number}", at=SUPPORT_OPEN)
    await counter.world.repository.save(reception)
    return counter


async def registered(counter: Counter, count: int) -> str:
    """The Location of the count-th company's registration."""
    location: str = (await counter.sends(forms.support(count), programme="support")).headers["location"]
    return location


@READINGS
@pytest.mark.clause("C-IN-3")
async def test_exactly_as_many_are_let_in_whatever_the_rush(counted: Counted) -> None:
    counter = await filled(Counter(SUPPORT_OPEN), less=3, counted=counted)
    sent = await asyncio.gather(*(counter.sends(forms.support(n), programme="support") for n in range(1, 9)))
    assert {answer.json()["status"] for answer in sent} == {"registered"}
    laid: list[httpx.Response] = await asyncio.gather(*(counter.lays(each.headers["location"]) for each in sent))
    assert sorted(answer.status_code for answer in laid) == [201] * 3 + [409] * 5
    assert {clauses(answer)[0] for answer in laid if answer.status_code == 409} == {("", "C-IN-3")}
    assert [(each["reason"], each["standing"]) for each in counter.heard(said.ReceptionClosed)] == [("full", PLACES)]
    assert len(counter.heard(said.ApplicationSubmitted)) == 3
    assert {each["clause"] for each in counter.heard(said.ApplicationRefused)} == {"C-IN-3"}


@pytest.mark.clause("C-IN-3")
@pytest.mark.clause("C-IN-4")
async def test_when_full_a_registration_is_refused_and_a_withdrawal_makes_room_for_it() -> None:
    counter = await filled(Counter(SUPPORT_OPEN), less=1)
    where = await registered(counter, 1)
    await counter.lays(where)
    second = await counter.sends(forms.support(1, field="it"), programme="support")
    assert clauses(second) == [("", "C-IN-4")]
    refused = await counter.sends(forms.support(2), programme="support")
    assert (refused.status_code, clauses(refused)) == (409, [("", "C-IN-3")])
    assert "受付を再開します" in refused.json()["errors"][0]["ja"]
    state = (await counter.ask("GET", refused.json()["instance"].removeprefix("/v1"))).json()
    assert state["decisions"][0]["facts"] == {"standing": PLACES}
    reception = (await counter.ask("GET", "/support/2026/reception")).json()
    assert (reception["state"], reception["places_left"], reception["counted"]) == ("full", 0, STANDING)
    await counter.ask("POST", f"{where.removeprefix('/v1')}/withdrawal")
    assert [each["standing"] for each in counter.heard(said.ReceptionReopened)] == [PLACES - 1]
    assert (await counter.sends(forms.support(2), programme="support")).status_code == 201


@pytest.mark.clause("C-IN-3")
async def test_where_withdrawn_ones_count_the_refused_are_told_that_it_does_not_open_again() -> None:
    counter = await filled(Counter(SUPPORT_OPEN), less=1, counted=EVER)
    where = await registered(counter, 1)
    await counter.lays(where)
    await counter.ask("POST", f"{where.removeprefix('/v1')}/withdrawal")
    for key in ("one", "one", "two"):  # the same answer to the same request, also out of the log
        refused = await counter.sends(forms.support(2), programme="support", key=key)
        assert (refused.status_code, clauses(refused)) == (409, [("", "C-IN-3")])
        assert "受付は再開しません" in refused.json()["errors"][0]["ja"]
        assert "does not open again" in refused.json()["errors"][0]["en"]
    state = (await counter.ask("GET", refused.json()["instance"].removeprefix("/v1"))).json()
    assert state["decisions"][0]["facts"] == {"standing": PLACES - 1, "complete": PLACES}
    reception = (await counter.ask("GET", "/support/2026/reception")).json()
    shown = {name: reception[name] for name in ("state", "standing", "places_left", "counted")}
    assert shown == {"state": "full", "standing": PLACES - 1, "places_left": 0, "counted": EVER}
    assert counter.heard(said.ReceptionReopened) == []


@pytest.mark.clause("C-IN-3")
@pytest.mark.clause("C-IN-1")
async def test_a_consent_that_comes_when_full_is_told_so_and_kept_in_the_history() -> None:
    counter = await filled(Counter(SUPPORT_OPEN), less=1)
    first, second = await registered(counter, 1), await registered(counter, 2)
    assert (await counter.lays(first)).status_code == 201
    turned_away = await counter.lays(second, key="once")
    assert (turned_away.status_code, clauses(turned_away)) == (409, [("", "C-IN-3")])
    assert (await counter.lays(second, key="once")).json() == turned_away.json()
    state = (await counter.ask("GET", second.removeprefix("/v1"))).json()
    assert (state["status"], state["papers"]) == ("refused", [])
    assert [(each["clause"], each["outcome"]) for each in state["decisions"]] == [("C-IN-3", "refused")]
    assert [each["application_id"] for each in counter.heard(said.ApplicationRefused)] == [state["id"]]
    await counter.ask("POST", f"{first.removeprefix('/v1')}/withdrawal")
    again = await counter.lays(second, key="another")  # what was refused stays so; a new registration is taken
    assert clauses(again) == [("", "C-IN-5")]
    assert (await counter.lays(await registered(counter, 2))).status_code == 201


@pytest.mark.clause("C-IN-3")
@pytest.mark.clause("C-IN-1")
async def test_a_place_given_back_while_others_wait_goes_to_the_first_whose_halves_are_both_here() -> None:
    counter = await filled(Counter(SUPPORT_OPEN), less=1)
    first, second, third = [await registered(counter, number) for number in (1, 2, 3)]
    ahead = {"Content-Digest": forms.digest(forms.PDF), "Content-Type": "application/pdf"}
    asked = f"/support/2026/consents?corporate_number={forms.number(4)}&by=kodo-01"
    await counter.lays(first)
    assert (await counter.ask("POST", asked, content=forms.PDF, headers=ahead)).json()["status"] == "waiting"
    assert clauses(await counter.sends(forms.support(4), programme="support")) == [("", "C-IN-3")]
    await counter.ask("POST", f"{first.removeprefix('/v1')}/withdrawal")
    let_in = await counter.sends(forms.support(4), programme="support")  # its consent has waited
    assert (let_in.status_code, let_in.json()["status"]) == (201, "submitted")
    assert {(await counter.lays(where)).status_code for where in (second, third)} == {409}
    assert [each["reason"] for each in counter.heard(said.ReceptionClosed)] == ["full", "full"]
    assert (await counter.ask("GET", "/support/2026/reception")).json()["standing"] == PLACES


@pytest.mark.clause("C-IN-3")
async def test_a_process_that_has_not_heard_of_a_place_given_back_turns_nobody_away() -> None:
    counter = await filled(Counter(SUPPORT_OPEN), less=0)
    assert (await counter.sends(forms.support(1), programme="support")).status_code == 409  # it knows: full
    elsewhere = await counter.world.repository.get(Reception, Reception.stream("support", 2026))
    elsewhere.give_back("app-0", at=SUPPORT_OPEN)
    await counter.world.repository.save(elsewhere)
    assert (await counter.sends(forms.support(2), programme="support")).status_code == 201


@pytest.mark.clause("C-IN-1")
async def test_a_consent_and_its_registration_at_two_processes_do_not_miss_each_other() -> None:
    counter = await filled(Counter(SUPPORT_OPEN), less=20)
    one, other = counter.app, IntakeApp(counter.app.kernel)
    for number in range(1, 11):
        form = SupportApplication.model_validate(forms.support(number))
        raw = Bytes(forms.consent(number), "application/pdf")
        consent = other.consents.receive(2026, forms.number(number), raw, by="kodo-01")
        answer, _ = await asyncio.gather(one.counter.submit("support", 2026, form), consent)
        assert (await one.counter.case("support", 2026, answer.application_id)).status == "submitted"


@READINGS
@pytest.mark.clause("C-IN-3")
def test_a_reception_opens_with_the_reading_of_its_edition(tmp_path: Path, counted: Counted) -> None:
    edition = changed(tmp_path, "support", "reception.yaml", f"value: {STANDING}", f"value: {counted}")
    reception = terms.opened(edition, SUPPORT_OPEN)
    assert (reception.counted, reception.places) == (counted, PLACES)
