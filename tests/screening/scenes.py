"""Given and when for a sender's screening: a form, a person, an officer's word."""

from __future__ import annotations

from datetime import date
from typing import Any

from kernel.sealing import Confidential
from kernel.testing import event, given, sealed
from kernel.testing.happenings import Happening
from kernel.testing.scenario import Scenario
from schemas.values import Decision, Outcome, SecondmentForm
from services.screening.domain.secondment import SecondmentScreening as Screening
from services.screening.domain.secondment_events import (
    FormExamined,
    PurposeJudged,
    SecondeeExamined,
    SecondmentReceived,
    StagePassed,
)
from services.screening.policy import form as policy
from tests.screening.forms import APPLICATION, NOVEMBER, SECONDMENT, form, party, request, secondee, secondment_rules

CASE: dict[str, Any] = {
    "programme": "secondment",
    "fiscal_year": 2026,
    "application_id": APPLICATION,
    "receipt_number": "S-1",
    "party": party(),
    "edition": "secondment/2026",
}
ID = f"screening-{APPLICATION}"
BY_FEBRUARY = date(2026, 2, 24)
WHO = secondee()


def word(clause: str, outcome: Outcome, secondment_id: str | None = None) -> Decision:
    """An officer's decision."""
    facts = {"secondment_id": secondment_id} if secondment_id else {}
    return secondment_rules().word(clause, outcome, facts, by="o-1", reason=sealed(Confidential, "理由"))


def rule(clause: str, outcome: Outcome, **facts: Any) -> Decision:
    """A decision by rule on the one secondment."""
    return secondment_rules().rule(clause, outcome, {"secondment_id": SECONDMENT, **facts})


def received(asked: SecondmentForm) -> tuple[Happening, Happening]:
    """A form stands and was examined."""
    decisions = policy.examine(APPLICATION, asked, secondment_rules())
    return (
        event(SecondmentReceived, **CASE, form=asked, placed_before=False),
        event(FormExamined, **CASE, decisions=decisions),
    )


def a_form(*requests: Any) -> Scenario:
    """Given a form with these requests."""
    return given(*received(form(*requests)), of=Screening, id=ID)


def a_person(*more: Happening, decisions: tuple[Decision, ...] = ()) -> Scenario:
    """Given a form passed and a person named."""
    passed = event(StagePassed, **CASE, stage="form", requests=(request(),))
    judged = event(PurposeJudged, stage="form", secondment_id=None, decision=word("S-SC-1", "passed"))
    known = event(
        SecondeeExamined,
        **CASE,
        secondment_id=SECONDMENT,
        secondee=WHO,
        papers_by=BY_FEBRUARY,
        decisions=decisions,
    )
    return given(*received(form()), judged, passed, known, *more, of=Screening, id=ID)


def receive(asked: SecondmentForm) -> Scenario:
    """When a form is received."""
    decisions = policy.examine(APPLICATION, asked, secondment_rules())
    case = {name: value for name, value in CASE.items() if name != "application_id"}
    return given().when(Screening.receive, APPLICATION, decisions, at=NOVEMBER, form=asked, placed_before=False, **case)
