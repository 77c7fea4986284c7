"""`madoguchi form`: what a sender or a company asked for, as the officer who judges it reads it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from madoguchi.cli import company_forms
from madoguchi.cli.cells import site
from madoguchi.cli.field_words import standing
from madoguchi.cli.finding import PROGRAMMES
from madoguchi.cli.talking import ask, console, fail
from madoguchi.folding import Folded

PARTY = {
    "name": "派遣元",
    "kana": "フリガナ",
    "kind": "種類",
    "corporate_number": "法人番号",
    "address": "所在地",
    "person": "担当者",
    "email": "メールアドレス",
}


def form(receipt: Annotated[str, typer.Argument(help="受付番号（S2026-0001、C2026-0001）")]) -> None:
    """申込の内容: 出向の派遣元・目的・希望、または企業の登録。審査する担当者のために開いて示す。A form, opened."""
    programme = PROGRAMMES.get(receipt[:1])
    if programme is None or not receipt[1:5].isdecimal():
        how = "S2026-0001 や C2026-0001 のように指定してください。"
        fail(f"「{receipt}」は受付番号ではありません。{how}(No such receipt.)")
    found = ask("intake", f"/v1/{programme}/{receipt[1:5]}/applications", receipt_number=receipt)["items"]
    if not found:
        fail(f"受付番号「{receipt}」の申込はありません。(No application has this receipt.)")
    case = ask("screening", f"/v1/screenings/{found[0]['id']}", missing_ok=True, closed_ok=False, open=True)
    if case is None:
        fail(f"受付番号「{receipt}」の、審査に回った申込はありません。(No such form is before screening.)")
    console.print(shown(receipt, case))


def shown(receipt: str, case: dict[str, Any]) -> Table:
    """A case of screening as a form."""
    table = Table(show_header=False, title=f"申込 {receipt}", title_justify="left", show_lines=True)
    table.add_column(style="dim", no_wrap=True)
    table.add_column()
    for heading, text in company_forms.rows(case) if case.get("programme") == "support" else _rows(case):
        if text:
            table.add_row(heading, Folded(escape(text)))
    return table


def _rows(case: dict[str, Any]) -> Iterator[tuple[str, str]]:
    state = case["state"]
    waiting = "、".join(standing(each) for each in case["waiting"])
    yield "審査の状態", standing(case["status"]) + (f"（待っている判断：{waiting}）" if waiting else "")
    for name, heading in PARTY.items():
        said = str(state["party"].get(name) or "")
        yield heading, standing(said) if name == "kind" else said
    yield "目的", str(state["form"].get("purpose") or "")
    for request in state["form"]["requests"]:
        yield f"{request['number']}件目の希望", "\n".join(_request(request))


def _request(request: dict[str, Any]) -> Iterator[str]:
    yield f"{standing(request['route'])}　{request['years']}年"
    for wish in request["wishes"]:
        overseas = f"→{site(wish['overseas'])}" if wish.get("overseas") else ""
        yield f"第{wish['rank']}希望　{site(wish['domestic'])}{overseas}"
    if request.get("third_year_agreed"):
        yield "3年目の合意　あり"
    if request.get("remarks"):
        yield f"備考　{request['remarks']}"
