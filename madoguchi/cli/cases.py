"""`madoguchi do`, `log`: an officer's command, an aggregate's events."""

from __future__ import annotations

import asyncio
import json
import mimetypes
import re
import uuid
from functools import partial
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

import typer
from rich.json import JSON
from rich.table import Table

from kernel.sealing import PREFIX
from madoguchi.addresses import Deployment
from madoguchi.cli.asking import show_fields
from madoguchi.cli.decision_words import happened
from madoguchi.cli.fields import BY_RECEIPT
from madoguchi.cli.finding import PROGRAMMES, places
from madoguchi.cli.invoices import invoice_id
from madoguchi.cli.talking import ask, console, fail, send, tell_if_closed
from madoguchi.cli.why import SEALED
from madoguchi.rehearsal.actions import ACTIONS, digest
from madoguchi.rehearsal.calls import Call, prepared
from madoguchi.rehearsal.titles import TITLES

RECEIPT = re.compile(r"([SC])(\d{4})-\d+(?:\.(\d))?")
OF_SUPPORT = re.compile(r"C\d{4}-|(?:programme=)?support\b")
HOW = (
    "対象。受付番号（S2026-0001、2件目の出向は S2026-0001.2）、secondment/2026、INV-…、letter-…、"
    "または 名前=値。何度でも"
)
"""How a place is said."""
WAYS = {"invoice_id": "請求書番号（INV-…）、または受付番号", "letter": "通知の番号（letter-…）"}
INVOICE = re.compile(r"(?:INV|RET)-[A-Z0-9-]+")
LETTER = re.compile(r"letter-[0-9a-f]{8}-?[0-9a-f]{24}")
CYCLE = re.compile(r"(secondment|support)/(\d{4})")


def do(
    action: Annotated[str, typer.Argument(help="操作の名前（list で一覧）")],
    body: Annotated[str, typer.Option(help="操作の内容（JSON）。項目は --fields で")] = "{}",
    place: Annotated[
        list[str] | None,
        typer.Option(help=HOW),
    ] = None,
    fields: Annotated[bool, typer.Option("--fields", help="行わずに、言うべき項目を示す (what is to be said)")] = False,
    file: Annotated[Path | None, typer.Option(help="paper で出す書類のファイル (the paper itself)")] = None,
    by: Annotated[str, typer.Option(help="担当者ID。なければ MADOGUCHI_OFFICER (who)")] = "",
    reason: Annotated[str, typer.Option(help="理由 (why)")] = "",
) -> None:
    """担当者の操作を一つ行う。One officer's command; `madoguchi do list` shows them all."""
    if action == "list":
        _list()
        return
    if action not in ACTIONS:
        fail(f"「{action}」という操作はありません。`madoguchi do list` で一覧を表示します。(No such command.)")
    if fields:
        show_fields(action, "support" if any(OF_SUPPORT.match(each) for each in place or []) else "secondment")
        return
    said = _read(body)
    said = _full_visit(said, place or [])
    of_officer = ACTIONS[action].officer or (ACTIONS[action].either and bool(by or reason))
    content = _by(by) | {"reason": reason} | said if of_officer else said
    call = _call(action, _one_invoice(action, _places(place or [])), content)
    if file is not None:
        call = _with_file(action, call, file)
    console.print(JSON.from_data(send(call, hint=f"項目の説明: `madoguchi do {action} --fields`")))
    if action == "run":
        warn_of_waiting(call.path.split("/")[4])


def _by(named: str) -> dict[str, str]:
    """Who commands: whoever is named, or whose the token is."""
    deployment = Deployment()
    said = named or ("" if deployment.token else deployment.officer)
    return {"by": said} if said else {}


def _full_visit(said: dict[str, Any], places: list[str]) -> dict[str, Any]:
    """A visit by its number of the case, as `madoguchi list supports` shows it, for the id that the service takes."""
    number, of = str(said.get("visit_id", "")), next((each for each in places if each.startswith("C")), "")
    return said | {"visit_id": f"{application_of(of)}-visit-{number}"} if number.isdecimal() and of else said


def _with_file(action: str, call: Call, file: Path) -> Call:
    raw = ACTIONS[action].raw
    if raw is None:
        fail(f"--file を使えるのは paper だけです。「{action}」の内容は --body で言います。(Only paper takes a file.)")
    try:
        content = file.read_bytes()
    except OSError:
        fail(f"「{file}」を読めません。(The file cannot be read.)")
    media = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    headers = call.options["headers"] | {"Content-Type": media, "Content-Digest": digest(content)}
    options = call.options | {"headers": headers, "content": content}
    return Call(call.service, call.method, call.path, options, call.officer)


def waiting(screenings: list[dict[str, Any]]) -> list[str]:
    """The receipt numbers of those whose form is not judged yet; later judgements do not keep out of a run."""
    asked = ((each, [q for q in each["questions"] if q["stage"] == "form"]) for each in screenings)
    return [each["receipt_number"] for each, questions in asked if questions]


def warn_of_waiting(year: str) -> None:
    """Say which forms an officer has still to judge: a run leaves them out without a word."""
    left = waiting(ask("screening", "/v1/screenings", programme="secondment", fiscal_year=year, size=200)["items"])
    if left:
        shown = "、".join(left[:10])
        line = f"審査が済んでいない申込 {len(left)} 件は、配置の対象外です: {shown}。`madoguchi list screenings`"
        console.print(f"[yellow]！[/yellow] {line} (Not judged yet, so not in the run.)")


