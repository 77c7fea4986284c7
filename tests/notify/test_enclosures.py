"""An invoice's letter carries its PDF: the bytes that billing shows, at the first try and at every other."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import json
from datetime import date
from email.message import EmailMessage
from typing import Any

import msgspec
import pytest
from pypdf import PdfReader

from kernel.mapper import restore
from policies import typesetting
from policies.papers import PAPERS
from schemas import billing, intake, screening
from schemas.__main__ import example
from schemas.base import Published
from services.notify.domain.letter import LetterComposed
from tests.billing.support import Counter
from tests.billing.support import tokyo as at
from tests.notify.support import Desk, message, party_in, tokyo


async def billed() -> tuple[Counter, list[Published]]:
    """A story of billing with an invoice and a return invoice, and what it published of them."""
    counter = Counter(at(2027, 4, 5))
    await counter.departs(date(2027, 4, 5), date(2028, 3, 31))
    await counter.company.move(at(2027, 11, 10))
    await counter.ends(date(2027, 10, 31))
    kinds: list[type[Published]] = [billing.InvoiceIssued, billing.ReturnInvoiceIssued]
    return counter, [kind.model_validate(each) for kind in kinds for each in counter.published(kind.NAME)]


def enclosed(mail: EmailMessage) -> tuple[str | None, bytes]:
    (part,) = mail.iter_attachments()
    assert part.get_content_type() == "application/pdf"
    content: bytes = part.get_content()
    return part.get_filename(), content


@pytest.mark.clause("S-BI-7")
@pytest.mark.clause("S-NO-2")
async def test_the_letter_carries_the_bytes_that_billing_shows() -> None:
    counter, events = await billed()
    desk = Desk(tokyo(2027, 4, 5))
    desk.notify.world.vault._keys = counter.billing.world.vault._keys  # one key ring, as in a deployment
    for event in events:
        await desk.takes(message(event))
    await desk.sends()
    shown = {}
    async with counter.client() as client:
        for event in events:
            assert isinstance(event, billing.InvoiceIssued | billing.ReturnInvoiceIssued)
            answer = await client.get(f"/v1/invoices/{event.invoice_id}/pdf")
            assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
            shown[f"{event.number}.pdf"] = answer.content
    assert dict(map(enclosed, desk.server.mails)) == shown
    assert list(shown) == ["INV-S2026-000001.pdf", "RET-S2026-000001.pdf"]


async def invoice_desk(**changes: Any) -> Desk:
    desk = Desk(tokyo(2027, 4, 5))
    await desk.hears(billing.InvoiceIssued, id="billing:invoice/2", **changes)
    return desk


@pytest.mark.clause("S-NO-2")
async def test_after_a_crash_and_after_a_retry_it_is_the_same_mail() -> None:
    desk = await invoice_desk()

    async def crash(*arguments: Any, **named: Any) -> Any:
        raise ConnectionAbortedError("the process ends here")

    note, desk.notify.application.mark = desk.notify.application.mark, crash
    with pytest.raises(ConnectionAbortedError):
        await desk.sends()
    desk.notify.application.mark = note
    await desk.sends()
    first, second = desk.server.mails
    assert first.as_bytes() == second.as_bytes()
    assert first["Message-ID"] == second["Message-ID"]


@pytest.mark.clause("S-BI-6")
async def test_the_paper_is_addressed_as_the_invoice_was_issued_whatever_the_address_is_by_now() -> None:
    desk = Desk(tokyo(2027, 4, 5))
    vault = desk.notify.world.vault
    now = await party_in(vault, email="shin@kakuu.example.jp", name="新架空商事株式会社")
    await desk.hears(intake.ApplicationAmended, party=now)
    await desk.hears(billing.InvoiceIssued, party=await party_in(vault))
    await desk.sends()
    mail = next(each for each in desk.server.mails if each.is_multipart())
    assert mail["To"].addresses[0].addr_spec == "shin@kakuu.example.jp"
    content = enclosed(mail)[1]
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    assert "架空商事株式会社　御中" in text
    assert "新架空商事" not in text


async def test_the_log_keeps_no_bytes_and_nothing_that_can_be_read() -> None:
    desk = await invoice_desk()
    (letter,) = await desk.letters()
    events = await desk.notify.world.events(letter["_id"])
    (composed,) = [each for each in events if isinstance(each, LetterComposed)]
    assert composed.enclosure is not None
    log = await desk.notify.world.log.read(0, 100)
    stored = b"".join(event.state for each in log for event in each.commit.events)
    assert b"%PDF" not in stored
    assert "架空商事".encode() not in stored
    async with desk.client() as client:
        answer = await client.get(f"/v1/letters/{letter['_id']}/enclosure")
        told = (await client.get(f"/v1/letters/{letter['_id']}")).json()["enclosure"]
    assert hashlib.sha256(answer.content).hexdigest() == composed.enclosure.digest == told["sha256"]


@pytest.mark.clause("S-NO-2")
async def test_a_paper_that_comes_out_otherwise_is_not_sent_and_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = await invoice_desk()
    monkeypatch.setattr(typesetting, "STANDARD", "a-2b")  # as if another release of the typesetter ran
    await desk.sends()
    assert desk.server.mails == []
    (failed,) = await desk.letters(status="failed")
    assert failed["failure"] == "EnclosureChanged"
    monkeypatch.undo()
    desk.seconds += 10
    await desk.sends()
    assert len(desk.server.mails) == 1


@pytest.mark.clause("G-7")
async def test_after_an_erasure_neither_letter_nor_paper_can_be_had() -> None:
    desk = await invoice_desk()
    (letter,) = await desk.letters()
    await desk.notify.world.vault.erase("org-1", at=tokyo(2027, 4, 6))
    await desk.sends()
    assert desk.server.mails == []
    async with desk.client() as client:
        assert (await client.get(f"/v1/letters/{letter['_id']}/enclosure")).status_code == 404


async def test_a_letter_of_before_there_were_enclosures_is_read_without_one() -> None:
    desk = Desk(tokyo(2027, 4, 5))
    await desk.hears(billing.PaymentReceived)
    (letter,) = await desk.letters()
    log = await desk.notify.world.log.streams([letter["_id"]])
    state = log[letter["_id"]][0]
    older = msgspec.json.decode(state.state)
    assert older.pop("enclosure", None) is None
    event: Any = restore(msgspec.structs.replace(state, state=msgspec.json.encode(older)))
    assert event.enclosure is None
    async with desk.client() as client:
        assert (await client.get(f"/v1/letters/{letter['_id']}/enclosure")).status_code == 404


async def adopted(desk: Desk, **changes: Any) -> None:
    """A company hears that it is adopted."""
    given: dict[str, Any] = {"programme": "support", "fiscal_year": 2026, "edition": "support/2026"}
    await desk.hears(screening.CompanyAdopted, **given, receipt_number="C2026-000031", **changes)


def said_in(content: bytes) -> str:
    return "".join("".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).split())


@pytest.mark.clause("C-SC-15")
@pytest.mark.clause("C-NO-1")
async def test_whoever_is_adopted_gets_the_letter_of_adoption_as_of_that_day() -> None:
    desk = Desk(tokyo(2026, 3, 18))
    await adopted(desk, adopted_on=date(2026, 3, 16))
    await desk.sends()
    (mail,) = desk.server.mails
    name, content = enclosed(mail)
    body = mail.get_body()
    assert body is not None
    assert name == "adoption-C2026-000031.pdf"
    assert "採択通知書（PDF）を添付いたします。" in body.get_content()
    for wanted in (
        "2026年3月16日",
        "架空商事株式会社御中",
        "受付番号C2026-000031",
        "採択日2026年3月16日",
        "2027年3月31日まで",
    ):
        assert wanted in said_in(content)
    (letter,) = await desk.letters()
    async with desk.client() as client:
        answer = await client.get(f"/v1/letters/{letter['_id']}/enclosure")
    assert answer.content == content


@pytest.mark.clause("C-SC-15")
async def test_the_letter_of_adoption_is_the_same_whatever_the_company_wrote_and_however_it_was_judged() -> None:
    """What the form says, and so what the screening looked at, reaches no byte of it; only what is adopted does."""
    first, other = Desk(tokyo(2026, 3, 18)), Desk(tokyo(2026, 4, 30))
    form = example(screening.CompanyAdopted).support
    changed: dict[str, Any] = {
        "stage": "retention",
        "field": "energy",
        "employees": 4_711,
        "earlier_years": 7,
        "prefecture": "okinawa",
    }
    await adopted(first)
    await adopted(other, support=dataclasses.replace(form, **changed))
    await first.sends()
    await other.sends()
    papers = [enclosed(desk.server.mails[0])[1] for desk in (first, other)]
    assert papers[0] == papers[1]
    (letter,) = await first.letters()
    events = await first.notify.world.events(letter["_id"])
    (composed,) = [each for each in events if isinstance(each, LetterComposed)]
    assert composed.enclosure is not None
    told = json.loads(await first.notify.world.vault.open(composed.enclosure.told))
    assert told.keys() == {*PAPERS["adoption.layout"].variables}


@pytest.mark.clause("C-SC-15")
async def test_the_letter_of_adoption_is_addressed_as_the_company_was_adopted() -> None:
    desk = Desk(tokyo(2026, 3, 18))
    vault = desk.notify.world.vault
    await adopted(desk, party=await party_in(vault))
    await desk.hears(
        intake.ApplicationAmended, party=await party_in(vault, email="shin@kakuu.example.jp", name="新架空")
    )
    await desk.sends()
    mail = next(each for each in desk.server.mails if each.is_multipart())
    assert "架空商事株式会社御中" in said_in(enclosed(mail)[1])


@pytest.mark.clause("G-7")
async def test_who_is_erased_gets_no_letter_of_adoption_and_its_paper_is_gone() -> None:
    desk = Desk(tokyo(2026, 3, 18))
    await adopted(desk)
    (letter,) = await desk.letters()
    await desk.notify.world.vault.erase("org-1", at=tokyo(2026, 3, 18))
    await desk.sends()
    await adopted(desk, id="screening:support/9")
    assert desk.server.mails == []
    assert [each["status"] for each in await desk.letters(code="adopted")] == ["failed"]  # no second one is written
    async with desk.client() as client:
        assert (await client.get(f"/v1/letters/{letter['_id']}/enclosure")).status_code == 404


@pytest.mark.clause("G-7")
async def test_no_letter_goes_out_whose_paper_names_one_who_was_erased() -> None:
    """The company is known by another organisation by now; the one that its adoption names is erased."""
    desk = Desk(tokyo(2026, 3, 18))
    vault = desk.notify.world.vault
    before, now = await party_in(vault), await party_in(vault, organisation_id="org-2", name="新架空")
    await desk.hears(intake.ApplicationAmended, party=now)
    await vault.erase("org-1", at=tokyo(2026, 3, 18))
    await adopted(desk, party=before)
    await desk.sends()
    assert [each for each in desk.server.mails if each.is_multipart()] == []
    assert await desk.letters(code="adopted") == []
