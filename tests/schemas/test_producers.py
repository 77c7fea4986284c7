"""Each service can say each of its committed examples: a private event of its own leads to exactly that."""

from __future__ import annotations

from typing import Any

import pytest

from kernel.publishing import Publish
from kernel.sealing import Confidential
from kernel.testing import sealed
from schemas import billing, intake, notify, placement, screening
from schemas.__main__ import example
from schemas.base import Published
from schemas.events import all_events
from services.billing.domain import account_events, invoice
from services.billing.domain import receivable_events as receivable
from services.billing.domain import values as billing_values
from services.billing.publish import publish as billing_says
from services.intake.domain import application_events, erasure, organisation_events, paper, reception
from services.intake.publish import publish as intake_says
from services.notify.domain import letter
from services.notify.domain import values as notify_values
from services.notify.publish import publish as notify_says
from services.placement.domain import (
    amendment,
    appraisal_events,
    proposal_events,
    secondment_events,
    service_events,
    support_events,
)
from services.placement.domain import values as placement_values
from services.placement.publish import publish as placement_says
from services.screening.domain import disclosure
from services.screening.domain import secondment_events as screening_secondment
from services.screening.domain import support_events as screening_support
from services.screening.publish import publish as screening_says
from tests.schemas.contracts import AT, Tell, decision, happened, must_say, same

SAYS: dict[str, Publish] = {
    "intake": intake_says,
    "screening": screening_says,
    "placement": placement_says,
    "billing": billing_says,
    "notify": notify_says,
}
FORM = {"secondment": None, "support": None, "content": "digest", "placed_before": False}
PARTY = example(intake.ApplicationSubmitted).party
SECONDEE = example(intake.SecondeeNamed).secondee
HEAD: dict[str, Any] = {"receipt_number": "S2026-0001", "party": PARTY, "edition": "secondment/2026"}


def form(status: str, **more: Any) -> Tell:
    """A form that arrived."""
    fields = FORM | {"receipt_number": None, "edition": "", "received_at": AT, "status": status} | more
    return lambda told: happened(application_events.FormArrived, told, **_unless_told(fields, told))


def _unless_told(fields: dict[str, Any], told: Published) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if name not in type(told).model_fields}


INTAKE: dict[type[Published], Tell] = {
    intake.AnswerAwaited: lambda e: happened(
        organisation_events.AnswerAwaited, e, id=e.application_id.removeprefix("invitation-").removesuffix("-2026")
    ),
    intake.ApplicationRegistered: lambda e: form("registered", received_at=e.registered_at)(e),
    intake.ApplicationSubmitted: form("submitted"),
    intake.ApplicationAmended: lambda e: happened(
        application_events.Amended, e, content="digest", by="applicant", before="submitted", now="submitted",
        received_at=AT,
    ),
    intake.ConsentReturned: lambda e: happened(
        application_events.ConsentReturned, e, at=e.returned_at, paper_id="paper", by="officer-01",
        reason=sealed(Confidential, "押印なし"),
    ),
    intake.ApplicationWithdrawn: lambda e: happened(
        application_events.Withdrawn, e, at=e.withdrawn_at, by="applicant", reason=None, announced=True
    ),
    intake.ApplicationRefused: form("refused", decision=decision("S-IN-1", outcome="refused")),
    intake.NoWishReplied: form("no_wish"),
    intake.SecondeeNamed: lambda e: happened(application_events.SecondeeNamed, e, content="digest"),
    intake.PaperReceived: lambda e: happened(paper.PaperArrived, e, id=e.paper_id, subject="org", received_by="o"),
    intake.ReceptionClosed: lambda e: happened(reception.ReceptionClosed, e),
    intake.ReceptionReopened: lambda e: happened(reception.ReceptionReopened, e),
    intake.SubjectErased: lambda e: happened(
        erasure.Erased, e, at=e.erased_at
    ),
}  # fmt: skip
SCREENING: dict[type[Published], Tell] = {
    screening.ScreeningPassed: lambda e: happened(screening_secondment.StagePassed, e),
    screening.ScreeningRefused: lambda e: happened(screening_secondment.StageRefused, e),
    screening.ScreeningReopened: lambda e: happened(
        screening_secondment.FormExamined, e, **HEAD, decisions=(), again=True
    ),
    screening.WaiverAsked: lambda e: happened(
        screening_secondment.SecondeeExamined, e, **HEAD, secondee=SECONDEE, papers_by=AT.date(),
        decisions=(decision(e.clause, outcome="waiver_asked", secondment_id=e.secondment_id),),
    ),
    screening.PapersMissing: lambda e: happened(
        screening_secondment.PapersMissed, e, **HEAD, decision=decision("S-SC-9", outcome="held")
    ),
    screening.InterviewArranged: lambda e: happened(
        screening_support.InterviewSet, e, edition="support/2026", decision=decision("C-SC-13"),
        interview=screening_support.Interview(e.starts_at, e.minutes, e.mode, e.link, e.sequence),
    ),
    screening.InterviewCancelled: lambda e: happened(
        screening_support.InterviewCancelled, e, edition="support/2026",
        interview=screening_support.Interview(e.starts_at, e.minutes, "telephone", None, e.sequence),
    ),
    screening.InterviewMissed: lambda e: happened(
        screening_support.InterviewMissed, e, edition="support/2026", decision=decision("C-IN-6", outcome="held"),
        interview=screening_support.Interview(e.starts_at, 60, "telephone", None, 0),
    ),
    screening.InterviewAbsenceWithdrawn: lambda e: happened(
        screening_support.InterviewAbsenceWithdrawn, e, edition="support/2026", decision=decision("C-IN-6"),
        interview=screening_support.Interview(e.starts_at, 60, "telephone", None, 0),
    ),
    screening.CompanyAdopted: lambda e: happened(screening_support.Adopted, e),
    screening.DisclosureRecorded: lambda e: happened(
        disclosure.DisclosureRecorded, e, decision=decision("C-CO-1"),
        case=same(disclosure.Case, e),
        disclosed=disclosure.Disclosed(
            on=e.disclosed_on, ground="public", what=sealed(Confidential, "職種"), to=sealed(Confidential, "大学")
        ),
    ),
    screening.CaseClosed: lambda e: happened(screening_support.ClosedTo, e, **HEAD),
    screening.CompanyNotAdopted: lambda e: happened(screening_support.NotAdopted, e, edition="support/2026"),
}  # fmt: skip


