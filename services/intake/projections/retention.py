"""What retention reads: the file of each application or invitation, holds by subject, and the register of disposals."""

from __future__ import annotations

from typing import Any

from kernel.aggregate import AnyEvent
from kernel.projections import Document
from schemas.values import Decision, day_in_tokyo
from services.intake.domain import application_events as of_application
from services.intake.domain import case_file, custody, erasure
from services.intake.domain.organisation_events import Invited

FILE = (case_file.FileOpened, case_file.MatterStarted, case_file.MatterEnded, case_file.MoneyBooked)
STATUS = (
    of_application.Completed, of_application.ConsentReturned, of_application.AdmittedLate, of_application.TurnedAway,
    of_application.Amended, of_application.Withdrawn,
)  # fmt: skip
APPLICATION = (of_application.FormArrived, *STATUS, of_application.SecondeeNamed, of_application.OutcomeKnown)
CUSTODY = (custody.CustodyOpened, custody.HoldSet, custody.HoldLifted, custody.CustodyEnded)
ERASURE = (erasure.SubjectErased, erasure.ErasureOrdered, erasure.Erased)


def file_key(event: AnyEvent) -> str | None:
    """The application, or the invitation."""
    if isinstance(event, FILE):
        return event.originator_id.removeprefix(case_file.CaseFile.stream(""))
    if isinstance(event, Invited):
        return f"invitation-{event.originator_id}-{event.programme}-{event.fiscal_year}"
    return event.originator_id if isinstance(event, APPLICATION) else None


def fold_file(document: Document, event: AnyEvent) -> Document:
    """What the rules of retention ask of a case."""
    day = day_in_tokyo(event.timestamp)
    match event:
        case Invited():
            edition = f"{event.programme}/{event.fiscal_year}"
            names = {"programme": event.programme, "fiscal_year": event.fiscal_year, "edition": edition}
            return EMPTY | names | {"status": "unanswered", "subjects": [event.originator_id], "last_on": day}
        case of_application.FormArrived():
            names = {name: getattr(event, name) for name in ("programme", "fiscal_year", "edition", "receipt_number")}
            subjects = sorted({event.party.organisation_id, event.sender or event.party.organisation_id})
            return EMPTY | document | names | {"status": event.status, "subjects": subjects, "last_on": day}
        case of_application.SecondeeNamed():
            person, of = event.secondee.secondee_id, event.secondment_id
            named, before = document["secondees"], document["current"].get(of)
            if before is not None and before != person:
                named = named | {before: named[before] | {"replaced_on": day}}
            named = named | {person: {"secondment": of, "named_on": day}}
            return document | {"secondees": named, "current": document["current"] | {of: person}}
        case of_application.OutcomeKnown():
            return document | {"decided_on": day}
        case _ if isinstance(event, STATUS):
            return document | {"last_on": day} | _status(event)
        case _:
            return _done(EMPTY | document, event)


EMPTY: Document = {
    "subjects": [], "receipt_number": None, "decided_on": None, "secondees": {}, "current": {}, "running": [],
    "ended": {}, "balances": {}, "booked_on": None,
}  # fmt: skip


def _status(event: AnyEvent) -> dict[str, Any]:
    match event:
        case of_application.Completed():
            return {"status": "submitted"}
        case of_application.ConsentReturned():
            return {"status": "registered"}
        case of_application.AdmittedLate():
            status = "no_wish" if event.no_wish else "submitted"
            return {"status": status, "receipt_number": event.receipt_number}
        case of_application.Amended():
            return {"status": event.now}
        case of_application.TurnedAway():
            return {"status": "refused"}
        case _:
            return {"status": "withdrawn"}


def _done(document: Document, event: AnyEvent) -> Document:
    match event:
        case case_file.MatterStarted():
            return document | {"running": [*document["running"], event.matter]}
        case case_file.MatterEnded():
            running = [each for each in document["running"] if each != event.matter]
            return document | {"running": running, "ended": document["ended"] | {event.matter: event.ended_on}}
        case case_file.MoneyBooked():
            booked_on = max(document["booked_on"] or "", event.booked_on.isoformat())
            return document | {"balances": document["balances"] | {event.number: event.balance}, "booked_on": booked_on}
        case _:
            return document


def custody_key(event: AnyEvent) -> str | None:
    """The subject."""
    return event.originator_id.removeprefix(custody.Custody.stream("")) if isinstance(event, CUSTODY) else None


def fold_custody(document: Document, event: AnyEvent) -> Document:
    """Its holds, by number."""
    made = {"holds": {}, "over": False, **document}
    match event:
        case custody.HoldSet():
            hold = {"ground": event.ground, "by": event.by, "at": event.timestamp}
            return made | {"holds": made["holds"] | {str(event.number): hold}}
        case custody.HoldLifted():
            return made | {"holds": {n: hold for n, hold in made["holds"].items() if n != str(event.number)}}
        case custody.CustodyEnded():
            return made | {"over": True}
        case _:
            return made


def disposal_key(event: AnyEvent) -> str | None:
    """The subject."""
    return event.originator_id.removeprefix(erasure.Erasure.stream("")) if isinstance(event, ERASURE) else None


def fold_disposal(document: Document, event: AnyEvent) -> Document:
    """A line of the register: who, when, on which rule. It outlives what it is about."""
    match event:
        case erasure.ErasureOrdered():
            return _ordered(event) | {"erased_at": None} | _rule(event.disposal)
        case erasure.SubjectErased():
            return _ordered(event) | {"erased_at": event.timestamp} | _rule(None)
        case erasure.Erased():
            return document | {"erased_at": event.timestamp}
        case _:
            return document


def _ordered(event: erasure.ErasureOrdered | erasure.SubjectErased) -> Document:
    names = ("subject", "programme", "fiscal_year", "by")
    return {name: getattr(event, name) for name in names} | {"ordered_at": event.timestamp}


def _rule(decision: Decision | None) -> Document:
    if decision is None:
        return {"ground": "request", "clause": "G-7", "edition": None, "facts": {}, "parameters": []}
    parameters = [{"name": each.name, "value": each.value, "unit": each.unit} for each in decision.parameters]
    said = {"clause": decision.clause, "edition": decision.edition, "facts": decision.facts}
    return {"ground": "disposal", **said, "parameters": parameters}
