"""Which keys are destroyed follows from intake's log alone: just those that the key ring itself says."""

from __future__ import annotations

from typing import Any

import pytest

from kernel.log import StoredEvent
from services.intake.app.destroyed import Destroyed
from services.intake.app.erasing import grounds
from services.intake.domain import Erasure
from tests.intake import forms
from tests.intake.support import Counter, officer
from tests.intake.test_sessions import PATH, TYPED, after, opened

pytestmark = pytest.mark.clause("G-7")


async def by_the_log(counter: Counter) -> set[str]:
    destroyed = Destroyed()
    for at in await counter.world.log.read(0, 100_000):
        for stored in at.commit.events:
            destroyed.see("intake", stored)
    return {*destroyed.subjects()}


async def by_the_ring(counter: Counter) -> set[str]:
    found = counter.world.vault._keys.find({"erased_at": {"$exists": True}})
    return {each["_id"] async for each in found}


async def test_forms_that_were_void_resumed_or_sent_and_whoever_was_erased() -> None:
    counter, path = await opened()
    await counter.ask("PUT", path, json={"content": TYPED})
    await counter.ask("PUT", f"{path}/draft", json={"content": TYPED})
    assert await by_the_ring(counter) == set()
    await after(counter, hours=2)
    first = await by_the_ring(counter)
    assert len(first) == 1
    assert first <= await by_the_log(counter)
    await counter.ask("POST", f"{path}/resume")
    await counter.ask("PUT", path, json={"content": TYPED})
    await counter.sends(programme="support")
    await counter.ask("POST", "/erasures", json=officer(subject=f"org-{forms.number(1)}"))
    gone = await by_the_ring(counter)
    assert f"org-{forms.number(1)}" in gone
    assert gone <= await by_the_log(counter)
    session = path.rpartition("/")[2]
    assert await by_the_log(counter) == {f"{session}.1", f"org-{forms.number(1)}"}
    other = (await counter.ask("POST", PATH)).json()["id"]
    assert f"{other}.1" not in await by_the_log(counter)


async def test_who_is_to_be_erased_counts_from_the_order_on() -> None:
    """A crash came between the order and the key: it would come back for as long as services take to start."""
    counter = Counter()
    await counter.sends()
    org = f"org-{forms.number(1)}"
    said: dict[str, Any] = {
        "programme": "secondment",
        "fiscal_year": 2026,
        "by": "jinji-01",
        "at": counter.company.clock.at,
    }
    why = await grounds(counter.world.vault, "申し出")
    order = Erasure.order(org, reason=why, **said)
    await counter.app.kernel.repository.save(order)
    assert org not in await by_the_ring(counter)
    assert org in await by_the_log(counter)


def test_only_intakes_log_says_so() -> None:
    destroyed = Destroyed()
    destroyed.see("notify", StoredEvent("erasure-x", 1, "intake.erased.v1", b"not read"))
    assert list(destroyed.subjects()) == []
