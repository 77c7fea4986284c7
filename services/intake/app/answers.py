"""What applicants are told of their application."""

from __future__ import annotations

from dataclasses import dataclass

from kernel.log import CommitAt
from kernel.mapper import restore
from kernel.refusals import Refused
from schemas.values import Decision
from services.intake.domain import Application
from services.intake.domain.application_events import FormArrived
from services.intake.domain.application_state import Status


@dataclass(frozen=True)
class Answer:
    """What the sender of a form is told. ``decision`` says why a form was refused."""

    application_id: str
    status: Status
    receipt_number: str | None
    revision: int
    version: int
    decision: Decision | None = None
    repeated: bool = False


def answer(application: Application, *, repeated: bool = False) -> Answer:
    """What is told of an application as it is now."""
    decision = application.decisions[-1] if application.status == "refused" else None
    number, revision = application.receipt_number, application.revision
    return Answer(application.id, application.status, number, revision, application.version, decision, repeated)


async def first_answer(commit: CommitAt) -> Answer | None:
    """What was told when the form came in, from its commit."""
    events = commit.commit.events
    for stored in events:
        if stored.topic == FormArrived.TOPIC:
            event = restore(stored)
            assert isinstance(event, FormArrived)
            version = max(each.version for each in events if each.stream == stored.stream)
            said = (event.status, event.receipt_number, 1, version, event.decision)
            return Answer(stored.stream, *said)
    return None


def other_number() -> Refused:
    """What is said to an amendment by another legal entity."""
    return Refused(
        "G-5",
        "法人番号は訂正では変更できません。いったん取り下げて、正しい番号で新たにお申し込みください。",
        "The corporate number cannot be amended. Withdraw, then apply anew with the right one.",
        pointer="/party/corporate_number",
    )
