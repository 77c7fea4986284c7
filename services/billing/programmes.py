"""Of which programme a stream is whose events do not say it (G-6)."""

from __future__ import annotations

from collections.abc import Collection

from services.billing.app import BillingApp
from services.billing.domain import addressee

UNTOLD = "?"
"""No programme's name: before there is an account, nothing tells of which one an addressee is."""


async def programmes_of(app: BillingApp, stream: str) -> Collection[str]:
    """See `kernel.service.Spec`. Registers of numbers and exchange rates are of no programme."""
    begins = addressee.stream("")
    if not stream.startswith(begins):
        return ()
    found = await app.kernel.views.all("accounts", {"application_id": stream.removeprefix(begins)})
    return {each["programme"] for each in found} or {UNTOLD}
