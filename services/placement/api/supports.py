"""Supports and coordinators over HTTP."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictInt

from kernel.faults import fault
from kernel.http import Command, Done
from schemas.plain import Code, Day, Paragraphs
from services.placement.api.common import OF_SUPPORTS, App, Listing, MayRepeat, Page, done, order, work_list
from services.placement.app.queries import closed, history, opened
from services.placement.app.supports import CalledOff, KickOff
from services.placement.app.supports import Contact as Held
from services.placement.domain import Support
from services.placement.domain.support_events import CancelledBy, ContactKind, EarlyGround, Stage

router = APIRouter(prefix="/v1/supports", tags=["supports"], dependencies=OF_SUPPORTS)
Status = Literal["prepared", "waiting", "late", "assigned", "running", "ended"]


def _all_three(present: frozenset[str]) -> frozenset[str]:
    if len(present) < 3:
        ja = "キックオフには企業、ジェトロ、コーディネーターの三者の出席が必要です。"
        raise fault("C-LI-1", ja, "Company, JETRO and coordinator must all take part in the kick-off.")
    return present


class Replacement(Command):
    """Another coordinator; ``handover`` is what the one before hands on, wanted once the support runs. It is sealed."""

    coordinator_id: Code
    handover: Paragraphs | None = None


class Kick(Command):
    """What kick-off settled, with company, JETRO and coordinator present (C-LI-1). The plan is sealed."""

    held_on: Day
    until: Day
    stage: Stage
    plan: Paragraphs
    present: Annotated[frozenset[Literal["company", "jetro", "coordinator"]], AfterValidator(_all_three)]


class Contact(Command):
    """A contact with the company; the note is sealed. ``visit_id`` says which fixed visit it was.

    A referral (取次ぎ) names its own entry in the register of disclosures by number (C-CO-1).
    """

    kind: ContactKind
    on: Day
    note: Paragraphs
    visit_id: Code | None = None
    disclosure: Annotated[StrictInt | None, Field(ge=1, le=100_000)] = None

    def held(self) -> Held:
        """The same for the desk."""
        return Held(self.kind, self.on, self.note, self.visit_id, self.disclosure)


class Visit(Command):
    """A visit is fixed."""

    on: Day


class Cost(BaseModel):
    """A cost by its code in the edition; ``amount`` in yen where it differs from the edition's."""

    model_config = ConfigDict(extra="forbid")
    fee: Code
    amount: Annotated[StrictInt | None, Field(ge=0, le=10_000_000)] = None


class VisitCancellation(Command):
    """A visit is cancelled; ``costs`` are those that the officer charges to the company, perhaps none (C-BI-2).

    None where JETRO cancels it.
    """

    visit_id: Code
    cancelled_on: Day
    cancelled_by: CancelledBy = "company"
    costs: Annotated[tuple[Cost, ...], Field(max_length=20)] = ()


class Request(Command):
    """What the company asks for, by the edition's code."""

    kind: Code


class EarlyEnd(Command):
    """An early end with its ground (C-LI-6)."""

    ended_on: Day
    ground: EarlyGround


class VisitDone(Done):
    """The visit's id."""

    visit_id: str


class Judged(Done):
    """How a request was judged: within the service, or refused under this clause with the edition's ``answer``."""

    outcome: str
    clause: str
    answer: str


load = APIRouter(prefix="/v1/coordinators", tags=["supports"], dependencies=OF_SUPPORTS)


@load.get("")
async def read_coordinators(app: App, fiscal_year: Annotated[int, Query(ge=2000, le=2199)]) -> Page:
    """How many companies each coordinator accompanies, and how many it can (C-PL-1)."""
    found = await app.supports.coordinators(fiscal_year)
    items = [
        {"id": each.coordinator_id, "most": most, "companies": len(each.companies), "version": each.version}
        for each, most in found
    ]
    return Page(items=items, total=len(items), page=1)


@router.get("")
async def read_supports(app: App, paging: Annotated[Listing[Status], Query()]) -> Page:
    """Work list: waiting (for a coordinator), assigned, running, ended."""
    return await work_list(app, "supports", paging)


@router.get("/{application_id}")
async def read_support(app: App, application_id: str) -> dict[str, Any]:
    """A support's state and its whole history."""
    support = await app.supports.get(Support, Support.stream(application_id))
    shown = (
        "case",
        "needs",
        "coordinator_id",
        "stage",
        "started_on",
        "until",
        "surveys",
        "asked",
        "contacts",
        "visits",
        "menus",
        "services",
        "reviews",
        "answered",
        "disclosures",
        "referred",
    )
    state = await opened(app.kernel, {name: closed(getattr(support, name)) for name in shown})
    events = await history(app.kernel, support.id, "support")
    return {"id": application_id, "version": support.version, "state": support.state, **state, "history": events}


@router.post("/{application_id}/coordinator", openapi_extra={"x-clause": "C-PL-1"})
async def coordinator(app: App, cause: MayRepeat, application_id: str, body: Replacement) -> Done:
    """Another coordinator takes over."""
    told = order(body, cause)
    return done(await app.supports.replace_coordinator(application_id, body.coordinator_id, told, body.handover))


@router.post("/{application_id}/kick-off", openapi_extra={"x-clause": "C-LI-1"})
async def kick_off(app: App, cause: MayRepeat, application_id: str, body: Kick) -> Done:
    """Kick-off was held: the support starts."""
    held = KickOff(body.held_on, body.until, body.stage, body.plan)
    return done(await app.supports.kick_off(application_id, held, order(body, cause)))


@router.post("/{application_id}/contacts", openapi_extra={"x-clause": "C-LI-3"})
async def contact(app: App, cause: MayRepeat, application_id: str, body: Contact) -> Done:
    """Record a contact."""
    return done(await app.supports.record_contact(application_id, body.held(), order(body, cause)))


@router.post("/{application_id}/visits", openapi_extra={"x-clause": "C-LI-3"})
async def visit(app: App, cause: MayRepeat, application_id: str, body: Visit) -> VisitDone:
    """Fix a visit."""
    support, visit_id = await app.supports.fix_visit(application_id, body.on, order(body, cause))
    return VisitDone(id=support.id, version=support.version, visit_id=visit_id)


@router.post("/{application_id}/visit-cancellation", openapi_extra={"x-clause": "C-BI-2"})
async def visit_cancellation(app: App, cause: MayRepeat, application_id: str, body: VisitCancellation) -> Done:
    """A fixed visit is cancelled, by the company or by JETRO."""
    costs = tuple((cost.fee, cost.amount) for cost in body.costs)
    called_off = CalledOff(body.visit_id, body.cancelled_on, costs, body.cancelled_by)
    return done(await app.supports.cancel_visit(application_id, called_off, order(body, cause)))


@router.post("/{application_id}/requests", openapi_extra={"x-clause": "C-LI-4"})
async def request(app: App, cause: MayRepeat, application_id: str, body: Request) -> Judged:
    """Judge what the company asks for; what is out of scope is refused with its clause, and kept."""
    support, decision = await app.supports.judge_request(application_id, body.kind, order(body, cause))
    refused = decision.outcome == "refused"
    answer = str(decision.parameters[0].value) if refused else ""
    return Judged(
        id=support.id, version=support.version, outcome=decision.outcome, clause=decision.clause, answer=answer
    )


@router.post("/{application_id}/early-end", openapi_extra={"x-clause": "C-LI-6"})
async def early_end(app: App, cause: MayRepeat, application_id: str, body: EarlyEnd) -> Done:
    """The support ends before its term."""
    return done(await app.supports.end_early(application_id, body.ended_on, body.ground, order(body, cause)))
