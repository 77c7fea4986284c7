"""The screening of a sender's application (出向者受入制度): the form, then each person, then each person's papers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import ClassVar, Self

from schemas.values import Decision, Party, Secondee, SecondmentForm
from services.screening.domain import refusals
from services.screening.domain import secondment_events as events
from services.screening.domain.case import stream
from services.screening.domain.roads import Arrival, Stage, question_key
from services.screening.domain.secondment_state import SecondmentState


class SecondmentScreening(SecondmentState):
    """One sender's application: its commands and their guards."""

    TOPIC: ClassVar[str] = "screening.secondment_screening"

    @classmethod
    def receive(cls, application_id: str, decisions: tuple[Decision, ...], *, at: datetime, **case: object) -> Self:
        """A form stands and was examined. ``case`` are the fields of `SecondmentReceived`."""
        made = cls.begin(
            events.SecondmentReceived, id=stream(application_id), at=at, application_id=application_id, **case
        )
        made.tell(events.FormExamined, at=at, decisions=decisions)
        made._settle_form(at)
        return made

    def amend(
        self,
        party: Party,
        edition: str,
        form: SecondmentForm,
        revision: int,
        decisions: tuple[Decision, ...],
        *,
        placed_before: bool,
        at: datetime,
    ) -> None:
        """A newer form counts from now on (S-IN-6), whatever was named meanwhile; an older one changes nothing."""
        if self.withdrawn or revision <= self.revision:
            return
        sender = {"party": party, "placed_before": placed_before, "revision": revision}
        if form == self.form:
            self.record(events.SenderRetold, at=at, **sender)
            self._tell_again(at)
            return
        self.record(events.FormAmended, at=at, edition=edition, form=form, **sender)
        self.tell(events.FormExamined, at=at, decisions=decisions, again=True)
        self._settle_form(at)

    def _tell_again(self, at: datetime) -> None:
        passed = tuple(road.request for road in self.roads.values() if road.form == "passed")
        if passed:
            self.tell(events.StagePassed, at=at, stage="form", requests=passed, placed_before=self.placed_before)

    def judge_purpose(self, decision: Decision, *, at: datetime) -> None:
        """An officer says whether the purpose fits (S-SC-1)."""
        self._must_be_asked("form", "S-SC-1", None)
        self.record(events.PurposeJudged, at=at, stage="form", secondment_id=None, decision=decision)
        self._settle_form(at)

    def judge_third_year(self, secondment_id: str, decision: Decision, *, unit_agrees: bool, at: datetime) -> None:
        """An officer says whether a third year is possible (S-SC-2); only where the unit agrees.

        That it agrees is for the officer to have heard: what the sender's form says of it is a claim.
        """
        self._must_be_asked("form", "S-SC-2", secondment_id)
        if decision.outcome == "passed" and not unit_agrees:
            raise refusals.unit_has_not_agreed()
        self.record(events.ThirdYearJudged, at=at, stage="form", secondment_id=secondment_id, decision=decision)
        self._settle_form(at)

    def decide_waiver(self, secondment_id: str, decision: Decision, *, at: datetime) -> None:
        """An officer waives a soft clause, or refuses to; refused, it ends the secondment's case."""
        stage: Stage = "form" if question_key("form", decision.clause, secondment_id) in self.questions else "person"
        self._must_be_asked(stage, decision.clause, secondment_id, "waiver")
        self.record(events.WaiverDecided, at=at, stage=stage, secondment_id=secondment_id, decision=decision)
        if stage == "form":
            self._settle_form(at)
        else:
            self._settle_person(secondment_id, at)

    def tell_place(self, secondment_id: str, sites: tuple[str, ...], *, at: datetime) -> None:
        """Placement says where the secondment goes; the same again changes nothing."""
        if not self.withdrawn and secondment_id in self.roads and self.placed_at.get(secondment_id) != sites:
            self.record(events.PlaceTold, at=at, secondment_id=secondment_id, sites=sites)

    def take_secondee(
        self, secondment_id: str, secondee: Secondee, papers_by: date, decisions: tuple[Decision, ...], *, at: datetime
    ) -> None:
        """The sender named the person, examined by ``decisions``. Another name takes the place of the one before."""
        self.tell(
            events.SecondeeExamined,
            at=at,
            secondment_id=secondment_id,
            secondee=secondee,
            papers_by=papers_by,
            decisions=decisions,
        )
        self._settle_person(secondment_id, at)

    def take_paper(self, arrival: Arrival, *, at: datetime) -> None:
        """A paper arrived; the same one again changes nothing."""
        if not self.withdrawn and all(arrival.paper_id != each.paper_id for each in self.arrivals):
            self.record(events.PaperArrived, at=at, arrival=arrival)

    def settle_papers(self, secondment_id: str, decision: Decision, *, at: datetime) -> None:
        """The rule's word on a secondee's papers: complete, or missing at the deadline (S-SC-9)."""
        road = self.roads[secondment_id]
        if decision.outcome == "passed":
            self.record(events.PapersCompleted, at=at, secondment_id=secondment_id, decision=decision)
            self.tell(events.StagePassed, at=at, stage="papers", secondment_id=secondment_id, secondee=road.secondee)
        elif road.papers == "open":
            missing, deadline = tuple(decision.facts["missing"]), date.fromisoformat(decision.facts["deadline"])
            self.tell(
                events.PapersMissed,
                at=at,
                secondment_id=secondment_id,
                missing=missing,
                deadline=deadline,
                decision=decision,
            )

    def decide_papers(
        self, secondment_id: str, decision: Decision, *, wanted: Iterable[str] = (), at: datetime
    ) -> None:
        """HR accepts papers that were missing at the deadline, or refuses the start (S-SC-9).

        What it accepts is late, in part or in a form: where nothing of a paper ever arrived there is nothing to accept.
        """
        self._must_be_asked("papers", "S-SC-9", secondment_id)
        came = {arrival.kind for arrival in self.arrivals_for(secondment_id)}
        never = [kind for kind in wanted if kind not in came]
        if decision.outcome != "refused" and never:
            raise refusals.never_arrived(never)
        self.record(events.PapersDecided, at=at, stage="papers", secondment_id=secondment_id, decision=decision)
        if decision.outcome == "refused":
            self.tell(events.StageRefused, at=at, stage="papers", secondment_id=secondment_id, clauses=("S-SC-9",))
        else:
            secondee = self.roads[secondment_id].secondee
            self.tell(events.StagePassed, at=at, stage="papers", secondment_id=secondment_id, secondee=secondee)

    def _must_be_asked(self, stage: Stage, clause: str, secondment_id: str | None, asked: str | None = None) -> None:
        self.must_stand()
        if secondment_id is not None and secondment_id not in self.roads:
            raise refusals.no_such_secondment()
        question = self.questions.get(question_key(stage, clause, secondment_id))
        if question is None or (asked is not None and question.asked != asked):
            raise refusals.not_asked(clause)

    def _settle_form(self, at: datetime) -> None:
        if self.broken:
            self.tell(events.StageRefused, at=at, stage="form", secondment_id=None, clauses=self.broken)
            return
        broken = {each: road.broken for each, road in self.roads.items() if road.form == "open" and road.broken}
        if broken and len(broken) == len(self.roads):
            clauses = tuple(dict.fromkeys(clause for each in broken.values() for clause in each))
            self.tell(events.StageRefused, at=at, stage="form", secondment_id=None, clauses=clauses)
            return
        for secondment_id, clauses in broken.items():
            self.tell(events.StageRefused, at=at, stage="form", secondment_id=secondment_id, clauses=clauses)
        standing = tuple(road.request for road in self.roads.values() if road.form == "open")
        if standing and not self.asked("form"):
            self.tell(events.StagePassed, at=at, stage="form", requests=standing, placed_before=self.placed_before)

    def _settle_person(self, secondment_id: str, at: datetime) -> None:
        road = self.roads[secondment_id]
        if road.broken:
            self.tell(events.StageRefused, at=at, stage="person", secondment_id=secondment_id, clauses=road.broken)
        elif not self.asked("person", secondment_id):
            self.tell(events.StagePassed, at=at, stage="person", secondment_id=secondment_id, secondee=road.secondee)
