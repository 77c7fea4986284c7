"""The support's road through placement, in process."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import TypeVar

import pytest

from kernel.aggregate import AnyEvent
from kernel.refusals import Refused
from schemas import placement as said
from services.placement.app import supports
from services.placement.app.supports import CalledOff, Contact, KickOff
from services.placement.domain import Coordinator, Support
from services.placement.domain.support_events import CoordinatorAssigned, RequestJudged, SupportEnded
from tests.placement.office import Office
from tests.placement.senders import OFFICER, adopted, tokyo
from tests.policies.changed import changed

E = TypeVar("E", bound=AnyEvent)
HELD = KickOff(date(2026, 5, 1), date(2027, 3, 31), "recruiting", "採用計画")


def events_of(events: Iterable[AnyEvent], kind: type[E]) -> list[E]:
    """Those of a kind."""
    return [event for event in events if isinstance(event, kind)]


async def load(office: Office, coordinator_id: str) -> tuple[str, ...]:
    """Whom a coordinator accompanies."""
    found = await office.service.world.repository.find(Coordinator, Coordinator.stream(2026, coordinator_id))
    return found.companies if found else ()


async def running() -> Office:
    """A company that kicked off on 1 May."""
    office = Office(tokyo(2026, 4, 10))
    await office.hear(adopted(1))
    await office.move(tokyo(2026, 5, 1))
    await office.supports.kick_off("app-1", HELD, OFFICER)
    return office


@pytest.mark.clause("C-PL-1")
async def test_an_adopted_company_gets_the_coordinator_who_fits_best() -> None:
    office = Office(tokyo(2026, 4, 10))
    await office.hear(adopted(1), adopted(2, prefecture="hokkaido", field="food", languages=("zh",)))
    given = await office.said(said.CoordinatorAssigned)
    who = {event.application_id: event.coordinator_id for event in given if isinstance(event, said.CoordinatorAssigned)}
    assert who["app-2"] == "coordinator-01"
    assert who["app-1"] in ("coordinator-04", "coordinator-07")
    assert await load(office, "coordinator-01") == ("app-2",)
    await office.hear(adopted(1))
    assert len(await office.said(said.CoordinatorAssigned)) == 2


@pytest.mark.clause("C-PL-1")
async def test_full_coordinators_are_passed_over_and_the_reason_is_kept() -> None:
    office = Office(tokyo(2026, 4, 10))
    many = [adopted(n, prefecture="hokkaido", field="food") for n in range(1, 28)]
    await office.hear(*many)
    assert len(await load(office, "coordinator-01")) == 25
    events = [event for event in await office.said() if isinstance(event, said.CoordinatorAssigned)]
    assert [event.coordinator_id for event in events[:25]] == ["coordinator-01"] * 25
    late = await office.service.world.repository.get(Support, Support.stream(events[-1].application_id))
    assert late.coordinator_id == "coordinator-14"
    word = events_of(await office.service.world.events(late.id), CoordinatorAssigned)[0].decisions[0]
    assert word.facts["full_at_better_rank"] == ["coordinator-01"]
    assert word.facts["rank"] == 5


@pytest.mark.clause("C-PL-1")
async def test_what_a_coordinator_can_do_is_what_holds_on_the_day(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = "languages: [ja, en, zh]\n  from: 2026-02-01\n  value: 25"
    dated = (
        "languages: [ja, en, zh]\n  values:\n    - {from: 2026-02-01, value: 2}\n"
        "    - {from: 2026-05-01, until: 2026-06-30, value: 1}"
    )
    edition = changed(tmp_path, "support", "coordinators.yaml", first, dated)
    monkeypatch.setattr(supports, "support_edition", lambda year: edition)
    office = Office(tokyo(2026, 4, 10))
    fits = [adopted(n, prefecture="hokkaido", field="food", languages=("zh",)) for n in range(1, 6)]
    await office.hear(fits[0])
    await office.move(tokyo(2026, 5, 2))
    await office.hear(fits[1])  # a second one was possible until April
    assert await load(office, "coordinator-01") == ("app-1",)
    with pytest.raises(Refused, match="as many companies as can be"):
        await office.supports.replace_coordinator("app-2", "coordinator-01", OFFICER)
    shown = {each.coordinator_id: most for each, most in await office.supports.coordinators(2026)}
    assert shown["coordinator-01"] == 1
    await office.supports.replace_coordinator("app-1", "coordinator-02", OFFICER)
    await office.move(tokyo(2026, 7, 1))  # nothing holds any more
    await office.hear(fits[2])
    assert await load(office, "coordinator-01") == ()


@pytest.mark.clause("C-PL-1")
async def test_a_coordinator_is_replaced_and_the_load_goes_with_the_company() -> None:
    office = Office(tokyo(2026, 4, 10))
    await office.hear(adopted(1, prefecture="hokkaido", field="food", languages=("zh",)))
    await office.supports.replace_coordinator("app-1", "coordinator-02", OFFICER)
    assert (await load(office, "coordinator-01"), await load(office, "coordinator-02")) == ((), ("app-1",))
    last = (await office.said(said.CoordinatorAssigned))[-1]
    assert isinstance(last, said.CoordinatorAssigned)
    assert (last.coordinator_id, last.replaces) == ("coordinator-02", "coordinator-01")
    with pytest.raises(Refused, match="C-PL-1"):
        await office.supports.replace_coordinator("app-1", "coordinator-99", OFFICER)


@pytest.mark.clause("C-LI-1")
@pytest.mark.clause("C-LI-7")
async def test_a_support_runs_to_its_term_with_its_surveys() -> None:
    office = await running()
    await office.supports.record_contact("app-1", Contact("online", date(2026, 5, 1), "初回"), OFFICER)
    await office.move(tokyo(2027, 10, 1))
    surveys = [event for event in await office.said() if isinstance(event, said.SurveyAsked)]
    assert [(event.survey, event.answer_by) for event in surveys] == [
        ("half_way", date(2026, 10, 6)),
        ("year_end", date(2027, 3, 8)),
        ("follow_up", date(2027, 10, 6)),
    ]
    (over,) = await office.said(said.SupportEnded)
    assert isinstance(over, said.SupportEnded)
    assert (over.ended_on, over.ground, over.early) == (date(2027, 3, 31), "term", False)
    assert not over.never_started
    support = await office.service.world.repository.get(Support, Support.stream("app-1"))
    assert await load(office, support.coordinator_id or "") == ()


@pytest.mark.clause("C-LI-1")
async def test_a_company_that_is_never_kicked_off_ends_with_the_programme_and_frees_its_coordinator() -> None:
    office = Office(tokyo(2026, 4, 10))
    await office.hear(adopted(1))
    support = await office.service.world.repository.get(Support, Support.stream("app-1"))
    assert await load(office, support.coordinator_id or "") == ("app-1",)
    await office.move(tokyo(2027, 3, 31))
    assert await office.said(said.SupportEnded) == []
    await office.move(tokyo(2027, 4, 1))
    (over,) = await office.said(said.SupportEnded)
    assert isinstance(over, said.SupportEnded)
    assert (over.ended_on, over.ground, over.early) == (date(2027, 3, 31), "term", False)
    assert over.never_started
    assert await load(office, support.coordinator_id or "") == ()


@pytest.mark.clause("C-LI-1")
@pytest.mark.clause("C-LI-6")
async def test_an_end_before_kick_off_says_so_when_it_is_early_too() -> None:
    office = Office(tokyo(2026, 4, 10))
    await office.hear(adopted(1))
    await office.move(tokyo(2026, 5, 1))
    await office.supports.end_early("app-1", date(2026, 5, 1), "no_cooperation", OFFICER)
    (over,) = await office.said(said.SupportEnded)
    assert isinstance(over, said.SupportEnded)
    assert (over.early, over.never_started) == (True, True)


@pytest.mark.clause("C-LI-1")
@pytest.mark.parametrize("day", [31, 32])
async def test_an_adoption_after_the_last_day_waits_for_an_officer_and_does_not_end_by_itself(day: int) -> None:
    adopted_on = date(2027, 3, 1) + timedelta(days=day - 1)
    office = Office(tokyo(2027, 3, 1) + timedelta(days=day - 1))
    await office.hear(adopted(1).model_copy(update={"adopted_on": adopted_on}))
    await office.move(tokyo(2027, 6, 1))
    support = await office.service.world.repository.get(Support, Support.stream("app-1"))
    if day == 31:
        assert support.state == "ended"
        return
    assert (support.state, await office.said()) == ("late", [])
    lines = await office.app.kernel.views.all("supports", {"status": "late"})
    assert [line["application_id"] for line in lines] == ["app-1"]
    _, word, why = await office.app.support_care.explained("app-1")
    assert (word.clause, word.outcome, word.facts["adopted_on"]) == ("C-LI-1", "held", "2027-04-01")
    assert "最終日より後" in why[-1]
    await office.supports.end_early("app-1", date(2027, 6, 1), "no_cooperation", OFFICER)
    assert [event.NAME for event in await office.said()] == ["SupportEnded"]


@pytest.mark.clause("C-LI-1")
@pytest.mark.clause("C-PL-1")
async def test_a_late_adoption_gets_no_coordinator_and_is_ended_by_an_officer() -> None:
    office = Office(tokyo(2027, 4, 2))
    await office.hear(adopted(1).model_copy(update={"adopted_on": date(2027, 4, 2)}))
    with pytest.raises(Refused) as refused:
        await office.supports.replace_coordinator("app-1", "coordinator-02", OFFICER)
    assert (refused.value.clause, "end-support" in refused.value.ja) == ("C-LI-1", True)
    support = await office.supports.end_early("app-1", date(2027, 4, 2), "requirements", OFFICER)
    assert (support.state, support.coordinator_id) == ("ended", None)


@pytest.mark.clause("C-LI-6", "G-7")
async def test_the_support_of_an_erased_company_is_ended_with_a_reason_that_is_kept() -> None:
    office = await running()
    support = await office.service.world.repository.get(Support, "support-app-1")
    await office.service.world.vault.erase(support.case.party.organisation_id, at=tokyo(2026, 8, 1))
    await office.move(tokyo(2026, 8, 1))
    await office.supports.end_early("app-1", date(2026, 8, 1), "dissolved", OFFICER)
    (ended,) = events_of(await office.service.world.events("support-app-1"), SupportEnded)
    assert ended.decision.reason is not None
    assert await office.service.world.vault.open_all([ended.decision.reason]) == [OFFICER.reason]


@pytest.mark.clause("C-LI-6")
async def test_an_early_end_stops_the_surveys_of_the_time_and_frees_the_coordinator() -> None:
    office = await running()
    await office.move(tokyo(2026, 8, 1))
    await office.supports.end_early("app-1", date(2026, 8, 1), "goal_reached", OFFICER)
    await office.move(tokyo(2027, 10, 1))
    surveys = [event.survey for event in await office.said() if isinstance(event, said.SurveyAsked)]
    assert surveys == ["follow_up"]
    assert len(await office.said(said.SupportEnded)) == 1


@pytest.mark.clause("C-BI-2")
async def test_a_cancelled_visit_names_the_costs_that_the_officer_charges() -> None:
    office = await running()
    _, visit_id = await office.supports.fix_visit("app-1", date(2026, 6, 20), OFFICER)
    called_off = CalledOff(visit_id, date(2026, 5, 1), (("transport_cancellation", None),))
    with pytest.raises(Refused, match="Leave them out"):  # what JETRO cancels is at its own cost (C-BI-1)
        await office.supports.cancel_visit("app-1", replace(called_off, by="jetro"), OFFICER)
    await office.supports.cancel_visit("app-1", called_off, OFFICER)
    (cancelled,) = await office.said(said.VisitCancelled)
    assert isinstance(cancelled, said.VisitCancelled)
    assert [(line.fee, line.amount, line.tax) for line in cancelled.costs] == [("transport_cancellation", 22_000, None)]
    assert (cancelled.receipt_number, cancelled.cancelled_by) == ("C2026-0001", "company")


@pytest.mark.clause("C-LI-4")
async def test_a_request_out_of_scope_is_kept_with_its_refusal() -> None:
    office = await running()
    _, word = await office.supports.judge_request("app-1", "introduce_person", OFFICER)
    assert (word.outcome, word.clause) == ("refused", "C-LI-4")
    (kept,) = events_of(await office.service.world.events("support-app-1"), RequestJudged)
    assert kept.kind == "introduce_person"
