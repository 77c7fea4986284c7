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
        return await of_subject(app, stream)
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


async def closed_subjects(app: IntakeApp, subjects: Sequence[str], officer: str) -> set[str]:
    """Those of them in whose case the officer has an interest: how it ended shows in how long it is kept (C-SC-16)."""
    files = await app.kernel.views.all("files", {"subjects": {"$in": [*subjects]}})
    closed = await app.interests.closed_among((file["_id"] for file in files), officer)
    return {subject for file in files if file["_id"] in closed for subject in file["subjects"]}
