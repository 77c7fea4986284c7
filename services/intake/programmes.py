"""Of which programmes a stream or a subject of retention is, where its events do not say it (G-6)."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from services.intake.app import IntakeApp
from services.intake.domain import Custody, Erasure, Interests

OF_STREAMS = {"session-": "support", Interests.stream(""): "support"}
"""How the names of streams begin that are of one programme."""
PERSON, ORGANISATION = "secondee-", "org-"
OF_SUBJECTS = (Custody.stream(""), Erasure.stream(""))
"""How those begin that are of an organisation or a person; what follows is which."""


async def programmes_of(app: IntakeApp, stream: str) -> Collection[str]:
    """See `kernel.service.Spec`."""
    if stream.startswith(ORGANISATION):
        return await of_sender(app, stream)
    for begins in OF_SUBJECTS:
        if stream.startswith(begins):
            return await of_subject(app, stream.removeprefix(begins))
    return {programme for begins, programme in OF_STREAMS.items() if stream.startswith(begins)}


async def of_subject(app: IntakeApp, subject: str) -> Collection[str]:
    """The programmes in which an organisation or a person named for a secondment has records."""
    return (await of_subjects(app, [subject]))[subject]


async def of_subjects(app: IntakeApp, subjects: Sequence[str]) -> dict[str, set[str]]:
    """The same of several, by subject."""
    found = {each: {"secondment"} if each.startswith(PERSON) else set[str]() for each in subjects}
    for file in await app.kernel.views.all("files", {"subjects": {"$in": [*found]}}):
        for subject in found.keys() & {*file["subjects"]}:
            found[subject].add(file["programme"])
    return found


async def of_sender(app: IntakeApp, organisation_id: str) -> set[str]:
    """The same of an organisation with all its spellings: what was merged has its records with the other (S-IN-7)."""
    known = await app.kernel.views.get("organisations", organisation_id)
    others = [*known["absorbed"], known["merged_into"]] if known is not None else []
    found = await of_subjects(app, [organisation_id, *filter(None, others)])
    return set[str]().union(*found.values())


async def senders_within(app: IntakeApp, programmes: Collection[str]) -> set[str]:
    """The organisations of which `of_sender` names one of these programmes."""
    files = await app.kernel.views.all("files", {"programme": {"$in": sorted(programmes)}})
    own = sorted({subject for file in files for subject in file["subjects"]})
    spelt = [{name: {"$in": own}} for name in ("_id", "absorbed", "merged_into")]
    return {each["_id"] for each in await app.kernel.views.all("organisations", {"$or": spelt})}


async def closed_subjects(app: IntakeApp, subjects: Sequence[str], officer: str) -> set[str]:
    """Those of them in whose case the officer has an interest: how it ended shows in how long it is kept (C-SC-16)."""
    files = await app.kernel.views.all("files", {"subjects": {"$in": [*subjects]}})
    closed = await app.interests.closed_among((file["_id"] for file in files), officer)
    return {subject for file in files if file["_id"] in closed for subject in file["subjects"]}
