"""More companies in than places would be noticed, however they got in (C-IN-3)."""

from __future__ import annotations

import pytest

from services.intake.projections import PROJECTIONS
from services.intake.watching import over_the_places
from tests.intake.support import SUPPORT_OPEN, Counter


@pytest.mark.clause("C-IN-3")
async def test_companies_above_the_places_are_counted_from_what_officers_see() -> None:
    counter = Counter(SUPPORT_OPEN)
    await counter.app.open_receptions()
    views = counter.world.db[PROJECTIONS[0].collection]
    of = {"programme": "support", "fiscal_year": 2026, "status": "submitted"}
    for number in range(420):
        await views.insert_one({"_id": f"app-{number}"} | of)
    assert await over_the_places(counter.app) == 0
    await views.insert_one({"_id": "app-withdrawn"} | of | {"status": "withdrawn"})
    await views.insert_one({"_id": "app-other"} | of | {"programme": "secondment"})
    assert await over_the_places(counter.app) == 0
    await views.insert_one({"_id": "app-421"} | of)
    assert await over_the_places(counter.app) == 1
