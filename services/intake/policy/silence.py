"""When silence towards the screening may be taken as withdrawal (C-IN-6)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from kernel.sealing import Confidential
from policies.calendars import add_days, start_of_day
from policies.support.edition import SupportEdition
from schemas.values import Decision, Outcome, day_in_tokyo
from services.intake.domain.silence import Silence

MORNING = timedelta(hours=9)
"""Reading taken: an officer is asked at 9:00 in Tokyo."""
READ = ("reminders.silence_days_after", "reminders.silence_asked_of_officer_after")


def c_in_6_awaited(edition: SupportEdition, asked_on: date, at: datetime) -> Silence:
    """What is awaited of a company that missed its date of stage two and was asked for an answer on ``asked_on``."""
    days = [edition.value(name, day_in_tokyo(at)) for name in READ]
    asked_at = start_of_day(add_days(asked_on, days[1].number)) + MORNING
    return Silence(asked_on=asked_on, ask_officer_at=asked_at, wanted=len(days[0].numbers))


def c_in_6_silent(edition: SupportEdition, silence: Silence, at: datetime) -> Decision:
    """The rule has found silence: an officer is asked."""
    return _decision(edition, silence, "held", at, by="rule")


def c_in_6_confirmed(
    edition: SupportEdition, silence: Silence, at: datetime, *, by: str, reason: Confidential | None
) -> Decision:
    """An officer takes it as withdrawal."""
    return _decision(edition, silence, "passed", at, by=by, reason=reason)


def _decision(
    edition: SupportEdition,
    silence: Silence,
    outcome: Outcome,
    at: datetime,
    *,
    by: str,
    reason: Confidential | None = None,
) -> Decision:
    return Decision(
        clause="C-IN-6",
        outcome=outcome,
        edition=edition.id,
        by=by,
        at=at.isoformat(),
        facts={"asked_on": silence.asked_on.isoformat(), "reminders": len(silence.reminders)},
        parameters=tuple(edition.value(name, day_in_tokyo(at)).parameter for name in READ),
        reason=reason,
    )
