"""A small TCP proxy: what goes through it can be late, slow, held back or broken off.

A connection that is held back loses nothing: as on a network that is cut, what was sent arrives when the cut is over,
if both ends still wait for it. Who connects meanwhile waits as well.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import threading
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

from infra.local.ports import HOST

CHUNK = 1 << 16
STARTED_WITHIN = 10.0
LOOK_EVERY = 0.02


@dataclass
class Link:
    """What is forwarded from one port to another, and how. Times are in seconds, ``rate`` in bytes a second.

    ``held``: nothing passes. ``breaks`` is the chance of each chunk that both ends are reset instead. ``barred`` tells
    of a peer's port whether that peer is cut off from here; its connections are held.
    """

    door: int
    port: int
    delay: float = 0.0
    rate: float = 0.0
    held: bool = False
    breaks: float = 0.0
    barred: Callable[[int], bool] | None = None
    passed: int = 0
    broken: int = 0
    _open: set[asyncio.StreamWriter] = field(default_factory=set)

    def clear(self) -> None:
        """Forward as if nothing stood between."""
        self.delay = self.rate = self.breaks = 0.0
        self.held, self.barred = False, None

    async def serve(self) -> None:
        """Accept at the door until cancelled."""
        async with await asyncio.start_server(self._accepted, HOST, self.door) as server:
            await server.serve_forever()

    async def _accepted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        peer = int(writer.get_extra_info("peername")[1])
        with contextlib.suppress(OSError):
            await self._passing(peer)
            onward_reader, onward = await asyncio.open_connection(HOST, self.port)
            pair = {writer, onward}
            self._open |= pair
            try:
                await asyncio.gather(
                    self._pump(reader, onward, peer, pair), self._pump(onward_reader, writer, peer, pair)
                )
            finally:
                self._open -= pair
                _abort(pair)
        _abort({writer})

    async def _pump(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, peer: int, pair: set[asyncio.StreamWriter]
    ) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(CHUNK):
                await self._passing(peer)
                if self.breaks and random.random() < self.breaks:
                    self.broken += 1
                    break
                pause = self.delay + (len(data) / self.rate if self.rate else 0.0)
                if pause:
                    await asyncio.sleep(pause)
                writer.write(data)
                await writer.drain()
                self.passed += len(data)
        _abort(pair)

    async def _passing(self, peer: int) -> None:
        while self.held or (self.barred is not None and self.barred(peer)):  # noqa: ASYNC110  # other threads set it
            await asyncio.sleep(LOOK_EVERY)

    def reset(self) -> None:
        """Break off every connection there is."""
        self.broken += len(self._open) // 2
        _abort(self._open)


def _abort(writers: set[asyncio.StreamWriter]) -> None:
    for each in list(writers):
        each.transport.abort()


class Proxy(threading.Thread):
    """All links, in a loop on a thread of its own. Usable as a context manager."""

    def __init__(self) -> None:
        super().__init__(name="proxy", daemon=True)
        self._loop = asyncio.new_event_loop()
        self.links: dict[str, Link] = {}

    def run(self) -> None:
        """Forward until stopped."""
        self._loop.run_forever()

    def __enter__(self) -> Proxy:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ask(self._closed())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self.join()
        self._loop.close()

    def add(self, name: str, door: int, port: int) -> Link:
        """Forward from ``door`` to ``port``, from now on."""
        link = self.links[name] = Link(door, port)
        asyncio.run_coroutine_threadsafe(link.serve(), self._loop)
        return link

    def reset(self, name: str) -> None:
        """Break off every connection of a link."""
        self._loop.call_soon_threadsafe(self.links[name].reset)

    def clear(self) -> None:
        """Let everything through."""
        for link in self.links.values():
            link.clear()

    def _ask(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(STARTED_WITHIN)

    async def _closed(self) -> None:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for link in self.links.values():
            link.reset()
        await asyncio.sleep(LOOK_EVERY)  # what was aborted closes in the loop's next turns
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await asyncio.sleep(LOOK_EVERY)  # what was aborted closes in the loop's next turns
