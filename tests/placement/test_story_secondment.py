"""A secondment from the acceptance to its end, in process."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from kernel.refusals import Refused
from kernel.sealing import Sealed
from kernel.testing.world import World
from schemas import placement as said
from schemas.values import Stay
from services.placement.app.secondments import AppraisalStep
from services.placement.domain.appraisal_events import AppraisalStepRecorded
from services.placement.domain.secondment_events import MemorandumReturned, SecondeeDeparted
from services.placement.policy.life import DepartureFacts
from tests.placement.office import Office
from tests.placement.senders import OFFICER, passed, request, screened, secondee, tokyo

READY = DepartureFacts(date(2027, 4, 1), True, date(2027, 1, 20), True, date(2027, 3, 10))


async def opened_by_notify(office: Office, value: Sealed) -> str:
    """A sealed field as a service reads it that may."""
    return await World(tokyo(2026, 1, 1), keyring=office.company.keyring).vault.open(value)


async def running(office: Office, stays: str = "osaka>hanoi", years: int = 2) -> None:
    """One secondment that started on 1 April 2026."""
    await office.hear(passed(1, request(stays, years=years)))
    await office.run_round()
    await office.do.accept("app-1.1", OFFICER)
    await office.move(tokyo(2026, 2, 20))
    await office.hear(screened(1, "person"), screened(1, "papers"))
    await office.do.command("app-1.1", OFFICER, lambda s, at: s.send_memorandum(date(2026, 2, 20), "hr-01", at=at))
    await office.move(tokyo(2026, 3, 10))
    await office.do.command("app-1.1", OFFICER, lambda s, at: s.return_memorandum(date(2026, 3, 10), "hr-01", at=at))
    await office.move(tokyo(2026, 4, 1, 0, 0))


@pytest.mark.clause("S-LI-3")
async def test_a_secondment_from_the_acceptance_to_the_last_appraisal() -> None:
    office = Office()
    await running(office)
    (start,) = await office.said(said.SecondmentStarted)
    assert isinstance(start, said.SecondmentStarted)
    assert (start.started_on, start.until, start.receipt_number) == (date(2026, 4, 1), date(2028, 3, 31), "S2026-0001")
    await office.move(tokyo(2027, 4, 1))
    await office.do.depart("app-1.1", READY, OFFICER)
    (left,) = await office.said(said.SecondeeDeparted)
    assert isinstance(left, said.SecondeeDeparted)
    assert (left.office, left.country, left.departed_on, left.until) == (
        "hanoi",
        "VN",
        date(2027, 4, 1),
        date(2028, 3, 31),
    )
    await office.do.appraise("app-1.1", AppraisalStep(2026, "assessment", date(2027, 3, 31), "優"), OFFICER)
    await office.move(tokyo(2028, 7, 1))
    (over,) = await office.said(said.SecondmentEnded)
    assert isinstance(over, said.SecondmentEnded)
    assert (over.ended_on, over.ground, over.early) == (date(2028, 3, 31), None, False)
    reported: Any = await office.said(said.AppraisalReported)
    assert [event.appraised_year for event in reported] == [2026]
    assert reported[0].result.subject == "person-1"
    await office.do.appraise("app-1.1", AppraisalStep(2027, "assessment", date(2028, 3, 31), "優"), OFFICER)
    reported = await office.said(said.AppraisalReported)
    assert [event.appraised_year for event in reported] == [2026, 2027]
    (seen,) = await office.app.kernel.views.all("secondments", {})
    assert seen["appraisals"]["2026"] == {"assessment": "2027-03-31", "reported": "2027-06-15"}
    assert seen["appraisals"].keys() == {"2026", "2027"}
    steps = [e for e in await office.service.world.events("secondment-app-1.1") if isinstance(e, AppraisalStepRecorded)]
    assert [(e.decision.outcome, e.decision.facts["without"]) for e in steps if e.decision] == [
        ("waived", ["goals", "review"]),
        ("waived", ["goals", "review"]),
    ]


@pytest.mark.clause("S-LI-2")
async def test_without_the_memorandum_the_start_is_held_and_hr_may_let_it_start_later() -> None:
    office = Office()
    await office.hear(passed(1, request("osaka")))
    await office.run_round()
    await office.do.accept("app-1.1", OFFICER)
    await office.hear(screened(1, "papers"), screened(1, "person"))
    await office.move(tokyo(2026, 4, 1, 9))
    (held,) = await office.said(said.StartHeld)
    assert isinstance(held, said.StartHeld)
    assert held.missing == ("memorandum",)
    with pytest.raises(Refused, match="S-LI-2"):
        await office.do.start_late("app-1.1", date(2026, 4, 1), OFFICER)
    await office.do.command("app-1.1", OFFICER, lambda s, at: s.send_memorandum(date(2026, 4, 1), "hr-01", at=at))
    await office.do.return_memorandum("app-1.1", date(2026, 4, 1), OFFICER)
    with pytest.raises(Refused, match="S-LI-3"):
        await office.do.start_late("app-1.1", date(2026, 3, 31), OFFICER)
    await office.do.start_late("app-1.1", date(2026, 4, 1), OFFICER)
    assert len(await office.said(said.SecondmentStarted)) == 1
    (late,) = [e for e in await office.service.world.events("secondment-app-1.1") if isinstance(e, MemorandumReturned)]
    assert late.decision is not None
    assert (late.decision.outcome, late.decision.by) == ("waived", "hr-01")


@pytest.mark.clause("S-LI-1")
async def test_another_secondee_before_the_start_voids_the_memorandum_and_says_so() -> None:
    office = Office()
    await office.hear(passed(1, request("osaka")))
    await office.run_round()
    await office.do.accept("app-1.1", OFFICER)
    await office.hear(screened(1, "person"), screened(1, "papers"))
    await office.move(tokyo(2026, 3, 2))
    await office.do.command("app-1.1", OFFICER, lambda s, at: s.send_memorandum(date(2026, 3, 2), "hr-01", at=at))
    await office.do.return_memorandum("app-1.1", date(2026, 3, 2), OFFICER)
    other = screened(1, "person").model_copy(update={"secondee": secondee("person-2")})
    await office.hear(other)
    (void,) = await office.said(said.MemorandumVoided)
    assert isinstance(void, said.MemorandumVoided)
    assert void.memorandum == "concluded"
    await office.move(tokyo(2026, 4, 1, 9))
    (held,) = await office.said(said.StartHeld)
    assert isinstance(held, said.StartHeld)
    assert held.missing == ("papers", "memorandum")


@pytest.mark.clause("S-LI-4")
async def test_a_departure_that_lacks_anything_is_refused_and_says_all_that_it_lacks() -> None:
    office = Office()
    await running(office)
    await office.move(tokyo(2027, 3, 31))
    nothing = DepartureFacts(date(2027, 3, 31), False, None, False, None)
    with pytest.raises(Refused, match="S-LI-4") as refused:
        await office.do.depart("app-1.1", nothing, OFFICER)
    for lacking in ("domestic year", "visa", "health check", "safety training"):
        assert lacking in refused.value.en
    assert await office.said(said.SecondeeDeparted) == []


@pytest.mark.clause("S-PL-11")
async def test_a_departure_postponed_then_cancelled_is_spent_in_japan_where_a_place_is_free() -> None:
    office = Office()
    await running(office)
    await office.do.postpone("app-1.1", date(2027, 7, 1), OFFICER)
    await office.do.cancel_departure("app-1.1", "sendai", OFFICER)
    (cancelled,) = await office.said(said.DepartureCancelled)
    assert isinstance(cancelled, said.DepartureCancelled)
    assert await opened_by_notify(office, cancelled.reason) == OFFICER.reason
    assert cancelled.stays == (Stay(fiscal_year=2026, site="osaka"), Stay(fiscal_year=2027, site="sendai"))
    sites = {site.site_id: site.claims for site in await office.app.occupation(2026)}
    assert (sites["hanoi"], sites["sendai"]) == ({}, {"app-1.1": (2027,)})
    with pytest.raises(Refused, match="S-LI-4"):
        await office.do.depart("app-1.1", READY, OFFICER)


@pytest.mark.clause("S-PL-11")
@pytest.mark.parametrize(("day", "outcome"), [(date(2027, 8, 31), "waived"), (date(2027, 9, 1), "passed")])
async def test_who_leaves_before_the_day_it_was_postponed_to_leaves_by_a_waiver(day: date, outcome: str) -> None:
    office = Office()
    await running(office)
    await office.do.postpone("app-1.1", date(2027, 9, 1), OFFICER)
    await office.move(tokyo(2027, 9, 1))
    facts = replace(READY, departed_on=day, health_check_on=date(2027, 7, 1))
    await office.do.depart("app-1.1", facts, OFFICER)
    *_, left = await office.service.world.events("secondment-app-1.1")
    assert isinstance(left, SecondeeDeparted)
    (word,) = [each for each in left.decisions if each.clause == "S-PL-11"]
    assert (word.outcome, word.by, word.reason is None) == (outcome, "hr-01", False)


@pytest.mark.clause("S-LI-6")
async def test_an_early_end_frees_the_places_of_later_years() -> None:
    office = Office()
    await running(office, years=3)
    await office.move(tokyo(2027, 4, 1))
    await office.do.depart("app-1.1", READY, OFFICER)
    await office.move(tokyo(2027, 9, 30))
    await office.do.end_early("app-1.1", date(2027, 9, 30), "illness", OFFICER)
    (over,) = await office.said(said.SecondmentEnded)
    assert isinstance(over, said.SecondmentEnded)
    assert (over.ended_on, over.early) == (date(2027, 9, 30), True)
    sites = {site.site_id: site.claims for site in await office.app.occupation(2026)}
    assert sites["hanoi"] == {"app-1.1": (2027,)}
    await office.move(tokyo(2029, 7, 1))
    assert len(await office.said(said.SecondmentEnded)) == 1


@pytest.mark.clause("G-7")
async def test_why_a_secondment_ended_early_or_a_departure_moved_is_read_nowhere_in_clear() -> None:
    office = Office()
    await running(office)
    order = replace(OFFICER, reason="本人の体調を考慮して")
    await office.do.postpone("app-1.1", date(2027, 7, 1), order)
    await office.do.cancel_departure("app-1.1", "sendai", order)
    await office.move(tokyo(2027, 9, 30))
    await office.do.end_early("app-1.1", date(2027, 9, 30), "illness", order)
    (over,) = await office.said(said.SecondmentEnded)
    assert isinstance(over, said.SecondmentEnded)
    assert over.ground is not None
    assert over.ground.subject == "person-1"
    assert await opened_by_notify(office, over.ground) == "illness"
    log = [event.state for at in await office.service.world.log.read(0, 1000) for event in at.commit.events]
    topic = [message.data for message in office.company.published]
    views = [repr(each).encode() for each in await office.app.kernel.views.all("secondments", {})]
    for held in (*log, *topic, *views):
        assert b"illness" not in held
        assert order.reason.encode() not in held


@pytest.mark.clause("G-7")
async def test_a_secondment_whose_person_was_erased_ends_without_its_ground_and_is_not_appraised() -> None:
    office = Office()
    await running(office)
    vault = office.service.world.vault
    await vault.sealer("person-1")
    assert await vault.erase("person-1", at=tokyo(2026, 5, 1))
    await office.move(tokyo(2026, 9, 30))
    with pytest.raises(Refused, match="G-7"):
        await office.do.appraise("app-1.1", AppraisalStep(2026, "assessment", date(2026, 9, 30), "優"), OFFICER)
    await office.do.end_early("app-1.1", date(2026, 9, 30), "illness", OFFICER)
    (over,) = await office.said(said.SecondmentEnded)
    assert isinstance(over, said.SecondmentEnded)
    assert (over.ended_on, over.ground, over.early) == (date(2026, 9, 30), None, True)
