"""How `madoguchi do` finds out what a command is about, and what it says where that is not clear."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from typer.testing import CliRunner

from madoguchi.cli import app, cases
from madoguchi.rehearsal.calls import Call

LETTER = f"letter-{'0a' * 16}"
INVOICES = [
    {"id": f"invoice-app-2.1-{n}", "number": f"INV-S2026-00000{n}", "kind": "invoice", "version": 1} for n in (1, 4)
]
Do = Callable[..., tuple[str, list[Call]]]


@pytest.fixture
def do(monkeypatch: pytest.MonkeyPatch) -> Do:
    """Runs `madoguchi do` against an office with these invoices of one secondment: what it printed, what it sent."""

    def run(*said: str, invoices: list[dict[str, Any]] = INVOICES) -> tuple[str, list[Call]]:
        sent: list[Call] = []

        def ask(service: str, path: str, **_: Any) -> Any:
            if path.startswith("/v1/secondment/"):
                return {"items": [{"id": "app-2"}]}
            if path.partition("?")[0] == "/v1/invoices":
                return {"items": invoices, "total": len(invoices)}
            return {"version": 3, "receivable": {"version": 5}}

        def send(call: Call, hint: str = "") -> Any:
            sent.append(call)
            return {"hint": hint}

        monkeypatch.setattr(cases, "ask", ask)
        monkeypatch.setattr(cases, "send", send)
        return CliRunner().invoke(app, ["do", *said]).output, sent

    return run


@pytest.mark.clause("S-BI-8")
def test_money_goes_to_no_invoice_by_a_guess(do: Do) -> None:
    shown, sent = do("payment", "--place", "S2026-0002", "--reason", "入金")
    assert "INV-S2026-000001、INV-S2026-000004" in shown.replace("\n", "")
    assert sent == []


@pytest.mark.clause("S-BI-8")
def test_the_only_invoice_is_meant_by_the_receipt(do: Do) -> None:
    _, (call,) = do("payment", "--place", "S2026-0002", "--reason", "入金", invoices=INVOICES[:1])
    assert call.path == "/v1/invoices/invoice-app-2.1-1/payments"


@pytest.mark.clause("S-NO-2")
def test_a_letter_is_said_by_its_number(do: Do) -> None:
    _, (call,) = do("retry-letter", "--place", LETTER, "--reason", "宛先を直した")
    assert call.path == f"/v1/letters/{LETTER}/retry"


PLACES = [("payment", "請求書番号（INV-…）"), ("retry-letter", "通知の番号（letter-…）"), ("run", "secondment/2026")]


@pytest.mark.parametrize(("action", "place"), PLACES)
def test_who_says_no_place_is_told_which(do: Do, action: str, place: str) -> None:
    shown, sent = do(action, "--reason", "…")
    assert place in shown
    assert sent == []


def test_a_refused_field_leads_to_what_the_fields_are(do: Do) -> None:
    shown, _ = do("rate", "--reason", "…")
    assert "madoguchi do rate --fields" in shown
