"""What notify tells others: the only place where a private event becomes a public one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kernel.aggregate import AnyEvent
from schemas import notify as public
from schemas.base import Published
from services.notify.domain.letter import LetterBounced, LetterSent, SendingFailed


def publish(event: AnyEvent) -> Sequence[Published]:
    """The public events that a private one leads to; none for what stays inside."""
    match event:
        case LetterSent():
            said = _of(event) | {"clause": event.clause, "message_id": event.message_id, "sent_at": event.timestamp}
            return [public.LetterSent(**said)]
        case SendingFailed():
            return [public.LetterFailed(**_of(event) | {"tries": event.tries, "reason": event.reason})]
        case LetterBounced():
            return [public.LetterFailed(**_of(event) | {"tries": event.tries, "reason": f"bounced-{event.status}"})]
        case _:
            return []


def _of(event: LetterBounced | LetterSent | SendingFailed) -> dict[str, Any]:
    return {
        "programme": event.case.programme,
        "fiscal_year": event.case.fiscal_year,
        "application_id": event.case.application_id,
        "letter_id": event.originator_id,
        "letter": event.code,
    }
