"""`madoguchi calendar`: every deadline, reminder and letter of a cycle, before it opens (S-NO-2)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from madoguchi.checking.calendar import Entry, OnEvent, cycle, on_events
from madoguchi.checking.calendar.ics import ics
from madoguchi.cli.calendar_words import EVENTS, KINDS, LETTERS
from madoguchi.cli.editions import Root, chosen, valid
from madoguchi.cli.talking import console, fail
from madoguchi.folding import Folded
from policies.calendars import is_business_day
from policies.editions import load
from policies.letters import WEEKDAYS

ProgrammeName = Annotated[str, typer.Argument(metavar="secondment|support", help="制度 (programme)")]
Year = Annotated[int, typer.Argument(help="年度 (fiscal year)")]
File = Annotated[Path | None, typer.Option("--ics", help="予定表のファイルに書き出す (write an iCalendar file)")]


def calendar(programme: ProgrammeName, year: Year, root: Root = None, file: File = None) -> None:
    """期限・催促・通知を、開く前に日付順に示す。Preview a cycle: its deadlines, reminders and letters."""
    name = chosen(programme)
    if not valid(name, year, root):
        raise typer.Exit(1)
    edition = load(name, year, root)
    entries = cycle(edition)
    if file is not None:
        _write(file, ics(edition, entries, KINDS))
    console.print(_days(edition.edition.title, entries))
    console.print(_letters(on_events(edition)))
    console.print(f"日付は東京の日付。24:00はその日の終わり。休は休日。全{len(entries)}件。")
    if file is not None:
        console.print(f"[green]✓[/green] {file} に書き出しました。(Written.)")


def _write(file: Path, content: bytes) -> None:
    try:
        file.write_bytes(content)
    except OSError as error:
        fail(f"{file} に書き出せません（{error.strerror}）。(It cannot be written.)")


def _days(title: str, entries: Iterable[Entry]) -> Table:
    table = Table(title=f"{title}の予定", title_justify="left")
    for heading in ("日付", "時刻", "区分", "内容", "通知", "条項"):
        table.add_column(heading, no_wrap=heading in ("日付", "時刻", "区分", "条項"))
    for each in entries:
        what = f"{each.what}\n　{each.about}" if each.about else each.what
        letters = Folded("\n".join(LETTERS.get(code, code) for code in each.letters))
        table.add_row(shown(each.day), each.at, KINDS[each.kind], Folded(what), letters, each.clause)
    return table


def shown(day: date) -> str:
    """A day with its weekday, and whether it is no business day (G-3)."""
    return f"{day.isoformat()}（{WEEKDAYS[day.weekday()]}{'' if is_business_day(day) else '・休'}）"


def _letters(letters: Iterable[OnEvent]) -> Table:
    table = Table(title="通知ときっかけ", title_justify="left")
    for heading in ("通知", "件名", "きっかけ", "いつ", "条項"):
        table.add_column(heading, no_wrap=heading == "条項")
    for each in letters:
        name = f"{LETTERS.get(each.code, each.code)}\n{each.code}"
        table.add_row(Folded(name), Folded(each.subject), Folded(_trigger(each)), Folded(_when(each)), each.clause)
    return table


def _trigger(letter: OnEvent) -> str:
    fields = (EVENTS.get(f"{letter.event}.{name}", f"{name}＝{value}") for name, value in letter.when.items())
    narrowed = "、".join(fields)
    return EVENTS[letter.event] + (f"（{narrowed}）" if narrowed else "")


def _when(letter: OnEvent) -> str:
    if letter.on is not None:
        return shown(letter.on)
    if not letter.days:
        return "直ちに"
    days = "、".join(f"{each}日" for each in sorted(letter.days, reverse=letter.before))
    return f"{EVENTS.get(f'{letter.event}.about', '')}{days}{'前' if letter.before else '後'}"
