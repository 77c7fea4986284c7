"""What the published language can never carry: grounds of the support's screening, and names outside sealed fields."""

from __future__ import annotations

import re
from typing import Any

import pytest
from pydantic import ValidationError

from kernel.aggregate import AnyEvent
from kernel.sealing import PREFIX, Confidential
from kernel.testing import sealed
from schemas import placement, screening
from schemas.__main__ import example
from schemas.base import OfCase, OfProgramme, Published
from schemas.events import all_events
from schemas.shape import shape
from services.screening.domain import confidential
from services.screening.publish import publish
from tests.schemas.contracts import AT, said
from tests.schemas.test_producers import LEADS_TO, SAYS

EVENTS = pytest.mark.parametrize("kind", all_events(), ids=lambda kind: f"{kind.TOPIC}-{kind.NAME}")
SUPPORT = [kind for kind in all_events() if "support" in shape(kind)["programme"]]
"""The events that can be about the support programme at all."""
JUDGING = re.compile(
    r"decision|reason|grounds|note|comment|criteri|score|point|judge|assess|evaluat|examin|conflict|officer|interest(?!ed_in)"
    r"|waive|refus|clauses|outcome|facts|stage_(one|two)|first_stage|screen"
)
"""Names that a field with grounds or course of a judgement would bear."""
HARMLESS = {
    ("ReceptionClosed", "reason"): "why reception closed, one of two words",
    ("LetterFailed", "reason"): "the mail server's code",
}
HEADERS = {
    "ce_specversion", "ce_id", "ce_source", "ce_type", "ce_time", "ce_position", "ce_correlationid", "ce_causationid",
    "traceparent", "content-type",
}  # fmt: skip


@pytest.mark.clause("C-SC-15")
def test_the_notice_of_not_adopting_has_an_address_and_guidance_alone() -> None:
    told = {path: what for path, what in shape(screening.CompanyNotAdopted).items() if not path.startswith("party.")}
    assert told == {
        "@topic": "screening",
        "programme": "one of support",
        "fiscal_year": "whole number",
        "application_id": "text",
        "receipt_number": "text",
        "party": "structure",
        "guidance": "list",
        "guidance[]": "text",
    }
    party = {what for path, what in shape(screening.CompanyNotAdopted).items() if path.startswith("party.")}
    assert {what for what in party if what.startswith("sealed")} == {"sealed contact"}


@pytest.mark.clause("C-SC-15")
def test_screening_tells_of_a_company_only_its_interview_and_its_outcome() -> None:
    told = {kind for kind in SUPPORT if kind.TOPIC == screening.TOPIC}
    interview = {
        screening.InterviewArranged, screening.InterviewCancelled, screening.InterviewMissed,
        screening.InterviewAbsenceWithdrawn,
    }  # fmt: skip
    # CaseClosed keeps officers with an interest away from the counter too: it names no officer and no ground (C-SC-16).
    assert told == {
        *interview, screening.CompanyAdopted, screening.CompanyNotAdopted, screening.DisclosureRecorded,
        screening.CaseClosed,
    }  # fmt: skip


@pytest.mark.clause("C-SC-15", "C-SC-16")
def test_of_a_case_that_is_closed_to_an_officer_others_hear_a_hash_alone() -> None:
    case = {"@topic", "programme", "fiscal_year", "application_id"}
    assert {*shape(screening.CaseClosed)} - case == {"to"}


@pytest.mark.clause("C-CO-1")
def test_of_a_disclosure_others_hear_its_number_and_its_day() -> None:
    case = {"@topic", "programme", "fiscal_year", "application_id"}
    assert {*shape(screening.DisclosureRecorded)} - case == {"number", "disclosed_on"}


@pytest.mark.clause("C-SC-15")
@pytest.mark.parametrize(
    "kind",
    [
        screening.ScreeningPassed,
        screening.ScreeningRefused,
        screening.ScreeningReopened,
        screening.WaiverAsked,
        screening.PapersMissing,
    ],
    ids=lambda kind: str(kind.NAME),
)
def test_the_course_of_a_screening_cannot_be_told_of_a_company(kind: type[Published]) -> None:
    with pytest.raises(ValidationError, match="programme"):
        kind.model_validate(example(kind).model_dump() | {"programme": "support"})


