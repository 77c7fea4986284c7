"""Boxes: bytes sealed under their subject's key, bound to name and kind; who may open the kind may open the box."""

from __future__ import annotations

import pytest

from kernel.boxes import Boxes
from kernel.refusals import NotFound
from kernel.sealing import Contact, NotSealed
from kernel.testing.collections import MemoryDatabase
from kernel.vault import Erased, MayNotOpen, Vault
from tests.kernel.commits import AT

RAW = b"%PDF-1.7 and so on"


def boxes(database: MemoryDatabase, *opens: str) -> Boxes:
    """A service's boxes; ``opens`` are the kinds that it may open."""
    return Boxes(database["boxes"], Vault(database["keys"], bytes(32), opens))


async def test_a_box_opens_for_whom_its_kind_is_open() -> None:
    database = MemoryDatabase()
    await boxes(database).put("person's", RAW, subject="s-1")
    await boxes(database).put("company's", RAW, subject="s-2", kind=Contact)
    assert await boxes(database, "personal").get("person's") == RAW
    assert await boxes(database, "contact").get("company's") == RAW
    for name, opens in (("person's", "contact"), ("company's", "personal")):
        with pytest.raises(MayNotOpen):
            await boxes(database, opens).get(name)


async def test_a_box_that_is_called_another_kind_stays_closed() -> None:
    database = MemoryDatabase()
    await boxes(database).put("a", RAW, subject="s-1")
    await database["boxes"].update_one({"_id": "a"}, {"$set": {"kind": "contact"}})
    with pytest.raises(NotSealed):
        await boxes(database, "contact").get("a")


async def test_what_was_kept_before_boxes_had_kinds_is_personal() -> None:
    database = MemoryDatabase()
    await boxes(database).put("a", RAW, subject="s-1")
    await database["boxes"].update_one({"_id": "a"}, {"$unset": {"kind": ""}})
    assert await boxes(database, "personal").get("a") == RAW


async def test_a_box_is_gone_when_it_was_dropped_and_closed_for_ever_when_its_subject_was_erased() -> None:
    database = MemoryDatabase()
    one = boxes(database, "personal")
    await one.put("a", RAW, subject="s-1")
    await one.put("b", RAW, subject="s-1")
    await one.drop("a")
    with pytest.raises(NotFound):
        await one.get("a")
    await Vault(database["keys"], bytes(32), ()).erase("s-1", at=AT)
    with pytest.raises(Erased):
        await one.get("b")
