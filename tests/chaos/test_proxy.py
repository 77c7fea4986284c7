"""The proxy: what it holds back arrives later, what it breaks is broken at both ends, who is barred waits."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Iterator

import pytest

from infra.local.ports import HOST
from tests.chaos.proxy import Link, Proxy

WORD = b"word"


@pytest.fixture
async def echo(unused_port: Callable[[], int]) -> AsyncIterator[int]:
    """The port of a server that says everything again."""

    async def again(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(1 << 16):
                writer.write(data)
                await writer.drain()
        writer.close()

    port = unused_port()
    async with await asyncio.start_server(again, HOST, port):
        yield port


@pytest.fixture
def link(echo: int, unused_port: Callable[[], int]) -> Iterator[tuple[Proxy, Link]]:
    """A proxy in front of it."""
    with Proxy() as proxy:
        yield proxy, proxy.add("echo", unused_port(), echo)


async def spoken(link: Link, within: float = 5.0) -> bytes:
    """What comes back for a word, over a new connection."""
    reader, writer = await connected(link)
    try:
        writer.write(WORD)
        async with asyncio.timeout(within):
            return await reader.read(100)
    finally:
        writer.close()


async def connected(link: Link) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    while True:
        with contextlib.suppress(ConnectionRefusedError):
            return await asyncio.open_connection(HOST, link.door)
        await asyncio.sleep(0.01)


async def test_it_forwards(link: tuple[Proxy, Link]) -> None:
    assert await spoken(link[1]) == WORD


async def test_what_is_late_is_late_both_ways(link: tuple[Proxy, Link]) -> None:
    link[1].delay = 0.1
    begun = time.monotonic()
    assert await spoken(link[1]) == WORD
    assert time.monotonic() - begun >= 0.2


async def test_what_is_held_back_arrives_when_the_cut_is_over(link: tuple[Proxy, Link]) -> None:
    reader, writer = await connected(link[1])
    link[1].held = True
    writer.write(WORD)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.3):
            await reader.read(100)
    link[1].clear()
    async with asyncio.timeout(5):
        assert await reader.read(100) == WORD
    writer.close()


async def test_who_is_barred_waits_and_the_others_do_not(link: tuple[Proxy, Link]) -> None:
    _, writer = await connected(link[1])
    mine = writer.get_extra_info("sockname")[1]
    link[1].barred = lambda peer: peer != mine
    with pytest.raises(TimeoutError):
        await spoken(link[1], within=0.3)
    link[1].barred = lambda peer: peer == mine
    assert await spoken(link[1]) == WORD
    writer.close()


async def test_what_is_broken_is_reset(link: tuple[Proxy, Link]) -> None:
    link[1].breaks = 1.0
    with contextlib.suppress(ConnectionResetError):
        assert await spoken(link[1]) == b""
    assert link[1].broken == 1


async def test_a_reset_reaches_every_connection(link: tuple[Proxy, Link]) -> None:
    reader, writer = await connected(link[1])
    writer.write(WORD)
    assert await reader.read(100) == WORD
    link[0].reset("echo")
    with contextlib.suppress(ConnectionResetError):
        assert await reader.read(100) == b""
    writer.close()
