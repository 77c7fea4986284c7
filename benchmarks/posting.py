"""Forms as a sender posts them, over a few connections that stay open: as many as are taken, or so many a second.

The client is written for the measurement: it shares the cores with what is measured, and a general one takes more of
them than the service.
"""

from __future__ import annotations

import asyncio
import json
import math
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from urllib.parse import urlsplit

from stdnum.jp import cn

IDLE_MOST = 3.0
"""Seconds."""
PATH = "/v1/secondment/2026/applications"


def form(number: int) -> dict[str, Any]:
    """The number-th invented sender's form."""
    rest = f"{880_000_000_000 + number:012d}"
    wishes = [("hq.research.asia-oceania", "bangkok"), ("osaka", "hanoi")]
    ranked = [{"rank": rank, "domestic": home, "overseas": abroad} for rank, (home, abroad) in enumerate(wishes, 1)]
    return {
        "party": {
            "kind": "company",
            "corporate_number": f"{cn.calc_check_digit(rest)}{rest}",
            "name": f"計測第{number}工業株式会社",
            "kana": "ケイソクコウギョウカブシキガイシャ",
            "person": "計測 花子",
            "email": f"keisoku{number}@keisoku.example.jp",
            "address": f"長野県計測市計測町{number}番地",
        },
        "purpose": "海外市場の調査を担う人材を育てるため。",
        "requests": [{"route": "domestic_then_overseas", "years": 2, "wishes": ranked}],
    }


@dataclass(frozen=True)
class Taken:
    """A form that was accepted: the application's id, when it was sent and answered (seconds since the epoch)."""

    id: str
    sent: float
    answered: float


@dataclass
class Sender:
    """Posts forms to the processes of a service, by connection in turn.

    ``amends``: a newer form with another address follows each at once. ``numbers`` makes each form another one.
    """

    urls: Sequence[str]
    amends: bool = False
    numbers: Any = field(default_factory=lambda: count(1))
    taken: list[Taken] = field(default_factory=list)

    async def as_many(self, connections: int, *, until: float = math.inf, most: int = sys.maxsize) -> float:
        """Keep so many connections busy until that time, or with so many forms; how many were accepted a second."""
        begun, before, left = time.time(), len(self.taken), iter(range(most))

        async def busy(place: int) -> None:
            async with self._connection(place) as connection:
                while time.time() < until and next(left, None) is not None:
                    await self._post(connection, time.time())

        await asyncio.gather(*(busy(place) for place in range(connections)))
        return (len(self.taken) - before) / (time.time() - begun)

    async def at_rate(self, rate: float, seconds: float, connections: int) -> None:
        """One form each 1/rate seconds, whether or not the one before was answered; late ones count from when due."""
        due: asyncio.Queue[float | None] = asyncio.Queue()

        async def one(place: int) -> None:
            async with self._connection(place) as connection:
                while (at := await due.get()) is not None:
                    await self._post(connection, at)

        async with asyncio.TaskGroup() as group:
            for place in range(connections):
                group.create_task(one(place))
            begun = time.time()
            for number in range(max(1, int(rate * seconds))):
                at = begun + number / rate
                await asyncio.sleep(at - time.time())
                due.put_nowait(at)
            for _ in range(connections):
                due.put_nowait(None)

    def _connection(self, place: int) -> Connection:
        return Connection(self.urls[place % len(self.urls)])

    async def _post(self, connection: Connection, at: float) -> None:
        number = next(self.numbers)
        first = form(number)
        told = await connection.send("POST", PATH, first, f"bench-{number}", 201)
        if self.amends:
            first["party"]["address"] += "二階"
            await connection.send("PUT", f"{PATH}/{told['id']}", first, f"bench-{number}-newer", 200)
        self.taken.append(Taken(told["id"], at, time.time()))


class Connection:
    """One HTTP/1.1 connection that stays open; requests one after the other.

    The service closes one that was idle for five seconds; before that it is opened anew.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._host, self._port = parts.hostname or "", parts.port or 80
        self._used = 0.0

    async def __aenter__(self) -> Connection:
        self._reader, self._writer = await asyncio.open_connection(self._host, self._port)
        self._used = time.monotonic()
        return self

    async def __aexit__(self, *_: object) -> None:
        self._writer.close()

    async def send(self, method: str, path: str, form: Mapping[str, Any], key: str, expected: int) -> dict[str, Any]:
        """The answer's body."""
        if time.monotonic() - self._used > IDLE_MOST:
            await self.__aexit__()
            await self.__aenter__()
        body = json.dumps(form).encode()
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: {self._host}:{self._port}\r\nContent-Type: application/json\r\n"
            f"Idempotency-Key: {key}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        self._writer.write(head.encode() + body)
        answer = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        length = int(answer.partition("content-length:")[2].partition("\r\n")[0])
        status, said = int(answer.split(" ", 2)[1]), await self._reader.readexactly(length)
        self._used = time.monotonic()
        assert status == expected, f"a form was answered {status}: {said[:300]!r}"
        told: dict[str, Any] = json.loads(said)
        return told
