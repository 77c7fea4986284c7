"""`madoguchi replay`, `parked`, `erase`: what operations do."""

from __future__ import annotations

import uuid
from typing import Annotated, Literal
from urllib.parse import quote

import typer
from rich.table import Table

from madoguchi.addresses import SERVICES
from madoguchi.cli.talking import ask, console, fail, tell

parked = typer.Typer(no_args_is_help=True)
Service = Annotated[
    Literal["intake", "screening", "placement", "billing", "notify"], typer.Argument(help="サービス (service)")
]
Key = Annotated[str, typer.Argument(help="一覧の「対象」")]
Place = Annotated[str, typer.Argument(help="一覧の「位置」")]
By = Annotated[str, typer.Option(help="担当者ID (who)")]
Subject = Annotated[str, typer.Argument(help="団体（org-…）または出向者（secondee-…）のID")]
Reason = Annotated[str, typer.Option(help="理由 (why)")]


def replay() -> None:
    """すべての参照用データを記録から作り直して比べる。Rebuild every read model from nothing and compare."""
    table = Table(title="再構築の比較 (replay)")
    for heading in ("サービス", "参照用データ", "一致しない文書"):
        table.add_column(heading)
    differing = 0
    for name in SERVICES:
        with console.status(f"{name} …"):
            for view, ids in tell(name, "POST", "/operations/replay", {}).items():
                differing += len(ids)
                table.add_row(name, view, "なし" if not ids else f"{len(ids)}: {', '.join(ids[:3])}")
    console.print(table)
    if differing:
        console.print(f"[red]✗[/red] {differing} 件が一致しません。(They differ from their replay.)")
        raise typer.Exit(1)
    console.print("[green]✓[/green] すべて一致しました。(Every read model equals its replay.)")


@parked.command("list")
def parked_list() -> None:
    """保留中のメッセージの一覧。List what is parked."""
    table = Table()
    for heading in ("サービス", "位置", "対象", "事象", "理由"):
        table.add_column(heading, overflow="fold")
    count = 0
    for name in SERVICES:
        for message in ask(name, "/operations/parked"):
            count += 1
            table.add_row(name, message["_id"], message["key"], message["name"], message["reason"])
    console.print(table if count else "保留中のメッセージはありません。(Nothing is parked.)")


@parked.command("replay")
def parked_replay(service: Service, key: Key) -> None:
    """対象のメッセージを順に処理し直す。Handle a key's parked messages in their order."""
    done = tell(service, "POST", f"/operations/parked/{quote(key)}/replay", {})
    if not done["replayed"]:
        fail("処理できるものはありません。`madoguchi parked list` で確かめてください。(Nothing could be handled.)")
    console.print(f"{done['replayed']} 件を処理しました。(Handled.)")


@parked.command("drop")
def parked_drop(service: Service, place: Place, by: By, reason: Reason) -> None:
    """理由を残して一件を取り除く。Give one parked message up; who and why stay on record."""
    done = tell(service, "POST", f"/operations/parked/{quote(place)}/drop", {"by": by, "reason": reason})
    if not done["dropped"]:
        fail("該当するメッセージはありません。`madoguchi parked list` の「位置」を確かめてください。(No such message.)")
    console.print("取り除きました。(Dropped.)")


def erase(subject: Subject, by: By, reason: Reason) -> None:
    """個人または団体のデータを消去する（取り消せません）。Destroy the key of a person or an organisation (G-7)."""
    if not subject.startswith(("org-", "secondee-")):
        fail("org-… または secondee-… のIDを指定してください。(Say whose: org-… or secondee-….)")
    typer.confirm("取り消せません。消去しますか？ (This cannot be undone.)", abort=True)
    tell("intake", "POST", "/v1/erasures", {"subject": subject, "by": by, "reason": reason}, key=uuid.uuid4().hex)
    console.print(
        "消去しました。記録は残りますが、本人の情報はどこからも読めません。(Erased: nobody can open it any more.)"
    )
