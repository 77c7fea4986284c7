"""The proposal (受入通知): offered, answered, changed by hand, offered again (S-PL-8)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Self

from kernel.aggregate import Aggregate
from kernel.refusals import Refused
from policies.calendars import end_of_day
from schemas.values import Decision
from services.placement.domain import proposal_events as happened
from services.placement.domain.proposal_events import Offer
from services.placement.domain.values import CaseOf, Price


class Proposal(Aggregate):
    """What is offered for one requested secondment.

    ``state`` is proposed, not_possible, accepted, declined, lapsed or closed. ``refused_ranks`` are the wishes
    that the sender declined: none of them is offered to it again.
    """

    TOPIC = "placement.proposal"
    case: CaseOf
    offer: Offer
    state: str = "proposed"
    number: int = 1
    refused_ranks: tuple[int, ...] = ()
    leaves: bool = False

    @staticmethod
    def stream(secondment_id: str) -> str:
        """The aggregate's id."""
        return f"proposal-{secondment_id}"

    @property
    def proposal_id(self) -> str:
        """The id of the offer that stands; each offer has its own."""
        return happened.proposal_id(self.case.secondment_id, self.number)

    @property
    def stands(self) -> bool:
        """Whether it holds places: offered and not answered, or accepted."""
        return self.state in ("proposed", "accepted")

    @classmethod
    def propose(cls, case: CaseOf, offer: Offer, *, at: datetime) -> Self:
        """Offer places; an offer without stays says that none was found."""
        event = happened.PlaceOffered if offer.stays else happened.NoPlaceFound
        return cls.begin(event, id=cls.stream(case.secondment_id), at=at, case=case, offer=offer)

    def accept(self, answered_by: str, papers_by: date, *, at: datetime) -> None:
        """The sender accepts. Refuses after an answer or the deadline."""
        self._open_for_answer(at)
        fields = {"stays": self.offer.stays, "answered_by": answered_by, "papers_by": papers_by}
        self.record(happened.OfferAccepted, at=at, case=self.case, number=self.number, **fields)

    def decline(self, answered_by: str, *, leaves: bool, at: datetime) -> None:
        """The sender declines; with ``leaves`` it wants no other offer this year."""
        self._open_for_answer(at)
        self._declined(answered_by, lapsed=False, leaves=leaves, at=at)

    def lapse(self, *, at: datetime) -> None:
        """The answer's deadline has passed (24:00 of its day, G-1); nothing happens to one that was answered."""
        if self.state == "proposed":
            self._declined("rule", lapsed=True, leaves=False, at=at)

    def offer_again(self, offer: Offer, *, at: datetime) -> None:
        """Offer other places, after a decline or where none was found at first."""
        if self.stands or self.state == "closed":
            ja = "この提案は回答待ち、承諾済み、または取り下げ済みのため、再提案できません。"
            raise Refused("S-PL-8", ja, "The proposal is open, accepted or closed: there is nothing to offer again.")
        self.record(happened.OfferedAgain, at=at, case=self.case, number=self.number + 1, offer=offer)

    def change_by_hand(self, offer: Offer, price: tuple[Price, ...], decision: Decision, *, at: datetime) -> None:
        """HR proposes other places, with a reason and its price. Refuses once the sender has accepted."""
        if self.state in ("accepted", "closed"):
            ja = "承諾済みまたは取り下げ済みの提案は変更できません。承諾後の変更は出向案件で行ってください。"
            raise Refused("S-PL-8", ja, "It is accepted or closed. After an acceptance, change the secondment instead.")
        fields = {"offer": offer, "price": price, "decision": decision}
        self.record(happened.OfferChanged, at=at, case=self.case, number=self.number + 1, **fields)

    def close(self, *, at: datetime) -> None:
        """The application was withdrawn."""
        if self.state != "closed":
            self.record(happened.ProposalClosed, at=at)

    def _declined(self, answered_by: str, *, lapsed: bool, leaves: bool, at: datetime) -> None:
        fields = {"answered_by": answered_by, "lapsed": lapsed, "leaves": leaves}
        self.record(happened.OfferDeclined, at=at, case=self.case, number=self.number, **fields)

    def _open_for_answer(self, at: datetime) -> None:
        if self.state != "proposed" or at >= end_of_day(self.offer.answer_by):
            ja = "この提案は回答済み、期限切れ、または取り下げ済みです。人事課にお問い合わせください。"
            raise Refused(
                "S-PL-8", ja, "The proposal is answered, lapsed or closed already. Ask the personnel section."
            )
