"""HTTP to the processes: to one that is up, over a way on which requests and answers get lost."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from tests.simulation.deployment import Deployment, Running
from tests.simulation.weather import Fate, Weather

PATIENCE = 30.0
"""Virtual seconds after which a client gives a request up."""


class NoAnswer(Exception):
    """The request was lost, or its answer: nobody can say which."""


class Gateway:
    """What stands before the services."""

    def __init__(self, deployment: Deployment, dice: random.Random) -> None:
        self._deployment, self._dice, self.weather = deployment, dice, Weather()

    async def request(
        self, service: str, method: str, path: str, headers: Mapping[str, str], content: bytes
    ) -> tuple[int, Any]:
        """Status and JSON of the answer. Raises `NoAnswer`."""
        fate = self.weather.fate(self._dice)
        await asyncio.sleep(self.weather.travel(self._dice))
        up = [running for running in self._deployment.processes[service] if running.up]
        if fate is Fate.BEFORE or not up:
            raise NoAnswer
        running = self._dice.choice(up)
        answer = self._begin(running, scope_of(method, path, headers, content), content)
        if fate is not Fate.WELL:
            raise NoAnswer
        try:
            async with asyncio.timeout(PATIENCE):
                status, body = await answer
        except (ConnectionError, TimeoutError):
            raise NoAnswer from None
        return status, body

    def _begin(self, running: Running, scope: dict[str, Any], content: bytes) -> asyncio.Future[tuple[int, Any]]:
        loop = self._deployment.loop
        answer: asyncio.Future[tuple[int, Any]] = loop.create_future()
        running.calls.add(answer)
        answer.add_done_callback(running.calls.discard)
        loop.create_task(_served(running, scope, content, answer), context=running.process.context.copy())
        return answer


async def _served(running: Running, scope: dict[str, Any], content: bytes, answer: asyncio.Future[Any]) -> None:
    """One request through the application, in the process's own context."""
    parts: list[bytes] = []
    status = 500
    asked = iter([{"type": "http.request", "body": content, "more_body": False}])

    async def receive() -> Any:
        return next(asked, None) or {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]
        else:
            parts.append(message.get("body", b""))

    try:
        await running.app(scope, receive, send)
    except Exception:  # noqa: BLE001  # the framework has answered 500 and raises it for the server's log
        status = 500
    if not answer.done():
        body = b"".join(parts)
        answer.set_result((status, json.loads(body) if body[:1] in (b"{", b"[", b"n") else None))


def scope_of(method: str, path: str, headers: Mapping[str, str], content: bytes) -> dict[str, Any]:
    """The request as ASGI has it."""
    path, _, query = path.partition("?")
    named = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    if content:
        named.append((b"content-length", b"%d" % len(content)))
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": unquote(path),
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(b"host", b"simulation"), *named],
        "client": ("127.0.0.1", 1),
        "server": ("simulation", 80),
    }
