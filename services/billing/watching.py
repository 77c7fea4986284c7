"""What operations watch of billing: the numbers of a series of invoices run without a gap (S-BI-7)."""

from __future__ import annotations

from collections import defaultdict

from kernel.watching import Invariant, gaps
from services.billing.app import BillingApp
from services.billing.domain.register import placed

NUMBERED = {"number": {"$exists": True}}


async def numbers_out_of_line(app: BillingApp) -> int:
    """How many numbers are missing in a series, or stand on more than one invoice."""
    views, series = app.kernel.views, defaultdict[str, list[int]](list)
    numbers = await views.distinct("invoices", "number", NUMBERED)
    for prefix, place in map(placed, numbers):
        series[prefix].append(place)
    twice = await views.count("invoices", NUMBERED) - len(numbers)
    return twice + sum(gaps(places) for places in series.values())


INVARIANTS = [Invariant("invoice-numbers", "S-BI-7", numbers_out_of_line)]