@pytest.mark.clause("C-SC-15")
def test_no_event_that_may_be_about_a_company_has_a_field_for_grounds() -> None:
    named = {
        (kind.NAME, path)
        for kind in SUPPORT
        for path in shape(kind)
        if JUDGING.search(path.rpartition(".")[2]) and (kind.NAME, path) not in HARMLESS
    }
    assert named == set()


@pytest.mark.clause("C-SC-15")
def test_what_is_confidential_on_topics_is_the_applicants_own_words() -> None:
    paths = {path.split(".", 1)[-1] for kind in all_events() for path in shape(kind) if _confidential(kind, path)}
    assert paths == {"purpose", "finances", "organisation", "requests[].remarks", "remarks"}


def _confidential(kind: type[Published], path: str) -> bool:
    return shape(kind)[path].startswith("sealed confidential")


@pytest.mark.clause("C-SC-15")
@EVENTS
def test_no_decision_is_within_reach(kind: type[Published]) -> None:
    assert not {"Decision", "Parameter"} & kind.model_json_schema().get("$defs", {}).keys()


BASE: dict[str, Any] = {"originator_id": "screening-app-1", "originator_version": 2, "timestamp": AT}
DECISIONS = sealed(Confidential, "[]")


@pytest.mark.clause("C-SC-15")
@pytest.mark.parametrize(
    "event",
    [
        confidential.CompanyExamined(**BASE, decisions=DECISIONS, questions=1),
        confidential.CompanyWaiverDecided(**BASE, decisions=DECISIONS),
        confidential.StageOneJudged(**BASE, decisions=DECISIONS),
        confidential.StageTwoJudged(**BASE, decisions=DECISIONS),
        confidential.ConflictDeclared(**BASE, officer="officer-02", decisions=DECISIONS),
        confidential.NoInterestDeclared(**BASE, officer="officer-02", decisions=DECISIONS),
        confidential.AdoptionReviewed(**BASE, decisions=DECISIONS),
    ],
    ids=lambda event: type(event).__name__,
)
def test_what_happens_in_confidence_is_told_to_nobody(event: AnyEvent) -> None:
    assert list(publish(event)) == []


@EVENTS
def test_the_key_is_made_of_ids_alone(kind: type[Published]) -> None:
    of_case: dict[str, Any] = {"programme": "support", "fiscal_year": 2026, "application_id": "app-1"}
    nothing_else = kind.model_construct(**of_case)
    assert issubclass(kind, OfCase | OfProgramme)
    assert nothing_else.key == ("app-1" if issubclass(kind, OfCase) else "support-2026")


@EVENTS
def test_no_header_carries_what_the_event_says(kind: type[Published]) -> None:
    event = LEADS_TO[kind](example(kind))
    told = next(message for message in said(event, SAYS[kind.TOPIC], kind.TOPIC) if message.name == kind.NAME)
    headers = {name: value.decode() for name, value in told.headers()}
    assert headers.keys() <= HEADERS
    assert not [name for name, value in headers.items() if PREFIX in value or not re.fullmatch(r"[!-?A-~]+", value)]
    assert headers["ce_id"].startswith(f"{kind.TOPIC}:{event.originator_id}/{event.originator_version}")
    assert re.fullmatch(r"[!-?A-~]+", told.key)


@pytest.mark.clause("G-7")
def test_why_something_happened_to_a_secondee_is_sealed_wherever_it_is_told() -> None:
    whys = {
        f"{kind.NAME}.{path}": what
        for kind in all_events()
        if issubclass(kind, placement.OfSecondment)
        for path, what in shape(kind).items()
        if path in ("ground", "reason")
    }
    assert whys == {
        "AmendmentDropped.reason": "sealed contact",
        "DeparturePostponed.reason": "sealed contact",
        "DepartureCancelled.reason": "sealed contact",
        "SecondmentEnded.ground": "sealed personal or null, optional",
    }


@EVENTS
def test_whoever_is_named_is_named_in_sealed_fields(kind: type[Published]) -> None:
    person = ("birth_date", "toeic", "experience_years", "health_declared", "declared", "result")
    names = ("name", "kana", "person", "email", "address", *person)
    fields = {path: what for path, what in shape(kind).items() if path.rpartition(".")[2] in names}
    assert {path: what for path, what in fields.items() if not what.startswith("sealed ")} == {}
