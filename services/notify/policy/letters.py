"""Which event leads to which letter (S-NO-1, C-NO-1): the edition's catalogue decides, by name and fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from policies import adoptions, invoices
from policies.catalogue import LetterEntry
from policies.edition import Edition
from policies.secondment.edition import SecondmentEdition
from policies.sheets import RECIPIENT, file_name
from schemas import billing, intake, placement, screening
from schemas.base import OfCase
from schemas.values import Party, day_in_tokyo
from services.notify.domain.homes import letter_id
from services.notify.domain.values import Enclosed, Meeting, Planned, Request
from services.notify.policy.moments import moments_of
from services.notify.policy.told import told

ABOUT_PAPERS = ("papers-reminder",)
ABOUT_ANSWER = ("answer-reminder",)
ABOUT_CONSENT = ("consent-reminder", "consent-returned-reminder")
BEFORE_THE_START = ("papers-reminder", "particulars-march")
BEFORE_THE_INTERVIEW = ("interview-reminder", "silence-reminder")
EVERYTHING = (*ABOUT_ANSWER, *BEFORE_THE_START, *BEFORE_THE_INTERVIEW, *ABOUT_CONSENT, "survey-reminder")


@dataclass(frozen=True)
class Conclusion:
    """A matter is at its end: planned letters of these codes are not sent. ``for_good``: whatever still comes.

    ``saying``: only those that are told as much.
    """

    codes: tuple[str, ...]
    subject: str
    for_good: bool
    saying: Mapping[str, Any] = field(default_factory=dict)


def facts_of(event: OfCase) -> dict[str, Any]:
    """What the catalogue and the texts may look at: everything but whom it is addressed to."""
    return event.model_dump(mode="json", exclude={"party", "secondee", "support"})


def subject_of(event: OfCase) -> str:
    """What the event is about: a secondment, an account or a survey where it names one, else the application."""
    if isinstance(event, placement.SurveyAsked | placement.SurveyAnswered):
        return f"{event.application_id}.{event.survey}"
    subject: str | None = getattr(event, "secondment_id", None) or getattr(event, "account", None)
    return subject or event.application_id


def at_once(event: OfCase, edition: Edition, cause: str) -> Request | None:
    """The letter that goes out now, None where there is none."""
    facts = facts_of(event)
    code = edition.letters.for_event(event.NAME, facts)
    if code is None or not _concerns(event, edition):
        return None
    entry = edition.letters.root[code]
    return Request(
        letter_id=letter_id(event.application_id, cause, code),
        code=code,
        clause=entry.clause,
        edition=edition.id,
        subject=subject_of(event),
        told=told(facts, edition, entry.variables),
        meeting=_meeting(event, edition),
        enclosed=_enclosed(event, entry, facts, edition),
    )


def later(event: OfCase, edition: Edition, at: datetime) -> dict[str, tuple[Planned, ...]]:
    """The letters that the event sets for later, by code. Of what is past only what is `COUNTED` is made up for."""
    facts = facts_of(event)
    planned = {}
    for code in edition.letters.later(event.NAME, facts):
        entry = edition.letters.root[code]
        planned[code] = tuple(
            Planned(
                code=code,
                clause=entry.clause,
                edition=edition.id,
                subject=subject_of(event),
                place=place,
                due=due,
                told=told(facts, edition, entry.variables),
            )
            for place, due in enumerate(moments_of(code, entry.sent or "", event, edition, at), 1)
        )
    return planned


def conclusions(event: OfCase, edition: Edition) -> Sequence[Conclusion]:
    """Which planned letters an event makes needless."""
    subject = subject_of(event)
    match event:
        case screening.ScreeningPassed(stage="papers"):
            return [Conclusion(ABOUT_PAPERS, subject, for_good=True)]
        case screening.ScreeningRefused():
            return [Conclusion(BEFORE_THE_START, subject, for_good=True)]
        case placement.PlacementDeclined():
            return [Conclusion((*ABOUT_ANSWER, *BEFORE_THE_START), subject, for_good=False)]
        case placement.PlacementAccepted() | placement.PlacementNotPossible():
            return [Conclusion(ABOUT_ANSWER, subject, for_good=False)]
        case placement.SecondmentEnded():
            return [Conclusion(BEFORE_THE_START, subject, for_good=False)]
        case placement.SurveyAnswered():
            # Plans of before a survey was a subject of its own stand under the application, and say which survey it is.
            survey = told(facts_of(event), edition, ["survey"])
            older = Conclusion(("survey-reminder",), event.application_id, for_good=False, saying=survey)
            return [Conclusion(("survey-reminder",), subject, for_good=False), older]
        case intake.ApplicationSubmitted():
            # A consent that is here may be returned, and the new one reminded of: that matter is never over for good.
            first, again = ABOUT_CONSENT
            return [Conclusion((first,), subject, for_good=True), Conclusion((again,), subject, for_good=False)]
        case intake.ApplicationRefused(programme="support"):
            return [Conclusion(ABOUT_CONSENT, subject, for_good=True)]
        case screening.InterviewArranged() | screening.InterviewAbsenceWithdrawn():
            return [Conclusion(("silence-reminder",), subject, for_good=False)]
        case screening.InterviewCancelled():
            return [Conclusion(BEFORE_THE_INTERVIEW, subject, for_good=False)]
        case screening.CompanyAdopted() | screening.CompanyNotAdopted():
            # No consent is taken any more: one whose return crossed the decision is asked for of nobody (C-IN-1).
            consent = Conclusion(ABOUT_CONSENT, subject, for_good=True)
            return [Conclusion(BEFORE_THE_INTERVIEW, subject, for_good=False), consent]
        case intake.ApplicationWithdrawn():
            return [Conclusion(EVERYTHING, subject, for_good=True)]
        case _:
            return []


def _concerns(event: OfCase, edition: Edition) -> bool:
    """A paper is acknowledged where it is one of a secondment's papers; others have letters of their own."""
    if isinstance(event, intake.PaperReceived):
        known = isinstance(edition, SecondmentEdition) and event.kind in edition.papers.root
        return known and event.secondment_id is not None
    return True


