"""What operations are told of letters: how many wait, fail or were given up, and how long a mail takes (S-NO-2)."""

from __future__ import annotations

import pytest

from schemas import placement
from services.notify.domain.letter import PAUSES
from services.notify.watching import letters
from tests.notify.support import Desk, tokyo


async def told(desk: Desk) -> dict[str, int]:
    await desk.company.run()
    return dict(await letters(desk.notify.application.kernel.views))


@pytest.mark.clause("S-NO-2")
async def test_letters_are_counted_by_what_becomes_of_them() -> None:
    desk = Desk(tokyo(2026, 1, 15))
    await desk.hears(placement.PlacementProposed, id="placement:proposal-1/3", receipt_number="S2026-000012")
    assert await told(desk) == {"unsent": 1, "failing": 0, "given_up": 0}
    desk.server.refuses["jinji@kakuu.example.jp"] = "451"
    await desk.sends()
    assert await told(desk) == {"unsent": 0, "failing": 1, "given_up": 0}
    for pause in PAUSES:
        desk.seconds += pause + 1
        await desk.sends()
    assert await told(desk) == {"unsent": 0, "failing": 0, "given_up": 1}


@pytest.mark.clause("S-NO-2")
async def test_each_handing_over_of_a_mail_is_measured() -> None:
    desk = Desk(tokyo(2026, 1, 15))
    await desk.hears(placement.PlacementProposed, id="placement:proposal-1/3", receipt_number="S2026-000012")
    registry = desk.notify.application.kernel.metrics.registry
    await desk.sends()
    assert registry.get_sample_value("madoguchi_work_seconds_count", {"work": "mail"}) == 1
    assert await told(desk) == {"unsent": 0, "failing": 0, "given_up": 0}
