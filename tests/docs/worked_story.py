"""The two years of docs/worked-example.md, lived through by placement, billing and notify in memory."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import httpx
from fastapi import FastAPI

from kernel import http
from kernel.access import Trusting
from kernel.testing import Company
from services.billing.main import SPEC as BILLING
from services.notify.main import SPEC as NOTIFY
from services.placement.main import SPEC as PLACEMENT
from services.placement.policy.life import DepartureFacts
from tests.billing.support import party_in
from tests.notify.support import tokyo
from tests.placement.office import Office
from tests.placement.senders import OFFICER, passed, request, screened

SECONDMENT = "app-1.1"
CLERK = {"by": "keiri-1", "reason": "明細を確認した"}
FIRST, SECOND = "invoice-app-1.1-1", "invoice-app-1.1-2"


class Years(Office):
    """One secondee's two years: Osaka, then New York."""

    def __init__(self) -> None:
        self.company = Company(PLACEMENT, BILLING, NOTIFY, at=tokyo(2025, 12, 20))
        self.service = self.company["placement"]
        self.app = self.service.application

    async def lived(self) -> Years:
        """All that happens, day by day."""
        await self._starts()
        await self._leaves()
        await self._is_billed_and_pays()
        await self._ends()
        return self

    async def get(self, path: str) -> Any:
        """What billing's clerk reads."""
        async with self._client() as billing:
            return (await billing.get(path)).json()

    async def letters(self) -> list[dict[str, Any]]:
        """The letters about money, in the order in which they were written."""
        notify = self.company["notify"].application
        found = await notify.kernel.views.all("letters")
        shown = [await notify.shown(each["_id"]) for each in sorted(found, key=lambda each: each["_position"])]
        return [each | {"on": each_on(found, each["id"])} for each in shown if each["clause"].startswith("S-BI")]

    async def _starts(self) -> None:
        sender = await party_in(self.service.world.vault)
        known = [passed(1, request("osaka>new-york", years=2)), screened(1, "person"), screened(1, "papers")]
        form, person, papers = (each.model_copy(update={"party": sender}) for each in known)
        await self.hear(form)
        await self.run_round()
        await self.do.accept(SECONDMENT, OFFICER)
        await self.move(tokyo(2026, 2, 20))
        await self.hear(person, papers)
        day = date(2026, 3, 10)
        await self.do.command(SECONDMENT, OFFICER, lambda s, at: s.send_memorandum(date(2026, 2, 20), "hr-01", at=at))
        await self.move(tokyo(2026, 3, 10))
        await self.do.command(SECONDMENT, OFFICER, lambda s, at: s.return_memorandum(day, "hr-01", at=at))
        await self.move(tokyo(2026, 4, 1))

    async def _leaves(self) -> None:
        await self.move(tokyo(2027, 3, 10))
        await self.do.postpone(SECONDMENT, date(2027, 5, 17), OFFICER)
        await self.move(tokyo(2027, 5, 17))
        ready = DepartureFacts(date(2027, 5, 17), True, date(2027, 3, 1), True, date(2027, 4, 20))
        await self.do.depart(SECONDMENT, ready, OFFICER)
        await self.move(tokyo(2027, 5, 18))
        rate = {"currency": "USD", "kind": "TTS", "day": "2027-05-17", "yen_per_unit": "152.47", "bank": "見本銀行"}
        await self._tells("/v1/exchange-rates", rate | {"source": "見本銀行 外国為替公示相場"})

    async def _is_billed_and_pays(self) -> None:
        await self._pays(FIRST, tokyo(2027, 6, 25), 2_100_000, "T-1")
        await self.move(tokyo(2027, 10, 5))
        cost = {"kind": "local_public_charges", "amount": 84_200, "day": "2027-09-30", "paid_by": "jetro"}
        await self._tells(f"/v1/accounts/{SECONDMENT}/costs", cost | {"what": "州の届出手数料"}, seen=SECONDMENT)
        await self._tells(f"/v1/invoices/{FIRST}/carry-over", {"to_number": "INV-S2026-000002"}, seen=FIRST)
        await self._pays(SECOND, tokyo(2027, 11, 25), 77_468, "T-2")

    async def _ends(self) -> None:
        await self.move(tokyo(2028, 1, 14))
        await self.do.end_early(SECONDMENT, date(2028, 1, 14), "sender_request", OFFICER)
        await self.move(tokyo(2028, 2, 10))
        back = {"refunded_on": "2028-02-10", "amount": 264_000, "bank_reference": "R-1"}
        await self._tells(f"/v1/invoices/{FIRST}/refunds", back, seen=FIRST)
        await self.move(tokyo(2028, 7, 1))

    async def _pays(self, invoice: str, at: datetime, amount: int, reference: str) -> None:
        await self.move(at)
        paid = {"received_on": at.date().isoformat(), "amount": amount, "bank_reference": reference}
        await self._tells(f"/v1/invoices/{invoice}/payments", paid, seen=invoice)

    async def _tells(self, path: str, said: dict[str, Any], seen: str = "") -> None:
        """A clerk's command, on what the clerk has just read."""
        await self.company.run()
        version: dict[str, Any] = {}
        if seen.startswith("invoice-"):
            version = {"seen_version": (await self.get(f"/v1/invoices/{seen}"))["receivable"]["version"]}
        elif seen:
            version = {"seen_version": (await self.get(f"/v1/accounts/{seen}"))["version"]}
        async with self._client() as billing:
            answer = await billing.post(path, json=CLERK | said | version)
        assert answer.status_code == 201, answer.text
        await self.company.run()

    def _client(self) -> httpx.AsyncClient:
        app = FastAPI()
        app.state.application = self.company["billing"].application
        app.state.kernel = app.state.application.kernel
        http.install(app, Trusting())
        for router in BILLING.routers:
            app.include_router(router)
        return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://billing")


def each_on(found: list[dict[str, Any]], id: str) -> datetime:
    """When a letter was written."""
    written: datetime = next(each["composed_at"] for each in found if each["_id"] == id)
    return written
