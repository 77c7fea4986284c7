"""Custody (保管) of a subject's records: what holds up their disposal (保留), until they are disposed of.

A hold and the order to erase are events of one aggregate, so that of two at the same moment one is refused. A hold is
on all of a case: a sender's also keeps the records of its secondees and other spellings, and the other way round.
"""

from __future__ import annotations

from dataclasses import field
from datetime import datetime
from typing import Literal, Self

from kernel.aggregate import Aggregate, Created, Event
from kernel.refusals import NotFound, Refused
from kernel.sealing import Confidential

Ground = Literal["litigation", "audit", "disclosure", "inquiry", "other"]
"""Why records are held: 訴訟・不服申立て, 検査・監査, 開示請求, 照会・調査, その他. The reason in words is sealed."""


class CustodyOpened(Created, frozen=True, kw_only=True):
    """Somebody looks after the subject's records."""

    TOPIC = "intake.custody_opened.v1"
    subject: str


class HoldSet(Event, frozen=True, kw_only=True):
    """The records are held: nothing of them is erased while that matter is open."""

    TOPIC = "intake.hold_set.v1"
    number: int
    ground: Ground
    by: str
    reason: Confidential

    def apply(self, custody: Custody) -> None:
        custody.holds = {**custody.holds, self.number: self.by}
        custody.last = self.number


class HoldLifted(Event, frozen=True, kw_only=True):
    """That matter is closed."""

    TOPIC = "intake.hold_lifted.v1"
    number: int
    by: str
    reason: Confidential

    def apply(self, custody: Custody) -> None:
        custody.holds = {number: by for number, by in custody.holds.items() if number != self.number}


class BelongingErased(Event, frozen=True, kw_only=True):
    """Records that belong to the same case or sender are to be erased; these stay."""

    TOPIC = "intake.belonging_erased.v1"
    erased: str


class CustodyEnded(Event, frozen=True, kw_only=True):
    """The records are to be erased: there is nothing to hold any more."""

    TOPIC = "intake.custody_ended.v1"

    def apply(self, custody: Custody) -> None:
        custody.over = True


class Custody(Aggregate):
    """The holds on one subject's records, by number, with who set each."""

    TOPIC = "intake.custody"
    subject: str
    holds: dict[int, str] = field(default_factory=dict)
    last: int = 0
    over: bool = False

    @staticmethod
    def stream(subject: str) -> str:
        """The aggregate's id."""
        return f"custody-{subject}"

    @classmethod
    def open(cls, subject: str, *, at: datetime) -> Self:
        """Nothing holds the records."""
        return cls.begin(CustodyOpened, id=cls.stream(subject), at=at, subject=subject)

    def hold(self, ground: Ground, *, by: str, reason: Confidential, at: datetime) -> int:
        """Hold the records; the hold's number. Refused once they are to be erased."""
        if self.over:
            raise Refused(
                "G-7",
                "既に消去を指示した対象です。保留できるものは残っていません。",
                "Its erasure has been ordered: nothing is left to hold.",
            )
        self.record(HoldSet, at=at, number=self.last + 1, ground=ground, by=by, reason=reason)
        return self.last

    def lift(self, number: int, *, by: str, reason: Confidential, at: datetime) -> None:
        """Lift a hold. Raises `NotFound`."""
        if number not in self.holds:
            raise NotFound("hold", "その番号の保留")
        self.record(HoldLifted, at=at, number=number, by=by, reason=reason)

    def end(self, *, at: datetime) -> None:
        """The records are to be erased. Refused while anything holds them."""
        self._must_not_be_held()
        if not self.over:
            self.record(CustodyEnded, at=at)

    def spare(self, erased: str, *, at: datetime) -> None:
        """What belongs to it is to be erased. Refused while anything holds the records: a hold is on all of a case."""
        self._must_not_be_held()
        if not self.over:
            self.record(BelongingErased, at=at, erased=erased)

    def _must_not_be_held(self) -> None:
        if self.holds:
            raise Refused(
                "G-8",
                f"廃棄・消去が保留されています（{self.subject}、保留 {len(self.holds)}件）。"
                "`madoguchi retention holds` で理由を確かめ、解除してから行ってください。",
                f"The records of {self.subject} are held ({len(self.holds)} holds): lift them first, then erase.",
            )
