"""What falls due in intake: the end of a reception, of an online form's time, a sender's or a company's silence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kernel.aggregate import Aggregate, AnyEvent
from kernel.timers import Cancel, Timer
from services.intake.app import IntakeApp
from services.intake.domain.erasure import ErasureOrdered
from services.intake.domain.form_session import (
    SessionConfirmed,
    SessionOpened,
    SessionResumed,
    SessionUsed,
    SessionVoided,
)
from services.intake.domain.organisation_events import Invited
from services.intake.domain.reception import ReceptionOpened
from services.intake.domain.silence import AttendanceAsked, SilenceReminded

DEADLINE, FORM, VOID = "reception-deadline", "form-session", "form-void"
ANSWER, SILENCE, ERASURE = "answer:", "silence", "erasure"


def schedule(event: AnyEvent) -> Iterable[Timer | Cancel]:
    """A reception with a deadline closes at 24:00 of its last day in Tokyo (S-IN-1, G-1); a form is void (C-IN-2)."""
    if isinstance(event, ReceptionOpened) and event.closes_at is not None:
        return [Timer(DEADLINE, event.originator_id, event.closes_at)]
    if isinstance(event, SessionOpened | SessionConfirmed | SessionResumed):
        ends = Timer(FORM, event.originator_id, event.lasting.expires_at)
        again = isinstance(event, SessionResumed)
        return [ends, Timer(VOID, event.originator_id, event.timestamp)] if again else [ends]
    if isinstance(event, Invited):
        year, moments = event.fiscal_year, enumerate(event.remind_at, 1)
        return [Timer(f"{ANSWER}{year}:{number}", event.originator_id, due) for number, due in moments]
    if isinstance(event, AttendanceAsked):
        awaited = event.silence
        of = event.originator_id
        return [Cancel(SILENCE, of) if awaited is None else Timer(SILENCE, of, awaited.ask_officer_at)]
    if isinstance(event, SilenceReminded):
        return [Timer(SILENCE, event.originator_id, event.ask_officer_at)] if event.ask_officer_at else []
    if isinstance(event, SessionUsed):
        return [Cancel(FORM, event.originator_id), Timer(VOID, event.originator_id, event.timestamp)]
    if isinstance(event, SessionVoided):
        return [Timer(VOID, event.originator_id, event.timestamp)]
    if isinstance(event, ErasureOrdered):
        return [Timer(ERASURE, event.originator_id, event.timestamp)]
    return []


async def ring(app: IntakeApp, timer: Timer) -> Sequence[Aggregate]:
    """What a timer that is due leads to."""
    if timer.name.startswith(ANSWER):
        return await app.register.remind(timer.subject, int(timer.name.removeprefix(ANSWER).partition(":")[0]))
    if timer.name == SILENCE:
        return await app.silences.due(timer.subject)
    if timer.name == ERASURE:
        return await app.erasing.carry_out(timer.subject)
    if timer.name == VOID:
        return await app.sessions.destroy(timer.subject)
    if timer.name == FORM:
        return await app.sessions.void(timer.subject)
    return await app.close_reception(timer.subject)
