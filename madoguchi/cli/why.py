"""`madoguchi why`: the decisions behind anything, back to clause, facts and the values that were read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any
from urllib.parse import quote

import typer
from rich.table import Table

from kernel.sealing import PREFIX
from madoguchi.cli import decision_words, words
from madoguchi.cli.finding import Event, places
from madoguchi.cli.talking import ask, console, fail, tell_if_closed
from madoguchi.folding import Folded
from madoguchi.rehearsal.wording import why_not
from policies.rulebook import rulebook

WIDEST = 140
SEALED_DECISIONS = "決定とその根拠は封じられています。--open で表示"
SEALED = "（封じられています。--open で表示）"
Id = Annotated[
    str,
    typer.Argument(
        help="受付番号（S2026-0001）、申込や出向の番号（app-…、app-….1）、請求書番号（INV-…、RET-…）、"
        "通知の番号（letter-…）、配置の回（round-secondment-2026）"
    ),
]


def why(
    id: Id,
    open: Annotated[bool, typer.Option("--open", help="封じられた事実と理由を開いて表示する")] = False,
) -> None:
    """決定の根拠: 条項、見た事実、読んだ値、版、誰がいつ。The decisions behind anything."""
    count, known, closed, (_, _, number) = 0, False, False, id.partition(".")
    for place in places(id):
        events = ask(place.service, f"/operations/log/{quote(place.stream)}", missing_ok=True, open=open)
        closed = tell_if_closed(events, told=closed)
        for event in events or []:
            known = True
            if place.about(event):
                found = [each for each in decisions(event["data"]) if not number or _concerns(each, number)]
                count += len(found) + sealed(event["data"])
                _show(place.service, event, found)
    if closed and not count:
        raise typer.Exit(1)
    if not known:
        fail(f"「{id}」は見つかりません。受付番号、請求書番号などを確かめてください。(This id is not known.)")
    if not count:
        fail(f"「{id}」についての決定は、まだありません。(Nothing has been decided about it yet.)")


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


def sealed(data: dict[str, Any]) -> bool:
    """Whether an event's decisions are sealed as a whole, as a company's are (C-SC-15)."""
    return str(data.get("decisions", "")).startswith(PREFIX)


def _concerns(decision: dict[str, Any], number: str) -> bool:
    """Whether a decision of the application is about its n-th secondment, or about all of them."""
    of = decision["facts"].get("secondment_id")
    return of is None or str(of).rpartition(".")[2] == number


def _show(service: str, event: Event, found: list[dict[str, Any]]) -> None:
    notes = [*_letter(event), *_explained(event["data"]), *([SEALED_DECISIONS] if sealed(event["data"]) else [])]
    if not found and not notes:
        return
    when = words.moment(event["data"].get("timestamp") or event["recorded_at"])
    what = event["name"].removeprefix(f"{service}.").rpartition(".v")[0]
    heading = f"{decision_words.SERVICES[service]}　{decision_words.happened(what)}（記録 {event['position']}）"
    console.rule(f"[bold]{when}[/bold]　{heading}", align="left")
    for line in notes:
        console.print(Folded(line))
    if found:
        console.print(table(found, min(console.width, WIDEST)))


def table(found: list[dict[str, Any]], width: int) -> Table:
    """Decisions, one a row: what was decided by whom, what was seen, what was read."""
    drawn = Table(show_lines=True, expand=True, width=width)
    for heading, ratio in (("条項と結論", 5), ("見た事実", 4), ("読んだ値", 5)):
        drawn.add_column(heading, ratio=ratio)
    for each in found:
        read = "\n".join(decision_words.read(parameter) for parameter in each.get("parameters", []))
        drawn.add_row(Folded(_concluded(each)), Folded("\n".join(_seen(each))), Folded(read or "―"))
    return drawn


def _concluded(decision: dict[str, Any]) -> str:
    clause = rulebook().get(decision["clause"])
    lines = [f"{decision['clause']}　{_outcome(decision)}"]
    lines += [clause.ja] if clause else []
    lines.append(f"決定：{words.by_whom(decision['by'])}　{words.moment(decision['at'])}")
    return "\n".join([*lines, f"版：{decision['edition']}"])


def _outcome(decision: dict[str, Any]) -> str:
    """How it came out; what is held because a person judges it says so."""
    if decision["outcome"] == "held" and decision["facts"].get("for") == "officer":
        return "担当者の判断待ち"
    return words.OUTCOMES.get(decision["outcome"], str(decision["outcome"]))


def _seen(decision: dict[str, Any]) -> Iterator[str]:
    for name, value in decision["facts"].items():
        yield f"{words.fact(name, decision['clause'])}：{decision_words.seen(name, value, decision['edition'])}"
    for name, heading in (("personal_facts", "本人に関する事実"), ("reason", "理由")):
        if value := decision.get(name):
            hidden = isinstance(value, str) and value.startswith(PREFIX)
            yield f"{heading}：{SEALED if hidden else words.plain(value)}"


def _letter(event: Event) -> Iterator[str]:
    if event["name"].startswith("notify.letter_composed"):
        data = event["data"]
        clause = rulebook().get(data["clause"])
        yield f"{data['clause']}　{clause.ja if clause else ''}"
        yield f"通知「{data['code']}」　版：{data['edition']}　対象：{data['about']}"


def _explained(data: dict[str, Any]) -> Iterator[str]:
    """What an offer tells of the wishes ranked above it (S-PL-9)."""
    offer = data.get("offer") or {}
    for wish in offer.get("explanation", []):
        site = decision_words.seen("site", wish["site"], offer["edition"])
        yield f"第{wish['rank']}希望{site}：{why_not(wish)}"
