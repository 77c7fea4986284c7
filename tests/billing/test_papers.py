"""The invoice as PDF: made from the log alone, always the same bytes, and only of what was issued."""

from __future__ import annotations

import io
import json
from datetime import date
from typing import Any

import msgspec
import pytest
from pypdf import PdfReader

from kernel.log import StoredEvent
from kernel.mapper import restore
from policies.editions import load
from policies.invoices import layout_of
from schemas import placement
from services.billing.app import BillingApp
from services.billing.domain.invoice import InvoiceIssued
from services.billing.publish import publish
from tests.billing.support import Counter, tokyo
from tests.billing.test_histories import stored
from tests.billing.test_story import PAYMENT, RATE

FIRST = "invoice-app-1.1-1"


async def american() -> Counter:
    """A post in New York whose rate is known: an invoice with all there is, then a return invoice."""
    story = Counter(tokyo(2027, 4, 16))
    async with story.client() as billing:
        await billing.post("/v1/exchange-rates", json=RATE | {"day": "2027-04-16"})
    until = date(2028, 3, 31)
    await story.departs(date(2027, 4, 16), until, office="new-york", country="US")
    await story.company.move(tokyo(2027, 12, 10))
    await story.ends(date(2027, 12, 10))
    return story


async def a_paid_story() -> Counter:
    """A post in Bangkok, paid in part."""
    story = Counter(tokyo(2027, 4, 5))
    await story.departs(date(2027, 4, 5), date(2028, 3, 31))
    paid = PAYMENT | {"received_on": "2027-04-05", "amount": 1_000_000, "seen_version": await story.seen(FIRST)}
    async with story.client() as billing:
        assert (await billing.post(f"/v1/invoices/{FIRST}/payments", json=paid)).status_code == 201
    await story.company.run()
    return story


def text(paper: bytes) -> str:
    return "".join("".join(page.extract_text() for page in PdfReader(io.BytesIO(paper)).pages).split())


@pytest.mark.clause("S-BI-4")
@pytest.mark.clause("S-BI-7")
async def test_the_paper_of_an_issued_invoice_says_what_its_event_says() -> None:
    story = await american()
    async with story.client() as billing:
        answer = await billing.get(f"/v1/invoices/{FIRST}/pdf")
    (event,) = story.published("InvoiceIssued")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"] == 'attachment; filename="INV-S2026-000001.pdf"'
    said = text(answer.content)
    for wanted in (
        *(event["number"], event["issuer"], event["registration_number"], f"{event['total']:,}円", "2027年4月16日"),
        *("架空商事株式会社御中", "東京都千代田区見本町1-1", "2027年5月31日", "10％対象1,440,000円144,000円"),
        *("不課税（対象外）633,813円", "3,550USD×150.37円（2027年4月16日見本銀行TTS出典：見本銀行外国為替公示相場）"),
        *(event["bank_account"].split()[0], "".join(event["issuer_address"].split())),
    ):
        assert wanted in said, wanted


@pytest.mark.clause("S-BI-6")
async def test_a_return_invoice_names_number_and_day_of_the_original() -> None:
    story = await american()
    (event,) = story.published("ReturnInvoiceIssued")
    assert (event["returns"], event["returns_issued_on"]) == ("INV-S2026-000001", "2027-04-16")
    async with story.client() as billing:
        said = text((await billing.get(f"/v1/invoices/{event['invoice_id']}/pdf")).content)
    assert "適格返還請求書" in said
    assert "もとの請求書INV-S2026-000001同発行日2027年4月16日" in said
    assert "返還額合計（税込）396,000円" in said


@pytest.mark.clause("S-BI-6")
@pytest.mark.clause("S-BI-7")
async def test_two_recomputations_from_the_log_give_the_same_bytes() -> None:
    story = await american()
    app: BillingApp = story.billing.application
    ids = [FIRST, story.published("ReturnInvoiceIssued")[0]["invoice_id"]]
    first = [await app.paper(id) for id in ids]
    story.billing.application.kernel.views._collections.clear()  # no read model has a part in it
    again = [await BillingApp(app.kernel).paper(id) for id in ids]
    assert [paper.content for paper in first] == [paper.content for paper in again]
    assert len({paper.digest for paper in first}) == 2


async def test_who_has_it_already_is_told_so() -> None:
    story = await a_paid_story()
    async with story.client() as billing:
        first = await billing.get(f"/v1/invoices/{FIRST}/pdf")
        again = await billing.get(f"/v1/invoices/{FIRST}/pdf", headers={"If-None-Match": first.headers["etag"]})
        other = await billing.get(f"/v1/invoices/{FIRST}/pdf", headers={"If-None-Match": '"other"'})
    assert (again.status_code, again.content, other.status_code) == (304, b"", 200)
    assert other.content == first.content


async def answer_of(story: Counter, invoice_id: str = FIRST) -> tuple[int, str]:
    async with story.client() as billing:
        answer = await billing.get(f"/v1/invoices/{invoice_id}/pdf")
    assert not answer.content.startswith(b"%PDF")
    return answer.status_code, answer.json()["errors"][0]["clause"]


@pytest.mark.clause("S-BI-4")
async def test_what_is_held_or_was_dropped_has_no_paper() -> None:
    story = Counter(tokyo(2027, 4, 5))
    await story.departs(date(2027, 4, 5), date(2028, 3, 31), office="new-york", country="US")
    assert await answer_of(story) == (409, "S-BI-4")
    await story.says(placement.DepartureCancelled)
    assert await answer_of(story) == (409, "S-BI-6")
    assert await answer_of(story, "invoice-nobody-1") == (404, "G-8")
    assert await answer_of(story, "account-app-1.1") == (404, "G-8")


@pytest.mark.clause("G-7")
async def test_after_an_erasure_the_paper_is_gone_and_what_remains_is_told() -> None:
    story = await a_paid_story()
    await story.billing.world.vault.erase("org-1", at=tokyo(2027, 8, 1))
    assert await answer_of(story) == (410, "G-7")
    async with story.client() as billing:
        left = (await billing.get(f"/v1/invoices/{FIRST}")).json()
    assert (left["number"], left["total"], left["party"]["name"]) == ("INV-S2026-000001", 1_684_000, "（消去済み）")


def older(event: StoredEvent) -> StoredEvent:
    """The event as it was stored before invoices had layouts."""
    state = json.loads(event.state)
    for name in ("bank_account", "layout", "receipt_number", "returns_issued_on"):
        state.pop(name, None)
    return msgspec.structs.replace(event, state=msgspec.json.encode(state))


def test_an_invoice_of_before_there_were_layouts_is_still_published() -> None:
    (issued,) = [each for each in stored("Invoice") if each.topic == InvoiceIssued.TOPIC]
    event: Any = restore(older(issued))
    (said,) = publish(event)
    told: Any = said
    assert (told.layout, told.bank_account, told.receipt_number) == ("", "", "")
    facts = told.model_dump(mode="json")
    assert layout_of(load("secondment", 2026), facts) == "invoice"
    assert layout_of(load("secondment", 2026), facts | {"layout": "other"}) == "other"
