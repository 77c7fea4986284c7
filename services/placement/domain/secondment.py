"""The secondment (出向): from the acceptance over memorandum, start and departure to its end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Self

from kernel.refusals import Refused
from kernel.sealing import Contact, Personal
from schemas.values import Decision, Stay, day_in_tokyo
from services.placement.domain import secondment_events as happened
from services.placement.domain.days import not_ahead
from services.placement.domain.memorandum import WithMemorandum
from services.placement.domain.values import CaseOf
from services.placement.policy.life import START_NEEDS


class Secondment(WithMemorandum):
    """One secondment's life. ``state``: foreseen, agreed, held, running, ended, called_off.

    ``missing`` is what a held start waits for.
    """

    TOPIC = "placement.secondment"
    stays: tuple[Stay, ...] = ()
    edition: str = ""
    missing: tuple[str, ...] = ()
    departed_on: date | None = None
    departure_planned_for: date | None = None
    departure_cancelled: bool = False
    end_asked: bool = False

    @staticmethod
    def stream(secondment_id: str) -> str:
        """The aggregate's id."""
        return f"secondment-{secondment_id}"

    @classmethod
    def foresee(cls, case: CaseOf, *, at: datetime) -> Self:
        """The first word on it."""
        return cls.begin(happened.SecondmentForeseen, id=cls.stream(case.secondment_id), at=at, case=case)

    def agree(self, stays: tuple[Stay, ...], starts_on: date, ends_on: date, edition: str, *, at: datetime) -> None:
        """The sender accepted these places."""
        if self.state == "foreseen":
            fields = {"stays": stays, "starts_on": starts_on, "ends_on": ends_on, "edition": edition}
            self._tell(happened.SecondmentAgreed, at=at, **fields)

    def start(
        self, on: date, appraisal_days: dict[int, date], decisions: tuple[Decision, ...], *, at: datetime
    ) -> None:
        """Begin. Refuses while anything is missing: no start without the memorandum."""
        self._before_start()
        if self.lacks():
            ja = "開始に必要なものがそろっていません。不足を確認してください: " + "、".join(
                START_NEEDS[m][0] for m in self.lacks()
            )
            en = "The start still needs: " + ", ".join(START_NEEDS[m][1] for m in self.lacks())
            raise Refused("S-LI-2", ja, en)
        fields = {"started_on": on, "until": self.ends_on, "stays": self.stays, "appraisal_days": appraisal_days}
        self._tell(happened.SecondmentStarted, at=at, decisions=decisions, **fields)

    def start_late(
        self, on: date, appraisal_days: dict[int, date], decisions: tuple[Decision, ...], *, at: datetime
    ) -> None:
        """HR lets a held secondment start on a day since its memorandum, up to today (S-LI-3, S-LI-2)."""
        if self.state != "held" or self.starts_on is None or self.ends_on is None:
            ja = "開始を保留している出向ではありません。開始日は制度の開始日であり、繰り上げや変更はできません。"
            raise Refused("S-LI-3", ja, "Its start is not held: it starts on the day of the programme, no other.")
        first = max(self.starts_on, self.memorandum_copies.get("jetro", self.starts_on))
        if self.memorandum == "concluded" and not (first <= not_ahead(on, at) < self.ends_on):
            ja = f"開始日は、覚書の締結と制度の開始日以後（{first.isoformat()}から）、本日までの日にしてください。"
            en = f"It starts on a day from {first.isoformat()}, the later of term and memorandum, up to today."
            raise Refused("S-LI-3", ja, en, pointer="/started_on")
        self.start(on, appraisal_days, decisions, at=at)

    def hold_start(self, decision: Decision, *, at: datetime) -> None:
        """The day came and something is missing."""
        if self.state == "agreed":
            self._tell(happened.StartHeld, at=at, missing=self.lacks(), decision=decision)

    @property
    def office(self) -> str | None:
        """The overseas office that it goes to, if it does: the site that follows the domestic one."""
        sites = [stay.site for stay in self.stays]
        return sites[-1] if sites and not self.departure_cancelled and sites[-1] != sites[0] else None

    def prepares(self) -> None:
        """Guard of the checklist: there is a post overseas to prepare for (S-LI-4)."""
        if self.office is None or self.state not in ("agreed", "held", "running"):
            ja = "海外に赴任する予定のある、終了していない出向ではありません。"
            raise Refused("S-LI-4", ja, "The secondment does not go overseas, or is over.")

    def depart(self, country: str, departed_on: date, decisions: Sequence[Decision], *, at: datetime) -> None:
        """The post overseas is taken up. ``decisions`` are those of S-LI-4; a refused one bars it."""
        self._may_depart()
        if any(decision.outcome not in ("passed", "waived") for decision in decisions):
            raise AssertionError("a departure is judged before it is recorded")
        if self.ends_on is not None and departed_on > self.ends_on:
            ja = "赴任日が出向期間の終わりより後です。日付をご確認ください。"
            raise Refused("S-LI-4", ja, "That is after the secondment's end. Check the day.", pointer="/departed_on")
        fields: dict[str, Any] = {"office": self.office, "country": country, "until": self.ends_on}
        fields["edition"] = self.edition
        fields |= {"departed_on": not_ahead(departed_on, at), "decisions": tuple(decisions)}
        self._tell(happened.SecondeeDeparted, at=at, **fields)

    def change_term(
        self,
        change: happened.NewTerm,
        appraisal_days: dict[int, date],
        decisions: tuple[Decision, ...],
        *,
        at: datetime,
    ) -> None:
        """An amendment was concluded: the term ends on another day (S-LI-5)."""
        self.may_change_term(change.until, at=at)
        running = self.state == "running"
        added = {year: day for year, day in appraisal_days.items() if running and year not in self.appraisals}
        fields: dict[str, Any] = {"change": change, "running": running, "appraisal_days": added}
        self._tell(happened.TermChanged, at=at, decisions=decisions, **fields)

    def may_change_term(self, until: date, *, at: datetime) -> date:
        """The last day as it is now. Refuses a change before the memorandum, after the end, or into the past."""
        if self.state not in ("agreed", "held", "running") or self.memorandum != "concluded" or self.ends_on is None:
            ja = "覚書を締結済みで、終了していない出向のみ期間を変更できます。"
            raise Refused("S-LI-5", ja, "Only a secondment with a concluded memorandum that is not over can change.")
        first = max(day for day in (day_in_tokyo(at), self.started_on, self.starts_on, self.departed_on) if day)
        if until == self.ends_on or until < first:
            ja = "新しい満了日は、現在と異なる日で、本日・開始日・海外着任日以後の日にしてください。"
            en = "The new last day must differ from the present one and not lie before today, the start or the arrival."
            raise Refused("S-LI-5", ja, en, pointer="/until")
        return self.ends_on

    def postpone(self, planned_for: date, reason: Contact, decision: Decision, *, earliest: date, at: datetime) -> None:
        """Move the departure to a later day (S-PL-11); ``earliest`` is the first one after the years in Japan."""
        self._may_depart(running=False)
        so_far = max(day_in_tokyo(at), earliest, self.departure_planned_for or earliest)
        if planned_for <= so_far:
            ja = f"渡航予定日は{so_far.isoformat()}より後にしてください（本日、国内勤務の満了、現在の予定）。"
            en = f"It is postponed to a day after {so_far.isoformat()}: today, the years in Japan and the plan so far."
            raise Refused("S-PL-11", ja, en, pointer="/planned_for")
        if self.ends_on is not None and planned_for > self.ends_on:
            ja = "渡航予定日が出向期間の終わりより後です。期間の変更か渡航の中止をご検討ください。"
            raise Refused("S-PL-11", ja, "That is after the secondment's end.", pointer="/planned_for")
        fields = {"planned_for": planned_for, "reason": reason, "decision": decision}
        self._tell(happened.DeparturePostponed, at=at, **fields)

    def cancel_departure(
        self,
        stays: tuple[Stay, ...],
        reason: Contact,
        decision: Decision,
        consent: tuple[Decision, ...] = (),
        *,
        at: datetime,
    ) -> None:
        """Give the departure up; ``stays`` are the places in Japan for all its years (S-PL-11, S-PL-7)."""
        self._may_depart(running=False)
        fields = {"reason": reason, "stays": stays, "decision": decision, "consent": consent}
        self._tell(happened.DepartureCancelled, at=at, **fields)

    def end(self, on: date, decision: Decision, *, early: bool, ground: Personal | None = None, at: datetime) -> None:
        """End it: at its term, or early on one of the grounds of S-LI-6."""
        if self.state != "running" or self.started_on is None or self.ends_on is None:
            ja = "実施中の出向ではありません。"
            raise Refused("S-LI-6", ja, "The secondment is not running.")
        if early and not self.started_on <= not_ahead(on, at) < self.ends_on:
            ja = "終了日は開始日以後、満了日より前の日にしてください。"
            raise Refused("S-LI-6", ja, "An early end lies between start and term.", pointer="/ended_on")
        if early and self.departed_on is not None and on < self.departed_on:
            ja = "終了日が海外着任日より前です。着任後に発生した経費まで返還されますので、日付をご確認ください。"
            en = "That is before the post overseas was taken up: all its fees would be given back. Check the day."
            raise Refused("S-LI-6", ja, en, pointer="/ended_on")
        fields: dict[str, Any] = {"ended_on": on, "early": early, "ground": ground, "decision": decision}
        self._tell(happened.SecondmentEnded, at=at, **fields)

    def withdraw(self, *, at: datetime) -> None:
        """The application was withdrawn: before the start it is off, afterwards an officer decides (S-LI-6)."""
        if self.state in ("foreseen", "agreed", "held"):
            self.record(happened.SecondmentCalledOff, at=at)
        elif self.state == "running" and not self.end_asked:
            self.record(happened.EndAsked, at=at)

    def _may_depart(self, running: bool = True) -> None:
        if self.office is None:
            ja = "海外に渡航する予定のない出向です。"
            raise Refused("S-LI-4", ja, "This secondment does not go overseas.")
        if self.departed_on is not None:
            ja = "すでに海外に着任しています。"
            raise Refused("S-LI-4", ja, "The post overseas has been taken up already.")
        if self.state != "running" and (running or self.state not in ("agreed", "held")):
            ja = "この出向は開始前か終了済みのため、渡航を扱えません。"
            raise Refused("S-LI-4", ja, "The secondment has not started, or is over.")
