"""What officers read of intake, as folds of the log."""

from __future__ import annotations

from typing import Any

from kernel.aggregate import AnyEvent
from kernel.projections import Document, Projection
from schemas.values import Party
from services.intake.domain import application_events as of_application
from services.intake.domain import interests, silence
from services.intake.domain import organisation_events as of_organisation
from services.intake.domain.organisation_events import cycle
from services.intake.domain.paper import PaperArrived, PaperClaimed
from services.intake.projections import retention

APPLICATION = (
    of_application.FormArrived, of_application.Completed, of_application.AdmittedLate, of_application.TurnedAway,
    of_application.Amended, of_application.Withdrawn, of_application.SecondeeNamed, of_application.PaperNoted,
    of_application.OutcomeKnown, silence.AttendanceAsked, silence.SilenceReminded, silence.SilenceFound,
    of_application.ConsentReturned, of_application.PlaceTaken, of_application.PlaceFilled,
    of_application.ClosedTo,
)  # fmt: skip
INTEREST = (of_application.ClosedTo, interests.InterestHeard)
ORGANISATION = (
    of_organisation.OrganisationRegistered, of_organisation.NameChanged, of_organisation.Invited,
    of_organisation.ApplicationNoted, of_organisation.ApplicationReleased, of_organisation.PlacementsRecorded,
    of_organisation.Absorbed, of_organisation.MergedInto, of_organisation.MergeUndone, of_organisation.KeptApart,
    of_organisation.ApplicationReturned, of_organisation.AbsorbedPlaced,
)  # fmt: skip
ANSWER = (of_organisation.Invited, of_organisation.ApplicationNoted, of_organisation.ApplicationReturned)
SPELT = (of_organisation.OrganisationRegistered, of_organisation.NameChanged)


def _application_key(event: AnyEvent) -> str | None:
    return event.originator_id if isinstance(event, APPLICATION) else None


def _fold_application(document: Document, event: AnyEvent) -> Document:
    made = {**document, "version": event.originator_version, "changed_at": event.timestamp}
    match event:
        case of_application.FormArrived():
            made |= _first(event)
        case of_application.Completed():
            made |= {"status": "submitted", "received_at": event.received_at}
        case of_application.ConsentReturned():
            papers = ({**p, "returned": event.ground} if p["paper_id"] == event.paper_id else p for p in made["papers"])
            made |= {"status": "registered", "papers": list(papers), "silent": False}
        case of_application.AdmittedLate():
            made |= {"status": "no_wish" if event.no_wish else "submitted", "receipt_number": event.receipt_number}
            made["admitted_late"] = True
        case of_application.TurnedAway():
            made |= {"status": "refused", "clauses": [*made["clauses"], event.decision.clause]}
        case of_application.Amended():
            made |= {"status": event.now, "revision": event.revision, **_sender(event.party)}
            made["placed_before"] = event.placed_before
        case of_application.Withdrawn():
            made |= {"status": "withdrawn", "silent": False}
        case of_application.OutcomeKnown() | silence.AttendanceAsked():
            made["silent"] = False
        case silence.SilenceFound():
            made["silent"] = True
        case of_application.SecondeeNamed():
            made["secondees"] = {
                **made["secondees"],
                event.secondment_id.rpartition(".")[2]: event.secondee.secondee_id,
            }
        case of_application.PaperNoted():
            paper = {"paper_id": event.paper_id, "kind": event.kind, "form": event.form, "arrived_on": event.arrived_on}
            paper |= {"flags": list(event.flags)} if event.flags else {}
            made["papers"] = [*made["papers"], paper | {"secondment_id": event.secondment_id}]
        case _:
            pass
    return made


def _first(event: of_application.FormArrived) -> Document:
    names = ("programme", "fiscal_year", "edition", "status", "receipt_number", "received_at", "placed_before")
    made: Document = {name: getattr(event, name) for name in names}
    clauses = [event.decision.clause] if event.decision else []
    made |= {"revision": 1, "papers": [], "secondees": {}, "clauses": clauses, "silent": False}
    return made | _sender(event.party)


def _sender(party: Party) -> dict[str, Any]:
    return {
        "organisation_id": party.organisation_id,
        "kind": party.kind,
        "corporate_number": party.corporate_number,
        "name": party.name,
    }


def _organisation_key(event: AnyEvent) -> str | None:
    return event.originator_id if isinstance(event, ORGANISATION) else None


