"""What intake learns from the other services."""

from __future__ import annotations

from collections.abc import Sequence

from kernel.aggregate import Aggregate
from kernel.handlers import Handlers
from kernel.publishing import Message
from schemas.billing import (
    CreditCarriedOver,
    CreditRefunded,
    InvoiceIssued,
    PaymentReceived,
    PaymentReversed,
    ReturnInvoiceIssued,
)
from schemas.notify import LetterSent
from schemas.placement import PlacementAccepted, SecondmentEnded, SecondmentStarted, SupportEnded
from schemas.screening import (
    CaseClosed,
    CompanyAdopted,
    CompanyNotAdopted,
    InterviewAbsenceWithdrawn,
    InterviewArranged,
    InterviewCancelled,
    InterviewMissed,
)
from services.intake.app import IntakeApp

handlers = Handlers()


@handlers.on(CompanyAdopted)
async def adopted(app: IntakeApp, event: CompanyAdopted, message: Message) -> Sequence[Aggregate]:
    """C-IN-5: after the decision there is no withdrawal at the counter."""
    started = await app.filing.started(event.application_id)
    return [*await app.know_outcome(event.application_id), *started]


@handlers.on(CompanyNotAdopted)
async def not_adopted(app: IntakeApp, event: CompanyNotAdopted, message: Message) -> Sequence[Aggregate]:
    """C-IN-5: after the decision there is no withdrawal at the counter."""
    return await app.know_outcome(event.application_id)


@handlers.on(InterviewMissed)
async def asked(app: IntakeApp, event: InterviewMissed, message: Message) -> Sequence[Aggregate]:
    """C-IN-6: a company that was not there on its date of stage two can be silent from now on."""
    return await app.silences.asked(event.application_id, event.asked_on)


@handlers.on(CaseClosed)
async def closed(app: IntakeApp, event: CaseClosed, message: Message) -> Sequence[Aggregate]:
    """C-SC-16: an officer with an interest neither sees nor judges the company at the counter."""
    return await app.interests.heard(event.application_id, event.to)


@handlers.on(InterviewArranged)
async def given_a_date(app: IntakeApp, event: InterviewArranged, message: Message) -> Sequence[Aggregate]:
    """C-IN-6: who waits for its date is not silent."""
    return await app.silences.asked(event.application_id, None)


@handlers.on(InterviewCancelled)
async def no_longer_asked(app: IntakeApp, event: InterviewCancelled, message: Message) -> Sequence[Aggregate]:
    """C-IN-6: without a date nobody is silent."""
    return await app.silences.asked(event.application_id, None)


@handlers.on(InterviewAbsenceWithdrawn)
async def was_there(app: IntakeApp, event: InterviewAbsenceWithdrawn, message: Message) -> Sequence[Aggregate]:
    """C-IN-6: an absence that was recorded in error awaits no answer."""
    return await app.silences.asked(event.application_id, None)


@handlers.on(LetterSent)
async def letter_sent(app: IntakeApp, event: LetterSent, message: Message) -> Sequence[Aggregate]:
    """C-IN-6: a reminder counts once it went out."""
    return await app.silences.letter_sent(event)


@handlers.on(PlacementAccepted)
async def placed(app: IntakeApp, event: PlacementAccepted, message: Message) -> Sequence[Aggregate]:
    """S-PL-4: in later years the sender is one that has had a placement; S-LI-1: now it names the person."""
    sender = event.party.organisation_id
    return await app.note_placement(sender, event.fiscal_year, event.application_id, event.secondment_id)


@handlers.on(SecondmentStarted)
async def started(app: IntakeApp, event: SecondmentStarted, message: Message) -> Sequence[Aggregate]:
    """S-LI-1: from the start nobody takes the secondee's place."""
    return await app.know_start(event.application_id, event.secondment_id)


@handlers.on(SecondmentEnded)
async def secondment_ended(app: IntakeApp, event: SecondmentEnded, message: Message) -> Sequence[Aggregate]:
    """G-7: from its end on its records are kept for their period."""
    return await app.filing.ended(event.application_id, event.ended_on, event.secondment_id)


@handlers.on(SupportEnded)
async def support_ended(app: IntakeApp, event: SupportEnded, message: Message) -> Sequence[Aggregate]:
    """G-7: from its end on its records are kept for their period."""
    return await app.filing.ended(event.application_id, event.ended_on)


@handlers.on(InvoiceIssued)
async def invoiced(app: IntakeApp, event: InvoiceIssued, message: Message) -> Sequence[Aggregate]:
    """G-8: what was invoiced is kept as accounting records are."""
    return await app.filing.booked(event.application_id, event.number, event.issued_on, event.total)


@handlers.on(ReturnInvoiceIssued)
async def given_back(app: IntakeApp, event: ReturnInvoiceIssued, message: Message) -> Sequence[Aggregate]:
    """G-8: as `invoiced`."""
    return await app.filing.given_back(event.application_id, event.returns, event.issued_on, event.total)


@handlers.on(PaymentReceived)
async def paid(app: IntakeApp, event: PaymentReceived, message: Message) -> Sequence[Aggregate]:
    """G-8: as `invoiced`."""
    return await app.filing.booked(event.application_id, event.number, event.received_on, event.balance)


@handlers.on(PaymentReversed)
async def reversed_(app: IntakeApp, event: PaymentReversed, message: Message) -> Sequence[Aggregate]:
    """G-8: as `invoiced`."""
    return await app.filing.booked(event.application_id, event.number, event.reversed_on, event.balance)


@handlers.on(CreditRefunded)
async def refunded(app: IntakeApp, event: CreditRefunded, message: Message) -> Sequence[Aggregate]:
    """G-8: as `invoiced`."""
    return await app.filing.booked(event.application_id, event.number, event.refunded_on, event.balance)


@handlers.on(CreditCarriedOver)
async def carried_over(app: IntakeApp, event: CreditCarriedOver, message: Message) -> Sequence[Aggregate]:
    """G-8: as `invoiced`."""
    one, other = (event.number, event.balance), (event.to_number, event.to_balance)
    return await app.filing.carried(event.application_id, event.carried_on, one, other)
