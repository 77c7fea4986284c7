"""Plays a script: moves the clock from step to step and does each step as an HTTP call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from madoguchi.rehearsal.actions import ACTIONS, Ask
from madoguchi.rehearsal.calls import prepared
from madoguchi.rehearsal.script import Script, Step
from madoguchi.rehearsal.system import READER, System

OTHERS = ("into", "other")
"""Places of a step that name another case."""
Told = Callable[[Step, int, int], None]
"""Told of each step before it is done: the step, its number, how many there are."""


@dataclass(frozen=True)
class Answer:
    """What a step was answered: the status and, where it was refused, the clauses and the first reason in Japanese."""

    step: Step
    status: int
    clauses: tuple[str, ...] = ()
    reason: str = ""

    @property
    def unexpected(self) -> bool:
        """Whether the answer differs from what the script expects."""
        if self.step.expect is None:
            return self.status >= 400
        return self.step.expect not in self.clauses


@dataclass
class Played:
    """What came of playing: each answer, and the application of each case."""

    answers: list[Answer] = field(default_factory=list)
    applications: dict[tuple[str, str], str] = field(default_factory=dict)


class Player:
    """Plays one script on one system."""

    def __init__(self, system: System, script: Script, told: Told) -> None:
        self._system, self._script, self._told = system, script, told
        self.played = Played()

    async def play(self) -> Played:
        """Play from the first step to the last; steps that were played before the run was broken off are not repeated.

        The system comes to rest before each moment, and between two steps of one case at the same moment.
        """
        await self._system.set_clock(self._script.steps[0].at)
        before = await self._system.played()
        touched: set[tuple[str, str]] = set()
        for number, step in enumerate(self._script.steps, 1):
            self._told(step, number, len(self._script.steps))
            if step.key in before:
                self._keep(step, before[step.key])
                continue
            if step.at > await self._system.now():
                await self._system.move(step.at)
                touched = set()
            elif _waits(step, touched):
                await self._system.settle()
                touched = set()
            touched.add((step.programme, step.case))
            answer = await self._do(step)
            await self._system.note(step.key, answer)
            self._keep(step, answer)
        await self._system.settle()
        return self.played

    async def _do(self, step: Step) -> dict[str, Any]:
        action = ACTIONS[step.do]
        body = {"by": "officer-01", "reason": "予行"} | step.body if action.officer else step.body
        call = await prepared(action, self._places(step), body, step.key, self._asking(body.get("by", READER)))
        answer = await self._system.call(call.service, call.method, call.path, officer=call.officer, **call.options)
        return _noted(step, answer)

    def _keep(self, step: Step, answer: dict[str, Any]) -> None:
        if answer["application"]:
            self.played.applications[step.programme, step.case] = answer["application"]
        self.played.answers.append(Answer(step, answer["status"], tuple(answer["clauses"]), answer["reason"]))

    def _places(self, step: Step) -> dict[str, str]:
        """Where a step takes place; other cases named in it as their applications."""
        application = self._application(step, step.case)
        year = str(self._script.year_of(step))
        places = {"programme": step.programme, "year": year, "application": application} | step.place
        if step.programme == "secondment":
            places["secondment"] = f"{application}.{step.place.get('number', '1')}"
        return places | {name: self._application(step, step.place[name]) for name in OTHERS if name in step.place}

    def _application(self, step: Step, case: str) -> str:
        return self.played.applications.get((step.programme, case), "")

    def _asking(self, officer: str) -> Ask:
        """Reads as that officer would; of a case that is closed to the officer the version can only be guessed."""

        async def ask(service: str, path: str) -> Any:
            answer = await self._system.call(service, "GET", path, officer=officer)
            if answer.status_code == 403:
                return {"version": 1}
            return None if answer.status_code == 404 else answer.raise_for_status().json()

        return ask


def _waits(step: Step, touched: set[tuple[str, str]]) -> bool:
    """Whether a step at the same moment must wait for what those before it set in motion."""
    whole = (step.programme, "")
    return (step.programme, step.case) in touched or whole in touched or (not step.case and bool(touched))


def _noted(step: Step, answer: httpx.Response) -> dict[str, Any]:
    found = answer.json()
    if answer.status_code < 400 or "errors" not in found:
        application = found.get("id", "") if step.do == "apply" else ""
        return {"status": answer.status_code, "clauses": [], "reason": "", "application": application}
    errors = found["errors"]
    if not errors and answer.status_code == 422:  # the key was used: the step was done, and only its answer got lost
        return {"status": 200, "clauses": [], "reason": "", "application": ""}
    return {
        "status": answer.status_code,
        "clauses": list(dict.fromkeys(error["clause"] for error in errors)),
        "reason": errors[0]["ja"] if errors else found.get("title_ja", ""),
        "application": (found.get("instance") or "").rpartition("/")[2] if step.do == "apply" else "",
    }
