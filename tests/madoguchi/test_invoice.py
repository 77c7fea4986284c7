"""`madoguchi invoice` on billing's own HTTP: what it prints and what it saves."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from typer.testing import CliRunner

from madoguchi.cli import app
from madoguchi.cli.invoices import payments
from tests.billing.test_excess import does
from tests.billing.test_papers import a_paid_story
from tests.madoguchi.answering import answering

INVOICE = "/v1/invoices/invoice-app-1.1-1"


async def _answers() -> dict[str, tuple[int, bytes]]:
    story = await a_paid_story()
    async with story.client() as client:
        again: dict[str, Any] = {"amount": 5, "bank_reference": "T-2", "received_on": "2027-04-05"}
        await does(story, client, "payments", **again)
        await does(story, client, "payment-reversals", bank_reference="T-2")
    paths = [INVOICE, f"{INVOICE}/pdf", "/v1/invoices?number=INV-S2026-000001", "/v1/invoices?number=INV-S2026-000009"]
    async with story.client() as client:
        answers = [await client.get(path) for path in paths]
    return {path: (answer.status_code, answer.content) for path, answer in zip(paths, answers, strict=True)}


@pytest.fixture(scope="module")
def known() -> dict[str, tuple[int, bytes]]:
    """What billing answered, path by path."""
    return asyncio.run(_answers())


@pytest.fixture
def billing(known: dict[str, tuple[int, bytes]], monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Billing as it answered."""
    with answering("billing", known, monkeypatch):
        yield


@pytest.mark.usefixtures("billing")
def test_it_prints_what_the_invoice_says_and_saves_billings_bytes(tmp_path: Path, known: Any) -> None:
    saved = tmp_path / "invoice.pdf"
    answer = CliRunner().invoke(app, ["invoice", "INV-S2026-000001", "--pdf", str(saved)])
    assert answer.exit_code == 0, answer.output
    for wanted in (
        "INV-S2026-000001",
        "架空商事株式会社",
        "1,440,000円",
        "144,000円",
        "1,684,000円",
        "T-1",
        "684,000円",
    ):
        assert wanted in answer.output
    for entry in (("2027-04-05", "入金", "T-1", "1,000,000円"), ("2027-04-05", "入金の訂正", "T-2", "-5円")):
        assert any(all(part in line for part in entry) for line in answer.output.splitlines()), answer.output
    assert saved.read_bytes() == known[f"{INVOICE}/pdf"][1]


@pytest.mark.usefixtures("billing")
@pytest.mark.parametrize("number", ["INV-S2026-000009", "invoice-nobody-1"])
def test_an_invoice_that_is_not_there_is_told_in_one_line(number: str) -> None:
    answer = CliRunner().invoke(app, ["invoice", number])
    assert answer.exit_code == 1
    assert "という請求書はありません" in answer.output


def test_the_answers_are_billings_own(known: dict[str, tuple[int, bytes]]) -> None:
    assert known[INVOICE][0] == known[f"{INVOICE}/pdf"][0] == 200
    assert json.loads(known["/v1/invoices?number=INV-S2026-000009"][1])["total"] == 0


@pytest.mark.clause("S-BI-8")
def test_what_moved_the_balance_stands_in_the_order_of_its_days() -> None:
    nothing: dict[str, list[dict[str, Any]]] = {name: [] for name in ("payments", "reversals", "brought_in")}
    moved: dict[str, Any] = {
        "payments": [{"received_on": "2027-05-10", "bank_reference": "T-1", "amount": 1_700_000}],
        "credits": [{"issued_on": "2027-08-20", "return_number": "RET-S2026-000001", "amount": 924_000}],
        "carried_over": [{"carried_on": "2028-04-03", "to_number": "INV-S2026-000004", "amount": 10_000}],
        "refunds": [{"refunded_on": "2027-08-31", "bank_reference": "T-2", "amount": 9_063}],
        "balance": -500,
    }
    console = Console(width=100)
    with console.capture() as shown:
        console.print(payments(nothing | moved))
    days, titles, _, amounts = zip(*(_cells(line) for line in shown.get().splitlines() if "円" in line), strict=True)
    assert days == ("2027-05-10", "2027-08-20", "2027-08-31", "2028-04-03", "")
    assert titles == ("入金", "返還請求書", "返金", "充当（他の請求へ）", "過入金")
    assert amounts == ("1,700,000円", "924,000円", "-9,063円", "-10,000円", "500円")


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("│").split("│")]
