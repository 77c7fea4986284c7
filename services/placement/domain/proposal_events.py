"""What happens to a proposal (受入通知)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import msgspec

from kernel.aggregate import Created, Event
from schemas.values import Decision, ExplainedWish, Stay
from services.placement.domain.values import CaseOf, Price

if TYPE_CHECKING:
    from services.placement.domain.proposal import Proposal


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """The places of one offer, the reasons for wishes ranked above it (S-PL-9), and by when to answer."""

    stays: tuple[Stay, ...]
    rank: int | None
    explanation: tuple[ExplainedWish, ...]
    answer_by: date
    by_hand: bool
    edition: str
    decisions: tuple[Decision, ...] = ()


class PlaceOffered(Created, frozen=True, kw_only=True):
    """The round gave this secondment places."""

    TOPIC = "placement.place_offered.v1"
    case: CaseOf
    offer: Offer


class NoPlaceFound(Created, frozen=True, kw_only=True):
    """The round gave this secondment no place."""

    TOPIC = "placement.no_place_found.v1"
    case: CaseOf
    offer: Offer

    def apply(self, proposal: Proposal) -> None:
        proposal.state = "not_possible"


class OfProposal(Event, frozen=True, kw_only=True):
    """An event that goes public names its case and the offer's number, since it is published by itself."""

    case: CaseOf
    number: int


class OfferAccepted(OfProposal, frozen=True, kw_only=True):
    """The sender accepts."""

    TOPIC = "placement.offer_accepted.v1"
    stays: tuple[Stay, ...]
    answered_by: str
    papers_by: date

    def apply(self, proposal: Proposal) -> None:
        proposal.state = "accepted"


class OfferDeclined(OfProposal, frozen=True, kw_only=True):
    """The sender declines, or the deadline passed."""

    TOPIC = "placement.offer_declined.v1"
    answered_by: str
    lapsed: bool
    leaves: bool

    def apply(self, proposal: Proposal) -> None:
        proposal.state = "lapsed" if self.lapsed else "declined"
        proposal.leaves = self.leaves
        if proposal.offer.rank is not None:
            proposal.refused_ranks = (*proposal.refused_ranks, proposal.offer.rank)


class OfferedAgain(OfProposal, frozen=True, kw_only=True):
    """Other places are offered while everybody else keeps theirs."""

    TOPIC = "placement.offered_again.v1"
    offer: Offer

    def apply(self, proposal: Proposal) -> None:
        _renewed(proposal, self)


class OfferChanged(OfProposal, frozen=True, kw_only=True):
    """HR proposes other places by hand, with a reason and its price (S-PL-7, S-PL-8)."""

    TOPIC = "placement.offer_changed.v1"
    offer: Offer
    price: tuple[Price, ...]
    decision: Decision

    def apply(self, proposal: Proposal) -> None:
        _renewed(proposal, self)


class ProposalClosed(Event, frozen=True, kw_only=True):
    """The application was withdrawn; nothing is offered any more."""

    TOPIC = "placement.proposal_closed.v1"

    def apply(self, proposal: Proposal) -> None:
        proposal.state = "closed"


def proposal_id(secondment_id: str, number: int) -> str:
    """The id of an offer: the first, second … for a secondment."""
    return f"{secondment_id}-{number}"


def _renewed(proposal: Proposal, event: OfferedAgain | OfferChanged) -> None:
    proposal.offer, proposal.number = event.offer, event.number
    proposal.state = "proposed" if event.offer.stays else "not_possible"
