"""What a rehearsal prints: tables that a clerk likes to read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from madoguchi.rehearsal.outcome import Outcome
from madoguchi.rehearsal.play import Answer, Played
from madoguchi.rehearsal.script import Case, Script
from madoguchi.rehearsal.titles import TITLES
from madoguchi.rehearsal.wording import Wording, story

PROGRAMMES = {
    "secondment": "2026年度 民間・地方自治体等出向者受入制度",
    "support": "2026年度 高度外国人材活躍推進コーディネーターによる伴走型支援",
}


def show(console: Console, script: Script, played: Played, found: Outcome) -> None:
    """The cases of each programme, then the services."""
    wording = Wording.of_editions(2026)
    for programme, title in PROGRAMMES.items():
        cases = [case for case in script.cases if case.programme == programme]
        console.print(_cases(title, cases, found, wording))
    console.print(_services(found))
    console.print(_letters(found))


def _cases(title: str, cases: Sequence[Case], found: Outcome, wording: Wording) -> Table:
    table = Table(title=title, show_lines=True, title_justify="left")
    for heading in ("受付番号", "申込者", "受付・審査", "配置・支援とその理由", "請求", "通知"):
        table.add_column(heading, overflow="fold", justify="right" if heading == "通知" else "left")
    for case in cases:
        told = story(found["cases"][f"{case.programme}/{case.name}"], wording)
        row = (told.receipt, case.title, told.intake, told.placement, told.billing, str(told.letters))
        table.add_row(*(escape(cell) for cell in row))
    return table


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
        console.print(f"  … {len(differing) - most} more differences")
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
