"""What a rehearsal prints: tables that a clerk likes to read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from madoguchi.folding import Folded
from madoguchi.rehearsal.outcome import Outcome
from madoguchi.rehearsal.play import Answer, Played
from madoguchi.rehearsal.script import Case, Script
from madoguchi.rehearsal.titles import TITLES
from madoguchi.rehearsal.wording import Wording, story
from policies.editions import load

COUNTED = {
    "secondment": {
        "申込（希望なしの回答を含む）": ("ApplicationSubmitted", "NoWishReplied", "ApplicationRefused"),
        "受付または審査で不可": ("ApplicationRefused", "ScreeningRefused"),
        "配置の提案": ("PlacementProposed",),
        "受諾": ("PlacementAccepted",),
        "受入開始": ("SecondmentStarted",),
        "海外赴任": ("SecondeeDeparted",),
    },
    "support": {
        "登録": ("ApplicationRegistered", "ApplicationSubmitted", "ApplicationRefused"),
        "採択": ("CompanyAdopted",),
        "不採択": ("CompanyNotAdopted",),
        "支援開始": ("SupportStarted",),
    },
}
"""What is counted of each programme: the cases to which one of the events happened."""
MONEY = (
    ("請求書", "InvoiceIssued", "total"),
    ("返還請求書", "ReturnInvoiceIssued", "total"),
    ("入金", "PaymentReceived", "amount"),
)


ROOMY = 130
"""Columns from which on names and reasons get more room."""


def show(console: Console, script: Script, played: Played, found: Outcome) -> None:
    """The cases of each programme, then the services."""
    roomy = console.width >= ROOMY
    for programme, year in sorted({(case.programme, case.fiscal_year) for case in script.cases}):
        cases = [case for case in script.cases if (case.programme, case.fiscal_year) == (programme, year)]
        title = load(programme, year).edition.title
        console.print(_cases(title, cases, found, Wording.of(f"{programme}/{year}"), roomy))
        console.print(_summary(title, cases, found))
    console.print(_services(found))
    console.print(_letters(found))


def _cases(title: str, cases: Sequence[Case], found: Outcome, wording: Wording, roomy: bool) -> Table:
    table = Table(title=title, show_lines=True, title_justify="left", expand=True)
    table.add_column("受付番号", no_wrap=True)
    table.add_column("申込者", max_width=18 if roomy else 12)
    for heading, ratio in (("受付・審査", 3), ("配置・支援とその理由", 5 if roomy else 4), ("請求", 4)):
        table.add_column(heading, ratio=ratio)
    table.add_column("通知", justify="right")
    for case in cases:
        told = story(found["cases"][f"{case.programme}/{case.name}"], wording)
        days = (_days(cell) for cell in (told.intake, told.placement, told.billing))
        table.add_row(told.receipt, Folded(case.title), *days, str(told.letters))
    return table


def _days(cell: str) -> Table | str:
    """A cell's lines, the days apart so that what happened is folded beside them; a reason is told below its day."""
    if not cell:
        return ""
    grid = Table.grid(padding=(0, 1))
    grid.add_column(no_wrap=True)
    grid.add_column(ratio=1)
    for line in cell.split("\n"):
        day, _, text = line.partition(" ") if line[:1].isdigit() else ("", "", f"・{line.strip()}")
        grid.add_row(day, Folded(text))
    return grid


def _services(found: Outcome) -> Table:
    table = Table(title="各サービスの記録", title_justify="left")
    table.add_column("サービス")
    for heading in ("記録した事象", "公開した事象", "処理した通知", "作動した期限", "保留中"):
        table.add_column(heading, justify="right")
    for name, counted in found["services"].items():
        numbers = (
            sum(counted["log"].values()),
            sum(counted["published"].values()),
            counted["consumed"],
            counted["timers"],
            counted["parked"],
        )
        table.add_row(name, *(f"{number:,}" for number in numbers))
    return table


def _summary(title: str, cases: Sequence[Case], found: Outcome) -> Table:
    """What came of a programme, in figures."""
    told = [found["cases"][f"{case.programme}/{case.name}"]["events"] for case in cases]
    events = [event for case in told for event in case]
    table = Table(title="まとめ", title_justify="left", show_header=False)
    table.add_column()
    table.add_column(justify="right")
    for heading, names in COUNTED[cases[0].programme].items():
        table.add_row(heading, f"{sum(any(event['event'] in names for event in case) for case in told):,}件")
    for heading, name, field in MONEY:
        sums = [event[field] for event in events if event["event"] == name]
        table.add_row(heading, f"{len(sums):,}件　{sum(sums):,}円")
    return table


def _letters(found: Outcome) -> str:
    boxes = found["mails"]
    total = sum(sum(subjects.values()) for subjects in boxes.values())
    return f"メール: {len(boxes)}か所の宛先に{total:,}通を送りました。"


def judge(console: Console, played: Played, differing: Sequence[tuple[str, Any, Any]], most: int = 20) -> None:
    """Whether the outcome is the expected one, and where not."""
    unexpected = [answer for answer in played.answers if answer.unexpected]
    for answer in unexpected[:most]:
        console.print(f"[red]✗[/red] {escape(_unexpected(answer))}")
    for place, expected, came in differing[:most]:
        console.print(f"[red]✗[/red] {escape(place)}: {escape(_short(expected))} → {escape(_short(came))}")
    if len(differing) > most:
        console.print(f"  … ほか {len(differing) - most} か所の違い ({len(differing) - most} more differences)")
    if not unexpected and not differing:
        console.print(
            "[green]✓[/green] 予行の結果は、記録されている期待どおりでした。(The outcome is the expected one.)"
        )


def _unexpected(answer: Answer) -> str:
    step = answer.step
    wanted = step.expect or "success"
    came = f"{answer.status} {' '.join(answer.clauses)} {answer.reason}"
    where = f"{step.programme}/{step.case or 'officers'}"
    return f"{step.at:%Y-%m-%d} {where} {TITLES[step.do]} ({step.do}): expected {wanted}, came {came}"


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 160 else f"{text[:160]}…"
