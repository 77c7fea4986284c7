"""A client process: many companies apply through a few connections, each asking until it has an answer.

`python -m tests.chaos.client` reads its task as JSON from standard input and writes every answer as a line of JSON.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.chaos.plan import Applicant
from tests.intake import forms

PATIENCE = 900.0
"""Seconds for which a request is tried again: much longer than any crash lasts."""
OVERLAPS = 0.15
ONCE_MORE = 0.1


@dataclass(frozen=True)
class Told:
    """An answer: status 0 where there was none."""

    status: int
    body: dict[str, Any]
    where: str = ""


@dataclass
class Client:
    """The connections of this process, and what was heard through them."""

    http: httpx.AsyncClient
    lines: list[str] = field(default_factory=list)

    async def ask(self, company: Company, what: str, path: str, key: str, **said: Any) -> Told:
        """Send until there is an answer, always under the same key; some are sent twice at once, or once more."""
        if company.dice.random() < OVERLAPS:
            told, _ = await asyncio.gather(*(self._until_told(company, what, path, key, **said) for _ in range(2)))
        else:
            told = await self._until_told(company, what, path, key, **said)
        if company.dice.random() < ONCE_MORE:
            await self._until_told(company, what, path, key, **said)
        return told

    async def _until_told(self, company: Company, what: str, path: str, key: str, **said: Any) -> Told:
        begun, tries, told = time.time(), 0, Told(0, {})
        headers = {"Idempotency-Key": key} | said.pop("headers", {})
        while told.status == 0 and time.time() - begun < PATIENCE:
            tries += 1
            try:
                answer = await self.http.post(path, headers=headers, **said)
                if answer.status_code < 500:
                    told = Told(answer.status_code, answer.json(), answer.headers.get("location", ""))
                    break
            except httpx.TransportError:
                pass
            await asyncio.sleep(company.dice.uniform(0.05, 0.4))
        said_so = {"company": company.number, "what": what, "key": key, "status": told.status, "body": told.body}
        self.lines.append(json.dumps(said_so | {"tries": tries, "begun": begun, "ended": time.time()}))
        return told


class Company:
    """One applicant on its way."""

    def __init__(self, client: Client, plan: Applicant) -> None:
        self.client, self.plan, self.dice = client, plan, random.Random(plan.seed)
        self.number = forms.number(plan.count)
        self._keys = 0

    async def apply(self) -> None:
        """All that it means to do."""
        await asyncio.sleep(self.plan.begins)
        where = await self._tries()
        if where and self.plan.withdraws is not None:
            await asyncio.sleep(self.plan.withdraws)
            await self.client.ask(self, "withdraw", f"{where}/withdrawal", self._key("withdraw"))
            if self.plan.reapplies:
                await self._form_first()

    async def _tries(self) -> str:
        """Apply, and again after a refusal if it is persistent; where its complete application is, empty if none."""
        first = {"form first": self._form_first, "consent first": self._consent_first, "at once": self._at_once}
        where = await first[self.plan.order]()
        for pause in self.plan.tries:
            if where:
                break
            await asyncio.sleep(pause)
            where = await self._form_first()
        return where

    async def _form_first(self) -> str:
        told = await self._register()
        if told.status >= 300 or told.body.get("status") == "submitted":
            return told.where if told.status < 300 else ""
        return told.where if await self._lays(told.where) else ""

    async def _consent_first(self) -> str:
        await self._mails()
        return await self._form_first()

    async def _at_once(self) -> str:
        told, mailed = await asyncio.gather(self._register(), self._mails())
        complete = "submitted" in {told.body.get("status"), mailed.body.get("status")}
        return told.where if told.status < 300 and complete else ""

    async def _register(self) -> Told:
        path, form = "/v1/support/2026/applications", forms.support(self.plan.count)
        mine = self.client.ask(self, "register", path, self._key("register"), json=form)
        if not self.plan.rival or self._keys > 2:
            return await mine
        other = self.client.ask(self, "register", path, self._key("rival"), json=form | {"employees": 49})
        both = await asyncio.gather(mine, other)
        return min(both, key=lambda told: told.status)

    async def _lays(self, where: str) -> bool:
        told = await self._consent("paper", f"{where}/papers", kind="consent")
        return told.status == 201

    async def _mails(self) -> Told:
        return await self._consent("consent", "/v1/support/2026/consents", corporate_number=self.number, by="kodo-01")

    async def _consent(self, what: str, path: str, **query: str) -> Told:
        raw = forms.consent(self.number)
        headers = {"Content-Digest": forms.digest(raw), "Content-Type": "application/pdf"}
        return await self.client.ask(self, what, path, self._key(what), content=raw, headers=headers, params=query)

    def _key(self, what: str) -> str:
        self._keys += 1
        return f"{self.number}-{what}-{self._keys}"


async def run(task: dict[str, Any]) -> list[str]:
    """Every company of the task; what each was told, a line each."""
    limits = httpx.Limits(max_connections=task["connections"], max_keepalive_connections=task["connections"])
    timeout = httpx.Timeout(30, pool=PATIENCE)
    async with httpx.AsyncClient(base_url=task["base"], limits=limits, timeout=timeout) as http:
        client = Client(http)
        await asyncio.sleep(max(0.0, task["at"] - time.time()))
        plans = [Applicant(**{**plan, "tries": tuple(plan["tries"])}) for plan in task["applicants"]]
        await asyncio.gather(*(Company(client, plan).apply() for plan in plans))
    return client.lines


if __name__ == "__main__":
    for line in asyncio.run(run(json.load(sys.stdin))):
        print(line)
