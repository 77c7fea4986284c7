"""A service at a price from the officer's record to the money (C-BI-3): placement, billing and notify in memory."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from kernel import http
from kernel.access import Trusting
from kernel.testing import Company
from services.billing.main import SPEC as BILLING
from services.notify.main import SPEC as NOTIFY
from services.placement.main import SPEC as PLACEMENT
from tests.billing.support import party_in
from tests.notify.support import tokyo
from tests.placement.office import Office
from tests.placement.senders import OFFICER, adopted
from tests.placement.test_services import SAID
from tests.placement.test_story_support import HELD

SUPPORT, INVOICE = "/v1/supports/app-1", "/v1/invoices/invoice-app-1-1"
SPECS = {spec.name: spec for spec in (PLACEMENT, BILLING, NOTIFY)}


class Year(Office):
    """One company's support: it uses services in October."""

    def __init__(self) -> None:
        self.company = Company(*SPECS.values(), at=tokyo(2026, 4, 10))
        self.service = self.company["placement"]
        self.app = self.service.application

    async def begun(self) -> Year:
        """Kicked off on 1 May; now it is 14 October."""
        company = await party_in(self.service.world.vault)
        await self.hear(adopted(1).model_copy(update={"party": company}))
        await self.move(tokyo(2026, 5, 1))
        await self.supports.kick_off("app-1", HELD, OFFICER)
        await self.move(tokyo(2026, 10, 14))
        return self

    async def get(self, service: str, path: str) -> Any:
        await self.company.run()
        async with self._client(service) as client:
            answer = await client.get(path)
        return answer.content if path.endswith(("pdf", "enclosure")) else answer.json()

    async def tells(self, service: str, path: str, seen: str, body: dict[str, Any], at: datetime | None = None) -> Any:
        """An officer's command on what was read just now."""
        if at is not None:
            await self.move(at)
        read = await self.get(service, seen)
        version = (read.get("receivable") or read)["version"]
        said = {"by": "keiri-1", "reason": "確認した", "seen_version": version}
        async with self._client(service) as client:
            answer = await client.post(path, json=said | body)
        assert answer.status_code in (200, 201), answer.text
        await self.company.run()
        return answer.json()

    async def letters(self) -> list[dict[str, Any]]:
        """The letters about money, in the order in which they were written."""
        await self.company.run()
        notify = self.company["notify"].application
        found = await notify.kernel.views.all("letters")
        written = sorted(found, key=lambda each: each["_position"])
        return [await notify.shown(each["_id"]) for each in written if each["clause"].startswith("C-BI")]

    def _client(self, service: str) -> httpx.AsyncClient:
        app = FastAPI()
        app.state.application = self.company[service].application
        app.state.kernel = app.state.application.kernel
        http.install(app, Trusting())
        for router in SPECS[service].routers:
            app.include_router(router)
        return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=f"http://{service}")


@pytest.mark.clause("C-BI-3")
@pytest.mark.clause("C-NO-1")
async def test_a_service_is_recorded_invoiced_reminded_of_paid_and_given_back_where_it_was_an_error() -> None:
    year = await Year().begun()
    use = SAID | {"on": "2026-10-14", "agreed_on": "2026-10-05", "quantity": 2}
    await year.tells("placement", f"{SUPPORT}/services", SUPPORT, use)
    paid = {"received_on": "2026-12-04", "amount": 66_000, "bank_reference": "T-1"}
    await year.tells("billing", f"{INVOICE}/payments", INVOICE, paid, at=tokyo(2026, 12, 4))
    await year.tells("placement", f"{SUPPORT}/services/app-1-service-1/withdrawal", SUPPORT, {})
    back = {"refunded_on": "2026-12-04", "amount": 66_000, "bank_reference": "R-1"}
    await year.tells("billing", f"{INVOICE}/refunds", INVOICE, back)
    letters = await year.letters()
    assert [each["code"] for each in letters] == [
        "service-invoice", "payment-overdue", "payment-received", "return-invoice", "credit-refunded",
    ]  # fmt: skip
    invoice, _, _, returned, _ = letters
    for wanted in ("有料のサービス", "採用面接の通訳（半日）（2026年10月14日利用、数量2）", "合計　66,000円"):
        assert wanted in invoice["body"]
    assert "取り消された" not in invoice["body"]
    for letter, id in ((invoice, "invoice-app-1-1"), (returned, "invoice-app-1-2")):
        shown = await year.get("billing", f"/v1/invoices/{id}/pdf")
        assert await year.get("notify", f"/v1/letters/{letter['id']}/enclosure") == shown
    assert (await year.get("billing", INVOICE))["balance"] == 0


@pytest.mark.clause("C-BI-2")
@pytest.mark.clause("C-BI-3")
async def test_the_letter_of_an_invoice_says_what_it_is_for() -> None:
    year = await Year().begun()
    visit = await year.tells("placement", f"{SUPPORT}/visits", SUPPORT, {"on": "2026-11-20"})
    cancelled = {"visit_id": visit["visit_id"], "cancelled_on": "2026-10-14", "costs": [{"fee": "specialist_fee"}]}
    await year.tells("placement", f"{SUPPORT}/visit-cancellation", SUPPORT, cancelled)
    await year.tells(
        "placement", f"{SUPPORT}/services", SUPPORT, SAID | {"on": "2026-10-14", "agreed_on": "2026-10-14"}
    )
    of_visit, of_service = await year.letters()
    assert (of_visit["code"], of_service["code"]) == ("cancellation-invoice", "service-invoice")
    assert ("取り消された" in of_visit["body"], "有料のサービス" in of_visit["body"]) == (True, False)
    assert ("取り消された" in of_service["body"], "有料のサービス" in of_service["body"]) == (False, True)
