"""`madoguchi clause`: what a clause says, its values, where it is decided and proved, how often it decided."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from madoguchi.addresses import SERVICES
from madoguchi.clauses import survey
from madoguchi.cli.talking import ask, console, fail
from madoguchi.cli.why import decisions
from madoguchi.cli.words import OUTCOMES, UNITS
from policies.edition import Edition
from policies.editions import load, years
from policies.rulebook import rulebook
from schemas.values import Programme

Id = Annotated[str, typer.Argument(help="条項。例: S-PL-3")]


def clause(
    id: Id,
    year: Annotated[int | None, typer.Option(help="年度。なければ最新の版 (fiscal year; the newest edition)")] = None,
    offline: Annotated[bool, typer.Option(help="稼働中のサービスに尋ねない (do not ask the services)")] = False,
) -> None:
    """条項の内容、この版の値、判定する関数、試験、これまでの決定の数。All about one clause."""
    found = rulebook().get(id)
    if found is None:
        fail(f"「{id}」という条項はありません。例: S-PL-3 (No such clause.)")
    places = survey()[id]
    table = Table(show_header=False, title=f"{id}（{found.kind}）", title_justify="left")
    table.add_column(style="dim")
    table.add_column(overflow="fold")
    table.add_row("内容", escape(found.ja))
    table.add_row("", f"[dim]{escape(found.en)}[/dim]")
    for name, text in _values(id, year):
        table.add_row(f"値 {escape(name)}", escape(text))
    table.add_row("判定", "\n".join(places.predicates) or "―")
    table.add_row("記述", "\n".join(places.files) or "―")
    table.add_row("試験", "\n".join(places.tests) or "―")
    if not offline:
        counted = _decided(id)
        shown = (f"{OUTCOMES.get(outcome, outcome)} {n}件" for outcome, n in sorted(counted.items()))
        table.add_row("決定", "、".join(shown) or "まだありません")
    console.print(table)


def _values(id: str, year: int | None) -> list[tuple[str, str]]:
    rows = []
    for edition in _editions(year):
        for name in edition.names(id):
            found = edition.parameter(name)
            unit = UNITS.get(found.unit, "")
            shown = (f"{_plain(each.value)}{unit}（{each.from_}から）" for each in found.values)
            rows.append((f"{name}（{edition.id}）", "、".join(shown)))
    return rows


def _editions(year: int | None) -> list[Edition]:
    """Each programme's edition of a year, or its newest."""
    found: list[Edition] = []
    programmes: tuple[Programme, ...] = ("secondment", "support")
    for programme in programmes:
        known = years(programme)
        if year is None or year in known:
            found.append(load(programme, year or known[-1]))
    if not found:
        fail(f"{year}年度の版はありません。(There is no edition of {year}.)")
    return found


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _decided(id: str) -> Counter[str]:
    counted: Counter[str] = Counter()
    for service in SERVICES:
        with console.status(f"{service} …"):
            for event in _log(service):
                counted.update(d["outcome"] for d in decisions(event["data"]) if d["clause"] == id)
    return counted


def _log(service: str) -> Iterator[dict[str, Any]]:
    """All that happened in a service, shard by shard of its log."""
    for shard in range(len(ask(service, "/operations/progress").get("shards", [service]))):
        after = 0
        while page := ask(service, "/operations/log", after=after, limit=500, shard=shard):
            after = page[-1]["position"]
            yield from page
