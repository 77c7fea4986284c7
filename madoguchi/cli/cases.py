"""`madoguchi do`, `why`, `log`: an officer's command, the decisions behind anything, an aggregate's events."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import quote

import typer
from rich.json import JSON
from rich.markup import escape
from rich.table import Table

from kernel.sealing import PREFIX
from madoguchi.cli.finding import streams
from madoguchi.cli.talking import ask, console, fail, send
from madoguchi.rehearsal.actions import ACTIONS
from madoguchi.rehearsal.calls import prepared
from madoguchi.rehearsal.titles import TITLES
from schemas.values import TOKYO


def do(
    action: Annotated[str, typer.Argument(help="操作の名前（list で一覧）")],
    body: Annotated[str, typer.Option(help="操作の内容（JSON）")] = "{}",
    place: Annotated[list[str] | None, typer.Option(help="対象。例: application=app-… (repeatable)")] = None,
    by: Annotated[str, typer.Option(help="担当者ID (who)")] = "officer-01",
    reason: Annotated[str, typer.Option(help="理由 (why)")] = "",
) -> None:
    """担当者の操作を一つ行う。One officer's command; `madoguchi do list` shows them all."""
    if action == "list":
        _list()
        return
    if action not in ACTIONS:
        fail(f"「{action}」という操作はありません。`madoguchi do list` で一覧を表示します。(No such command.)")
    found, places = ACTIONS[action], dict(each.split("=", 1) for each in place or [] if "=" in each)
    try:
        content = {"by": by, "reason": reason} | json.loads(body) if found.officer else json.loads(body)
        call = asyncio.run(prepared(found, places, content, uuid.uuid4().hex, _ask))
    except KeyError as missing:
        fail(f"--place {missing.args[0]}=… を指定してください。(Say which {missing.args[0]}.)")
    except json.JSONDecodeError:
        fail("--body は JSON で指定してください。(The body must be JSON.)")
    console.print(JSON.from_data(send(call)))


async def _ask(service: str, path: str) -> Any:
    return ask(service, path, missing_ok=True)


def _list() -> None:
    table = Table()
    for heading in ("操作", "内容", "サービス", "宛先"):
        table.add_column(heading)
    for name, action in ACTIONS.items():
        table.add_row(name, TITLES[name], action.service, f"{action.method} {action.path}")
    console.print(table)


def log(
    id: Annotated[str, typer.Argument(help="集約のID")],
    open: Annotated[bool, typer.Option(help="封じられた項目を開いて表示する")] = False,
) -> None:
    """集約の事象を順に表示する。An aggregate's events, in order."""
    shown = 0
    for service, stream in streams(id):
        for event in ask(service, f"/operations/log/{quote(stream)}", missing_ok=True, open=open) or []:
            shown += 1
            console.rule(f"{service} {stream}/{event['version']} {event['name']}", align="left")
            console.print(JSON.from_data(_brief(event["data"])))
    if not shown:
        fail("その番号の記録はありません。(No such aggregate.)")


def _brief(data: dict[str, Any]) -> Any:
    return _readable({k: v for k, v in data.items() if not k.startswith("originator_")})


def _readable(value: Any) -> Any:
    """Sealed fields in a word: their tokens tell nobody anything."""
    if isinstance(value, dict):
        return {name: _readable(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_readable(each) for each in value]
    return _sealed(value) if isinstance(value, str) else value


def why(
    id: Annotated[str, typer.Argument(help="申請・出向・請求書・受付番号など")],
    open: Annotated[bool, typer.Option(help="封じられた事実を開いて表示する")] = False,
) -> None:
    """決定の根拠: 条項、見た事実、読んだ値、版、誰がいつ。The decisions behind anything."""
    count = 0
    for service, stream in streams(id):
        for event in ask(service, f"/operations/log/{quote(stream)}", missing_ok=True, open=open) or []:
            for decision in decisions(event["data"]):
                count += 1
                _show(service, event, decision)
    if not count:
        fail("その番号の決定は見つかりません。(No decision is known under this id.)")


def decisions(value: Any) -> Iterator[dict[str, Any]]:
    """Every decision within an event's data."""
    if isinstance(value, dict):
        if {"clause", "outcome", "edition", "facts"} <= value.keys():
            yield value
            return
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from decisions(each)


def _show(service: str, event: dict[str, Any], decision: dict[str, Any]) -> None:
    table = Table(show_header=False, title_justify="left", title=f"{decision['clause']} → {decision['outcome']}")
    table.add_column(style="dim")
    table.add_column(overflow="fold")
    table.add_row("事象", f"{service} {event['name']} (position {event['position']})")
    at = datetime.fromisoformat(decision["at"]).astimezone(TOKYO)
    table.add_row("決めた者・時", f"{decision['by']}　{at:%Y-%m-%d %H:%M}")
    table.add_row("版", decision["edition"])
    for name, value in decision["facts"].items():
        table.add_row(f"事実 {escape(name)}", escape(str(value)))
    for parameter in decision.get("parameters", []):
        text = f"{parameter['value']} {parameter['unit']}（{parameter['holds_from']}から）"
        table.add_row(f"値 {escape(parameter['name'])}", escape(text))
    for name in ("personal_facts", "reason"):
        if decision.get(name):
            table.add_row(
                {"personal_facts": "本人に関する事実", "reason": "理由"}[name], escape(_sealed(decision[name]))
            )
    console.print(table)


def _sealed(text: str) -> str:
    return "（封じられています。--open で表示）" if text.startswith(PREFIX) else text
