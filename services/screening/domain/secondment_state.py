"""The state of a sender's screening, and how events change it. Nothing here refuses anything."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import field, replace
from datetime import date

from schemas.values import Decision, Secondee, SecondmentForm
from services.screening.domain.case import Screening
from services.screening.domain.roads import Arrival, Question, Road, Stage, State, asked_by, question_key


class SecondmentState(Screening):
    """What is known of one sender's application. ``roads`` has a road for each secondment, by secondment id."""

    form: SecondmentForm
    placed_before: bool = False
    revision: int = 0
    withdrawn: bool = False
    broken: tuple[str, ...] = ()
    questions: dict[str, Question] = field(default_factory=dict)
    roads: dict[str, Road] = field(default_factory=dict)
    arrivals: tuple[Arrival, ...] = ()
    placed_at: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def sites_of(self, secondment_id: str) -> tuple[str, ...]:
        """Where the person goes: the places that were accepted; until they are known, every one that was wished."""
        wished = (wish.domestic for wish in self.roads[secondment_id].request.wishes)
        return self.placed_at.get(secondment_id) or tuple(dict.fromkeys(wished))

    def awaits_papers(self, arrival: Arrival | None = None) -> list[str]:
        """The secondments whose papers are still to be settled, of those that ``arrival`` is for."""
        concerned = [arrival.secondment_id] if arrival and arrival.secondment_id else list(self.roads)
        roads = {each: self.roads[each] for each in concerned if each in self.roads}
        waiting = [each for each, road in roads.items() if road.papers in ("open", "held") and not road.refused]
        return [] if self.withdrawn else waiting

    def arrivals_for(self, secondment_id: str) -> list[Arrival]:
        """The papers that count for a secondment."""
        return [each for each in self.arrivals if each.secondment_id in (None, secondment_id)]

    @property
    def waiting(self) -> tuple[str, ...]:
        """See `Screening.waiting`."""
        return tuple(sorted({question.asked for question in self.questions.values()}))

    @property
    def over(self) -> bool:
        """See `Screening.over`."""
        return self.withdrawn or all(road.refused for road in self.roads.values())

    @property
    def status(self) -> str:
        """See `Screening.status`."""
        if self.withdrawn:
            return "withdrawn"
        if self.over:
            return "refused"
        standing = [road for road in self.roads.values() if not road.refused]
        if any(road.form == "open" for road in standing):
            return "open"
        return "cleared" if all(road.person == road.papers == "passed" for road in standing) else "form_passed"

    def asked(self, stage: Stage, secondment_id: str | None = None) -> bool:
        return any(
            question.stage == stage and secondment_id in (None, question.secondment_id)
            for question in self.questions.values()
        )

    def lay_out(self, form: SecondmentForm) -> None:
        """A road for each request, nothing of the form decided yet. Who is named for one that stays is still named."""
        known = {id: road for id, road in self.roads.items() if road.person != "awaited"}
        self.roads = {f"{self.application_id}.{request.number}": Road(request) for request in form.requests}
        kept = {id: road for id, road in known.items() if id in self.roads and self.roads[id].request == road.request}
        self.roads |= {id: replace(road, form="open", broken=()) for id, road in kept.items()}
        asked = {k: q for k, q in self.questions.items() if q.stage != "form" and q.secondment_id in kept}
        self.questions, self.broken = asked, ()

    def note(self, stage: Stage, decisions: Iterable[Decision]) -> None:
        """Keep what decisions break and what they leave open."""
        for decision in decisions:
            question = asked_by(stage, decision)
            if question is not None:
                self.questions[question.key] = question
            elif decision.outcome == "refused":
                self._break(decision.clause, decision.facts.get("secondment_id"))

    def answer(self, stage: Stage, secondment_id: str | None, decision: Decision) -> None:
        """A question is no longer open."""
        self.questions.pop(question_key(stage, decision.clause, secondment_id), None)
        if decision.outcome == "refused":
            self._break(decision.clause, secondment_id)

    def meet(self, secondment_id: str, secondee: Secondee, papers_by: date) -> None:
        """The person is known; what was asked about another one before is void, and so are that one's papers."""
        road = self.roads[secondment_id]
        if road.secondee is not None and road.secondee.secondee_id != secondee.secondee_id:
            self.arrivals = tuple(each for each in self.arrivals if each.secondment_id != secondment_id)
            road.papers = "awaited"
        self._drop("person", secondment_id)
        road.secondee, road.papers_by, road.person, road.broken = secondee, papers_by, "open", ()
        if road.papers == "awaited":
            self._drop("papers", secondment_id)
            road.papers = "open"

    def settle(self, stage: Stage, secondment_id: str | None, state: State) -> None:
        """A stage is passed or refused. The form's word for the whole application is for every open road."""
        for each, road in self.roads.items():
            if secondment_id == each or (secondment_id is None and road.form == "open"):
                setattr(road, stage, state)
                if state == "refused":
                    self.questions = {k: q for k, q in self.questions.items() if q.secondment_id != each}
                else:
                    self._drop(stage, each)
        if self.over:
            self.questions = {}

    def close(self) -> None:
        """See `Screening.close`."""
        self.withdrawn, self.questions = True, {}

    def _break(self, clause: str, secondment_id: str | None) -> None:
        if secondment_id is None:
            self.broken = (*self.broken, clause)
        else:
            self.roads[secondment_id].broken = (*self.roads[secondment_id].broken, clause)

    def _drop(self, stage: Stage, secondment_id: str) -> None:
        self.questions = {
            k: q for k, q in self.questions.items() if (q.stage, q.secondment_id) != (stage, secondment_id)
        }
