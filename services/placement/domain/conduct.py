"""The secondee's service (服務): leave for fathers (S-LI-9), work for the sender (S-LI-7)."""

from __future__ import annotations

from dataclasses import field
from datetime import date, datetime
from typing import Self

import msgspec

from kernel.aggregate import Aggregate, Created, Event
from kernel.refusals import Refused
from kernel.sealing import Contact
from schemas.values import Decision
from services.placement.domain.values import CaseOf
from services.placement.policy.conduct import LeaveKind, SenderWorkKind


class ConductOpened(Created, frozen=True, kw_only=True):
    """The first entry about a secondment's service."""

    TOPIC = "placement.conduct_opened.v1"
    case: CaseOf


class LeaveGranted(Event, frozen=True, kw_only=True):
    """Days of leave for a birth; ``birth`` counts the births within the secondment, from 1."""

    TOPIC = "placement.leave_granted.v1"
    kind: LeaveKind
    birth: int
    first_day: date
    days: int
    decision: Decision

    def apply(self, conduct: Conduct) -> None:
        conduct.count(self.kind, self.birth, self.days)


class LeaveTakenBack(Event, frozen=True, kw_only=True):
    """Days that were granted and not taken after all."""

    TOPIC = "placement.leave_taken_back.v1"
    kind: LeaveKind
    birth: int
    days: int
    by: str

    def apply(self, conduct: Conduct) -> None:
        conduct.count(self.kind, self.birth, -self.days)


class SenderWorkJudged(Event, frozen=True, kw_only=True):
    """The head has judged a piece of work that serves the sender; ``work`` says which, in words."""

    TOPIC = "placement.sender_work_judged.v1"
    kind: SenderWorkKind
    on: date
    work: Contact
    decision: Decision

    def apply(self, conduct: Conduct) -> None:
        recognised = self.decision.outcome == "passed"
        entry = JudgedWork(kind=self.kind, on=self.on, work=self.work, recognised=recognised)
        conduct.sender_work = (*conduct.sender_work, entry)


class JudgedWork(msgspec.Struct, frozen=True, kw_only=True):
    """Work for the sender and whether it may be done."""

    kind: SenderWorkKind
    on: date
    work: Contact
    recognised: bool


class Conduct(Aggregate):
    """What was granted and judged during one secondment. ``leave`` holds days by ``kind/birth``."""

    TOPIC = "placement.conduct"
    case: CaseOf
    leave: dict[str, int] = field(default_factory=dict)
    sender_work: tuple[JudgedWork, ...] = ()

    @staticmethod
    def stream(secondment_id: str) -> str:
        """The aggregate's id."""
        return f"conduct-{secondment_id}"

    @classmethod
    def begin_for(cls, case: CaseOf, *, at: datetime) -> Self:
        """Before the first entry."""
        return cls.begin(ConductOpened, id=cls.stream(case.secondment_id), at=at, case=case)

    def taken(self, kind: LeaveKind, birth: int) -> int:
        """Days granted so far for a birth."""
        return self.leave.get(f"{kind}/{birth}", 0)

    def grant_leave(
        self, kind: LeaveKind, birth: int, first_day: date, days: int, decision: Decision, *, at: datetime
    ) -> None:
        """Grant days of leave. ``decision`` is that of S-LI-9; one that is not passed bars it."""
        if decision.outcome != "passed":
            left = int(str(decision.parameters[0].value)) - self.taken(kind, birth)
            ja = f"この出産について取得できる日数は残り{left}日です。日数を減らしてください。"
            en = f"{left} days are left for this birth. Ask for fewer."
            raise Refused("S-LI-9", ja, en, pointer="/days")
        fields = {"kind": kind, "birth": birth, "first_day": first_day, "days": days, "decision": decision}
        self.record(LeaveGranted, at=at, **fields)

    def take_back_leave(self, kind: LeaveKind, birth: int, days: int, by: str, *, at: datetime) -> None:
        """Days that were not taken count no longer. Refuses more than were granted."""
        if days > self.taken(kind, birth):
            ja = "付与した日数を超えて取り消すことはできません。日数をご確認ください。"
            raise Refused("S-LI-9", ja, "More days than were granted. Check the days.", pointer="/days")
        self.record(LeaveTakenBack, at=at, kind=kind, birth=birth, days=days, by=by)

    def judge_sender_work(
        self, kind: SenderWorkKind, on: date, work: Contact, decision: Decision, *, at: datetime
    ) -> None:
        """Record the head's word, before or after the work; a refusal is kept as well."""
        self.record(SenderWorkJudged, at=at, kind=kind, on=on, work=work, decision=decision)

    def count(self, kind: LeaveKind, birth: int, days: int) -> None:
        """State only: called by events."""
        self.leave = self.leave | {f"{kind}/{birth}": self.taken(kind, birth) + days}
