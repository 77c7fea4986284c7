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
            if path.endswith("/applications"):
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


@pytest.mark.clause("C-IN-6")
def test_a_withdrawal_is_the_applicants_unless_an_officer_says_who_and_why(do: Do) -> None:
    _, (own,) = do("withdraw", "--place", "C2026-0003")
    assert own.options["json"] == {"seen_version": 3}
    _, (assumed,) = do("withdraw", "--place", "C2026-0003", "--reason", "連絡がない", "--body", '{"assumed": true}')
    said = {"by": "officer-01", "reason": "連絡がない", "assumed": True, "seen_version": 3}
    assert assumed.options["json"] == said


@pytest.mark.clause("C-IN-1")
def test_a_consent_that_came_by_mail_is_recorded_by_its_companys_number(do: Do) -> None:
    _, (call,) = do("consent", "--place", "support/2026", "--body", '{"corporate_number": "7000012050002"}')
    assert call.path == "/v1/support/2026/consents?corporate_number=7000012050002&by=officer-01"
    assert call.options["headers"]["Content-Digest"].startswith("sha-256=:")


@pytest.mark.clause("C-BI-2")
def test_a_visit_is_said_by_its_number_in_the_list(do: Do) -> None:
    _, (call,) = do("contact", "--place", "C2026-0001", "--reason", "訪問", "--body", '{"visit_id": "2"}')
    assert call.options["json"]["visit_id"] == "app-2-visit-2"
