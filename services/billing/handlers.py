"""What billing hears: from placement what was served, used and caused by a cancelled visit, from intake addresses."""

from __future__ import annotations

from collections.abc import Sequence

from kernel.aggregate import Aggregate
from kernel.handlers import Handlers
from kernel.publishing import Message
from schemas import intake, placement
from services.billing.app import BillingApp

handlers = Handlers()


@handlers.on(intake.ApplicationAmended)
async def amended(app: BillingApp, event: intake.ApplicationAmended, message: Message) -> Sequence[Aggregate]:
    """Another address, or another sender after a merge: for invoices to come (S-BI-6)."""
    return await app.readdress(event)


@handlers.on(placement.SecondmentStarted)
async def started(app: BillingApp, event: placement.SecondmentStarted, message: Message) -> Sequence[Aggregate]:
    """The secondment has an account: costs may arise from now on, overseas or not (S-BI-1)."""
    return await app.begin(event)


@handlers.on(placement.SecondeeDeparted)
async def departed(app: BillingApp, event: placement.SecondeeDeparted, message: Message) -> Sequence[Aggregate]:
    """The post is taken up: the fiscal year's amount falls due at once (S-BI-5)."""
    return await app.take_up(event)


@handlers.on(placement.DeparturePostponed)
async def postponed(app: BillingApp, event: placement.DeparturePostponed, message: Message) -> Sequence[Aggregate]:
    """Nothing is served before the day to come (S-BI-6)."""
    return await app.call_off(event, planned_for=event.planned_for)


@handlers.on(placement.DepartureCancelled)
async def cancelled(app: BillingApp, event: placement.DepartureCancelled, message: Message) -> Sequence[Aggregate]:
    """Nothing is served overseas at all."""
    return await app.call_off(event, planned_for=None)


@handlers.on(placement.TermChanged)
async def term_changed(app: BillingApp, event: placement.TermChanged, message: Message) -> Sequence[Aggregate]:
    """Months that came to the post are charged, those that fell away go back (S-LI-5, S-BI-6)."""
    return await app.change_term(event)


@handlers.on(placement.SecondmentEnded)
async def ended(app: BillingApp, event: placement.SecondmentEnded, message: Message) -> Sequence[Aggregate]:
    """Months billed and not served go back (S-BI-6)."""
    return await app.end(event)


@handlers.on(placement.VisitCancelled)
async def visit_cancelled(app: BillingApp, event: placement.VisitCancelled, message: Message) -> Sequence[Aggregate]:
    """Costs already caused are invoiced to the company (C-BI-2). But for services nothing else is charged (C-BI-1)."""
    return await app.charge_visit(event)


@handlers.on(placement.ServiceUsed)
async def service_used(app: BillingApp, event: placement.ServiceUsed, message: Message) -> Sequence[Aggregate]:
    """A service at a price is invoiced to the company (C-BI-3)."""
    return await app.charge_service(event)


@handlers.on(placement.ServiceWithdrawn)
async def service_withdrawn(
    app: BillingApp, event: placement.ServiceWithdrawn, message: Message
) -> Sequence[Aggregate]:
    """Its use had been recorded in error: what was invoiced goes back (C-BI-3, S-BI-6)."""
    return await app.withdraw_service(event)
