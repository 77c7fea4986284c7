"""The yearly appraisal (人事評価) within a secondment: goals, review, assessment, report (S-LI-8)."""

from __future__ import annotations

from dataclasses import field
from datetime import date, datetime
from typing import Any

from kernel.aggregate import Aggregate
from kernel.refusals import Refused
from kernel.sealing import Personal
from policies.calendars import first_day
from schemas.values import Decision, day_in_tokyo, fiscal_year
from services.placement.domain.appraisal_events import AppraisalOverdue, AppraisalReported, AppraisalStepRecorded, Step
from services.placement.domain.days import not_ahead
from services.placement.domain.secondment_events import OfCase
from services.placement.domain.values import Appraised, CaseOf


class WithAppraisals(Aggregate):
    """The part of a secondment that is about its appraisals: by fiscal year, with results about the person."""

    case: CaseOf
    state: str = "foreseen"
    started_on: date | None = None
    ends_on: date | None = None
    appraisals: dict[int, Appraised] = field(default_factory=dict)
    overdue_appraisals: tuple[int, ...] = ()
    results: dict[int, Personal] = field(default_factory=dict)

    def appraise(
        self,
        year: int,
        step: Step,
        on: date,
        by: str,
        result: Personal | None = None,
        decision: Decision | None = None,
        *,
        at: datetime,
    ) -> None:
        """Record a step of a fiscal year's appraisal; what was reported stays (S-LI-8).

        No step is made before the fiscal year and the secondment have begun; ``decision`` says whether in its time.
        """
        known = self.appraisals.get(year)
        if known is None:
            ja = "この年度は出向期間に含まれていません。年度をご確認ください。"
            raise Refused("S-LI-8", ja, "The secondment has no such fiscal year.", pointer="/fiscal_year")
        if known.reported_on is not None:
            ja = "この年度の評価結果は派遣元に通知済みです。"
            raise Refused("S-LI-8", ja, "That year's result has been reported to the sender.")
        first = max(first_day(year), self.started_on or first_day(year))
        if on < first:
            ja = f"評価の記録日は、その年度と出向の開始以後（{first.isoformat()}から）にしてください。"
            en = f"A step is made on a day from {first.isoformat()}, when year and secondment have begun."
            raise Refused("S-LI-8", ja, en, pointer="/recorded_on")
        fields: dict[str, Any] = {"appraised_year": year, "step": step, "by": by, "result": result}
        fields["decision"] = decision
        self.record(AppraisalStepRecorded, at=at, recorded_on=not_ahead(on, at), **fields)
        if year in self.overdue_appraisals and step == "assessment":
            self.report_appraisal(year, at=at)

    def report_appraisal(self, year: int, *, at: datetime) -> None:
        """The day of the report: the result goes out, or is noted as overdue and goes out once it is there."""
        known = self.appraisals.get(year)
        over = self.state == "ended" and self.ends_on is not None and fiscal_year(self.ends_on) < year
        if known is None or known.reported_on is not None or over:
            return
        if known.assessed_on is None:
            self.record(AppraisalOverdue, at=at, appraised_year=year)
            return
        fields = {"appraised_year": year, "reported_on": day_in_tokyo(at), "result": self.results.get(year)}
        self._tell(AppraisalReported, at=at, **fields)

    def _tell(self, event: type[OfCase], *, at: datetime, **fields: Any) -> None:
        self.record(event, at=at, case=self.case, **fields)
