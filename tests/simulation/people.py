"""Clients and officers: they ask, ask again until they are answered, and look again where it was too early."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from madoguchi.rehearsal.actions import ACTIONS, Action, Ask
from madoguchi.rehearsal.calls import Call, prepared
from tests.simulation.gateway import Gateway, NoAnswer
from tests.simulation.loop import SimulatedLoop
from tests.simulation.plan import Act

LOOKS = 6
"""How often somebody tries what is refused as too early, stale or unknown."""
TRIES = 200
PAUSE = (0.05, 0.6)
READER = "officer-01"


@dataclass(frozen=True)
class Told:
    """One answer to one request, in virtual seconds; status 0 where none ever came."""

    service: str
    method: str
    path: str
    key: str
    what: str
    case: str
    status: int
    body: Any
    begun: float
    ended: float


async def _organisation(ask: Ask, places: Mapping[str, str]) -> dict[str, str]:
    path = f"/v1/{places['programme']}/{places['year']}/applications/{places['application']}"
    found = await ask("intake", path)
    return {"organisation": str(found["party"]["organisation_id"])} if found else {}


ERASE = Action(
    "intake", "POST", "/v1/erasures", officer=True, find=_organisation, fill={"subject": "organisation"}
)  # fmt: skip


class People:
    """All of them; ``told`` is what they were told."""

    def __init__(self, loop: SimulatedLoop, gateway: Gateway, seed: str, year: int) -> None:
        self._loop, self._gateway, self._dice = loop, gateway, random.Random(f"{seed}:people")
        self._year, self.told = str(year), list[Told]()
        self.applications: dict[tuple[str, str], str] = {}
        self.subjects: list[str] = []

    async def day(self, acts: tuple[Act, ...]) -> None:
        """Everything of a day: what concerns one case in order, the cases side by side."""
        by_case: dict[tuple[str, str], list[Act]] = {}
        for act in acts:
            by_case.setdefault((act.step.programme, act.step.case), []).append(act)
        async with asyncio.TaskGroup() as group:
            for case in by_case.values():
                group.create_task(self._in_order(case))

    async def _in_order(self, acts: list[Act]) -> None:
        await asyncio.sleep(self._dice.uniform(0, 0.3))
        for act in acts:
            await self._do(act)

    async def _do(self, act: Act) -> None:
        step = act.step
        if step.do not in {"apply", "consent"} and step.case and not self._places(act)["application"]:
            return
        action = ERASE if step.do == "erase" else ACTIONS[step.do]
        for look in range(LOOKS):
            call = await self._prepared(act, action, f"{step.key}{f'-{look}' if look else ''}")
            if call is not None:
                first = await self._sent(act, call)
                if first.status not in {404, 409} or step.do == "apply" or step.expect or first.status == 0:
                    return
            await asyncio.sleep(self._dice.uniform(*PAUSE))

    async def _prepared(self, act: Act, action: Action, key: str) -> Call | None:
        body = {"by": READER, "reason": "予行"} | act.step.body if action.officer else act.step.body
        try:
            return await prepared(action, self._places(act), body, key, self._asking(body.get("by", READER)))
        except (LookupError, TypeError):
            return None  # what it is about is not there yet

    async def _sent(self, act: Act, call: Call) -> Told:
        copies = await asyncio.gather(*(self._until_answered(act, call) for _ in range(act.copies)))
        self._heard(act, call, copies)
        if act.again:
            copies.append(await self._until_answered(act, call))
        return copies[0]

    def _heard(self, act: Act, call: Call, answers: list[Told]) -> None:
        for told in answers:
            if act.step.do == "apply" and isinstance(told.body, dict):
                named = told.body.get("id") or (told.body.get("instance") or "").rpartition("/")[2]
                if named.startswith("app-"):
                    self.applications.setdefault((act.step.programme, act.step.case), named)
            if act.step.do == "erase" and 200 <= told.status < 300:
                self.subjects.append(call.options["json"]["subject"])

    async def _until_answered(self, act: Act, call: Call) -> Told:
        headers = dict(call.options["headers"])
        content = call.options.get("content", b"")
        if "json" in call.options:
            content = json.dumps(call.options["json"], ensure_ascii=False).encode()
            headers["Content-Type"] = "application/json"
        begun, status, body = self._loop.time(), 0, None
        for _ in range(TRIES):
            try:
                status, body = await self._gateway.request(call.service, call.method, call.path, headers, content)
            except NoAnswer:
                status, body = 0, None
            if status and status < 500:
                break
            await asyncio.sleep(self._dice.uniform(*PAUSE))
        path = call.path.partition("?")[0]
        key, what, case = headers["Idempotency-Key"], act.step.do, f"{act.step.programme}/{act.step.case}"
        told = Told(call.service, call.method, path, key, what, case, status, body, begun, self._loop.time())
        self.told.append(told)
        return told

    def _places(self, act: Act) -> dict[str, str]:
        step = act.step
        application = self.applications.get((step.programme, step.case), "")
        places = {"programme": step.programme, "year": self._year, "application": application} | step.place
        if step.programme == "secondment":
            places["secondment"] = f"{application}.{step.place.get('number', '1')}"
        return places

    def _asking(self, officer: str) -> Ask:
        async def ask(service: str, path: str) -> Any:
            for _ in range(TRIES):
                try:
                    status, body = await self._gateway.request(service, "GET", path, {"X-Officer": officer}, b"")
                except NoAnswer:
                    status, body = 0, None
                if status and status < 500:
                    return {"version": 1} if status == 403 else None if status >= 400 else body
                await asyncio.sleep(self._dice.uniform(*PAUSE))
            return None

        return ask
