"""Placement's reactions to others' events. In whatever order they come, the outcome is the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kernel.aggregate import Aggregate
from kernel.handlers import Handlers
from kernel.publishing import Message
from schemas.intake import ApplicationAmended, ApplicationWithdrawn
from schemas.screening import (
    CompanyAdopted,
    DisclosureRecorded,
    ScreeningPassed,
    ScreeningRefused,
    ScreeningReopened,
)
from services.placement.app import PlacementApp
from services.placement.app.support_care import needs_of
from services.placement.domain.support_events import SupportCase
from services.placement.domain.values import Candidate, CaseOf

handlers = Handlers()


@handlers.on(ScreeningPassed)
async def screening_passed(app: PlacementApp, event: ScreeningPassed, message: Message) -> Sequence[Aggregate]:
    """A form becomes a candidate of its round; a person or papers bring a secondment on."""
    if event.stage == "form":
        return await app.secondments.register(event.fiscal_year, _candidate(event))
    if event.secondment_id is None:
        return []
    secondment = await app.secondments.foreseen(_case(event, event.secondment_id))
    if event.stage == "papers":
        whose = event.secondee.secondee_id if event.secondee is not None else ""
        secondment.pass_papers(whose, at=await app.now())
    elif event.secondee is not None:
        secondment.pass_person(event.secondee.secondee_id, at=await app.now())
    return [secondment]


@handlers.on(ScreeningReopened)
async def screening_reopened(app: PlacementApp, event: ScreeningReopened, message: Message) -> Sequence[Aggregate]:
    """A newer form is examined: the one before no longer counts (S-IN-6)."""
    return await app.secondments.rest(event.fiscal_year, event.application_id)


@handlers.on(ScreeningRefused)
async def screening_refused(app: PlacementApp, event: ScreeningRefused, message: Message) -> Sequence[Aggregate]:
    """A form out of the round; a person or papers: the secondment is off and its places are free (S-SC-1…9)."""
    for_good = event.stage != "form"
    return await app.secondments.refuse(event.fiscal_year, event.application_id, event.secondment_id, for_good=for_good)


@handlers.on(ApplicationWithdrawn)
async def withdrawn(app: PlacementApp, event: ApplicationWithdrawn, message: Message) -> Sequence[Aggregate]:
    """Out of the round, proposals closed, places given back (S-IN-6). A support is withdrawn before it comes here."""
    if event.programme != "secondment":
        return []
    return await app.secondments.withdraw(event.fiscal_year, event.application_id)


@handlers.on(CompanyAdopted)
async def adopted(app: PlacementApp, event: CompanyAdopted, message: Message) -> Sequence[Aggregate]:
    """A coordinator is found for the company (C-PL-1)."""
    case = SupportCase(
        fiscal_year=event.fiscal_year,
        application_id=event.application_id,
        receipt_number=event.receipt_number,
        party=event.party,
    )
    return await app.supports.adopt(case, needs_of(event.support), event.adopted_on, event.revision)


@handlers.on(ApplicationAmended)
async def amended(app: PlacementApp, event: ApplicationAmended, message: Message) -> Sequence[Aggregate]:
    """An adopted company reported changed facts (C-IN-7). A sender's newer form comes by way of screening."""
    return await app.support_care.report(event)


@handlers.on(DisclosureRecorded)
async def disclosed(app: PlacementApp, event: DisclosureRecorded, message: Message) -> Sequence[Aggregate]:
    """The register of disclosures has an entry: a referral may name it (C-CO-1)."""
    return await app.support_care.note_disclosure(event.application_id, event.number, event.disclosed_on)


def _candidate(event: ScreeningPassed) -> Candidate:
    return Candidate(
        application_id=event.application_id,
        receipt_number=event.receipt_number,
        party=event.party,
        requests=tuple(replace(request, remarks=None) for request in event.requests),
        placed_before=event.placed_before,
    )


def _case(event: ScreeningPassed, secondment_id: str) -> CaseOf:
    return CaseOf(
        fiscal_year=event.fiscal_year,
        application_id=event.application_id,
        secondment_id=secondment_id,
        receipt_number=event.receipt_number,
        number=int(secondment_id.rpartition(".")[2]),
        party=event.party,
    )
