"""What becomes of clients that are slow on purpose: a request must come, and its answer be taken, in good time.

uvicorn waits for ever for the rest of a request's head, and for a client to take what it was sent; a few hundred open
connections would be all that it takes to shut everybody else out.
"""

from __future__ import annotations

import asyncio
from typing import Any

import h11
from fastapi.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from kernel.problems import problem

SLOW = (
    "本文が時間内に届きませんでした。通信状態を確認して、もう一度送ってください。",
    "The body did not come in time. Check the connection and send it again.",
)


class TimelyProtocol(H11Protocol):
    """Hangs up on who does not send the head of a request, or take its answer, within so many seconds."""

    head_within = 10.0
    answer_within = 30.0
    _late: asyncio.TimerHandle | None = None
    _untaken: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """See `asyncio.Protocol`."""
        super().connection_made(transport)
        self._expect_a_head()

    def data_received(self, data: bytes) -> None:
        """See `asyncio.Protocol`."""
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE:
            self._late = _off(self._late)
        elif self._late is None:
            self._expect_a_head()

    def on_response_complete(self) -> None:
        """See `H11Protocol`: written is not yet taken."""
        super().on_response_complete()
        _off(self._untaken)
        self._untaken = self.loop.call_later(self.answer_within, self._hang_up_if_untaken)

    def connection_lost(self, exc: Exception | None) -> None:
        """See `asyncio.Protocol`."""
        self._late, self._untaken = _off(self._late), _off(self._untaken)
        super().connection_lost(exc)

    def _expect_a_head(self) -> None:
        self._late = self.loop.call_later(self.head_within, self._hang_up)

    def _hang_up(self) -> None:
        self.transport.abort()

    def _hang_up_if_untaken(self) -> None:
        if self.transport.get_write_buffer_size():
            self.transport.abort()


def protocol(head_within: float, answer_within: float) -> type[TimelyProtocol]:
    """The protocol with these limits, in seconds."""
    limits = {"head_within": head_within, "answer_within": answer_within}
    return type("TimelyProtocol", (TimelyProtocol,), limits)


def _off(timer: asyncio.TimerHandle | None) -> asyncio.TimerHandle | None:
    """No timer any more."""
    if timer is not None:
        timer.cancel()
    return None


class TooSlow(Exception):
    """The body did not come in time."""


class Timely:
    """ASGI: the body of a request is here within so many seconds, or it is answered with 408."""

    def __init__(self, app: ASGIApp, seconds: float) -> None:
        self.app, self._seconds = app, seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        try:
            await self.app(scope, _Body(receive, self._seconds).receive, send)
        except TooSlow:
            await slow_answer()(scope, receive, send)


class _Body:
    def __init__(self, receive: Receive, seconds: float) -> None:
        self._receive = receive
        self._until = asyncio.get_running_loop().time() + seconds
        self._whole = False

    async def receive(self) -> Message:
        """The next part; once the body is whole, only the end of the connection can come, at any time."""
        if self._whole:
            return await self._receive()
        try:
            async with asyncio.timeout_at(self._until):
                message = await self._receive()
        except TimeoutError:
            raise TooSlow from None
        self._whole = message["type"] != "http.request" or not message.get("more_body", False)
        return message


def slow_answer() -> JSONResponse:
    """What a client is told whose body did not come in time; its connection ends with that."""
    return problem(408, *SLOW, headers={"Connection": "close"})