def _meeting(event: OfCase, edition: Edition) -> Meeting | None:
    match event:
        case screening.InterviewArranged():
            tool = edition.value("screening.interview.tool", day_in_tokyo(event.starts_at)).text if event.link else ""
            when = (event.starts_at, event.minutes, event.sequence)
            return Meeting(starts_at=when[0], minutes=when[1], sequence=when[2], link=event.link, tool=tool)
        case screening.InterviewCancelled():
            when = (event.starts_at, event.minutes, event.sequence)
            return Meeting(starts_at=when[0], minutes=when[1], sequence=when[2], link=None, cancelled=True)
        case _:
            return None


def _enclosed(event: OfCase, entry: LetterEntry, facts: dict[str, Any], edition: Edition) -> Enclosed | None:
    """The paper that goes along: it never changes, whatever the address is by now (S-BI-6, C-SC-15)."""
    match entry.enclosed:
        case None:
            return None
        case "invoice.layout":
            assert isinstance(event, billing.InvoiceIssued | billing.ReturnInvoiceIssued)
            content = invoices.sheet(facts, _recipient(event.party))
            layout, name = invoices.layout_of(edition, facts), file_name(event.number)
        case "adoption.layout":
            assert isinstance(event, screening.CompanyAdopted)
            content = adoptions.sheet(facts | told(facts, edition, ["support_until"]), _recipient(event.party))
            layout, name = adoptions.layout_of(edition, facts), adoptions.file_name(event.receipt_number)
    return Enclosed(layout=layout, name=name, told=content)


def _recipient(party: Party) -> dict[str, str]:
    """Whom a paper is addressed to, as its event said: still sealed."""
    sealed = zip(RECIPIENT, (party.name, party.person, party.address), strict=True)
    return {name: each.token or "" for name, each in sealed}
