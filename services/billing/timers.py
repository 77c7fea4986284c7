"""What falls due in billing: the next fiscal year's amount, and open invoices past their due day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from kernel.aggregate import Aggregate, AnyEvent
from kernel.timers import Cancel, Timer
from policies.calendars import start_of_day
from services.billing.app import BillingApp
from services.billing.domain.account_events import DepartureCalledOff, PostEnded, PostTakenUp, TermChanged, YearOpened
from services.billing.domain.rates import RatePosted
from services.billing.domain.receivable_events import (
    CreditBroughtIn,
    CreditGiven,
    OverdueSeen,
    PaymentRecorded,
    PaymentReversed,
    ReceivableOpened,
)

NEXT_YEAR = "fiscal-year"
OVERDUE = "overdue"
RELEASE = "release"
"""Falls due at once: each invoice that waited for a rate is issued in a commit of its own, whatever crashes."""


def schedule(event: AnyEvent) -> Iterable[Timer | Cancel]:
    """What an event sets and cancels; every time is 0:00 in Tokyo."""
    match event:
        case PostTakenUp() | DepartureCalledOff() | PostEnded() | TermChanged() | YearOpened():
            return [_at(NEXT_YEAR, event.originator_id, event.next_year_on)]
        case RatePosted():
            return [Timer(RELEASE, f"{event.rate.currency}/{id}", event.timestamp) for id in event.serves]
        case ReceivableOpened():
            return [_at(OVERDUE, event.originator_id, event.remind_on[0] if event.remind_on else None)]
        case OverdueSeen() | PaymentReversed():
            return [_at(OVERDUE, event.originator_id, event.next_on)]
        case PaymentRecorded() | CreditGiven() | CreditBroughtIn() if event.balance <= 0:
            return [Cancel(OVERDUE, event.originator_id)]
        case _:
            return []


async def ring(app: BillingApp, timer: Timer) -> Sequence[Aggregate]:
    """What a timer that is due leads to."""
    if timer.name == NEXT_YEAR:
        return await app.begin_year(timer.subject, timer.due)
    if timer.name == RELEASE:
        currency, _, invoice_id = timer.subject.partition("/")
        return await app.release(currency, invoice_id)
    return await app.see_overdue(timer.subject)


def _at(name: str, subject: str, day: date | None) -> Timer | Cancel:
    return Cancel(name, subject) if day is None else Timer(name, subject, start_of_day(day))
