"""What screening tells others: private event → public event. The only place that maps, and the only way out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal

from kernel.aggregate import AnyEvent
from schemas import screening as public
from schemas.base import Published
from schemas.values import Decision
from services.screening.domain import disclosure
from services.screening.domain import secondment_events as secondment
from services.screening.domain import support_events as support
from services.screening.domain.case import OfCase


def publish(event: AnyEvent) -> Sequence[Published]:
    """See `kernel.publishing.Publish`."""
    tell = TOLD.get(type(event))
    return tell(event) if tell is not None else ()


def _case(event: OfCase) -> dict[str, Any]:
    return {"programme": event.programme, "fiscal_year": event.fiscal_year, "application_id": event.application_id}


def _addressed(event: OfCase) -> dict[str, Any]:
    return _case(event) | {"receipt_number": event.receipt_number, "party": event.party}


def _waivers(event: OfCase, stage: Literal["form", "person"], decisions: Sequence[Decision]) -> Sequence[Published]:
    return [
        public.WaiverAsked(
            **_case(event), stage=stage, secondment_id=decision.facts.get("secondment_id"), clause=decision.clause
        )
        for decision in decisions
        if decision.outcome == "waiver_asked"
    ]


def _form_examined(event: secondment.FormExamined) -> Sequence[Published]:
    reopened = [public.ScreeningReopened(**_case(event))] if event.again else []
    return [*reopened, *_waivers(event, "form", event.decisions)]


def _secondee_examined(event: secondment.SecondeeExamined) -> Sequence[Published]:
    return _waivers(event, "person", event.decisions)


def _papers_missed(event: secondment.PapersMissed) -> Sequence[Published]:
    told = public.PapersMissing(
        **_case(event), secondment_id=event.secondment_id, missing=event.missing, deadline=event.deadline
    )
    return [told]


def _stage_passed(event: secondment.StagePassed) -> Sequence[Published]:
    told = public.ScreeningPassed(
        **_addressed(event),
        stage=event.stage,
        secondment_id=event.secondment_id,
        requests=event.requests,
        placed_before=event.placed_before,
        secondee=event.secondee,
        edition=event.edition,
    )
    return [told]


def _stage_refused(event: secondment.StageRefused) -> Sequence[Published]:
    told = public.ScreeningRefused(
        **_addressed(event),
        stage=event.stage,
        secondment_id=event.secondment_id,
        clauses=event.clauses,
        edition=event.edition,
    )
    return [told]


def _interview_set(event: support.InterviewSet) -> Sequence[Published]:
    when = event.interview
    told = public.InterviewArranged(
        **_addressed(event),
        starts_at=when.starts_at,
        minutes=when.minutes,
        mode=when.mode,
        link=when.link,
        sequence=when.sequence,
        moved=event.moved,
    )
    return [told]


def _interview_cancelled(event: support.InterviewCancelled) -> Sequence[Published]:
    when = event.interview
    told = public.InterviewCancelled(
        **_addressed(event), starts_at=when.starts_at, minutes=when.minutes, sequence=when.sequence
    )
    return [told]


def _interview_missed(event: support.InterviewMissed) -> Sequence[Published]:
    when = event.interview.starts_at
    return [public.InterviewMissed(**_addressed(event), starts_at=when, asked_on=event.asked_on)]


def _absence_withdrawn(event: support.InterviewAbsenceWithdrawn) -> Sequence[Published]:
    when = event.interview.starts_at
    return [public.InterviewAbsenceWithdrawn(**_addressed(event), starts_at=when, because=event.because)]


def _adopted(event: support.Adopted) -> Sequence[Published]:
    told = public.CompanyAdopted(
        **_addressed(event),
        adopted_on=event.adopted_on,
        support=event.support,
        revision=event.revision,
        edition=event.edition,
    )
    return [told]


def _not_adopted(event: support.NotAdopted) -> Sequence[Published]:
    return [public.CompanyNotAdopted(**_addressed(event), guidance=event.guidance)]


def _closed_to(event: support.ClosedTo) -> Sequence[Published]:
    return [public.CaseClosed(**_case(event), to=event.to)]


def _disclosed(event: disclosure.DisclosureRecorded) -> Sequence[Published]:
    if event.case is None:
        return ()  # of before others were told that there are entries
    of = event.case
    case: dict[str, Any] = {
        "programme": of.programme,
        "fiscal_year": of.fiscal_year,
        "application_id": of.application_id,
    }
    return [public.DisclosureRecorded(**case, number=event.number, disclosed_on=event.disclosed.on)]


TOLD: dict[type, Callable[[Any], Sequence[Published]]] = {
    secondment.FormExamined: _form_examined,
    secondment.SecondeeExamined: _secondee_examined,
    secondment.PapersMissed: _papers_missed,
    secondment.StagePassed: _stage_passed,
    secondment.StageRefused: _stage_refused,
    support.InterviewSet: _interview_set,
    support.InterviewCancelled: _interview_cancelled,
    support.InterviewMissed: _interview_missed,
    support.InterviewAbsenceWithdrawn: _absence_withdrawn,
    support.Adopted: _adopted,
    support.NotAdopted: _not_adopted,
    support.ClosedTo: _closed_to,
    disclosure.DisclosureRecorded: _disclosed,
}
"""Which private events others hear of, and how. An event that is not here stays private."""
