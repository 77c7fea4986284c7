"""When silence towards the screening may be taken as withdrawal (C-IN-6)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from kernel.sealing import Confidential
from policies.calendars import start_of_day
from policies.support.edition import SupportEdition
from policies.support.silence import ASKED, REMINDED, officer_asked_on
from schemas.values import Decision, Outcome, day_in_tokyo
from services.intake.domain.silence import Silence

MORNING = timedelta(hours=9)
"""Reading taken: an officer is asked at 9:00 in Tokyo."""
READ = (REMINDED, ASKED)


def c_in_6_awaited(edition: SupportEdition, asked_on: date) -> Silence:
    """What is awaited of a company that missed its date of stage two and was asked for an answer on ``asked_on``."""
    wanted = len(edition.value(REMINDED, asked_on).numbers)
    asked_at = start_of_day(officer_asked_on(edition, asked_on)) + MORNING
    return Silence(asked_on=asked_on, ask_officer_at=asked_at, wanted=wanted)


def c_in_6_reminded(edition: SupportEdition, silence: Silence, on: date) -> datetime:
    """When an officer is asked at the soonest, a reminder having gone out on that day of Tokyo."""
    return start_of_day(officer_asked_on(edition, silence.asked_on, on)) + MORNING


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
    days = {"asked_on": silence.asked_on, "asked_of_officer_on": day_in_tokyo(silence.ask_officer_at)}
    return Decision(
        clause="C-IN-6",
        outcome=outcome,
        edition=edition.id,
        by=by,
        at=at.isoformat(),
        facts={name: day.isoformat() for name, day in days.items()} | {"reminders": len(silence.reminders)},
        parameters=tuple(edition.value(name, silence.asked_on).parameter for name in READ),
        reason=reason,
    )
