"""Rotation of the master key under a running system: nothing stands still, nothing comes back, the old key can go."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from kernel.ciphers import seal
from kernel.masterkeys import Fixed, KeyFile, MasterKeys, read, write
from kernel.rotation import left, rewrap
from kernel.sealing import Personal
from kernel.vault import ERASED, Erased, UnknownMaster, Vault
from tests.kernel.commits import AT

pytestmark = pytest.mark.clause("G-7")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file of before there were rotations."""
    made = tmp_path / "master.key"
    made.write_bytes(bytes(range(32)))
    return made


def process(db: Any, path: Path) -> Vault:
    """A vault as another process has it, with its own view of the file."""
    return Vault(db["keys"], KeyFile(path), ["personal"])


async def sealed(vault: Vault, subject: str) -> Personal:
    value = (await vault.sealer(subject)).personal("name", f"name of {subject}")
    return Personal(seal(value, "book/1"))


class Traffic:
    """Two processes that seal, open and now and then erase, without a pause."""

    def __init__(self, db: Any, path: Path) -> None:
        self.vaults = [process(db, path), process(db, path)]
        self.values: dict[str, Personal] = {}
        self.erased: set[str] = set()
        self.unsure: set[str] = set()
        self._numbers = itertools.count()
        self._grown = asyncio.Condition()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(self._run(vault)) for vault in self.vaults for _ in range(2)]
        yield
        for task in tasks:
            task.cancel()
        for done in await asyncio.gather(*tasks, return_exceptions=True):
            if not isinstance(done, asyncio.CancelledError):
                raise AssertionError("a process failed during the rotation") from done

    async def _run(self, vault: Vault) -> None:
        while True:
            number = next(self._numbers)
            value = await sealed(vault, f"s-{number}")
            self.values[value.subject] = value
            other = self.vaults[number % 2]
            assert await other.open(value) == f"name of {value.subject}"
            async with self._grown:
                self._grown.notify_all()
            await vault.shown([*self.values.values()][:: max(1, len(self.values) // 20)])
            if number % 5 == 0:
                self.unsure.add(value.subject)  # broken off here, nobody knows whether it is erased
                assert await other.erase(value.subject, at=AT)
                self.erased.add(value.subject)
                self.unsure.remove(value.subject)

    async def has_grown_by(self, number: int) -> None:
        wanted = len(self.values) + number
        async with self._grown:
            await self._grown.wait_for(lambda: len(self.values) >= wanted)


async def test_keys_are_wrapped_anew_while_others_seal_open_and_erase(db: Any, path: Path) -> None:
    traffic, before = Traffic(db, path), read(path)
    await db["keys"].insert_many([await old_form(db, before, f"old-{n}") for n in range(300)])
    hashed = traffic.vaults[0].fingerprint("organisation", "x")
    async with traffic.running():
        await traffic.has_grown_by(50)
        write(path, read(path).announced())
        await traffic.has_grown_by(20)
        write(path, read(path).turned())
        seen: list[tuple[int, int]] = []
        done = await rewrap(db["keys"], read(path), lambda *each: seen.append(each), batch=20)
        assert done >= 300
        assert len(seen) > 15
        assert seen[-1][0] == done
        assert await left(db["keys"], read(path)) == 0
        write(path, read(path).alone())
        await traffic.has_grown_by(50)
    assert before.current not in read(path).keys
    assert len(traffic.erased) > 5
    for process_ in (*traffic.vaults, process(db, path)):
        for subject, value in traffic.values.items():
            if subject in traffic.unsure:
                continue
            wanted = ERASED if subject in traffic.erased else f"name of {subject}"
            assert await process_.shown([value]) == [wanted]
        assert process_.fingerprint("organisation", "x") == hashed
        await process_.sealer("old-7")
    assert {each["master"] async for each in db["keys"].find({"wrapped": {"$exists": True}})} == {read(path).current}


async def old_form(db: Any, masters: MasterKeys, subject: str) -> dict[str, Any]:
    """A document of the key ring of before it named the master key."""
    vault = Vault(db["scratch"], Fixed(masters), [])
    await vault.sealer(subject)
    document: dict[str, Any] = await db["scratch"].find_one({"_id": subject})
    del document["master"]
    return document


async def test_an_erasure_between_reading_and_writing_stands(db: Any, path: Path) -> None:
    vault = process(db, path)
    value = await sealed(vault, "ann")
    write(path, read(path).announced().turned())

    class Interfering:
        """The key ring, on which somebody erases just before a batch is written."""

        def __getattr__(self, name: str) -> Any:
            return getattr(db["keys"], name)

        async def bulk_write(self, writes: Any, **options: Any) -> None:
            await vault.erase("ann", at=AT)
            await db["keys"].bulk_write(writes, **options)

    await rewrap(Interfering(), read(path), lambda *_: None)
    with pytest.raises(Erased):
        await vault.open(value)
    assert await db["keys"].find_one({"_id": "ann"}) == {"_id": "ann", "erased_at": AT}


async def test_what_was_interrupted_goes_on_where_it_stopped(db: Any, path: Path) -> None:
    vault = process(db, path)
    for number in range(10):
        await sealed(vault, f"s-{number}")
    write(path, read(path).announced().turned())

    class Stop(Exception):
        pass

    def stop_at_four(done: int, total: int) -> None:
        if done == 4:
            raise Stop

    with contextlib.suppress(Stop):
        await rewrap(db["keys"], read(path), stop_at_four, batch=2)
    assert await left(db["keys"], read(path)) == 6
    assert await rewrap(db["keys"], read(path), lambda *_: None, batch=2) == 6


async def test_a_master_key_that_was_taken_away_too_early_is_named_and_can_be_put_back(db: Any, path: Path) -> None:
    vault = process(db, path)
    value = await sealed(vault, "ann")
    turned = read(path).announced().turned()
    write(path, turned.alone())
    with pytest.raises(UnknownMaster, match="put it back"):
        await vault.open(value)
    with pytest.raises(UnknownMaster):
        await rewrap(db["keys"], read(path), lambda *_: None)
    write(path, turned)
    assert await vault.open(value) == "name of ann"