def of_secondment(kind: Any, /, **fields: Any) -> Tell:
    """An event of one secondment, with its case."""
    return lambda e: happened(kind, e, case=same(placement_values.CaseOf, e, number=1), **fields)


def of_support(kind: Any, /, **fields: Any) -> Tell:
    """An event of one company's support, with its case."""
    return lambda e: happened(kind, e, case=same(support_events.SupportCase, e), **fields)


def offer(kind: Any, /, **fields: Any) -> Tell:
    """A proposal's event with its offer."""
    return lambda e: of_secondment(kind, offer=same(proposal_events.Offer, e, **fields))(e)


PLACEMENT: dict[type[Published], Tell] = {
    placement.PlacementProposed: offer(proposal_events.PlaceOffered),
    placement.PlacementNotPossible: offer(
        proposal_events.NoPlaceFound, stays=(), rank=None, answer_by=AT.date(), by_hand=False
    ),
    placement.PlacementAccepted: of_secondment(proposal_events.OfferAccepted, number=1, answered_by="sender"),
    placement.PlacementDeclined: of_secondment(
        proposal_events.OfferDeclined, number=1, answered_by="sender", leaves=False
    ),
    placement.MemorandumSent: of_secondment(secondment_events.MemorandumSent, copies=3, by="officer-01"),
    placement.MemorandumConcluded: of_secondment(secondment_events.MemorandumReturned, by="officer-01"),
    placement.MemorandumVoided: of_secondment(secondment_events.SecondeeReplaced, secondee_id="person-2"),
    placement.SecondmentStarted: of_secondment(
        secondment_events.SecondmentStarted, appraisal_days={}, decisions=(decision("S-LI-3"),)
    ),
    placement.StartHeld: of_secondment(secondment_events.StartHeld, decision=decision("S-LI-2", outcome="held")),
    placement.SecondeeDeparted: of_secondment(secondment_events.SecondeeDeparted, decisions=(decision("S-LI-4"),)),
    placement.DeparturePostponed: of_secondment(secondment_events.DeparturePostponed, decision=decision("S-PL-11")),
    placement.DepartureCancelled: of_secondment(secondment_events.DepartureCancelled, decision=decision("S-PL-11")),
    placement.SecondmentEnded: of_secondment(secondment_events.SecondmentEnded, decision=decision("S-LI-6")),
    placement.AmendmentAsked: lambda e: of_secondment(
        amendment.AmendmentAsked, asked=same(amendment.Asked, e, asked_by="sender"), by="officer-01", decisions=()
    )(e),
    placement.AmendmentDropped: lambda e: of_secondment(
        amendment.AmendmentDropped,
        asked=same(amendment.Asked, e, asked_by="sender", asked_on=AT.date()),
        decision=decision("S-LI-5"),
    )(e),
    placement.TermChanged: lambda e: of_secondment(
        secondment_events.TermChanged,
        change=same(secondment_events.NewTerm, e),
        running=True,
        appraisal_days={},
        decisions=(decision("S-LI-5"),),
    )(e),
    placement.AppraisalReported: of_secondment(appraisal_events.AppraisalReported, reported_on=AT.date()),
    placement.CoordinatorAssigned: of_support(
        support_events.CoordinatorAssigned, rank=1, decisions=(decision("C-PL-1"),)
    ),
    placement.SupportStarted: of_support(
        support_events.KickedOff, plan=sealed(Confidential, "計画"), surveys=(), decisions=(decision("C-LI-1"),)
    ),
    placement.VisitCancelled: of_support(support_events.VisitCancelled, decision=decision("C-BI-2")),
    placement.ServiceUsed: of_support(service_events.ServiceUsed, decision=decision("C-BI-3")),
    placement.ServiceWithdrawn: of_support(service_events.ServiceWithdrawn, decision=decision("C-BI-3")),
    placement.SurveyAnswered: of_support(support_events.SurveyAnswered),
    placement.SurveyAsked: of_support(support_events.SurveyAsked),
    placement.SupportEnded: of_support(support_events.SupportEnded, decision=decision("C-LI-6")),
}


