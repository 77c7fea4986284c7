"""Services at a price over HTTP (有料サービス, C-BI-3)."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from kernel.http import Command, Done
from schemas.plain import Code, Day
from services.placement.api.common import OF_SUPPORTS, App, MayRepeat, done, order
from services.placement.domain.service_events import ServiceAsked

router = APIRouter(prefix="/v1/supports/{application_id}/services", tags=["supports"], dependencies=OF_SUPPORTS)


class ServiceUse(Command):
    """The use of a service at a price, by the edition's code; ``agreed_on`` is when the company agreed to the price."""

    service: Code
    on: Day
    quantity: Annotated[int, Field(ge=1, le=100, strict=True)] = 1
    agreed_on: Day


class ServiceDone(Done):
    """The use's id."""

    use_id: str


@router.post("", openapi_extra={"x-clause": "C-BI-3"})
async def service(app: App, cause: MayRepeat, application_id: str, body: ServiceUse) -> ServiceDone:
    """The company used a service at a price; it is invoiced."""
    asked = ServiceAsked(service=body.service, quantity=body.quantity, on=body.on, agreed_on=body.agreed_on)
    support, use_id = await app.priced_services.use(application_id, asked, order(body, cause))
    return ServiceDone(id=support.id, version=support.version, use_id=use_id)


@router.post("/{use_id}/withdrawal", openapi_extra={"x-clause": "C-BI-3"})
async def withdrawal(app: App, cause: MayRepeat, application_id: str, use_id: str, body: Command) -> Done:
    """That use was recorded in error; what was invoiced for it goes back."""
    return done(await app.priced_services.withdraw(application_id, use_id, order(body, cause)))
