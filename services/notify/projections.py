"""What officers read of notify, as folds of the log."""

from __future__ import annotations

from typing import Any

import msgspec

from kernel.aggregate import AnyEvent
from kernel.projections import Document, Projection
from services.notify.domain.letter import LetterBounced, LetterComposed, LetterSent, RetryAsked, SendingFailed
from services.notify.domain.recipient import LetterAwaits, LetterReleased, LettersPlanned, PlanMet
from services.notify.domain.values import Case

LETTERS = (LetterComposed, LetterSent, SendingFailed, LetterBounced, RetryAsked)
WAITING = (LetterAwaits, LetterReleased)


def _letter_key(event: AnyEvent) -> str | None:
    if isinstance(event, LETTERS):
        return event.originator_id
    if isinstance(event, LetterAwaits):
        return event.request.letter_id
    return event.letter_id if isinstance(event, LetterReleased) else None


def _fold_letter(document: Document, event: AnyEvent) -> Document:
    """One letter: where it stands; its texts stay sealed in the log."""
    made: dict[str, Any] = {"tries": 0, "given_up": False, **document}
    match event:
        case LetterAwaits():
            request = event.request
            made |= _case(event.case) | {"status": "waiting", "code": request.code, "clause": request.clause}
            made |= {"about": request.subject, "asked_at": event.timestamp}
        case LetterReleased():
            made |= {"status": "withheld"} if event.withheld else {}
        case LetterComposed():
            made |= _case(event.case) | {"status": "composed", "code": event.code, "clause": event.clause}
            made |= {"about": event.about, "message_id": event.message_id, "composed_at": event.timestamp}
            made |= {"title": event.title, "organisation": event.organisation, "edition": event.edition}
        case LetterSent():
            made |= {"status": "sent", "sent_at": event.timestamp}
        case SendingFailed():
            failed = {"status": "failed", "tries": event.tries, "failure": event.reason, "given_up": event.given_up}
            made |= failed | {"failed_at": event.timestamp}
        case LetterBounced():
            made |= {"status": "failed", "failure": f"bounced-{event.status}", "given_up": True}
            made["failed_at"] = event.timestamp
        case RetryAsked():
            made |= {"status": "composed", "tries": 0, "given_up": False, "organisation": event.organisation}
    if isinstance(event, LETTERS):
        made["version"] = event.originator_version
    return made


def _plan_key(event: AnyEvent) -> str | None:
    return event.originator_id if isinstance(event, LettersPlanned | PlanMet) else None


def _fold_plan(document: Document, event: AnyEvent) -> Document:
    """The letters that a case still has before it, with their moments, the earliest first."""
    made: dict[str, Any] = {"planned": [], **document}
    if isinstance(event, LettersPlanned):
        gone = {each.key for each in event.dropped}
        new = [{"key": e.key, "code": e.code, "about": e.subject, "due": e.due} for e in event.planned]
        kept = [each for each in made["planned"] if each["key"] not in gone]
        made |= _case(event.case) | {"planned": sorted(kept + new, key=lambda each: (each["due"], each["key"]))}
    elif isinstance(event, PlanMet):
        made["planned"] = [each for each in made["planned"] if each["key"] != event.key]
    return made | {"next": made["planned"][0]["due"] if made["planned"] else None}


def _case(case: Case) -> dict[str, Any]:
    return msgspec.structs.asdict(case)


PROJECTIONS = [
    Projection("letters", 2, _letter_key, _fold_letter, [("status", "_position", "_id"), ("application_id",)]),
    Projection("planned", 1, _plan_key, _fold_plan, [("next", "_id")]),
]
