"""`madoguchi invoice`: what an invoice says, what came in for it, and its PDF."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from madoguchi.cli.cells import rate_waited_for
from madoguchi.cli.talking import ask, console, fail, fetch, save

STATUSES = {"held": "保留", "open": "未入金あり", "paid": "入金済み", "returned": "返還", "dropped": "取消し"}
HEAD = (
    *(("number", "番号"), ("issued_on", "発行日"), ("due_on", "お支払期限"), ("returns_number", "もとの請求書")),
    *(("receipt_number", "受付番号"), ("bank_account", "お振込先")),
)
ENTRIES = (
    ("payments", "入金", "received_on", "bank_reference", 1),
    ("reversals", "入金の訂正", "reversed_on", "bank_reference", -1),
    ("brought_in", "充当（他の請求から）", "carried_on", "from_number", 1),
    ("carried_over", "充当（他の請求へ）", "carried_on", "to_number", -1),
    ("credits", "返還請求書", "issued_on", "return_number", 1),
    ("refunds", "返金", "refunded_on", "bank_reference", -1),
)
"""What moves the balance: list, title, field of the day, field that says which, and its sign towards being paid."""
RECIPIENT = (("name", "宛先"), ("person", "ご担当"), ("address", "所在地"))


def invoice(
    number: Annotated[str, typer.Argument(help="請求書番号（INV-…、RET-…）または請求書のID（invoice-…）")],
    pdf: Annotated[Path | None, typer.Option(help="PDFを保存するファイル (where to save the PDF)")] = None,
) -> None:
    """請求書の内容と入金。--pdf で書面を保存する。An invoice, what came in for it, and its PDF."""
    id = invoice_id(number)
    found = ask("billing", f"/v1/invoices/{id}", missing_ok=True)
    if found is None:
        fail(f"「{number}」という請求書はありません。(No such invoice.)")
    console.print(_head(found))
    console.print(_lines(found))
    if found.get("receivable"):
        console.print(payments(_with_days(found["receivable"])))
    if pdf is not None:
        save(pdf, fetch("billing", f"/v1/invoices/{id}/pdf"))


def invoice_id(number: str) -> str:
    """An invoice's id by its number; ends the command if there is none."""
    if number.startswith("invoice-"):
        return number
    items = ask("billing", "/v1/invoices", number=number)["items"]
    if not items:
        fail(f"「{number}」という請求書はありません。(No such invoice.)")
    return str(items[0]["id"])


def _head(found: dict[str, Any]) -> Table:
    table = Table(show_header=False, title="適格返還請求書" if found["kind"] == "return" else "請求書")
    table.add_column(style="dim")
    table.add_column(overflow="fold")
    table.add_row("状態", STATUSES.get(found["status"], found["status"]))
    for name, title in HEAD:
        if found.get(name):
            table.add_row(title, escape(str(found[name])))
    if waits := rate_waited_for(found):
        table.add_row("待っている相場", waits)
    for name, title in RECIPIENT:
        if found.get("party"):
            table.add_row(title, escape(found["party"][name]))
    return table


def _lines(found: dict[str, Any]) -> Table:
    table = Table("内容", "税率", "金額（税抜）", "消費税額")
    for line in found.get("lines", ()):
        table.add_row(escape(line["description"]), _rate(line["tax"]), _yen(line["amount"]), "")
    for total in found.get("totals", ()):
        table.add_row("計", _rate(total["rate"]), _yen(total["amount"]), _yen(total["tax"]), style="bold")
    if "total" in found:
        table.add_row("合計（税込）", "", _yen(found["total"]), "", style="bold")
    return table


def _with_days(receivable: dict[str, Any]) -> dict[str, Any]:
    """With the days of the return invoices, which say themselves when they were issued."""
    credits = []
    for each in receivable["credits"]:
        found = ask("billing", "/v1/invoices", number=each["return_number"])["items"]
        credits.append(each | {"issued_on": found[0]["issued_on"] if found else ""})
    return receivable | {"credits": credits}


def payments(receivable: dict[str, Any]) -> Table:
    """What was invoiced, what moved it, in the order of the days, and what is left."""
    table = Table("日", "取引", "番号", "金額")
    moves = [
        (str(each.get(day) or ""), title, each[which], sign * each["amount"])
        for name, title, day, which, sign in ENTRIES
        for each in receivable[name]
    ]
    for on, title, which, amount in sorted(moves, key=lambda move: move[0]):
        table.add_row(on, title, escape(which), _yen(amount))
    balance = receivable["balance"]
    table.add_row("", "過入金" if balance < 0 else "残額", "", _yen(abs(balance)), style="bold")
    return table


def _rate(rate: int | None) -> str:
    return "不課税" if rate is None else f"{rate}％"


def _yen(amount: int) -> str:
    return f"{amount:,}円"