def _read(body: str) -> dict[str, Any]:
    try:
        read = json.loads(body)
    except json.JSONDecodeError:
        read = None
    if not isinstance(read, dict):
        fail("""--body は '{"項目": 値}' の形の JSON で指定してください。(The body must be a JSON object.)""")
    return read


def _places(said: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for each in said:
        name, equals, value = each.partition("=")
        if equals:
            found[name] = _named(value)
        elif INVOICE.fullmatch(each):
            found["invoice_id"] = invoice_id(each)
        elif LETTER.fullmatch(each):
            found["letter"] = each
        elif cycle := CYCLE.fullmatch(each):
            found |= {"programme": cycle[1], "year": cycle[2]}
        elif receipt := RECEIPT.fullmatch(each):
            found |= _case(each.partition(".")[0], receipt)
        else:
            fail(f"--place「{each}」は対象として読めません。{HOW} (A receipt, a cycle, an invoice or name=value.)")
    return found


def _named(value: str) -> str:
    """A receipt number stands for its application, wherever one is named."""
    receipt = RECEIPT.fullmatch(value)
    return _case(value.partition(".")[0], receipt)["application"] if receipt else value


def _case(number: str, receipt: re.Match[str]) -> dict[str, str]:
    programme, year = PROGRAMMES[receipt[1]], receipt[2]
    found = ask("intake", f"/v1/{programme}/{year}/applications", receipt_number=number)["items"]
    if not found:
        fail(f"受付番号「{number}」の申込はありません。(No application has this receipt.)")
    application = found[0]["id"]
    case = {"programme": programme, "year": year, "application": application}
    return case | ({"secondment": f"{application}.{receipt[3] or 1}"} if programme == "secondment" else {})


def application_of(receipt_number: str) -> str:
    """The application that a receipt number stands for."""
    receipt = RECEIPT.fullmatch(receipt_number)
    if receipt is None:
        fail(f"「{receipt_number}」は受付番号ではありません。C2026-0001 のように指定してください。(No such receipt.)")
    return _case(receipt_number.partition(".")[0], receipt)["application"]


def _one_invoice(action: str, named: dict[str, str]) -> dict[str, str]:
    """A receipt number stands for its invoice as long as that is the only one: money goes to no invoice by a guess."""
    account = named.get("secondment") or named.get("application")
    if "{invoice_id}" not in ACTIONS[action].path or {"invoice_id", "invoice"} & named.keys() or account is None:
        return named
    found = ask("billing", "/v1/invoices", account=account, sort="number", size=100)["items"]
    issued = [each["number"] for each in found if each.get("number") and each["kind"] == "invoice"]
    if len(issued) > 1:
        several = f"請求書が {len(issued)} 通あります。番号を --place で指定してください"
        fail(f"{several}: {'、'.join(issued)} (Say which invoice.)")
    return named


def _call(action: str, named: dict[str, str], content: dict[str, Any]) -> Call:
    try:
        asking = partial(_ask, officer=str(content.get("by", "")))
        return asyncio.run(prepared(ACTIONS[action], named, content, uuid.uuid4().hex, asking))
    except KeyError as missing:
        name = "invoice_id" if "{invoice_id}" in ACTIONS[action].path else str(missing.args[0])
        fail(f"対象を --place で指定してください: {_way(name)} (Say which {name}.)")
    except (IndexError, TypeError, ValueError):  # what the action looks up on the way is not there
        fail("その対象はまだありません。`madoguchi why` で経過を確かめてください。(It does not exist yet.)")


def _way(name: str) -> str:
    """How a place is said."""
    if name in ("programme", "year"):
        return "受付番号、または secondment/2026"
    if name in WAYS:
        return WAYS[name]
    return f"受付番号、または {name}=…" if name in BY_RECEIPT else f"{name}=…"


async def _ask(service: str, path: str, *, officer: str) -> Any:
    found = ask(service, path, missing_ok=True, officer=officer)
    return None if tell_if_closed(found) else found


def _list() -> None:
    table = Table()
    for heading in ("操作", "内容", "サービス", "宛先（{ } は --place で指定するもの）"):
        table.add_column(heading, overflow="fold")
    for name, action in ACTIONS.items():
        table.add_row(name, TITLES[name], action.service, f"{action.method} {action.path}")
    console.print(table)
    console.print("言うべき項目は `madoguchi do 操作 --fields`、今あるものは `madoguchi list` で示します。")


def log(
    id: Annotated[str, typer.Argument(help="受付番号、申込・出向・請求書・通知の番号、または集約のID")],
    open: Annotated[bool, typer.Option("--open", help="封じられた項目を開いて表示する")] = False,
) -> None:
    """集約の事象を順に表示する。An aggregate's events, in order."""
    shown, closed = 0, False
    for place in places(id):
        events = ask(place.service, f"/operations/log/{quote(place.stream)}", missing_ok=True, open=open)
        closed = tell_if_closed(events, told=closed)
        for event in events or []:
            if place.about(event):
                shown += 1
                what = happened(event["name"].partition(".")[2].rpartition(".v")[0])
                console.rule(f"{place.service} {place.stream}/{event['version']} {event['name']}　{what}", align="left")
                console.print(JSON.from_data(_brief(event["data"])))
    if not shown:
        fail(f"「{id}」の記録はありません。受付番号などを確かめてください。(No such aggregate.)")


def _brief(data: dict[str, Any]) -> Any:
    return _readable({k: v for k, v in data.items() if not k.startswith("originator_")})


def _readable(value: Any) -> Any:
    """Sealed fields in a word: their tokens tell nobody anything."""
    if isinstance(value, dict):
        return {name: _readable(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_readable(each) for each in value]
    return SEALED if isinstance(value, str) and value.startswith(PREFIX) else value
