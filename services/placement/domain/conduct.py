"""The secondee's service (服務): leave for fathers (S-LI-9), work for the sender (S-LI-7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field, replace
from datetime import date, datetime
from typing import Self

import msgspec

from kernel.aggregate import Aggregate, Created, Event
from kernel.refusals import Refused
from kernel.sealing import Contact
from schemas.values import Decision
from services.placement.domain.leave import LeaveEntry, s_li_9_birth, taken
from services.placement.domain.values import CaseOf
from services.placement.policy.conduct import LeaveKind, SenderWorkKind


class ConductOpened(Created, frozen=True, kw_only=True):
    """The first entry about a secondment's service."""

    TOPIC = "placement.conduct_opened.v1"
    case: CaseOf


class LeaveGranted(Event, frozen=True, kw_only=True):
    """Days of leave for a birth. That a child was born, and when, is the person's: ``entry`` is a sealed `LeaveEntry`.

    Older events say it in plain, and have no entry.
    """

    TOPIC = "placement.leave_granted.v1"
    decision: Decision
    entry: Contact | None = None
    kind: LeaveKind | None = None
    birth: int = 0
    first_day: date | None = None
    days: int = 0

    def apply(self, conduct: Conduct) -> None:
        conduct.enter(self.entry, self.kind, self.birth, self.days)


class LeaveTakenBack(Event, frozen=True, kw_only=True):
    """Days that were granted and not taken after all; sealed as those of `LeaveGranted`."""

    TOPIC = "placement.leave_taken_back.v1"
    by: str
    entry: Contact | None = None
    kind: LeaveKind | None = None
    birth: int = 0
    days: int = 0

    def apply(self, conduct: Conduct) -> None:
        conduct.enter(self.entry, self.kind, self.birth, -self.days)


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
    """What was granted and judged during one secondment. ``entries`` are the days of leave, each a sealed `LeaveEntry`.

    ``leave`` holds those of before they were sealed, by ``kind/birth``.
    """

    TOPIC = "placement.conduct"
    case: CaseOf
    leave: dict[str, int] = field(default_factory=dict)
    entries: tuple[Contact, ...] = ()
    sender_work: tuple[JudgedWork, ...] = ()

    @staticmethod
    def stream(secondment_id: str) -> str:
        """The aggregate's id."""
        return f"conduct-{secondment_id}"

    @classmethod
    def begin_for(cls, case: CaseOf, *, at: datetime) -> Self:
        """Before the first entry."""
        return cls.begin(ConductOpened, id=cls.stream(case.secondment_id), at=at, case=case)

    @property
    def older_leave(self) -> tuple[LeaveEntry, ...]:
        """What is on record in plain."""
        found = ((key.partition("/"), days) for key, days in self.leave.items())
        return tuple(
            LeaveEntry(kind="childcare" if kind == "childcare" else "childbirth", birth=int(birth), days=days)
            for (kind, _, birth), days in found
        )

    def grant_leave(
        self, leave: LeaveEntry, known: Sequence[LeaveEntry], decision: Decision, entry: Contact, *, at: datetime
    ) -> None:
        """Grant days of leave, beside those ``known``. ``decision`` is that of S-LI-9; one that is not passed bars it.

        ``entry`` is the leave, sealed, and what the decision saw is in it.
        """
        s_li_9_birth(known, leave)
        if decision.outcome != "passed":
            left = int(str(decision.parameters[0].value)) - taken(known, leave.kind, leave.birth)
            ja = f"この出産について取得できる日数は残り{left}日です。日数を減らしてください。"
            en = f"{left} days are left for this birth. Ask for fewer."
            raise Refused("S-LI-9", ja, en, pointer="/days")
        self.record(LeaveGranted, at=at, decision=replace(decision, facts={}, parameters=()), entry=entry)

    def take_back_leave(
        self, back: LeaveEntry, known: Sequence[LeaveEntry], by: str, entry: Contact, *, at: datetime
    ) -> None:
        """Days not taken after all count no longer; ``back`` has them below zero. Refuses more than were granted."""
        if taken(known, back.kind, back.birth) + back.days < 0:
            ja = "付与した日数を超えて取り消すことはできません。日数をご確認ください。"
            raise Refused("S-LI-9", ja, "More days than were granted. Check the days.", pointer="/days")
        self.record(LeaveTakenBack, at=at, by=by, entry=entry)

    def judge_sender_work(
        self, kind: SenderWorkKind, on: date, work: Contact, decision: Decision, *, at: datetime
    ) -> None:
        """Record the head's word, before or after the work; a refusal is kept as well."""
        self.record(SenderWorkJudged, at=at, kind=kind, on=on, work=work, decision=decision)

    def enter(self, entry: Contact | None, kind: LeaveKind | None, birth: int, days: int) -> None:
        """State only: called by events."""
        if entry is not None:
            self.entries = (*self.entries, entry)
        else:
            self.leave = self.leave | {f"{kind}/{birth}": self.leave.get(f"{kind}/{birth}", 0) + days}
