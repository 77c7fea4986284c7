"""A round from the forms to the answers, in process."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kernel.log import Cause
from kernel.refusals import Refused, Stale
from kernel.repository import about
from schemas import placement as said
from schemas.values import Stay
from services.placement.app.standing import ByHand
from services.placement.domain import Proposal
from services.placement.domain.values import PassedOver
from tests.placement.office import Office, web
from tests.placement.senders import OFFICER, passed, request, tokyo, withdrawn


async def proposed(office: Office) -> dict[str, str]:
    """Which site was proposed last to whom; the office abroad where there is one."""
    events: Any = await office.said(said.PlacementProposed)
    return {event.secondment_id: event.stays[-1].site for event in events}


async def three_for_bangkok() -> Office:
    """Two new senders and one placed before want Bangkok, where one place is free from 2027."""
    office = Office()
    await office.hear(
        passed(1, request("osaka>bangkok", "osaka>hanoi"), placed_before=True),
        passed(2, request("osaka>hanoi", "osaka>bangkok")),
        passed(3, request("osaka>bangkok", "osaka>seoul")),
    )
    await office.run_round()
    return office


@pytest.mark.clause("S-PL-3")
async def test_senders_never_placed_go_first_then_the_higher_rank() -> None:
    office = await three_for_bangkok()
    assert await proposed(office) == {"app-2.1": "hanoi", "app-3.1": "bangkok"}
    outcome = (await office.do.round(2026)).outcome
    assert outcome is not None
    assert {check.name for check in outcome.checks if check.verdict == "passed"} >= {"optimal", "explanations"}
    (refused,) = await office.said(said.PlacementNotPossible)
    assert isinstance(refused, said.PlacementNotPossible)
    assert [(wish.site, wish.code, wish.count) for wish in refused.explanation] == [
        ("bangkok", "taken_by_unplaced_senders", 1),
        ("hanoi", "taken_by_unplaced_senders", 1),
    ]


@pytest.mark.clause("S-PL-8")
async def test_a_declined_place_is_offered_again_and_nobody_else_is_moved() -> None:
    office = await three_for_bangkok()
    await office.do.accept("app-2.1", OFFICER)
    await office.do.decline("app-3.1", True, OFFICER)
    proposal, offered = await office.do.offer_again("app-3.1", OFFICER)
    assert (offered, proposal.state) == (["app-1.1"], "declined")
    assert (await proposed(office))["app-1.1"] == "bangkok"
    sites = {site.site_id: site for site in await office.app.occupation(2026)}
    assert sites["bangkok"].claims == {"app-1.1": (2027,)}
    assert sites["osaka"].claims == {"app-1.1": (2026,), "app-2.1": (2026,)}


@pytest.mark.clause("S-PL-8")
async def test_who_declines_one_place_is_first_offered_another_that_it_wished() -> None:
    office = await three_for_bangkok()
    await office.do.decline("app-3.1", False, OFFICER)
    _, offered = await office.do.offer_again("app-3.1", OFFICER)
    assert offered == ["app-1.1", "app-3.1"]
    assert await proposed(office) == {"app-1.1": "bangkok", "app-2.1": "hanoi", "app-3.1": "seoul"}


@pytest.mark.clause("G-8")
@pytest.mark.parametrize("leaves", [True, False])
async def test_a_place_offered_again_twice_is_told_of_the_same_proposal(leaves: bool) -> None:
    """The sender named need not be the first that gets something, nor get anything."""
    office = await three_for_bangkok()
    await office.do.decline("app-3.1", leaves, OFFICER)
    cause = Cause("http POST /v1/proposals/app-3.1/reoffer", "key-1")
    proposal, _ = await office.do.offer_again("app-3.1", replace(OFFICER, cause=cause))
    commit = await office.app.kernel.repository.handled(cause)
    assert commit is not None
    assert about(commit.commit) == (proposal.id, proposal.version)


async def test_an_answer_may_come_until_the_end_of_the_last_day_then_it_lapses() -> None:
    office = await three_for_bangkok()
    last = (await office.do.round(2026)).modified_on
    await office.move(tokyo(2026, 1, 3, 23, 59))
    assert last < office.company.clock.at
    await office.do.accept("app-2.1", OFFICER)
    await office.move(tokyo(2026, 1, 4, 0, 0))
    declined: Any = await office.said(said.PlacementDeclined)
    assert [(event.secondment_id, event.lapsed) for event in declined] == [("app-3.1", True)]
    with pytest.raises(Refused, match="S-PL-8"):
        await office.do.accept("app-3.1", OFFICER)


@pytest.mark.clause("S-PL-10")
async def test_the_results_go_out_on_their_day_by_themselves_or_wait_for_an_officer() -> None:
    office = Office()
    await office.hear(passed(1, request("osaka")))
    await office.move(tokyo(2026, 1, 14, 23, 59))
    assert (await office.do.round(2026)).held == ""
    await office.move(tokyo(2026, 1, 15, 0, 0))
    assert (await office.do.round(2026)).held == "run"
    ready = Office()
    await ready.hear(passed(1, request("osaka")))
    await ready.do.record_seed(2026, None, OFFICER)
    await ready.do.run(2026, OFFICER)
    await ready.move(tokyo(2026, 1, 15, 0, 0))
    assert await proposed(ready) == {"app-1.1": "osaka"}


@pytest.mark.clause("S-IN-6")
@pytest.mark.parametrize("first", ["withdrawal", "screening"])
async def test_a_withdrawn_application_drops_out_in_whatever_order_the_messages_come(first: str) -> None:
    office = Office()
    words = [withdrawn(1), passed(1, request("osaka"))]
    for event in words if first == "withdrawal" else reversed(words):
        await office.hear(event)
    assert await office.do.candidates(2026) == {}


@pytest.mark.clause("S-IN-6")
async def test_a_withdrawal_after_the_proposal_gives_the_place_back() -> None:
    office = await three_for_bangkok()
    await office.do.accept("app-3.1", OFFICER)
    await office.hear(withdrawn(3))
    sites = {site.site_id: site for site in await office.app.occupation(2026)}
    assert (sites["bangkok"].claims, list(sites["osaka"].claims)) == ({}, ["app-2.1"])
    await office.move(tokyo(2026, 4, 2))
    assert await office.said(said.SecondmentStarted) == []


@pytest.mark.clause("S-PL-8")
async def test_a_change_by_hand_says_what_it_breaks_and_is_told_to_the_sender() -> None:
    office = Office()
    await office.hear(
        passed(1, request("osaka>bangkok", "osaka>hanoi"), placed_before=True),
        passed(2, request("osaka>bangkok", "osaka>hanoi")),
    )
    await office.do.record_seed(2026, None, OFFICER)
    await office.do.run(2026, OFFICER)
    with pytest.raises(Refused, match="S-PL-2"):
        await office.do.adjust(2026, ByHand("app-1.1", "osaka", "bangkok"), OFFICER)
    await office.do.adjust(2026, ByHand("app-2.1", None), OFFICER)
    _, price = await office.do.adjust(2026, ByHand("app-1.1", "osaka", "bangkok"), OFFICER)
    assert [(each.clause, each.kind, each.count) for each in price] == [("S-PL-3", "unplaced_senders_passed_over", 1)]
    assert price[0].claims == (PassedOver(seeker="S2026-0002.1", rank=1, has=None),)
    await office.do.announce(2026, OFFICER)
    (told,) = await office.said(said.PlacementNotPossible)
    assert isinstance(told, said.PlacementNotPossible)
    assert {(wish.site, wish.code) for wish in told.explanation} == {
        ("bangkok", "changed_by_hand"),
        ("hanoi", "changed_by_hand"),
    }


@pytest.mark.clause("S-PL-8")
@pytest.mark.clause("S-PL-9")
@pytest.mark.parametrize("announced", [False, True])
async def test_whose_claim_a_hand_passes_over_is_for_officers_and_told_to_no_sender(announced: bool) -> None:
    office = Office()
    await office.hear(
        passed(1, request("osaka>bangkok", "osaka>hanoi"), placed_before=True),
        passed(2, request("osaka>bangkok")),
        passed(3, request("osaka>bangkok")),
    )
    await office.do.record_seed(2026, None, OFFICER)
    await office.do.run(2026, OFFICER)
    if announced:
        await office.do.announce(2026, OFFICER)
    winner = next(id for id, each in (await office.do.round(2026)).assigned.items() if each.rank == 1)
    await office.do.adjust(2026, ByHand(winner, None), OFFICER)
    async with web(office) as client:
        proposal = await office.app.kernel.repository.find(Proposal, "proposal-app-1.1")
        version = proposal.version if proposal else (await office.do.round(2026)).version
        body = {"by": "hr-01", "reason": "調整", "seen_version": version, "secondment_id": "app-1.1"}
        body |= {"domestic": "osaka", "overseas": "bangkok"}
        answer = (await client.post("/v1/rounds/secondment/2026/adjust", json=body)).json()
    (price,) = (each for each in answer["price"] if each["kind"] == "unplaced_senders_passed_over")
    assert [claim["seeker"] for claim in price["claims"]] == ["S2026-0002.1", "S2026-0003.1"]
    if not announced:
        await office.do.announce(2026, OFFICER)
    told = [event.model_dump_json() for event in await office.said()]
    about = [text for text in told if '"app-1.1"' in text]
    assert about
    assert not [text for text in about if "S2026-0002" in text or "S2026-0003" in text]
    assert not [text for text in told if "passed_over" in text or "claims" in text]


@pytest.mark.clause("S-PL-7")
async def test_a_domestic_place_alone_may_be_proposed_after_the_announcement() -> None:
    office = await three_for_bangkok()
    proposal, price = await office.do.adjust(2026, ByHand("app-1.1", "sendai", None, 1), OFFICER)
    assert [each.kind for each in price] == ["not_wished"]
    offers: Any = await office.said(said.PlacementProposed)
    assert (offers[-1].stays, offers[-1].by_hand) == ((Stay(fiscal_year=2026, site="sendai"),), True)
    assert proposal.id == "proposal-app-1.1"


@pytest.mark.clause("S-PL-5")
async def test_the_same_round_comes_out_alike_whatever_the_ids_and_the_order_of_arrival() -> None:
    outcomes = []
    for prefix, order in (("a", 1), ("b", -1)):
        office = Office()
        forms = [passed(n, request("osaka>bangkok", "osaka>hanoi", "osaka>seoul")) for n in range(1, 4)]
        ids = [form.model_copy(update={"application_id": f"{prefix}-{form.application_id}"}) for form in forms]
        await office.hear(*ids[::order])
        await office.run_round()
        events: Any = await office.said(said.PlacementProposed)
        outcomes.append({event.receipt_number: (event.stays, event.rank) for event in events})
    assert outcomes[0] == outcomes[1]
    assert sorted(rank for _, rank in outcomes[0].values()) == [1, 2, 3]


@pytest.mark.clause("S-IN-1")
async def test_a_form_admitted_after_the_announcement_is_placed_by_hand_out_of_what_is_free() -> None:
    office = await three_for_bangkok()
    await office.hear(passed(4, request("osaka>bangkok", "osaka>seoul")))
    assert (await office.do.round(2026)).unsettled(await office.do.candidates(2026)) == ["app-4.1"]
    with pytest.raises(Refused, match="S-PL-2"):
        await office.do.adjust(2026, ByHand("app-4.1", "osaka", "bangkok"), OFFICER)
    with pytest.raises(Stale):
        await office.do.adjust(2026, ByHand("app-4.1", "osaka", "seoul"), replace(OFFICER, seen=1))
    proposal, price = await office.do.adjust(2026, ByHand("app-4.1", "osaka", "seoul"), OFFICER)
    assert (proposal.id, (await proposed(office))["app-4.1"], price) == ("proposal-app-4.1", "seoul", ())
    await office.do.decline("app-4.1", False, OFFICER)
    _, offered = await office.do.offer_again("app-4.1", OFFICER)
    assert offered == []


@pytest.mark.clause("S-IN-6")
async def test_a_late_candidate_that_withdraws_gives_its_place_back_too() -> None:
    office = await three_for_bangkok()
    await office.hear(passed(4, request("osaka>seoul")))
    await office.do.adjust(2026, ByHand("app-4.1", "osaka", "seoul"), OFFICER)
    await office.do.accept("app-4.1", OFFICER)
    await office.hear(withdrawn(4))
    sites = {site.site_id: site.claims for site in await office.app.occupation(2026)}
    assert sites["seoul"] == {}
    await office.move(tokyo(2026, 4, 2))
    assert await office.said(said.SecondmentStarted, said.StartHeld) == []
