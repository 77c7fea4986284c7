"""The register of organisations over HTTP: who they are, and what officers say of them.

An organisation may be of both programmes. Reading takes one that it has records in, a command takes them all: a merge
moves the applications of every programme (G-6).
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter
from pydantic import Field

from kernel.access import Asking, Caller
from kernel.denials import other_programme
from kernel.http import Command, Done
from schemas import plain
from services.intake.api.applications import Once
from services.intake.api.common import App
from services.intake.api.officers import COMMANDS, CONTACTS, OrganisationId, Page, Size, causes_of, said
from services.intake.app import IntakeApp
from services.intake.programmes import of_sender, senders_within

router = APIRouter(prefix="/v1", tags=["officers"])


class Pair(Command):
    """Another organisation (S-IN-7); ``seen_version`` is that of the one in the path."""

    other: OrganisationId


class Placements(Command):
    """The fiscal years in which the organisation had a placement, all of them (S-PL-4)."""

    fiscal_years: Annotated[tuple[plain.Year, ...], Field(max_length=50)]


@router.get("/organisations", dependencies=CONTACTS)
async def organisations(
    app: App, caller: Asking, status: Literal["all", "suspected"] = "all", page: Page = 1, size: Size = 50
) -> dict[str, Any]:
    """The register; ``suspected``: pairs that may be one sender under two spellings (S-IN-7).

    Senders without a record in a programme of the reader's are left out (G-6).
    """
    within = None if caller.programmes is None else await senders_within(app, caller.programmes)
    if status == "suspected":
        pairs = await app.queries.suspected(within)
        return pairs | {"items": [[_shown_to(caller, each) for each in pair] for pair in pairs["items"]]}
    found = await app.queries.organisations(within, page=page, size=size)
    return found | {"items": [_shown_to(caller, each) for each in found["items"]]}


@router.get("/organisations/{organisation_id}", dependencies=CONTACTS)
async def organisation(app: App, caller: Asking, organisation_id: OrganisationId) -> dict[str, Any]:
    """One sender as it is now: how it is spelt, what it was merged with or kept apart from, its placements.

    For officers of a programme in which it has records (G-6).
    """
    of = await of_sender(app, organisation_id)
    if of and not any(map(caller.of, of)):
        raise other_programme()
    return _shown_to(caller, await app.queries.organisation(organisation_id))


@router.post("/organisations/{organisation_id}/merge", dependencies=COMMANDS, openapi_extra={"x-clause": "S-IN-7"})
async def merge(app: App, caller: Asking, organisation_id: OrganisationId, pair: Pair, cause: Once) -> Done:
    """The other one is the same sender: it is merged into this one (S-IN-7)."""
    await _must_be_of_all(app, caller, organisation_id, pair.other)
    one = await app.register.merge(organisation_id, pair.other, said(pair), causes_of(cause))
    return Done(id=one.id, version=one.version)


@router.post("/organisations/{organisation_id}/undo-merge", dependencies=COMMANDS, openapi_extra={"x-clause": "S-IN-7"})
async def undo_merge(app: App, caller: Asking, organisation_id: OrganisationId, pair: Pair, cause: Once) -> Done:
    """The merge was a mistake (S-IN-7)."""
    await _must_be_of_all(app, caller, organisation_id, pair.other)
    one = await app.register.undo_merge(organisation_id, pair.other, said(pair), causes_of(cause))
    return Done(id=one.id, version=one.version)


@router.post("/organisations/{organisation_id}/keep-apart", dependencies=COMMANDS, openapi_extra={"x-clause": "S-IN-7"})
async def keep_apart(app: App, caller: Asking, organisation_id: OrganisationId, pair: Pair, cause: Once) -> Done:
    """The other one is another sender (S-IN-7)."""
    await _must_be_of_all(app, caller, organisation_id, pair.other)
    one = await app.register.keep_apart(organisation_id, pair.other, said(pair), causes_of(cause))
    return Done(id=one.id, version=one.version)


@router.post("/organisations/{organisation_id}/placements", dependencies=COMMANDS, openapi_extra={"x-clause": "S-PL-4"})
async def placements(
    app: App, caller: Asking, organisation_id: OrganisationId, command: Placements, cause: Once
) -> Done:
    """In which years the sender had placements (S-PL-4)."""
    await _must_be_of_all(app, caller, organisation_id)
    one = await app.register.record_placements(organisation_id, command.fiscal_years, said(command), causes_of(cause))
    return Done(id=one.id, version=one.version)


def _shown_to(caller: Caller, shown: dict[str, Any]) -> dict[str, Any]:
    """An organisation without its applications to programmes that the caller does not deal with."""

    def own(cycle: str) -> bool:
        return caller.of(cycle.partition("/")[0])

    made = shown | {"applications": {of: id for of, id in shown["applications"].items() if own(of)}}
    return made | ({"invited": [of for of in shown["invited"] if own(of)]} if "invited" in shown else {})


async def _must_be_of_all(app: IntakeApp, caller: Caller, *organisations: str) -> None:
    """Guard: every programme that one of them has records in. Raises `Forbidden`."""
    for organisation_id in organisations:
        for programme in await of_sender(app, organisation_id):
            caller.must_be_of(programme)