def of_account(kind: Any, /, **fields: Any) -> Tell:
    """An event of one account, with its case; an invoice's is in the invoice's stream."""
    return lambda e: happened(
        kind, e, id=getattr(e, "invoice_id", ""), case=same(billing_values.Case, e), **_unless_told(fields, e)
    )


INVOICE = {"issuer_address": "", "returns": None, "returns_number": None, "decisions": (), "due_on": None}
MONEY = {"bank_reference": "reference", "by": "officer-01", "reason": sealed(Confidential, "照合")}
BILLING: dict[type[Published], Tell] = {
    billing.FeeCharged: lambda e: of_account(
        account_events.FeesCharged, invoice_id="invoice", billed=(), lines=(e.line,), decisions=()
    )(e),
    billing.InvoiceHeld: of_account(account_events.ChargeHeld, invoice_id="invoice", billed=(), decisions=()),
    billing.InvoiceIssued: of_account(invoice.InvoiceIssued, kind="invoice", **INVOICE),
    billing.ReturnInvoiceIssued: lambda e: of_account(
        invoice.InvoiceIssued, kind="return", **INVOICE | {"returns_number": e.returns}
    )(e),
    billing.PaymentReceived: of_account(receivable.PaymentRecorded, **MONEY),
    billing.PaymentReversed: of_account(receivable.PaymentReversed, next_on=None, **MONEY),
    billing.CreditRefunded: of_account(receivable.CreditRefunded, state="paid", **MONEY),
    billing.CreditCarriedOver: of_account(
        receivable.CreditCarriedOver, state="paid", by="officer-01", reason=sealed(Confidential, "充当")
    ),
    billing.PaymentOverdue: of_account(receivable.OverdueSeen, next_on=None),
}


def of_letter(kind: Any, /, **fields: Any) -> Tell:
    """An event of one letter; it was sent when it happened."""
    return lambda e: happened(
        kind, e, id=e.letter_id, at=getattr(e, "sent_at", AT), case=same(notify_values.Case, e), code=e.letter, **fields
    )


NOTIFY: dict[type[Published], Tell] = {
    notify.LetterSent: of_letter(letter.LetterSent),
    notify.LetterFailed: of_letter(letter.SendingFailed, given_up=False),
}
LEADS_TO: dict[type[Published], Tell] = INTAKE | SCREENING | PLACEMENT | BILLING | NOTIFY


@pytest.mark.parametrize("kind", all_events(), ids=lambda kind: f"{kind.TOPIC}-{kind.NAME}")
def test_the_service_says_the_example(kind: type[Published]) -> None:
    assert kind in LEADS_TO, f"write down here which private event of {kind.TOPIC} leads to {kind.NAME}"
    must_say(kind, LEADS_TO[kind](example(kind)), SAYS[kind.TOPIC])
