"""Plays a script: moves the clock from step to step and does each step as an HTTP call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from madoguchi.rehearsal.actions import ACTIONS, Action
from madoguchi.rehearsal.script import Script, Step
from madoguchi.rehearsal.system import System

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
        touched: set[str] = set()
        for number, step in enumerate(self._script.steps, 1):
            self._told(step, number, len(self._script.steps))
            if step.key in before:
                self._keep(step, before[step.key])
                continue
            if step.at > await self._system.now():
                await self._system.move(step.at)
                touched = set()
            elif step.case in touched or not step.case or "" in touched:
                await self._system.settle()
                touched = set()
            touched.add(step.case)
            answer = await self._do(step)
            await self._system.note(step.key, answer)
            self._keep(step, answer)
        await self._system.settle()
        return self.played

    async def _do(self, step: Step) -> dict[str, Any]:
        action = ACTIONS[step.do]
        places = await self._places(step)
        if action.find is not None:
            places |= await action.find(self._ask, places)
        body, options = dict(step.body), dict[str, Any]()
        if action.found is not None:
            body[action.found] = places[action.found]
        if action.officer:
            body = {"by": "officer-01", "reason": "予行"} | body
        if action.seen is not None:
            body["seen_version"] = await self._version(action, places)
        headers = {"Idempotency-Key": step.key}
        if action.raw is not None:
            headers |= action.raw.headers(body)
            options["content"] = action.raw.content(body)
        else:
            options["json"] = body
        path = action.path.format(**places)
        answer = await self._system.call(action.service, action.method, path, headers=headers, **options)
        return _noted(step, answer)

    def _keep(self, step: Step, answer: dict[str, Any]) -> None:
        if answer["application"]:
            self.played.applications[step.programme, step.case] = answer["application"]
        self.played.answers.append(Answer(step, answer["status"], tuple(answer["clauses"]), answer["reason"]))

    async def _places(self, step: Step) -> dict[str, str]:
        application = self.played.applications.get((step.programme, step.case), "")
        number = step.place.get("number", "1")
        edition = {"programme": step.programme, "year": "2026"}
        return edition | {"application": application, "secondment": f"{application}.{number}"} | step.place

    async def _version(self, action: Action, places: dict[str, str]) -> int:
        assert action.seen is not None
        found = await self._ask(action.service, action.seen.format(**places))
        return int(found["version"])

    async def _ask(self, service: str, path: str) -> Any:
        headers = {"X-Officer": "officer-01"}
        answer = await self._system.call(service, "GET", path, headers=headers)
        return answer.raise_for_status().json()


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
