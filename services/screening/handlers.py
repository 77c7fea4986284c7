"""What screening does when intake and placement speak."""

from __future__ import annotations

from collections.abc import Sequence

from kernel.aggregate import Aggregate
from kernel.handlers import Handlers
from kernel.publishing import Message
from kernel.refusals import NotYet
from schemas.intake import (
    ApplicationAmended,
    ApplicationSubmitted,
    ApplicationWithdrawn,
    ConsentReturned,
    PaperReceived,
    SecondeeNamed,
)
from schemas.placement import PlacementAccepted, SupportEnded
from services.screening.app import ScreeningApp
from services.screening.domain.secondment import SecondmentScreening
from services.screening.domain.support import SupportScreening

handlers = Handlers()


@handlers.on(ApplicationSubmitted)
async def submitted(app: ScreeningApp, event: ApplicationSubmitted, message: Message) -> Sequence[Aggregate]:
    """An application stands: its screening begins, or goes on where its consent had been returned (C-IN-1)."""
    case = await app.found(event.application_id)
    if case is not None:
        return await app.receive_again(case, event)
    if event.secondment is not None:
        return await app.receive_form(event, event.secondment)
    if event.support is not None:
        return await app.receive_company(event, event.support)
    return []


@handlers.on(ApplicationAmended)
async def amended(app: ScreeningApp, event: ApplicationAmended, message: Message) -> Sequence[Aggregate]:
    """A newer form. Before an application stands there is nothing to screen: it will come with its newest form."""
    case = await app.found(event.application_id)
    if isinstance(case, SecondmentScreening) and event.secondment is not None:
        return await app.amend_form(case, event, event.secondment)
    if isinstance(case, SupportScreening) and event.support is not None:
        return await app.change_facts(case, event, event.support)
    return []


@handlers.on(ConsentReturned)
async def consent_returned(app: ScreeningApp, event: ConsentReturned, message: Message) -> Sequence[Aggregate]:
    """The consent is unfit: the screening waits for another one (C-IN-1)."""
    return await app.await_consent(event)


@handlers.on(ApplicationWithdrawn)
async def withdrawn(app: ScreeningApp, event: ApplicationWithdrawn, message: Message) -> Sequence[Aggregate]:
    """The applicant gives up (S-IN-6, C-IN-5)."""
    case = await app.found(event.application_id)
    if case is None:
        return []
    case.withdraw(at=await app.kernel.clock.now())
    return [case]


@handlers.on(SecondeeNamed)
async def named(app: ScreeningApp, event: SecondeeNamed, message: Message) -> Sequence[Aggregate]:
    """The sender names the person (S-LI-1)."""
    case = await app.found(event.application_id)
    if not isinstance(case, SecondmentScreening):
        raise NotYet("a secondee is named before the application was submitted")
    return await app.take_secondee(case, event)


@handlers.on(PlacementAccepted)
async def placed(app: ScreeningApp, event: PlacementAccepted, message: Message) -> Sequence[Aggregate]:
    """The place says which English is asked for (S-SC-8)."""
    case = await app.found(event.application_id)
    return await app.note_place(case, event) if isinstance(case, SecondmentScreening) else []


@handlers.on(SupportEnded)
async def support_ended(app: ScreeningApp, event: SupportEnded, message: Message) -> Sequence[Aggregate]:
    """The support is over (C-LI-6): nobody is asked to end it any more."""
    return await app.hear_end(event.application_id)


@handlers.on(PaperReceived)
async def paper(app: ScreeningApp, event: PaperReceived, message: Message) -> Sequence[Aggregate]:
    """A paper arrived (S-SC-9). The support's papers are intake's own matter (C-IN-1)."""
    case = await app.found(event.application_id)
    return await app.take_paper(case, event) if isinstance(case, SecondmentScreening) else []
