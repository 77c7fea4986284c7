"""`madoguchi list`: what waits and what there is, one line each, in the clerk's words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import typer
from rich.table import Table

from madoguchi.cli.cases import application_of
from madoguchi.cli.cells import DECLARE, MADE, NOTES, cell, site
from madoguchi.cli.invoices import STATUSES as INVOICES
from madoguchi.cli.listing import Listing
from madoguchi.cli.support_lists import SUPPORT_LISTS
from madoguchi.cli.talking import ask, console, fail
from madoguchi.folding import Folded
from policies.editions import years

MOST = 200
"""How many lines a list asks for."""
BY_CASE = ("invoices", "support-invoices", "recorded-costs", "letters", "planned-letters")
"""Lists that can be asked for one application."""


CASE = {"receipt_number": "受付番号"}
NAMED = CASE | {"name": "派遣元"}
SENDER = {"id": "団体のID", "name": "派遣元", "email": "宛先", "address": "所在地"}
PLACED = {"secondment": "受付番号（件）", "name": "派遣元", "status": "状態"}
PREPARED = {"secondment": "受付番号（件）", "name": "派遣元", "items": "確認項目"}
LISTS = {
    "applications": Listing(
        "申込", "intake", "/v1/secondment/{year}/applications",
        NAMED | {"status": "状態", "received_at": "受付日時", "clauses": "条項", "papers": "届いた書類"},
    ),
    "unanswered": Listing(
        "案内を送り、まだ回答のない派遣元", "intake", "/v1/secondment/{year}/unanswered",
        SENDER | {"person": "担当者"},
    ),
    "suspected": Listing(
        "同じ派遣元かもしれない組（merge か keep-apart）", "intake", "/v1/organisations", SENDER,
        {"status": "suspected"},
    ),
    "screenings": Listing(
        "審査中の申込", "screening", "/v1/screenings",
        NAMED | {"status": "状態", "questions": "待っている判断", "received_at": "受付日時"},
        {"programme": "secondment", "open": True},
    ),
    "sites": Listing(
        "配置先と枠", "placement", "/v1/sites",
        {"id": "記号", "site_name": "配置先", "years": "空き／枠（年度）", "version": "版"}, yearly=True,
    ),
    "results": Listing(
        "配置の結果とその理由", "placement", "/v1/rounds/secondment/{year}",
        {"seeker": "受付番号（件）", "stays": "受入先", "rank": "希望順位", "by_hand": "調整", "explanation": "理由"},
        part="results",
    ),
    "round": Listing(
        "配置の結果を通知する前にすること", "placement", "/v1/rounds/secondment/{year}",
        {"about": "受付番号または枠", "why": "理由", "todo": "すること"}, part="waits",
    ),
    "proposals": Listing(
        "提案", "placement", "/v1/proposals",
        PLACED | {"stays": "受入先", "rank": "希望順位", "by_hand": "調整", "answer_by": "回答期限"},
    ),
    "secondments": Listing(
        "出向", "placement", "/v1/secondments",
        PLACED | {"stays": "受入先", "starts_on": "開始", "ends_on": "終了", "memorandum": "覚書", "missing": "不足"}
        | {"departure": "赴任", "overdue_appraisals": "評価の遅れ"},
    ),
    "appraisals": Listing(
        "人事評価の段階と通知", "placement", "/v1/secondments", PLACED | {"appraisals": "評価（年度）"},
    ),
    "amendments": Listing(
        "期間の変更", "placement", "/v1/amendments",
        PLACED | {"before": "今の終了日", "until": "新しい終了日", "asked_on": "申し出", "agreed": "同意"},
    ),
    "preparations": Listing("赴任準備", "placement", "/v1/preparations", PREPARED),
    "invoices": Listing(
        "請求書", "billing", "/v1/invoices",
        {"number": "番号"} | CASE | {"recipient": "宛先", "status": "状態", "issued_on": "発行日", "due_on": "支払期限"}
        | {"total": "合計", "balance": "残額", "waits_for": "待っている相場"},
        {"programme": "secondment"}, words=INVOICES,
    ),
    "rates": Listing(
        "為替相場", "billing", "/v1/exchange-rates",
        {"day": "相場の日", "currency": "通貨", "kind": "種類", "yen_per_unit": "円", "bank": "銀行", "source": "出典"},
    ),
    "costs": Listing(
        "経費の負担者（この版）", "billing", "/v1/costs",
        {"kind": "記号", "name": "経費", "bears_ja": "負担者", "clause": "条項", "holds_from": "から"}, yearly=True,
    ),
    "recorded-costs": Listing(
        "登録した経費", "billing", "/v1/recorded-costs",
        {"secondment": "受付番号（件）", "cost_id": "経費のID", "kind": "記号", "amount": "金額", "day": "日"}
        | {"bears": "負担者", "settlement": "精算", "withdrawn": "取消し"},
    ),
    "letters": Listing(
        "通知（本文は `madoguchi letter 番号`）", "notify", "/v1/letters",
        {"id": "番号", "composed_at": "作成", "status": "状態", "organisation": "宛先", "title": "件名"}
        | {"failure": "送れない理由"},
        {"sort": "-composed_at"}, programme=None,
    ),
    "planned-letters": Listing(
        "これから出る通知", "notify", "/v1/planned-letters", CASE | {"planned": "通知と日時"}, programme=None,
    ),
} | SUPPORT_LISTS  # fmt: skip
"""Every list by name: the secondment's and those of both, then the support's."""
OF = {"secondment": "出向", "support": "伴走型支援", None: "両制度"}


def show_list(
    what: Annotated[str, typer.Argument(help="一覧の名前。なければ名前を示す (its name; without one, the names)")] = "",
    year: Annotated[int | None, typer.Option(help="年度。なければ最初の版の年度 (fiscal year)")] = None,
    status: Annotated[str, typer.Option(help="状態で絞る。例: held、to_judge、failed (only those)")] = "",
    case: Annotated[str, typer.Option(help="受付番号で絞る: 通知、請求書、開示の記録。例: C2026-0001 (whose)")] = "",
) -> None:
    """出向と伴走型支援の一覧: 申込、審査待ち、枠、提案、出向、請求書、通知など。Work lists; alone, their names."""
    if not what:
        _names()
        return
    if what not in LISTS:
        fail(f"「{what}」という一覧はありません。`madoguchi list` で名前を表示します。(No such list.)")
    listing = LISTS[what]
    if listing.of_case and not case:
        fail(f"案件を --case で指定してください。例: `madoguchi list {what} --case C2026-0001` (Say whose.)")
    if case and what not in BY_CASE and not listing.of_case:
        fail(f"一覧「{what}」は --case で絞れません。(This list is not by case.)")
    found = ask(listing.service, _path(listing, year, case), **_asked(listing, year, status, case))
    items = found.get(listing.part) or []
    if "planned" in listing.columns:
        items = _with_receipts(items)
    console.print(_table(listing, list(_rows(what, items, _year(listing, year)))))
    console.print(f"{found.get('total', len(items))} 件", highlight=False)
    if found.get("undeclared") and status != UNDECLARED:
        console.print(f"[yellow]！[/yellow] {TO_DECLARE.format(number=found['undeclared'])}", highlight=False)


UNDECLARED = "undeclared"
TO_DECLARE = (
    "利害関係の申告を待っている案件が {number} 件あります。申告するまで、状態で絞った一覧や日程の一覧には出ません。"
    f"`madoguchi list company-screenings --status {UNDECLARED}` (Not declared on yet.)"
)
"""Of companies' cases that a list by status leaves out, wherever they stand (C-SC-16)."""


