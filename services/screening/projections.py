"""The work lists' read model: each case's own state, with what officers filter and sort by beside it."""

from __future__ import annotations

from typing import Any

from kernel.aggregate import AnyEvent
from kernel.freezing import freeze, thaw
from kernel.projections import Document, Projection
from services.screening.domain.case import Screening, stream
from services.screening.domain.secondment import SecondmentScreening
from services.screening.domain.support import SupportScreening

KINDS: dict[str, type[Screening]] = {"secondment": SecondmentScreening, "support": SupportScreening}
CASES = "cases"


def key(event: AnyEvent) -> str | None:
    """The case; None for what is kept beside it."""
    return event.originator_id if event.originator_id.startswith(stream("")) else None


def fold(document: Document, event: AnyEvent) -> Document:
    """The case after the event: thawed out of the document, moved on by the event itself, frozen again."""
    before = None
    if document:
        kind = KINDS[document["programme"]]
        before = thaw(kind, event.originator_id, document["version"], document["frozen"].encode())
    case: Any = event.mutate(before)
    received = getattr(case, "received_at", document.get("received_at", event.timestamp))
    return listed(case) | {"received_at": received, "changed_at": event.timestamp, "frozen": freeze(case).decode()}


def listed(case: Screening) -> Document:
    """What work lists show of a case. The name is the sealed one; nothing says why anything was decided (C-SC-15)."""
    item: Document = {
        "application_id": case.application_id,
        "programme": case.programme,
        "fiscal_year": case.fiscal_year,
        "receipt_number": case.receipt_number,
        "name": case.party.name,
        "version": case.version,
        "status": case.status,
        "waiting": list(case.waiting),
        "conflicts": [],
        "cleared": None,
        "questions": [],
        "latest": None,
        "interview_at": None,
    }
    if isinstance(case, SecondmentScreening):
        item["questions"] = list(case.questions.values())
        days = [road.papers_by for road in case.roads.values() if road.papers_by and road.papers in ("open", "held")]
        item["latest"] = min(days, default=None)
    elif isinstance(case, SupportScreening):
        item["conflicts"], item["cleared"] = list(case.conflicts), list(case.cleared)
        item["latest"] = case.window.latest
        if case.interview is not None:
            item |= {"interview_at": case.interview.starts_at, "interview_mode": case.interview.mode}
            item["interview_link"] = case.interview.link
    return item


PROJECTIONS = [Projection(CASES, 7, key, fold, [("programme", "fiscal_year", "status")])]
