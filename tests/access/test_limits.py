"""How much anybody may ask, on real sockets: clients that are slow on purpose, many at once, one too eager."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from typing import Annotated, Any

import httpx
import pytest
import uvicorn
from fastapi import Depends, FastAPI, Request, Response

from infra.local.ports import HOST, free_ports
from kernel import http
from kernel.access import Gate, Trusting, officers
from kernel.denials import TooMany
from kernel.gates import limited
from kernel.limits import KEPT_MOST, Buckets, Rate
from kernel.run import configured
from kernel.settings import Settings
from kernel.tokens import TokenGate
from tests.access.issuing import Issuing, bearing

QUICK = Settings(head_seconds=0.5, body_seconds=0.6, answer_seconds=0.7, connections=20)
PATIENCE = 20.0
HEAD = b"POST /desk HTTP/1.1\r\nHost: desk\r\nContent-Type: application/json\r\n"


def desk(gate: Gate, settings: Settings) -> FastAPI:
    app = FastAPI()
    http.install(app, gate, settings.body_seconds)

    @app.post("/desk", dependencies=[Depends(officers)])
    async def post(said: dict[str, Any]) -> dict[str, Any]:
        return said

    @app.post("/papers", dependencies=[Depends(officers)])
    async def paper(request: Request) -> dict[str, int]:
        return {"bytes": len(await request.body())}

    @app.get("/book", dependencies=[Depends(officers)])
    async def book(pages: Annotated[int, ...] = 1) -> Response:
        return Response(b"x" * pages)

    return app


class Serving:
    """A served desk, and raw connections to it."""

    def __init__(self, port: int) -> None:
        self.port, self.url = port, f"http://{HOST}:{port}"
        self._lines: list[asyncio.StreamWriter] = []

    async def line(self, *said: bytes) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A connection on which this was said; it is closed with the desk."""
        reader, writer = await asyncio.open_connection(HOST, self.port)
        self._lines.append(writer)
        for each in said:
            writer.write(each)
        await writer.drain()
        return reader, writer

    async def close(self) -> None:
        for line in self._lines:
            line.close()
            with contextlib.suppress(OSError):
                await line.wait_closed()


def serving(gate: Gate, settings: Settings = QUICK) -> contextlib.AbstractAsyncContextManager[Serving]:
    """The desk, served."""
    return serving_app(desk(gate, settings), settings)


@contextlib.asynccontextmanager
async def serving_app(app: FastAPI, settings: Settings) -> AsyncIterator[Serving]:
    """An application as `kernel.run` serves it, on a free port."""
    (port,) = free_ports(1)
    at = settings.model_copy(update={"http_port": port})
    server = uvicorn.Server(configured(app, at))
    task, at_desk = asyncio.create_task(server.serve()), Serving(port)
    try:
        while not server.started:  # noqa: ASYNC110  # the server has no event for it
            await asyncio.sleep(0.01)
        yield at_desk
    finally:
        await at_desk.close()
        server.should_exit = True
        await task


async def ended(reader: asyncio.StreamReader) -> tuple[bytes, float]:
    """What came before the other side hung up, and after how many seconds it did."""
    begun, got = time.monotonic(), b""
    async with asyncio.timeout(PATIENCE):
        with contextlib.suppress(ConnectionError):
            while part := await reader.read(65536):
                got += part
    return got, time.monotonic() - begun


@pytest.mark.parametrize("said", [b"", b"GET /book HTTP/1.1\r\nHost: d", HEAD], ids=["nothing", "half", "no end"])
async def test_who_does_not_finish_the_head_of_a_request_is_hung_up_on(said: bytes) -> None:
    async with serving(Trusting()) as at:
        reader, _ = await at.line(said)
        got, seconds = await ended(reader)
        assert (got, QUICK.head_seconds * 0.8 < seconds < PATIENCE / 2) == (b"", True)


async def test_a_drop_now_and_then_does_not_keep_the_line_open() -> None:
    """The classic slow loris: one more header line every moment, for ever."""
    async with serving(Trusting()) as at:
        reader, writer = await at.line(HEAD)

        async def drip() -> None:
            for n in range(200):
                writer.write(b"X-%d: y\r\n" % n)
                await asyncio.sleep(0.05)

        dripping = asyncio.create_task(drip())
        _, seconds = await ended(reader)
        dripping.cancel()
        assert seconds < PATIENCE / 2


async def test_a_second_request_on_a_kept_line_has_the_same_time() -> None:
    async with serving(Trusting()) as at:
        reader, writer = await at.line(HEAD + b"Content-Length: 2\r\n\r\n{}")
        assert b"200 OK" in await reader.readuntil(b"\r\n\r\n")
        assert await reader.readexactly(2) == b"{}"
        writer.write(b"GET /book HTTP/1.1\r\nHo")
        got, seconds = await ended(reader)
        assert (got, seconds < PATIENCE / 2) == (b"", True)


