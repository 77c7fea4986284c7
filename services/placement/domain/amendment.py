"""The amendment (協議書) of a secondment's memorandum: asked for, agreed by the parties, concluded (S-LI-5)."""

from __future__ import annotations

from dataclasses import field
from datetime import date, datetime
from typing import Literal, Self

import msgspec

from kernel.aggregate import Aggregate, Created, Event
from kernel.refusals import Refused
from kernel.sealing import Contact
from schemas.values import Decision
from services.placement.domain.days import not_ahead
from services.placement.domain.secondment_events import OfCase
from services.placement.domain.values import CaseOf
from services.placement.policy.terms import PARTIES

ContractParty = Literal["sender", "secondee", "unit"]
"""派遣元, 出向者, 受入先所属長."""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A change of the term that is being negotiated: from ``before`` to ``until``, both last days."""

    before: date
    until: date
    asked_by: ContractParty
    asked_on: date


class AmendmentsOpened(Created, frozen=True, kw_only=True):
    """The first time that the term of a secondment is to change."""

    TOPIC = "placement.amendments_opened.v1"
    case: CaseOf


class AmendmentAsked(OfCase, frozen=True, kw_only=True):
    """Somebody asks for a longer or a shorter term."""

    TOPIC = "placement.amendment_asked.v1"
    number: int
    asked: Asked
    by: str
    decisions: tuple[Decision, ...]

    def apply(self, amendment: Amendment) -> None:
        amendment.number, amendment.open, amendment.agreed = self.number, self.asked, {}


class AmendmentAgreed(Event, frozen=True, kw_only=True):
    """One of the parties agrees."""

    TOPIC = "placement.amendment_agreed.v1"
    party: ContractParty
    agreed_on: date
    by: str

    def apply(self, amendment: Amendment) -> None:
        amendment.agreed = amendment.agreed | {self.party: self.agreed_on}


class AmendmentDropped(OfCase, frozen=True, kw_only=True):
    """The parties did not agree, or it is not wanted any more. ``reason`` is in words for the sender."""

    TOPIC = "placement.amendment_dropped.v1"
    number: int
    asked: Asked
    reason: Contact
    decision: Decision

    def apply(self, amendment: Amendment) -> None:
        amendment.open = None


class AmendmentConcluded(Event, frozen=True, kw_only=True):
    """The amendment is signed by all; the secondment's term changes in the same commit."""

    TOPIC = "placement.amendment_concluded.v1"
    number: int
    asked: Asked
    concluded_on: date
    by: str

    def apply(self, amendment: Amendment) -> None:
        amendment.open, amendment.concluded = None, (*amendment.concluded, self.asked.until)


class Amendment(Aggregate):
    """All changes of one secondment's term, one after the other; ``open`` is the one that is negotiated now."""

    TOPIC = "placement.amendment"
    case: CaseOf
    number: int = 0
    open: Asked | None = None
    agreed: dict[str, date] = field(default_factory=dict)
    concluded: tuple[date, ...] = ()

    @staticmethod
    def stream(secondment_id: str) -> str:
        """The aggregate's id."""
        return f"amendment-{secondment_id}"

    @classmethod
    def begin_for(cls, case: CaseOf, *, at: datetime) -> Self:
        """Before the first change."""
        return cls.begin(AmendmentsOpened, id=cls.stream(case.secondment_id), at=at, case=case)

    def ask(self, asked: Asked, by: str, decisions: tuple[Decision, ...], *, at: datetime) -> None:
        """Begin to negotiate. Refuses while another change is open."""
        if self.open is not None:
            ja = "協議中の期間変更があります。締結するか取りやめてから、改めて申し出を記録してください。"
            raise Refused("S-LI-5", ja, "A change of term is open. Conclude or drop it first.")
        not_ahead(asked.asked_on, at)
        fields = {"number": self.number + 1, "asked": asked, "by": by, "decisions": decisions}
        self.record(AmendmentAsked, at=at, case=self.case, **fields)

    def agree(self, party: ContractParty, agreed_on: date, by: str, *, at: datetime) -> None:
        """A party agrees; once more changes nothing."""
        asked = self.asked_for()
        if not_ahead(agreed_on, at) < asked.asked_on:
            ja = "同意の日が申し出の日より前です。日付をご確認ください。"
            raise Refused("S-LI-5", ja, "It was agreed before it was asked for. Check the day.", pointer="/agreed_on")
        if party not in self.agreed:
            self.record(AmendmentAgreed, at=at, party=party, agreed_on=agreed_on, by=by)

    def drop(self, reason: Contact, decision: Decision, *, at: datetime) -> None:
        """Give it up."""
        asked = self.asked_for()
        self.record(
            AmendmentDropped, at=at, case=self.case, number=self.number, asked=asked, reason=reason, decision=decision
        )

    def conclude(self, concluded_on: date, by: str, *, at: datetime) -> Asked:
        """The amendment is signed. Refuses unless every party has agreed, and before they did."""
        asked = self.asked_for()
        missing = [words for party, words in PARTIES.items() if party not in self.agreed]
        if missing:
            ja = "協議書の締結には次の同意が必要です: " + "、".join(words[0] for words in missing)
            raise Refused("S-LI-5", ja, "The amendment still needs: " + ", ".join(words[1] for words in missing))
        if not_ahead(concluded_on, at) < max(self.agreed.values()):
            ja = "締結日が同意の日より前です。日付をご確認ください。"
            raise Refused("S-LI-5", ja, "It was concluded before all agreed. Check the day.", pointer="/concluded_on")
        fields = {"number": self.number, "asked": asked, "concluded_on": concluded_on, "by": by}
        self.record(AmendmentConcluded, at=at, **fields)
        return asked

    def asked_for(self) -> Asked:
        """What is negotiated now. Refuses where nothing is."""
        if self.open is None:
            ja = "協議中の期間変更がありません。先に申し出を記録してください。"
            raise Refused("S-LI-5", ja, "No change of term is open. Record first that it was asked for.")
        return self.open