def _year(listing: Listing, year: int | None) -> int:
    return year or years(listing.programme or "secondment")[0]


def _path(listing: Listing, year: int | None, case: str) -> str:
    application = application_of(case) if listing.of_case else ""
    return listing.path.format(year=_year(listing, year), application=application)


def _asked(listing: Listing, year: int | None, status: str, case: str) -> dict[str, Any]:
    asked = dict(listing.always)
    if listing.yearly:
        asked["fiscal_year"] = _year(listing, year)
    elif not listing.of_case:
        asked["size"] = MOST
    if case and not listing.of_case:
        asked["application_id"] = application_of(case)
    return asked | ({"status": status} if status else {})


def _with_receipts(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Whose they are, by receipt number: letters know the application alone."""
    cycles = sorted({(each["programme"], each["fiscal_year"]) for each in items})
    known = [each for programme, year in cycles for each in _applications(programme, year)]
    receipts = {each["id"]: each["receipt_number"] for each in known}
    return [each | {"receipt_number": receipts.get(each["application_id"])} for each in items]


def _applications(programme: str, year: int) -> list[dict[str, Any]]:
    path, size = f"/v1/{programme}/{year}/applications", 500
    found: list[dict[str, Any]] = ask("intake", path, size=size)["items"]
    return found


def _names() -> None:
    table = Table("制度", "一覧", "内容", "サービス")
    for name, listing in LISTS.items():
        table.add_row(OF[listing.programme], name, listing.title, f"{listing.service} GET {listing.path}")
    console.print(table)


def _rows(what: str, items: list[Any], year: int) -> Iterator[dict[str, Any]]:
    """The items as rows; of a pair, both, with a line between pairs."""
    for place, item in enumerate(items, 1):
        if isinstance(item, list):
            yield from item
            yield {}
        elif isinstance(item, str):
            yield {"sentence": item}
        elif what == "round":
            yield item | {"todo": TODO[item["why"]]}
        elif what == "sites":
            yield item | {"site_name": site(item["id"])}
        else:
            number = str(item.get("account") or item.get("id", "")).rpartition(".")[2]
            known = {"place": place, "fiscal_year": year} | item
            made = {name: tell(known) for name, tell in MADE.get(what, {}).items()}
            yield item | {"secondment": f"{item.get('receipt_number', '')}.{number}"} | made | _undeclared(item)


def _undeclared(item: dict[str, Any]) -> dict[str, Any]:
    """Of a company's case that the officer has not declared on, only what is to be done (C-SC-16)."""
    return {"waiting": DECLARE} if item.get("declare") else {}


def _table(listing: Listing, rows: list[dict[str, Any]]) -> Table:
    """The lines under their columns; ids stay whole, to be copied, and a note that no line has takes no room."""
    columns = {
        name: heading
        for name, heading in listing.columns.items()
        if name not in NOTES or any(row.get(name) for row in rows)
    }
    table = Table(title=listing.title, title_justify="left")
    for name, heading in columns.items():
        table.add_column(heading, no_wrap=name == "id")
    for row in rows:
        shown = row | {"status": listing.words.get(row.get("status", ""), row.get("status"))}
        table.add_row(*(Folded(cell(name, shown.get(name))) for name in columns), end_section=not row)
    return table


AGAIN = "もう一度 `madoguchi do run`。手による変更は付け直す"
TODO = {
    "seed": "`madoguchi do seed`、続いて `madoguchi do run`",
    "run": "`madoguchi do run`",
    "came": AGAIN,
    "gone": AGAIN,
    "changed": AGAIN,
    "seats": AGAIN,
    "announce": "`madoguchi do announce`",
    "notice": "理由を付けて `madoguchi do announce`",
    "late": "`madoguchi do adjust` で空いている枠を割り当てる",
}
"""What an officer does about what a round waits for."""
