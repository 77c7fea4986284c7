"""What intake learns from the other services."""

from __future__ import annotations

from collections.abc import Sequence

from kernel.aggregate import Aggregate
from kernel.handlers import Handlers
from kernel.publishing import Message
from schemas.placement import PlacementAccepted
from schemas.screening import CompanyAdopted, CompanyNotAdopted
from services.intake.app import IntakeApp

handlers = Handlers()


@handlers.on(CompanyAdopted)
async def adopted(app: IntakeApp, event: CompanyAdopted, message: Message) -> Sequence[Aggregate]:
    """C-IN-5: after the decision there is no withdrawal at the counter."""
    return await app.know_outcome(event.application_id)


@handlers.on(CompanyNotAdopted)
async def not_adopted(app: IntakeApp, event: CompanyNotAdopted, message: Message) -> Sequence[Aggregate]:
    """C-IN-5: after the decision there is no withdrawal at the counter."""
    return await app.know_outcome(event.application_id)


@handlers.on(PlacementAccepted)
async def placed(app: IntakeApp, event: PlacementAccepted, message: Message) -> Sequence[Aggregate]:
    """S-PL-4: in later years the sender is one that has had a placement."""
    return await app.note_placement(event.party.organisation_id, event.fiscal_year, event.application_id)
