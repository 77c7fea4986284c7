"""A number that is missing from a series of invoices, or on two of them, would be noticed (S-BI-7)."""

from __future__ import annotations

from typing import Any

import pytest

from kernel.testing import MemoryDatabase
from kernel.views import Views
from services.billing.domain.register import InvoiceRegister, placed
from services.billing.projections import PROJECTIONS
from services.billing.watching import numbers_out_of_line
from tests.billing.support import tokyo

AT = tokyo(2027, 4, 1)


class App:
    """An application object that shows these invoices."""

    def __init__(self) -> None:
        self.db = MemoryDatabase()
        self.kernel: Any = self
        self.views = Views(self.db, PROJECTIONS)

    async def shows(self, *numbers: str) -> int:
        for number in numbers:
            at = self.db["view.invoices.v2"]
            await at.insert_one({"_id": f"invoice-{await at.count_documents({})}", "number": number})
        return await numbers_out_of_line(self)  # type: ignore[arg-type]  # a stand-in


@pytest.mark.clause("S-BI-7")
def test_a_number_names_its_series_and_its_place() -> None:
    register = InvoiceRegister.open("INV-S2026-", AT)
    taken = [register.take(f"invoice-{number}", AT.date(), AT) for number in range(12)]
    assert [placed(number) for number in taken] == [("INV-S2026-", place) for place in range(1, 13)]


@pytest.mark.clause("S-BI-7")
async def test_each_series_runs_from_one_without_a_gap_or_a_double() -> None:
    app = App()
    await app.db["view.invoices.v2"].insert_one({"_id": "draft", "status": "draft"})
    assert await app.shows() == 0
    assert await app.shows("INV-000001", "RET-000001", "INV-000002") == 0
    assert await app.shows("RET-000003") == 1
    assert await app.shows("INV-000002") == 2
