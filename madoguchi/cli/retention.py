"""`madoguchi retention`: what is due for disposal, what is held, disposal itself, the register of disposals."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Annotated, Any, Literal
from urllib.parse import quote

import typer
from rich.markup import escape
from rich.table import Table

from madoguchi.addresses import Deployment
from madoguchi.cli.talking import ask, console, fail, tell
from madoguchi.folding import Folded
from schemas.values import TOKYO

app = typer.Typer(no_args_is_help=True)
Subject = Annotated[str, typer.Argument(help="団体（org-…）または出向者（secondee-…）のID")]
Reason = Annotated[str, typer.Option(help="理由 (why)")]
By = Annotated[str, typer.Option(help="担当者ID。なければ MADOGUCHI_OFFICER (who)")]
CLASSES = {
    "unanswered": "案内（回答なし）",
    "no_wish": "希望なしの回答",
    "refused": "受け付けなかった申込",
    "withdrawn": "取り下げられた申込",
    "not_completed": "同意書の届かなかった登録",
    "not_selected": "配置・採択に至らなかった申込",
    "carried_out": "行われた出向・支援",
    "person": "出向者",
    "person_not_sent": "出向しなかった者",
    "accounting": "請求・入金",
}
"""The classes of retention (保存区分) in a clerk's words."""
HELD_FOR = {
    "litigation": "訴訟・不服申立て",
    "audit": "検査・監査",
    "disclosure": "開示請求",
    "inquiry": "照会・調査",
    "other": "その他",
}
TERMS = ("対象", "名称", "受付番号", "保存区分", "終了", "起算日", "年数", "廃棄できる日", "保留")
GROUNDS = {"disposal": "廃棄（期間満了）", "request": "消去（申し出）"}


@app.command()
def due(on: Annotated[str, typer.Option(help="この日に満了しているもの。YYYY-MM-DD (on a day to come)")] = "") -> None:
    """保存期間が満了し、廃棄できるものの一覧。Whose records may be disposed of."""
    items = ask("intake", f"/v1/retention/due?on={quote(on)}" if on else "/v1/retention/due")["items"]
    table = _table(*TERMS)
    for each in items:
        table.add_row(*_cells(each))
    console.print(table if items else "廃棄できるものはありません。(Nothing is due.)")


@app.command()
def show(subject: Subject) -> None:
    """一つの対象の保存期間と、その根拠。How long one subject's records are kept, and why."""
    found = ask("intake", f"/v1/retention/subjects/{quote(subject, safe='')}")
    _terms(found)


@app.command()
def holds() -> None:
    """廃棄・消去を止めている保留の一覧。Every hold that stands."""
    items = ask("intake", "/v1/retention/holds")["items"]
    table = _table("対象", "番号", "事由", "担当者", "設定")
    for each in items:
        why = HELD_FOR[each["ground"]]
        table.add_row(each["subject"], str(each["number"]), why, each["by"], _moment(each["at"])[:10])
    console.print(table if items else "保留はありません。(Nothing is held.)")


@app.command()
def hold(
    subject: Subject,
    ground: Annotated[
        Literal["litigation", "audit", "disclosure", "inquiry", "other"],
        typer.Option(help="事由: 訴訟・不服申立て、検査・監査、開示請求、照会・調査、その他 (ground)"),
    ],
    reason: Reason,
    by: By = "",
) -> None:
    """廃棄・消去を保留する（訴訟、検査など）。Hold a subject's records: nothing of them is erased."""
    _tell(f"{quote(subject, safe='')}/holds", by, reason, ground=ground)
    console.print("保留しました。解除するまで廃棄も消去もできません。(Held.)")


@app.command()
def release(
    subject: Subject, number: Annotated[int, typer.Argument(help="holds の番号")], reason: Reason, by: By = ""
) -> None:
    """保留を解除する。Lift a hold."""
    _tell(f"{quote(subject, safe='')}/holds/{number}/lift", by, reason)
    console.print("解除しました。(Lifted.)")


@app.command()
def dispose(subject: Subject, reason: Reason, by: By = "") -> None:
    """保存期間の満了したものを廃棄する（取り消せません）。Dispose of what is due: its key is destroyed."""
    _terms(ask("intake", f"/v1/retention/subjects/{quote(subject, safe='')}"))
    typer.confirm("取り消せません。廃棄しますか？ (This cannot be undone.)", abort=True)
    _tell(f"{quote(subject, safe='')}/disposal", by, reason)
    console.print("廃棄しました。`madoguchi retention register` に記録があります。(Disposed of.)")


@app.command()
def register() -> None:
    """廃棄簿：いつ、だれが、何を、どの規定で。The register of disposals: when, who, what, on which rule."""
    items = ask("intake", "/v1/retention/register")["items"]
    table = _table("対象", "日時", "区分", "保存区分", "規定", "廃棄できる日", "担当者")
    for each in items:
        facts = each["facts"]
        table.add_row(
            each["subject"],
            _moment(each["erased_at"]) if each["erased_at"] else "指示済み",
            GROUNDS[each["ground"]],
            CLASSES.get(facts.get("kept_as", ""), "―"),
            Folded(_rule(each)),
            facts.get("due_on", "―"),
            each["by"],
        )
    console.print(table if items else "廃棄・消去の記録はありません。(Nothing was disposed of.)")


def _table(*headings: str) -> Table:
    """The subject first, whole: the next command wants it."""
    table = Table()
    for number, heading in enumerate(headings):
        table.add_column(heading, no_wrap=number == 0, overflow="fold")
    return table


def _moment(text: str) -> str:
    return f"{datetime.fromisoformat(text).astimezone(TOKYO):%Y-%m-%d %H:%M}"


def _rule(line: dict[str, Any]) -> str:
    if not line["parameters"]:
        return str(line["clause"])
    years = line["parameters"][0]
    return f"{line['clause']} {line['edition']} {years['name']}＝{years['value']}年"


def _cells(each: dict[str, Any]) -> list[Any]:
    receipts, held = "、".join(each["receipts"]) or "―", "、".join(map(str, each["holds"])) or "―"
    kept = [CLASSES.get(each["kept_as"] or "", "―"), each["ended_on"] or "―", each["counted_from"] or "―"]
    years = f"{each['years']}年" if each["years"] else "―"
    return [each["subject"], Folded(each["name"]), Folded(receipts), *kept, years, each["due_on"] or "―", held]


def _terms(found: dict[str, Any]) -> None:
    table = _table(*TERMS)
    table.add_row(*_cells(found))
    console.print(table)
    for each in found["open"]:
        what = CLASSES.get(each["kept_as"], each["kept_as"])
        console.print(
            f"進行中: {escape(each['receipt_number'])}　{what}（保存期間はまだ始まりません）", highlight=False
        )


def _tell(path: str, by: str, reason: str, **more: str) -> None:
    if not reason.strip():
        fail("理由を書いてください。(Say why.)")
    body = {"by": by or Deployment().officer, "reason": reason} | more
    tell("intake", "POST", f"/v1/retention/subjects/{path}", body, key=uuid.uuid4().hex)