@pytest.mark.parametrize("path", [b"/desk", b"/papers"])
async def test_a_body_that_does_not_come_is_answered_with_408_and_the_line_closed(path: bytes) -> None:
    async with serving(Trusting()) as at:
        head = HEAD if path == b"/desk" else HEAD.replace(b"/desk", path).replace(b"application/json", b"image/png")
        reader, writer = await at.line(head + b"Content-Length: 100\r\n\r\n", b'{"a":')

        async def drip() -> None:
            for _ in range(90):
                writer.write(b" ")
                await asyncio.sleep(0.05)

        dripping = asyncio.create_task(drip())
        got, seconds = await ended(reader)
        dripping.cancel()
        assert b"408 Request Timeout" in got
        assert b"application/problem+json" in got
        assert "本文が時間内に届きませんでした" in got.decode()
        assert QUICK.body_seconds * 0.8 < seconds < PATIENCE / 2


async def test_who_does_not_take_the_answer_is_hung_up_on() -> None:
    """Else its buffer would be held for as long as it likes."""
    async with serving(Trusting()) as at:
        reader, _ = await at.line(b"GET /book?pages=30000000 HTTP/1.1\r\nHost: d\r\n\r\n")
        await asyncio.sleep(QUICK.answer_seconds + 0.5)
        got, _ = await ended(reader)
        assert len(got) < 30_000_000


async def test_who_is_in_time_notices_nothing() -> None:
    async with serving(Trusting()) as at, httpx.AsyncClient(base_url=at.url) as client:
        for _ in range(3):
            assert (await client.post("/desk", json={"a": 1})).json() == {"a": 1}
            assert (await client.post("/papers", content=b"x" * 2_000_000)).json() == {"bytes": 2_000_000}
            await asyncio.sleep(QUICK.head_seconds)
        assert len((await client.get("/book", params={"pages": 3_000_000})).content) == 3_000_000


async def test_idle_lines_do_not_shut_others_out_for_long() -> None:
    patient = QUICK.model_copy(update={"head_seconds": 4.0})
    async with serving(Trusting(), patient) as at:
        for _ in range(QUICK.connections):
            await at.line(HEAD)
        async with httpx.AsyncClient(base_url=at.url, timeout=PATIENCE) as client:
            assert (await client.get("/book")).status_code == 503
            until = time.monotonic() + PATIENCE
            while (await client.get("/book")).status_code != 200:
                assert time.monotonic() < until
                await asyncio.sleep(0.05)


async def test_who_asks_too_often_is_told_how_long_to_wait_and_others_are_not(issuer: Issuing) -> None:
    settings = QUICK.model_copy(update={"rate": 0.01, "rate_burst": 3, "unknown_rate": 0.01, "unknown_rate_burst": 2})
    gate = limited(TokenGate("desk", [issuer.believed()]), settings)
    eager, other = (bearing(issuer.officer(id, "desk")) for id in ("jinji-01", "jinji-02"))
    async with serving(gate, settings) as at, httpx.AsyncClient(base_url=at.url) as client:
        answers = [await client.get("/book", headers=eager) for _ in range(5)]
        assert [each.status_code for each in answers] == [200, 200, 200, 429, 429]
        assert 1 <= int(answers[-1].headers["retry-after"]) <= 100
        assert answers[-1].headers["content-type"] == "application/problem+json"
        assert (await client.get("/book", headers=other)).status_code == 200
        guesses = [await client.get("/book", headers=bearing("guess")) for _ in range(4)]
        assert [each.status_code for each in guesses] == [401, 401, 429, 429]
        assert (await client.get("/book", headers=other)).status_code == 200


def test_a_bucket_fills_again_and_never_above_its_rim() -> None:
    now = [0.0]
    buckets = Buckets(Rate(per_second=2.0, burst=2), lambda: now[0])
    buckets.take("a")
    buckets.take("a")
    with pytest.raises(TooMany):
        buckets.take("a")
    now[0] += 0.5
    buckets.take("a")
    now[0] += 100
    buckets.take("a")
    buckets.take("a")
    with pytest.raises(TooMany):
        buckets.take("a")


def test_invented_names_do_not_fill_the_memory() -> None:
    buckets = Buckets(Rate(per_second=1.0, burst=1))
    for n in range(KEPT_MOST + 50):
        buckets.take(str(n))
    assert len(buckets._left) == KEPT_MOST


async def test_who_has_a_token_that_is_nobody_s_here_is_counted_too(issuer: Issuing) -> None:
    """Anybody whom the issuer knows has one: it takes no role to ask a thousand times a second."""
    gate = limited(TokenGate("desk", [issuer.believed()]), Settings(unknown_rate=0.01, unknown_rate_burst=2))
    nobody = bearing(issuer.signer.token("u-1", {}))
    async with serving(gate) as at, httpx.AsyncClient(base_url=at.url) as client:
        answers = [await client.get("/book", headers=nobody) for _ in range(4)]
    assert [each.status_code for each in answers] == [403, 403, 429, 429]


def test_two_thousand_forms_with_their_papers_may_come_at_once() -> None:
    """A reception that opens: upstream sends what it has gathered."""
    said = Settings()
    of_forms = Buckets(Rate(said.form_rate, said.form_rate_burst), lambda: 0.0)
    for _ in range(2 * 2_000):
        of_forms.take("form portal")
