"""The invoice as PDF, made from the log whenever it is asked for: always the same bytes (S-BI-7)."""

from __future__ import annotations

import asyncio
import hashlib
import json
from dataclasses import dataclass

from kernel.mapper import restore
from kernel.refusals import NotFound, Refused
from policies.invoices import layout_of, sheet
from policies.sheets import RECIPIENT, file_name
from policies.typesetting import set_paper
from services.billing.app.desk import Desk, edition_named
from services.billing.domain.invoice import InvoiceDrafted, InvoiceDropped, InvoiceIssued
from services.billing.publish import publish


@dataclass(frozen=True)
class Paper:
    """A PDF: its number, what the file is called, its bytes and their SHA-256 in hex."""

    number: str
    name: str
    content: bytes
    digest: str


class Gone(Refused):
    """It was there; what named its recipient was erased (G-7)."""

    status = 410


class Papers(Desk):
    """Invoices as PDF."""

    async def paper(self, invoice_id: str) -> Paper:
        """An issued invoice's PDF. Raises `NotFound`, `Gone`, and `Refused` for one that is held or was dropped."""
        issued = await self._issued(invoice_id)
        (said,) = publish(issued)
        facts = json.loads(said.model_dump_json(exclude={"party"}))
        party = issued.party
        opened = await self.kernel.vault.open_all([party.name, party.person, party.address])
        recipient = {name: text for name, text in zip(RECIPIENT, opened, strict=True) if text is not None}
        if len(recipient) < len(RECIPIENT):
            raise _erased()
        edition = edition_named(issued.edition)
        told = sheet(facts, recipient)
        content = await asyncio.to_thread(set_paper, edition, layout_of(edition, facts), told)
        digest = hashlib.sha256(content).hexdigest()
        return Paper(issued.number, file_name(issued.number), content, digest)

    async def _issued(self, invoice_id: str) -> InvoiceIssued:
        stored = (await self.kernel.repository.log.streams([invoice_id])).get(invoice_id, [])
        events = [restore(event) for event in stored]
        if not events or not isinstance(events[0], InvoiceDrafted):
            raise NotFound("invoice", "請求書")
        issued = next((event for event in events if isinstance(event, InvoiceIssued)), None)
        if issued is None:
            raise _dropped() if isinstance(events[-1], InvoiceDropped) else _held()
        return issued


def _held() -> Refused:
    return Refused(
        "S-BI-4",
        "為替相場が登録されるまで保留しているため、請求書はまだ発行されていません。相場を登録してください。",
        "The invoice is held until its exchange rate is recorded; there is no paper yet. Record the rate.",
    )


def _dropped() -> Refused:
    return Refused(
        "S-BI-6",
        "請求するものがなくなったため、この請求書は番号を付ける前に取り消されました。",
        "Nothing was left to bill: this invoice was dropped before it had a number.",
    )


def _erased() -> Refused:
    return Gone(
        "G-7",
        "宛先が消去されたため、書面は作成できません。番号、日付、明細、金額は請求書の記録（JSON）に残っています。",
        "The recipient was erased, so the paper cannot be made. Number, days, lines and amounts remain in the"
        " invoice's record (JSON).",
    )
