"""Which event of a log is told to others, and under which names: the judge's own table, written from the rulebook."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tests.chaos.judge.evidence import Stored

Told = Callable[[Mapping[str, Any]], list[str]]


def _always(*names: str) -> Told:
    return lambda data: list(names)


def _form(data: Mapping[str, Any]) -> list[str]:
    if data.get("decision") is not None:
        return ["ApplicationRefused"]
    by_status = {"registered": "ApplicationRegistered", "no_wish": "NoWishReplied"}
    return [by_status.get(data["status"], "ApplicationSubmitted")]


def _amended(data: Mapping[str, Any]) -> list[str]:
    if data["now"] == "registered" and not data.get("decided"):
        return []
    if data["now"] == "no_wish":
        return ["NoWishReplied"]
    return ["ApplicationSubmitted" if data["before"] == "no_wish" else "ApplicationAmended"]


def _offer(data: Mapping[str, Any]) -> list[str]:
    return ["PlacementProposed" if data["offer"]["stays"] else "PlacementNotPossible"]


def _examined(data: Mapping[str, Any]) -> list[str]:
    asked = ["WaiverAsked" for each in data["decisions"] if each["outcome"] == "waiver_asked"]
    return (["ScreeningReopened"] if data.get("again") else []) + asked


def _charged(data: Mapping[str, Any]) -> list[str]:
    return ["FeeCharged"] * len(data["lines"])


def _voided(data: Mapping[str, Any]) -> list[str]:
    return [] if data["memorandum"] in {"none", "drafted"} else ["MemorandumVoided"]


def _paper(data: Mapping[str, Any]) -> list[str]:
    return ["PaperReceived"] if data.get("application_id") else []


TOLD: dict[str, Told] = {
    "intake.form_arrived.v1": _form,
    "intake.application_amended.v1": _amended,
    "intake.paper_arrived.v1": _paper,
    "intake.paper_claimed.v1": _paper,
    "intake.application_withdrawn.v1": lambda data: ["ApplicationWithdrawn"] if data.get("announced", True) else [],
    "intake.admitted_late.v1": lambda data: ["NoWishReplied" if data.get("no_wish") else "ApplicationSubmitted"],
    "screening.form_examined.v1": _examined,
    "screening.secondee_examined.v1": _examined,
    "screening.disclosure_recorded.v1": lambda data: ["DisclosureRecorded"] if data.get("case") else [],
    "placement.place_offered.v1": _offer,
    "placement.no_place_found.v1": _offer,
    "placement.offered_again.v1": _offer,
    "placement.offer_changed.v1": _offer,
    "placement.secondee_replaced.v1": _voided,
    "billing.fees_charged.v1": _charged,
    "billing.invoice_issued.v1": lambda d: ["ReturnInvoiceIssued" if d["kind"] == "return" else "InvoiceIssued"],
} | {
    private: _always(public)
    for private, public in {
        "intake.reception_closed.v1": "ReceptionClosed",
        "intake.reception_reopened.v1": "ReceptionReopened",
        "intake.answer_awaited.v1": "AnswerAwaited",
        "intake.subject_erased.v1": "SubjectErased",
        "intake.erased.v1": "SubjectErased",
        "intake.application_completed.v1": "ApplicationSubmitted",
        "intake.consent_returned.v1": "ConsentReturned",
        "intake.turned_away.v1": "ApplicationRefused",
        "intake.secondee_named.v1": "SecondeeNamed",
        "screening.papers_missed.v1": "PapersMissing",
        "screening.stage_passed.v1": "ScreeningPassed",
        "screening.stage_refused.v1": "ScreeningRefused",
        "screening.interview_set.v1": "InterviewArranged",
        "screening.interview_cancelled.v1": "InterviewCancelled",
        "screening.interview_missed.v1": "InterviewMissed",
        "screening.adopted.v1": "CompanyAdopted",
        "screening.not_adopted.v1": "CompanyNotAdopted",
        "screening.closed_to.v1": "CaseClosed",
        "placement.offer_accepted.v1": "PlacementAccepted",
        "placement.offer_declined.v1": "PlacementDeclined",
        "placement.memorandum_sent.v1": "MemorandumSent",
        "placement.memorandum_returned.v1": "MemorandumConcluded",
        "placement.amendment_asked.v1": "AmendmentAsked",
        "placement.amendment_dropped.v1": "AmendmentDropped",
        "placement.term_changed.v1": "TermChanged",
        "placement.secondment_started.v1": "SecondmentStarted",
        "placement.start_held.v1": "StartHeld",
        "placement.secondee_departed.v1": "SecondeeDeparted",
        "placement.departure_postponed.v1": "DeparturePostponed",
        "placement.departure_cancelled.v1": "DepartureCancelled",
        "placement.appraisal_reported.v1": "AppraisalReported",
        "placement.secondment_ended.v1": "SecondmentEnded",
        "placement.coordinator_assigned.v1": "CoordinatorAssigned",
        "placement.kicked_off.v1": "SupportStarted",
        "placement.visit_cancelled.v1": "VisitCancelled",
        "placement.service_used.v1": "ServiceUsed",
        "placement.service_withdrawn.v1": "ServiceWithdrawn",
        "placement.survey_asked.v1": "SurveyAsked",
        "placement.survey_answered.v1": "SurveyAnswered",
        "placement.support_ended.v1": "SupportEnded",
        "billing.charge_held.v1": "InvoiceHeld",
        "billing.payment_recorded.v1": "PaymentReceived",
        "billing.payment_reversed.v1": "PaymentReversed",
        "billing.credit_refunded.v1": "CreditRefunded",
        "billing.credit_carried_over.v1": "CreditCarriedOver",
        "billing.overdue_seen.v1": "PaymentOverdue",
        "notify.letter_sent.v1": "LetterSent",
        "notify.sending_failed.v1": "LetterFailed",
        "notify.letter_bounced.v1": "LetterFailed",
    }.items()
}


def told(event: Stored) -> list[str]:
    """The names under which others hear of an event, in their order; none for what stays inside."""
    tell = TOLD.get(event.name)
    return tell(event.data) if tell else []
