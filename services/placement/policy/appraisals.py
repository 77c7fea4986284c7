"""Decisions on the yearly appraisal (人事評価): its steps in their order and time (S-LI-8)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from kernel.sealing import Confidential
from policies.calendars import first_day
from policies.secondment.edition import SecondmentEdition
from schemas.values import Decision, Outcome, day_in_tokyo
from services.placement.domain.values import Appraised
from services.placement.policy.decisions import decided

Step = Literal["goals", "review", "assessment"]


def s_li_8_step(
    edition: SecondmentEdition,
    year: int,
    step: Step,
    on: date,
    known: Appraised,
    *,
    by: str,
    reason: Confidential | None,
    at: datetime,
) -> Decision:
    """Goals at the start of the fiscal year, a review half-way, an assessment at its end: each after those before it.

    A step out of its order or before its month is recorded by HR's word, with a reason.
    """
    read = edition.value(f"appraisal.{step}_month", day_in_tokyo(at))
    month = date(year, read.number, 1)
    due = month if month >= first_day(year) else date(year + 1, read.number, 1)
    made = {"goals": known.goals_on, "review": known.reviewed_on}
    before = {"goals": (), "review": ("goals",), "assessment": ("goals", "review")}[step]
    without = [each for each in before if (day := made[each]) is None or day > on]
    outcome: Outcome = "waived" if without or on < due else "passed"
    facts = {"fiscal_year": year, "step": step, "recorded_on": on.isoformat(), "without": without}
    return decided("S-LI-8", outcome, edition=edition.id, at=at, facts=facts, read=[read], by=by, reason=reason)