def _fold_organisation(document: Document, event: AnyEvent) -> Document:
    made = {**document, "version": event.originator_version}
    match event:
        case of_organisation.OrganisationRegistered():
            made |= {"absorbed": [], "apart": [], "merged_into": None, "placed": [], "applications": {}}
            made |= _addressed(event.party)
        case of_organisation.NameChanged():
            made |= _addressed(event.party)
        case of_organisation.PlacementsRecorded():
            made["placed"] = list(event.fiscal_years)
        case of_organisation.Absorbed():
            made["absorbed"] = [*made["absorbed"], event.other]
        case of_organisation.MergedInto():
            made["merged_into"] = event.other
        case of_organisation.MergeUndone():
            made["absorbed"] = [each for each in made["absorbed"] if each != event.other]
            made["merged_into"] = None if made["merged_into"] == event.other else made["merged_into"]
        case of_organisation.KeptApart():
            made["apart"] = [*made["apart"], event.other]
        case _:
            made |= _applications(made, event)
    return made


def _applications(document: Document, event: AnyEvent) -> Document:
    match event:
        case of_organisation.ApplicationNoted():
            of = cycle(event.programme, event.fiscal_year)
            return {"applications": {**document["applications"], of: event.application_id}}
        case of_organisation.ApplicationReleased() | of_organisation.ApplicationReturned():
            kept = document["applications"].items()
            return {"applications": {of: id for of, id in kept if id != event.application_id}}
        case _:
            return {}


def _addressed(party: Party) -> dict[str, Any]:
    return _sender(party) | {"kana": party.kana, "address": party.address, "person": party.person, "email": party.email}


def _answer_key(event: AnyEvent) -> str | None:
    if isinstance(event, ANSWER):
        return f"{cycle(event.programme, event.fiscal_year)}/{event.originator_id}"
    return None


def _fold_answer(document: Document, event: AnyEvent) -> Document:
    made = {"invited": False, "answered": False, "by": [], **document, "organisation_id": event.originator_id}
    match event:
        case of_organisation.Invited():
            made |= {"invited": True, "cycle": cycle(event.programme, event.fiscal_year)}
        case of_organisation.ApplicationNoted():
            made["by"] = [*made["by"], event.application_id]
            made["cycle"] = cycle(event.programme, event.fiscal_year)
        case of_organisation.ApplicationReturned():
            made["by"] = [each for each in made["by"] if each != event.application_id]
        case _:
            pass
    return made | {"answered": bool(made["by"])}


def _interest_key(event: AnyEvent) -> str | None:
    return event.originator_id.removeprefix(interests.Interests.stream("")) if isinstance(event, INTEREST) else None


def _fold_interest(document: Document, event: AnyEvent) -> Document:
    return {"closed_to": [*document.get("closed_to", []), event.to]} if isinstance(event, INTEREST) else document


def _consent_key(event: AnyEvent) -> str | None:
    ahead = isinstance(event, PaperArrived) and event.application_id is None
    return event.originator_id if ahead or isinstance(event, PaperClaimed) else None


def _fold_consent(document: Document, event: AnyEvent) -> Document:
    """A consent that came before its registration (C-IN-1): of whose it is only the company's number is known."""
    if not isinstance(event, PaperArrived):
        return document | {"waits": False}
    made: Document = {name: getattr(event, name) for name in ("programme", "fiscal_year", "arrived_on", "received_by")}
    number = event.originator_id.rpartition("-")[2]
    return made | {"waits": True, "corporate_number": number, "flags": list(event.flags)}


def _name_key(event: AnyEvent) -> str | None:
    return event.name_key if isinstance(event, SPELT) else None


def _reading_key(event: AnyEvent) -> str | None:
    return event.reading_key if isinstance(event, SPELT) else None


def _fold_spelling(document: Document, event: AnyEvent) -> Document:
    together = sorted({*document.get("organisations", []), event.originator_id})
    return {"organisations": together, "several": len(together) > 1}


PROJECTIONS = [
    Projection("applications", 3, _application_key, _fold_application, [("programme", "fiscal_year", "status")]),
    Projection("organisations", 2, _organisation_key, _fold_organisation),
    Projection("answers", 2, _answer_key, _fold_answer, [("cycle",)]),
    Projection("consents", 1, _consent_key, _fold_consent, [("fiscal_year", "waits", "arrived_on", "_id")]),
    Projection("names", 1, _name_key, _fold_spelling),
    Projection("readings", 1, _reading_key, _fold_spelling),
    Projection("interests", 1, _interest_key, _fold_interest),
    Projection("files", 2, retention.file_key, retention.fold_file, [("subjects",), ("programme",)]),
    Projection("custody", 1, retention.custody_key, retention.fold_custody),
    Projection("disposals", 1, retention.disposal_key, retention.fold_disposal),
]
"""The read models: applications, the register of organisations, who answered, consents ahead, who is spelt alike, to
whom an application is closed; files by application, holds, and the register of disposals."""
