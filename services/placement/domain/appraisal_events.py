"""What happens in the yearly appraisal (人事評価) of a secondee (S-LI-8)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Literal

import msgspec

from kernel.aggregate import Event
from kernel.sealing import Personal
from schemas.values import Decision
from services.placement.domain.secondment_events import OfCase

if TYPE_CHECKING:
    from services.placement.domain.appraisal import WithAppraisals

Step = Literal["goals", "review", "assessment"]


class AppraisalStepRecorded(Event, frozen=True, kw_only=True):
    """Goals set, review held, or assessment made for a fiscal year (S-LI-8). The result is about a person."""

    TOPIC = "placement.appraisal_step_recorded.v1"
    appraised_year: int
    step: Step
    recorded_on: date
    by: str
    result: Personal | None = None
    decision: Decision | None = None

    def apply(self, secondment: WithAppraisals) -> None:
        names = {"goals": "goals_on", "review": "reviewed_on", "assessment": "assessed_on"}
        known = secondment.appraisals[self.appraised_year]
        done = msgspec.structs.replace(known, **{names[self.step]: self.recorded_on})
        secondment.appraisals = secondment.appraisals | {self.appraised_year: done}
        if self.result is not None:
            secondment.results = secondment.results | {self.appraised_year: self.result}


class AppraisalOverdue(Event, frozen=True, kw_only=True):
    """The day of the report came without an assessment."""

    TOPIC = "placement.appraisal_overdue.v1"
    appraised_year: int

    def apply(self, secondment: WithAppraisals) -> None:
        secondment.overdue_appraisals = (*secondment.overdue_appraisals, self.appraised_year)


class AppraisalReported(OfCase, frozen=True, kw_only=True):
    """The result goes to the sender, in June of the next fiscal year (S-LI-8)."""

    TOPIC = "placement.appraisal_reported.v1"
    appraised_year: int
    reported_on: date
    result: Personal | None = None

    def apply(self, secondment: WithAppraisals) -> None:
        done = msgspec.structs.replace(secondment.appraisals[self.appraised_year], reported_on=self.reported_on)
        secondment.appraisals = secondment.appraisals | {self.appraised_year: done}
        left = (year for year in secondment.overdue_appraisals if year != self.appraised_year)
        secondment.overdue_appraisals = tuple(left)
