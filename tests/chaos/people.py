"""A client process of the whole road: applicants and officers, each asking until answered, always under the same key.

`python -m tests.chaos.people` reads its task as a line of JSON, then the number of a wave a line; it answers each with
the same number when its share of the wave is done. Every answer is written to a file, a line of JSON each.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx

from madoguchi.rehearsal.actions import ACTIONS, Action, Ask
from madoguchi.rehearsal.calls import Call, prepared
from tests.chaos.road import OFFICE, Act, road

PATIENCE = 600.0
"""Seconds for which a request is tried again: much longer than any fault lasts."""
LOOKS_FOR = 8.0
"""Seconds for which somebody looks again where it was too early: what was not told yet, or has changed meanwhile."""
EARLY = frozenset({404, 409, 412})
TIMEOUT = 30.0
ESSENTIAL = frozenset({"accept", "judge-purpose", "name-secondee", "no-interest", "stage-one", "stage-two", "depart"})
"""Steps without which a case has no further ones: who got no place names nobody."""
YEAR = 2026


async def _organisation(ask: Ask, places: Mapping[str, str]) -> dict[str, str]:
    path = f"/v1/{places['programme']}/{places['year']}/applications/{places['application']}"
    return {"organisation": str((await ask("intake", path))["party"]["organisation_id"])}


ERASE = Action("intake", "POST", "/v1/erasures", officer=True, find=_organisation, fill={"subject": "organisation"})


class People:
    """The applicants and officers of this process."""

    def __init__(self, task: dict[str, Any]) -> None:
        self._services: dict[str, str] = task["services"]
        until = task["until"]
        self._share, self._shares = int(task["share"]), int(task["shares"])
        self._waves = road(task["copies"], task["seed"], until and datetime.fromisoformat(until)).waves
        self._dice = random.Random(f"{task['seed']}:people:{self._share}")
        self._http = httpx.AsyncClient(timeout=TIMEOUT, limits=httpx.Limits(max_connections=64))
        self._history = Path(task["history"]).open("w", encoding="utf-8")  # noqa: SIM115  # closed with the process
        self._applications: dict[tuple[str, str], str] = {}
        self._over: set[str] = set()

    async def wave(self, number: int) -> None:
        """This process's share: what concerns one case in order, the cases side by side."""
        by_case: dict[tuple[str, str], list[Act]] = {}
        for act in self._waves[number].acts:
            if self._is_ours(act):
                by_case.setdefault((act.step.programme, act.step.case), []).append(act)
        async with asyncio.TaskGroup() as group:
            for acts in by_case.values():
                group.create_task(self._in_order(acts))
        self._history.flush()

    def _is_ours(self, act: Act) -> bool:
        return int(act.step.case.rpartition("-")[2] or 0) % self._shares == self._share

    async def _in_order(self, acts: list[Act]) -> None:
        await asyncio.sleep(self._dice.uniform(0, 0.2))
        for act in acts:
            step = act.step
            known = step.do == "apply" or not step.case or self._application(act)
            if known and (step.case not in self._over or step.do == "erase"):
                done = await self._do(act)
                if not done and step.do in ESSENTIAL:
                    self._over.add(step.case)

    async def _do(self, act: Act) -> bool:
        """Whether it was done, or refused for good."""
        step, began, look = act.step, time.monotonic(), 0
        while look == 0 or time.monotonic() - began < LOOKS_FOR:
            call = await self._prepared(act, f"{step.key}{f'-{look}' if look else ''}")
            look += 1
            if call is not None and not await self._too_early(act, call):
                return True
            await asyncio.sleep(self._dice.uniform(0.2, 0.8))
        return False

    async def _prepared(self, act: Act, key: str) -> Call | None:
        step = act.step
        action = ERASE if step.do == "erase" else ACTIONS[step.do]
        body = {"by": OFFICE, "reason": "予行"} | step.body if action.officer else step.body
        try:
            call = await prepared(action, self._places(act), body, key, self._asking(body.get("by", OFFICE)))
        except (LookupError, TypeError):
            return None  # what it is about is not there yet
        unseen = action.officer and action.seen and "seen_version" not in call.options.get("json", {"seen_version": 0})
        return None if unseen else call

    async def _too_early(self, act: Act, call: Call) -> bool:
        first, *_ = await asyncio.gather(*(self._until_answered(act, call) for _ in range(act.copies)))
        if act.again:
            await self._until_answered(act, call)
        status, body = first
        if act.step.do == "apply":
            named = body.get("id") or (body.get("instance") or "").rpartition("/")[2]
            self._applications.setdefault((act.step.programme, act.step.case), named)
            return False
        return status in EARLY and act.step.expect is None

    async def _until_answered(self, act: Act, call: Call) -> tuple[int, dict[str, Any]]:
        begun, tries, status, body = time.time(), 0, 0, dict[str, Any]()
        while status == 0 and time.time() - begun < PATIENCE:
            tries += 1
            try:
                answer = await self._http.request(call.method, self._services[call.service] + call.path, **call.options)
                if answer.status_code < 500:
                    status, body = answer.status_code, answer.json()
                    break
            except httpx.TransportError:
                pass
            await asyncio.sleep(self._dice.uniform(0.1, 0.5))
        told = {
            "service": call.service, "method": call.method, "path": call.path.partition("?")[0],
            "key": call.options["headers"]["Idempotency-Key"], "what": act.step.do,
            "case": f"{act.step.programme}/{act.step.case}", "status": status, "body": body, "tries": tries,
            "begun": begun, "ended": time.time(),
        }  # fmt: skip
        self._history.write(json.dumps(told, ensure_ascii=False) + "\n")
        return status, body

    def _application(self, act: Act) -> str:
        return self._applications.get((act.step.programme, act.step.case), "")

    def _places(self, act: Act) -> dict[str, str]:
        step, application = act.step, self._application(act)
        places = {"programme": step.programme, "year": str(YEAR), "application": application} | step.place
        if step.programme == "secondment":
            places["secondment"] = f"{application}.{step.place.get('number', '1')}"
        return places

    def _asking(self, officer: str) -> Ask:
        async def ask(service: str, path: str) -> Any:
            began = time.time()
            while time.time() - began < PATIENCE:
                try:
                    found = await self._http.get(self._services[service] + path, headers={"X-Officer": officer})
                    if found.status_code < 500:
                        forbidden = {"version": 1} if found.status_code == 403 else None
                        return found.json() if found.status_code < 400 else forbidden
                except httpx.TransportError:
                    pass
                await asyncio.sleep(self._dice.uniform(0.1, 0.5))
            return None

        return ask


async def main() -> None:
    """Do waves as they are asked for, until there are no more."""
    loop = asyncio.get_running_loop()
    people = People(json.loads(await loop.run_in_executor(None, sys.stdin.readline)))
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        await people.wave(int(line))
        print(int(line), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
