"""The secondment (出向): from the acceptance over memorandum, start and departure to its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field
from datetime import date, datetime
from typing import Any, Self

from kernel.aggregate import Aggregate
from kernel.refusals import Refused
from kernel.sealing import Contact, Personal
from schemas.values import Decision, Stay, day_in_tokyo, fiscal_year
from services.placement.domain import secondment_events as happened
from services.placement.domain.days import not_ahead
from services.placement.domain.secondment_events import OfCase, Step
from services.placement.domain.values import Appraised, CaseOf

COPIES = 3
"""Copies of the memorandum: the sender's, the secondee's, JETRO's (S-LI-2)."""


class Secondment(Aggregate):
    """One secondment's life. ``state``: foreseen, agreed, held, running, ended, called_off.

    ``memorandum`` is none, drafted, sent or concluded; ``missing`` what a held start waits for.
    """

    TOPIC = "placement.secondment"
    case: CaseOf
    state: str = "foreseen"
    stays: tuple[Stay, ...] = ()
    starts_on: date | None = None
    ends_on: date | None = None
    edition: str = ""
    secondee_id: str | None = None
    papers_passed: bool = False
    memorandum: str = "none"
    memorandum_sent_on: date | None = None
    started_on: date | None = None
    missing: tuple[str, ...] = ()
    departed_on: date | None = None
    departure_planned_for: date | None = None
    departure_cancelled: bool = False
    appraisals: dict[int, Appraised] = field(default_factory=dict)
    overdue_appraisals: tuple[int, ...] = ()
    results: dict[int, Personal] = field(default_factory=dict)
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

    def pass_person(self, secondee_id: str, *, at: datetime) -> None:
        """The secondee passed screening; another person may take the place before the start."""
        if self.secondee_id != secondee_id:
            self.record(happened.SecondeePassed, at=at, secondee_id=secondee_id)

    def pass_papers(self, *, at: datetime) -> None:
        """All papers of the secondee are here."""
        if not self.papers_passed:
            self.record(happened.PapersPassed, at=at)

    def draft_memorandum(self, drafted_on: date, by: str, *, at: datetime) -> None:
        """JETRO drafts the memorandum once the secondee and the papers are here."""
        self._before_start()
        self._screened()
        if self.memorandum != "none":
            ja = "覚書案は作成済みです。"
            raise Refused("S-LI-2", ja, "The memorandum is drafted already.")
        self.record(happened.MemorandumDrafted, at=at, drafted_on=not_ahead(drafted_on, at), by=by)

    def send_memorandum(self, sent_on: date, by: str, *, at: datetime) -> None:
        """Three copies go to the sender; one that is not noted as drafted is drafted by being sent."""
        self._before_start()
        self._screened()
        if self.memorandum not in ("none", "drafted"):
            ja = "覚書はすでに派遣元へ送付済みです。"
            raise Refused("S-LI-2", ja, "The memorandum has been sent to the sender already.")
        self._tell(happened.MemorandumSent, at=at, sent_on=not_ahead(sent_on, at), copies=COPIES, by=by)

    def return_memorandum(self, returned_on: date, by: str, *, at: datetime) -> None:
        """JETRO's copy is back, so the memorandum is concluded."""
        if self.memorandum != "sent" or self.memorandum_sent_on is None:
            ja = "送付中の覚書がありません。送付の記録を先に行ってください。"
            raise Refused("S-LI-2", ja, "No memorandum is out. Record first that it was sent.")
        if returned_on < self.memorandum_sent_on:
            ja = "返送日が送付日より前になっています。日付をご確認ください。"
            raise Refused(
                "S-LI-2", ja, "It cannot come back before it was sent. Check the day.", pointer="/returned_on"
            )
        self._tell(happened.MemorandumReturned, at=at, returned_on=not_ahead(returned_on, at), by=by)

    def lacks(self) -> tuple[str, ...]:
        """What the start still needs (S-LI-2, S-SC-9)."""
        have = {
            "secondee": self.secondee_id is not None,
            "papers": self.papers_passed,
            "memorandum": self.memorandum == "concluded",
        }
        return tuple(name for name, here in have.items() if not here)

    def start(
        self, on: date, appraisal_days: dict[int, date], decisions: tuple[Decision, ...], *, at: datetime
    ) -> None:
        """Begin. Refuses while anything is missing: no start without the memorandum."""
        self._before_start()
        if self.lacks():
            ja = "開始に必要なものがそろっていません。不足を確認してください: " + "、".join(
                _WORDS[m][0] for m in self.lacks()
            )
            en = "The start still needs: " + ", ".join(_WORDS[m][1] for m in self.lacks())
            raise Refused("S-LI-2", ja, en)
        fields = {"started_on": on, "until": self.ends_on, "stays": self.stays, "appraisal_days": appraisal_days}
        self._tell(happened.SecondmentStarted, at=at, decisions=decisions, **fields)

    def hold_start(self, decision: Decision, *, at: datetime) -> None:
        """The day came and something is missing."""
        if self.state == "agreed":
            self._tell(happened.StartHeld, at=at, missing=self.lacks(), decision=decision)

    @property
    def office(self) -> str | None:
        """The overseas office that it goes to, if it does: the site that follows the domestic one."""
        sites = [stay.site for stay in self.stays]
        return sites[-1] if sites and not self.departure_cancelled and sites[-1] != sites[0] else None

    def depart(self, country: str, departed_on: date, decisions: Sequence[Decision], *, at: datetime) -> None:
        """The post overseas is taken up. ``decisions`` are those of S-LI-4; one that is not passed bars it."""
        self._may_depart()
        if any(decision.outcome != "passed" for decision in decisions):
            raise AssertionError("a departure is judged before it is recorded")
        fields: dict[str, Any] = {"office": self.office, "country": country, "until": self.ends_on}
        fields["edition"] = self.edition
        fields |= {"departed_on": not_ahead(departed_on, at), "decisions": tuple(decisions)}
        self._tell(happened.SecondeeDeparted, at=at, **fields)

    def postpone(self, planned_for: date, reason: Contact, decision: Decision, *, at: datetime) -> None:
        """Move the departure to a later day (S-PL-11)."""
        self._may_depart(running=False)
        if self.ends_on is not None and planned_for > self.ends_on:
            ja = "渡航予定日が出向期間の終わりより後です。期間の変更か渡航の中止をご検討ください。"
            raise Refused("S-PL-11", ja, "That is after the secondment's end.", pointer="/planned_for")
        fields = {"planned_for": planned_for, "reason": reason, "decision": decision}
        self._tell(happened.DeparturePostponed, at=at, **fields)

    def cancel_departure(self, stays: tuple[Stay, ...], reason: Contact, decision: Decision, *, at: datetime) -> None:
        """Give the departure up; ``stays`` are the places in Japan for all its years (S-PL-11, S-PL-7)."""
        self._may_depart(running=False)
        self._tell(happened.DepartureCancelled, at=at, reason=reason, stays=stays, decision=decision)

    def appraise(
        self, year: int, step: Step, on: date, by: str, result: Personal | None = None, *, at: datetime
    ) -> None:
        """Record a step of a fiscal year's appraisal; what was reported stays (S-LI-8)."""
        known = self.appraisals.get(year)
        if known is None:
            ja = "この年度は出向期間に含まれていません。年度をご確認ください。"
            raise Refused("S-LI-8", ja, "The secondment has no such fiscal year.", pointer="/fiscal_year")
        if known.reported_on is not None:
            ja = "この年度の評価結果は派遣元に通知済みです。"
            raise Refused("S-LI-8", ja, "That year's result has been reported to the sender.")
        fields: dict[str, Any] = {"appraised_year": year, "step": step, "by": by, "result": result}
        self.record(happened.AppraisalStepRecorded, at=at, recorded_on=not_ahead(on, at), **fields)
        if year in self.overdue_appraisals and step == "assessment":
            self.report_appraisal(year, at=at)

    def report_appraisal(self, year: int, *, at: datetime) -> None:
        """The day of the report: the result goes out, or is noted as overdue and goes out once it is there."""
        known = self.appraisals.get(year)
        over = self.state == "ended" and self.ends_on is not None and fiscal_year(self.ends_on) < year
        if known is None or known.reported_on is not None or over:
            return
        if known.assessed_on is None:
            self.record(happened.AppraisalOverdue, at=at, appraised_year=year)
            return
        fields = {"appraised_year": year, "reported_on": day_in_tokyo(at), "result": self.results.get(year)}
        self._tell(happened.AppraisalReported, at=at, **fields)

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

    def _tell(self, event: type[OfCase], *, at: datetime, **fields: Any) -> None:
        self.record(event, at=at, case=self.case, **fields)

    def _before_start(self) -> None:
        if self.state not in ("agreed", "held"):
            ja = "開始前の出向ではありません（未承諾、開始済み、または終了）。"
            raise Refused("S-LI-2", ja, "The secondment is not agreed yet, or has started, or is over.")

    def _screened(self) -> None:
        if self.secondee_id is None or not self.papers_passed:
            ja = "出向者の審査と必要書類がそろってから覚書を作成・送付してください。"
            raise Refused("S-LI-2", ja, "The secondee must be screened and the papers be here first.")

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


_WORDS = {
    "secondee": ("出向者の審査", "the secondee's screening"),
    "papers": ("必要書類", "the papers"),
    "memorandum": ("覚書の締結", "the concluded memorandum"),
}
