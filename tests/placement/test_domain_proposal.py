"""The proposal as a story of events: given – when – then."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from kernel.testing import event, given, like
from kernel.testing.happenings import Happening
from kernel.testing.scenario import Scenario
from schemas.values import Decision, Stay
from services.placement.domain.proposal import Proposal
from services.placement.domain.proposal_events import (
    NoPlaceFound,
    Offer,
    OfferAccepted,
    OfferChanged,
    OfferDeclined,
    OfferedAgain,
    PlaceOffered,
    ProposalClosed,
)
from services.placement.policy.decisions import decided
from tests.placement.senders import case, tokyo

CASE, PAPERS = case(), date(2026, 2, 24)
NOW: datetime = tokyo(2026, 1, 20)
WORD: Decision = decided("S-PL-8", "passed", edition="secondment/2026", at=NOW, facts={}, by="hr-01")


def offer(site: str | None = "osaka", rank: int | None = 1) -> Offer:
    """An offer of one year; without a site, of nothing."""
    stays = (Stay(fiscal_year=2026, site=site),) if site else ()
    day = date(2026, 1, 29)
    return Offer(stays=stays, rank=rank, explanation=(), answer_by=day, by_hand=False, edition="secondment/2026")


def after(*events: Happening, first: Offer | None = None) -> Scenario:
    """A proposal to which this happened."""
    made = first or offer()
    kind = PlaceOffered if made.stays else NoPlaceFound
    return given(event(kind, case=CASE, offer=made), *events, of=Proposal, id="proposal-app-1.1")


ACCEPTED = event(OfferAccepted, case=CASE, number=1, stays=offer().stays, answered_by="sender", papers_by=PAPERS)
DECLINED = event(OfferDeclined, case=CASE, number=1, answered_by="sender", lapsed=False, leaves=False)
LAPSED = event(OfferDeclined, case=CASE, number=1, answered_by="rule", lapsed=True, leaves=False)
CLOSED = event(ProposalClosed)


@pytest.mark.clause("S-PL-8")
def test_a_proposal_is_answered_once_and_by_its_deadline() -> None:
    after().when(Proposal.accept, "sender", PAPERS, at=NOW).then(ACCEPTED).leaves(state="accepted")
    after().when(Proposal.decline, "sender", leaves=False, at=NOW).then(DECLINED).leaves(refused_ranks=(1,))
    for answered in (ACCEPTED, DECLINED, LAPSED, CLOSED):
        after(answered).when(Proposal.accept, "sender", PAPERS, at=NOW).refused("S-PL-8")
        after(answered).when(Proposal.decline, "sender", leaves=False, at=NOW).refused("S-PL-8")
    after(first=offer(None)).when(Proposal.accept, "sender", PAPERS, at=NOW).refused("S-PL-8")


@pytest.mark.clause("G-1")
def test_the_answers_deadline_is_24_oclock_of_its_day_in_tokyo() -> None:
    after().when(Proposal.accept, "sender", PAPERS, at=tokyo(2026, 1, 29, 23, 59)).then(ACCEPTED)
    after().when(Proposal.accept, "sender", PAPERS, at=tokyo(2026, 1, 30, 0, 0)).refused("S-PL-8")


def test_an_unanswered_proposal_lapses_and_an_answered_one_does_not() -> None:
    after().when(Proposal.lapse, at=tokyo(2026, 1, 30, 0)).then(LAPSED)
    after(ACCEPTED).when(Proposal.lapse, at=tokyo(2026, 1, 30, 0)).then()


@pytest.mark.clause("S-PL-8")
def test_a_place_is_offered_again_only_where_nothing_stands() -> None:
    again = event(OfferedAgain, case=CASE, number=2, offer=offer("sendai", 2))
    for gone in (DECLINED, LAPSED):
        after(gone).when(Proposal.offer_again, offer("sendai", 2), at=NOW).then(again).leaves(state="proposed")
    after(first=offer(None, None)).when(Proposal.offer_again, offer("sendai", 2), at=NOW).then(again)
    for standing in ((), (ACCEPTED,), (CLOSED,)):
        after(*standing).when(Proposal.offer_again, offer("sendai", 2), at=NOW).refused("S-PL-8")


@pytest.mark.clause("S-PL-8")
def test_hr_changes_a_proposal_by_hand_until_it_is_accepted() -> None:
    changed = like(OfferChanged, number=2, offer=offer("sendai", None))
    for story in ((), (DECLINED,), (LAPSED,)):
        after(*story).when(Proposal.change_by_hand, offer("sendai", None), (), WORD, at=NOW).then(changed)
    for over in (ACCEPTED, CLOSED):
        after(over).when(Proposal.change_by_hand, offer("sendai", None), (), WORD, at=NOW).refused("S-PL-8")


def test_each_offer_has_an_id_of_its_own() -> None:
    first = after(DECLINED)
    again = first.when(Proposal.offer_again, offer("sendai", 2), at=NOW)
    assert isinstance(again.aggregate, Proposal)
    assert again.aggregate.proposal_id == "app-1.1-2"
