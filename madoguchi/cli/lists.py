"""`madoguchi list`: what waits and what there is, one line each, in the clerk's words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

import typer
from rich.table import Table

from madoguchi.cli.cells import MADE, NOTES, cell, site
from madoguchi.cli.invoices import STATUSES as INVOICES
from madoguchi.cli.talking import ask, console, fail
from madoguchi.folding import Folded
from policies.editions import years

MOST = 200
"""How many lines a list asks for."""


@dataclass(frozen=True)
class Listing:
    """A work list: what it shows, where it is read, its columns by field, and what it is always asked.

    ``yearly`` lists want a fiscal year said in the query, ``{year}`` in the path is filled with it. ``part`` is the
    field of the answer that holds the items, ``words`` what its statuses are called if not the same as elsewhere.
    """

    title: str
    service: str
    path: str
    columns: Mapping[str, str]
    always: Mapping[str, Any] = field(default_factory=dict)
    yearly: bool = False
    part: str = "items"
    words: Mapping[str, str] = field(default_factory=dict)


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
        NAMED | {"status": "状態", "questions": "待っている判断", "received_at": "受付日時"}, {"open": True},
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
        words=INVOICES,
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
        {"sort": "-composed_at"},
    ),
    "planned-letters": Listing(
        "これから出る通知", "notify", "/v1/planned-letters", CASE | {"planned": "通知と日時"}
    ),
}  # fmt: skip
"""Every list of the secondment by name."""


def show_list(
    what: Annotated[str, typer.Argument(help="一覧の名前。なければ名前を示す (its name; without one, the names)")] = "",
    year: Annotated[int | None, typer.Option(help="年度。なければ最初の版の年度 (fiscal year)")] = None,
    status: Annotated[str, typer.Option(help="状態で絞る。例: held、to_judge、failed (only those)")] = "",
) -> None:
    """出向の一覧: 申込、審査待ち、枠、提案、出向、請求書、通知など。Work lists; alone, their names."""
    if not what:
        _names()
        return
    if what not in LISTS:
        fail(f"「{what}」という一覧はありません。`madoguchi list` で名前を表示します。(No such list.)")
    listing = LISTS[what]
    read_year = year or years("secondment")[0]
    asked = {**listing.always, **({"fiscal_year": read_year} if listing.yearly else {"size": MOST})}
    asked |= {"status": status} if status else {}
    found = ask(listing.service, listing.path.format(year=read_year), **asked)
    items = found.get(listing.part) or []
    console.print(_table(listing, list(_rows(what, items))))
    console.print(f"{found.get('total', len(items))} 件", highlight=False)


def _names() -> None:
    table = Table("一覧", "内容", "サービス")
    for name, listing in LISTS.items():
        table.add_row(name, listing.title, f"{listing.service} GET {listing.path}")
    console.print(table)


def _rows(what: str, items: list[Any]) -> Iterator[dict[str, Any]]:
    """The items as rows; of a pair, both, with a line between pairs."""
    for item in items:
        if isinstance(item, list):
            yield from item
            yield {}
        elif what == "round":
            yield item | {"todo": TODO[item["why"]]}
        elif what == "sites":
            yield item | {"site_name": site(item["id"])}
        else:
            number = str(item.get("account") or item.get("id", "")).rpartition(".")[2]
            made = {name: tell(item) for name, tell in MADE.get(what, {}).items()}
            yield item | {"secondment": f"{item.get('receipt_number', '')}.{number}"} | made


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
