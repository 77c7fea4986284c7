"""How far each secondment of a form has come, and what is asked of officers on the way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from schemas.values import Decision, Secondee, SecondmentRequest

Stage = Literal["form", "person", "papers"]
"""申請内容, 出向者, 書類."""

State = Literal["awaited", "open", "held", "passed", "refused"]

Asked = Literal["to_judge", "waiver", "held"]
"""What an officer is asked for: a judgement, a waiver of a soft clause, HR's word on missing papers."""


@dataclass(frozen=True)
class Arrival:
    """A paper that arrived, on a day of Tokyo: which one, and as original (原本) or data. Each arrival by itself.

    A paper without ``secondment_id`` is for every secondment of its application.
    """

    paper_id: str
    secondment_id: str | None
    kind: str
    form: Literal["original", "data"]
    arrived_on: date


@dataclass(frozen=True)
class Question:
    """Something open that an officer is asked. Without ``secondment_id`` it is about the whole application."""

    stage: Stage
    clause: str
    asked: Asked
    secondment_id: str | None = None

    @property
    def key(self) -> str:
        """Unique among a case's questions."""
        return question_key(self.stage, self.clause, self.secondment_id)


def question_key(stage: str, clause: str, secondment_id: str | None) -> str:
    """The key of a question."""
    return f"{stage}/{secondment_id or ''}/{clause}"


def asked_by(stage: Stage, decision: Decision) -> Question | None:
    """The question that a decision leaves open, if it does."""
    if decision.outcome not in ("held", "waiver_asked"):
        return None
    asked: Asked = "waiver" if decision.outcome == "waiver_asked" else "to_judge"
    return Question(stage, decision.clause, "held" if stage == "papers" else asked, decision.facts.get("secondment_id"))


@dataclass
class Road:
    """One secondment's way through the three stages. ``broken`` are the clauses that a stage failed on."""

    request: SecondmentRequest
    form: State = "open"
    person: State = "awaited"
    papers: State = "awaited"
    secondee: Secondee | None = None
    papers_by: date | None = None
    broken: tuple[str, ...] = ()

    @property
    def refused(self) -> bool:
        """Whether any stage ended in a refusal."""
        return "refused" in (self.form, self.person, self.papers)
