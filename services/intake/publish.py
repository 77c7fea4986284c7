"""What intake tells others: the only place where a private event becomes a public one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kernel.aggregate import AnyEvent
from schemas import intake as public
from schemas.base import Published
from services.intake.domain import application_events as of_application
from services.intake.domain import organisation_events as of_organisation
from services.intake.domain.erasure import Erased, SubjectErased
from services.intake.domain.paper import PaperArrived, PaperClaimed
from services.intake.domain.reception import ReceptionClosed, ReceptionReopened

APPLICANT = "applicant"
FORM = ("party", "edition", "secondment", "support", "placed_before")


def publish(event: AnyEvent) -> Sequence[Published]:
    """The public events that a private one leads to; none for what stays inside."""
    match event:
        case PaperArrived() | PaperClaimed():
            return _paper(event)
        case ReceptionClosed():
            return [public.ReceptionClosed(**_cycle(event), reason=event.reason, standing=event.standing)]
        case ReceptionReopened():
            return [public.ReceptionReopened(**_cycle(event), standing=event.standing)]
        case of_organisation.AnswerAwaited():
            id = f"invitation-{event.originator_id}-{event.fiscal_year}"
            awaited: dict[str, Any] = {"party": event.party, "answer_by": event.answer_by, "edition": event.edition}
            return [public.AnswerAwaited(**_cycle(event), application_id=id, **awaited)]
        case SubjectErased() | Erased():
            return [public.SubjectErased(**_cycle(event), subject=event.subject, erased_at=event.timestamp)]
        case _:
            return _of_application(event)


def _of_application(event: AnyEvent) -> Sequence[Published]:
    match event:
        case of_application.FormArrived():
            return [_arrived(event)]
        case of_application.Completed():
            return [_submitted(event)]
        case of_application.ConsentReturned():
            party, number = event.party, event.receipt_number
            told: dict[str, Any] = {"ground": event.ground, "returned_at": event.timestamp}
            return [public.ConsentReturned(**_case(event), receipt_number=number, party=party, **told)]
        case of_application.AdmittedLate():
            return [_no_wish(event) if event.no_wish else _submitted(event, late=True)]
        case of_application.TurnedAway():
            clause, edition = event.decision.clause, event.decision.edition
            return [public.ApplicationRefused(**_case(event), party=event.party, clause=clause, edition=edition)]
        case of_application.Amended():
            return _amended(event)
        case of_application.Withdrawn() if event.announced:
            number, at = event.receipt_number, event.timestamp
            return [
                public.ApplicationWithdrawn(
                    **_case(event), receipt_number=number, withdrawn_at=at, assumed=event.assumed
                )
            ]
        case of_application.SecondeeNamed():
            secondment_id, secondee = event.secondment_id, event.secondee
            return [public.SecondeeNamed(**_case(event), secondment_id=secondment_id, secondee=secondee)]
        case _:
            return []


def _arrived(event: of_application.FormArrived) -> Published:
    if event.decision is not None:
        clause = event.decision.clause
        return public.ApplicationRefused(**_case(event), party=event.party, clause=clause, edition=event.edition)
    if event.status == "registered":
        said: dict[str, Any] = {
            "receipt_number": event.receipt_number,
            "party": event.party,
            "registered_at": event.received_at,
        }
        return public.ApplicationRegistered(**_case(event), **said)
    return _no_wish(event) if event.status == "no_wish" else _submitted(event)


def _amended(event: of_application.Amended) -> Sequence[Published]:
    if event.now == "registered" and not event.decided:
        return []  # nobody has been told of the form yet: what is told at its completion is the newest
    if event.now == "no_wish":
        return [_no_wish(event)]
    if event.before == "no_wish":
        return [_submitted(event)]
    said: dict[str, Any] = {"receipt_number": event.receipt_number, "revision": event.revision}
    by_office = event.by != APPLICANT
    return [public.ApplicationAmended(**_case(event), **said, **_form(event), by_office=by_office)]


def _paper(event: PaperArrived | PaperClaimed) -> Sequence[Published]:
    if event.application_id is None:
        return []  # a consent ahead of its registration: it is told when the registration claims it
    return [
        public.PaperReceived(
            programme=event.programme,
            fiscal_year=event.fiscal_year,
            application_id=event.application_id,
            paper_id=event.originator_id,
            secondment_id=event.secondment_id if isinstance(event, PaperArrived) else None,
            kind=event.kind,
            form=event.form,
            digest=event.digest,
            arrived_on=event.arrived_on,
        )
    ]


def _submitted(event: Any, *, late: bool = False) -> Published:
    said: dict[str, Any] = {
        "receipt_number": event.receipt_number,
        "received_at": event.received_at,
        "admitted_late": late,
        "revision": getattr(event, "revision", 0),
    }
    return public.ApplicationSubmitted(**_case(event), **said, **_form(event))


def _no_wish(event: Any) -> Published:
    return public.NoWishReplied(**_case(event), receipt_number=event.receipt_number, party=event.party)


def _form(event: Any) -> dict[str, Any]:
    return {name: getattr(event, name) for name in FORM}


def _case(event: Any) -> dict[str, Any]:
    return {**_cycle(event), "application_id": event.originator_id}


def _cycle(event: Any) -> dict[str, Any]:
    return {"programme": event.programme, "fiscal_year": event.fiscal_year}
