"""What screening refuses is not placed, and what it refuses later gives its place back (S-SC-1…9, S-IN-6)."""

from __future__ import annotations

from typing import Any

import pytest

from kernel.refusals import Refused
from schemas import placement as said
from services.placement.domain import Proposal, Secondment, Site
from tests.placement.office import Office
from tests.placement.senders import OFFICER, passed, refused, reopened, request, screened, tokyo, withdrawn

HANOI = request("osaka>hanoi")


async def proposed(office: Office) -> dict[str, str]:
    """Which site was proposed last to whom."""
    events: Any = await office.said(said.PlacementProposed)
    return {event.secondment_id: event.stays[-1].site for event in events}


async def claims(office: Office) -> dict[str, set[str]]:
    """Who holds a place at each site."""
    sites: list[Site] = await office.app.occupation(2026)
    return {site.site_id: {*site.claims} for site in sites if site.claims}


async def state(office: Office, secondment_id: str) -> tuple[str, str]:
    """Where its proposal and its secondment stand."""
    proposal = await office.do.get(Proposal, Proposal.stream(secondment_id))
    secondment = await office.app.kernel.repository.find(Secondment, Secondment.stream(secondment_id))
    return proposal.state, secondment.state if secondment else ""


async def accepted() -> Office:
    """Two want Hanoi; the first got it and accepted, because the other was placed before."""
    office = Office()
    await office.hear(passed(1, HANOI), passed(2, HANOI, placed_before=True))
    await office.run_round()
    await office.do.accept("app-1.1", OFFICER)
    return office


@pytest.mark.clause("S-SC-3")
@pytest.mark.parametrize("secondment", [None, "app-1.1"])
async def test_a_form_that_was_passed_and_is_refused_after_an_amendment_is_not_placed(secondment: str | None) -> None:
    office = Office()
    await office.hear(passed(1, HANOI), passed(2, HANOI, placed_before=True))
    await office.hear(refused(1, "form", "S-SC-3", secondment=secondment))
    await office.run_round()
    assert await proposed(office) == {"app-2.1": "hanoi"}


@pytest.mark.clause("S-IN-6")
async def test_while_a_newer_form_waits_for_its_judgement_the_older_one_is_no_candidate() -> None:
    office = Office()
    await office.hear(passed(1, HANOI), passed(2, HANOI, placed_before=True))
    await office.hear(reopened(1))
    assert [*await office.do.candidates(2026)] == ["app-2"]
    await office.hear(passed(1, request("sapporo>seoul")))
    await office.run_round()
    assert await proposed(office) == {"app-1.1": "seoul", "app-2.1": "hanoi"}


@pytest.mark.clause("S-IN-6")
async def test_a_second_look_at_a_form_does_not_take_back_a_result_that_is_out() -> None:
    office = await accepted()
    await office.hear(reopened(1))
    assert await state(office, "app-1.1") == ("accepted", "agreed")
    assert "app-1" in await office.do.candidates(2026)


@pytest.mark.clause("S-PL-6")
@pytest.mark.clause("S-PL-8")
@pytest.mark.clause("S-SC-5")
@pytest.mark.parametrize(("stage", "clause"), [("person", "S-SC-5"), ("papers", "S-SC-9")])
async def test_who_is_refused_after_the_acceptance_gives_the_place_back_to_be_offered_again(
    stage: str, clause: str
) -> None:
    office = await accepted()
    await office.hear(refused(1, stage, clause, secondment="app-1.1"))
    assert (await state(office, "app-1.1"), await claims(office)) == (("closed", "called_off"), {})
    _, offered = await office.do.offer_again("app-2.1", OFFICER)
    assert (offered, (await proposed(office))["app-2.1"]) == (["app-2.1"], "hanoi")
    await office.hear(passed(1, HANOI), withdrawn(1))  # later words on it change nothing
    assert await claims(office) == {"osaka": {"app-2.1"}, "hanoi": {"app-2.1"}}
    await office.move(tokyo(2026, 6, 1))
    assert await office.said(said.SecondmentStarted, said.StartHeld) == []


@pytest.mark.clause("S-PL-8")
async def test_a_sender_that_was_withdrawn_is_offered_nothing_again() -> None:
    office = await accepted()
    await office.hear(withdrawn(2))
    with pytest.raises(Refused) as refused:
        await office.do.offer_again("app-2.1", OFFICER)
    assert refused.value.clause == "S-PL-8"


@pytest.mark.clause("S-PL-8")
@pytest.mark.clause("S-SC-7")
async def test_of_two_secondments_the_other_goes_on_and_is_offered_to_as_before() -> None:
    office = Office()
    await office.hear(passed(1, HANOI, request("osaka>seoul", number=2)), passed(2, HANOI, placed_before=True))
    await office.run_round()
    await office.do.accept("app-1.1", OFFICER)
    await office.hear(refused(1, "person", "S-SC-7", secondment="app-1.1"))
    assert await state(office, "app-1.1") == ("closed", "called_off")
    assert await state(office, "app-1.2") == ("proposed", "")
    _, offered = await office.do.offer_again("app-2.1", OFFICER)
    assert offered == ["app-2.1"]
    assert await claims(office) == {
        "osaka": {"app-1.2", "app-2.1"},
        "hanoi": {"app-2.1"},
        "seoul": {"app-1.2"},
    }


@pytest.mark.clause("S-IN-6")
async def test_a_sender_with_two_secondments_at_one_site_withdraws_both() -> None:
    office = Office()
    await office.hear(passed(1, HANOI, request("osaka>seoul", number=2)))
    await office.run_round()
    await office.hear(withdrawn(1))
    assert await claims(office) == {}
    assert {await state(office, "app-1.1"), await state(office, "app-1.2")} == {("closed", "")}


@pytest.mark.clause("S-LI-6")
async def test_a_refusal_that_comes_when_the_secondment_runs_ends_nothing() -> None:
    office = await accepted()
    await office.hear(screened(1), screened(1, "papers"))
    await office.move(tokyo(2026, 3, 20))
    day = tokyo(2026, 3, 19).date()
    await office.do.command("app-1.1", OFFICER, lambda each, at: each.send_memorandum(day, "hr-01", at=at))
    await office.do.command("app-1.1", OFFICER, lambda each, at: each.return_memorandum(day, "hr-01", at=at))
    await office.move(tokyo(2026, 4, 1, 0))
    await office.hear(refused(1, "person", "S-SC-5", secondment="app-1.1"))
    assert await state(office, "app-1.1") == ("accepted", "running")
    assert (await claims(office))["hanoi"] == {"app-1.1"}
