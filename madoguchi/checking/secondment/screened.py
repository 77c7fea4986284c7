"""A sender's screening as officers meet it: what the rules ask them, and what their word makes of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from madoguchi.checking.facts import BadFacts, Facts
from madoguchi.checking.found import Found, found
from madoguchi.checking.stand_ins import APPLICATION, OFFICER, SECONDMENT, party, unread
from policies.calendars import start_of_day
from policies.secondment.edition import SecondmentEdition
from schemas.values import Outcome, SecondmentForm, SecondmentRequest
from services.screening.domain.roads import Question, Stage
from services.screening.domain.secondment import SecondmentScreening
from services.screening.policy.basis import Basis
from services.screening.policy.form import examine


def form_basis(edition: SecondmentEdition) -> Basis[SecondmentEdition]:
    """Forms are screened on the day on which reception closes."""
    return Basis(edition, start_of_day(edition.dates.reception_closes.first))


def received(edition: SecondmentEdition, asked: SecondmentRequest) -> SecondmentScreening:
    """A form that asks for one secondment, examined by rule."""
    basis, said = form_basis(edition), SecondmentForm(purpose=unread("purpose"), requests=(asked,))
    return SecondmentScreening.receive(
        APPLICATION,
        examine(APPLICATION, said, basis),
        programme="secondment",
        fiscal_year=edition.edition.fiscal_year,
        receipt_number="S-0001",
        party=party(),
        edition=edition.id,
        form=said,
        placed_before=False,
        at=basis.at,
    )


def fitting(case: SecondmentScreening, basis: Basis[SecondmentEdition], fits: bool = True) -> None:
    """An officer says whether the purpose fits (S-SC-1)."""
    outcome: Outcome = "passed" if fits else "refused"
    case.judge_purpose(basis.word("S-SC-1", outcome, {}, by=OFFICER, reason=unread("reason")), at=basis.at)


def questions(case: SecondmentScreening, stage: Stage) -> list[Question]:
    """What officers are asked about the secondment at that stage."""
    return [each for each in case.questions.values() if each.stage == stage and each.secondment_id == SECONDMENT]


def answered(
    case: SecondmentScreening, stage: Stage, basis: Basis[SecondmentEdition], facts: Facts, at: datetime
) -> Found:
    """What becomes of the secondment when an officer says ``officer`` to everything that is asked at a stage."""
    granted = facts.granted()
    asked = questions(case, stage)
    if not asked:
        raise BadFacts("officer", "担当者に尋ねることがありません。", "Nothing is asked of an officer here.")
    for question in asked:
        _answer(case, question, basis, granted, facts, at)
    ended = "refused" if case.roads[SECONDMENT].refused else _kindly(asked)
    return found(ended, *(question.clause for question in asked))


def _kindly(asked: Iterable[Question]) -> str:
    return "passed" if all(question.asked == "to_judge" for question in asked) else "waived"


def _answer(
    case: SecondmentScreening,
    question: Question,
    basis: Basis[SecondmentEdition],
    granted: bool,
    facts: Facts,
    at: datetime,
) -> None:
    well: Outcome = "passed" if question.asked == "to_judge" else "waived"
    outcome: Outcome = well if granted else "refused"
    about = {"secondment_id": SECONDMENT}
    decision = basis.word(question.clause, outcome, about, by=OFFICER, reason=unread("reason"))
    if question.stage == "papers":
        case.decide_papers(SECONDMENT, decision, at=at)
    elif question.asked == "waiver":
        case.decide_waiver(SECONDMENT, decision, at=at)
    else:
        case.judge_third_year(SECONDMENT, decision, unit_agrees=facts.flag("unit_agrees", False), at=at)
