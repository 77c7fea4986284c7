"""The vault: who may open what, and what remains after an erasure."""

from __future__ import annotations

import asyncio
import os
from datetime import UTC, date, datetime

import pytest

from kernel.ciphers import seal
from kernel.clock import FixedClock
from kernel.ids import CountedIds
from kernel.repository import Repository
from kernel.sealing import Contact, NotSealed, Personal
from kernel.vault import ERASED, Erased, MayNotOpen, UnknownMaster, Vault
from tests.kernel.conftest import Place
from tests.kernel.samples import Book

AT = datetime(2027, 4, 1, tzinfo=UTC)
MASTER = os.urandom(32)


@pytest.fixture
def vault(place: Place) -> Vault:
    return Vault(place.db["keys"], MASTER, ["personal"])


async def stored(vault: Vault, text: str, subject: str = "ann") -> Personal:
    value = (await vault.sealer(subject)).personal("reader", text)
    return Personal(seal(value, "book/1"))


async def test_what_one_process_sealed_another_opens(vault: Vault, place: Place) -> None:
    value = await stored(vault, "Ann")
    assert await Vault(place.db["keys"], MASTER, ["personal"]).open(value) == "Ann"


async def test_the_key_ring_does_not_help_without_the_master_key(vault: Vault, place: Place) -> None:
    value = await stored(vault, "Ann")
    with pytest.raises(UnknownMaster):
        await Vault(place.db["keys"], os.urandom(32), ["personal"]).open(value)
    await place.db["keys"].update_one({"_id": "ann"}, {"$unset": {"master": ""}})  # as before there were rotations
    with pytest.raises(NotSealed):
        await Vault(place.db["keys"], os.urandom(32), ["personal"]).open(value)
    assert await vault.open(value) == "Ann"
    with pytest.raises(ValueError, match="32 bytes"):
        Vault(place.db["keys"], b"short", [])


async def test_a_wrapped_key_moved_to_another_subject_opens_nothing(vault: Vault, place: Place) -> None:
    value = await stored(vault, "Ann")
    await stored(vault, "Bob", subject="bob")
    bobs = await place.db["keys"].find_one({"_id": "bob"})
    await place.db["keys"].update_one({"_id": "ann"}, {"$set": {"wrapped": bobs["wrapped"]}})
    with pytest.raises(NotSealed):
        await vault.open(value)


async def test_kinds_that_it_may_not_open_stay_closed(vault: Vault) -> None:
    contact = Contact(seal((await vault.sealer("ann")).contact("name", "Ann"), "book/1"))
    with pytest.raises(MayNotOpen):
        await vault.open(contact)
    with pytest.raises(MayNotOpen):
        await vault.shown([await stored(vault, "Ann"), contact])


async def test_many_are_opened_in_order_with_gaps(vault: Vault) -> None:
    ann, bob = await stored(vault, "Ann"), await stored(vault, "Bob", subject="bob")
    assert await vault.open_all([bob, None, ann, bob]) == ["Bob", None, "Ann", "Bob"]
    assert await vault.shown([bob, None]) == ["Bob", ""]
    assert await vault.shown_tokens([str(ann.token)]) == ["Ann"]


async def test_two_who_seal_first_share_one_key(vault: Vault) -> None:
    first, second = await asyncio.gather(stored(vault, "one"), stored(vault, "two"))
    assert await vault.open_all([first, second]) == ["one", "two"]


async def test_erased_is_erased_at_once_everywhere_and_for_good(vault: Vault, place: Place) -> None:
    other = Vault(place.db["keys"], MASTER, ["personal"])
    ann, bob = await stored(vault, "Ann"), await stored(vault, "Bob", subject="bob")
    assert await other.open(ann) == "Ann"
    assert await vault.erase("ann", at=AT)
    assert not await vault.erase("ann", at=AT)
    for each in (vault, other):
        with pytest.raises(Erased):
            await each.open(ann)
        with pytest.raises(Erased):
            await each.sealer("ann")
        assert await each.shown([ann, bob]) == [ERASED, "Bob"]
    document = await place.db["keys"].find_one({"_id": "ann"})
    assert document == {"_id": "ann", "erased_at": AT}


async def test_an_erased_history_still_replays(vault: Vault, place: Place) -> None:
    repository = Repository(place.log, FixedClock(AT), CountedIds())
    book = Book.acquire("Ice", id="book", at=AT)
    book.lend((await vault.sealer("ann")).personal("reader", "Ann"), date(2027, 5, 1), at=AT)
    await repository.save(book)
    await vault.erase("ann", at=AT)
    loaded = await repository.get(Book, "book")
    assert loaded.until == date(2027, 5, 1)
    assert await vault.shown([loaded.reader]) == [ERASED]
    loaded.take_back(at=AT)
    await repository.save(loaded)
    assert (await repository.get(Book, "book")).reader is None


async def test_nothing_that_is_stored_shows_the_value(vault: Vault, place: Place) -> None:
    repository = Repository(place.log, FixedClock(AT), CountedIds())
    book = Book.acquire("Ice", id="book", at=AT)
    book.lend((await vault.sealer("ann")).personal("reader", "花子"), date(2027, 5, 1), at=AT)
    await repository.save(book)
    stored = (await place.log.streams(["book"]))["book"]
    assert all("花子".encode() not in each.state and b"\\u82b1" not in each.state for each in stored)


def test_fingerprints_find_equal_values_for_one_purpose(vault: Vault, place: Place) -> None:
    assert vault.fingerprint("mail", "a") == vault.fingerprint("mail", "a")
    others = [vault.fingerprint("mail", "b"), vault.fingerprint("name", "a")]
    others.append(Vault(place.db["keys"], os.urandom(32), []).fingerprint("mail", "a"))
    assert vault.fingerprint("mail", "a") not in others
