"""`madoguchi policy check`: an edition and its cases, looked at before anything opens."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, get_args

import typer
from rich.table import Table

from madoguchi.checking.verdicts import Verdict, run
from madoguchi.cli.talking import console, fail
from madoguchi.cli.words import CASE_OUTCOMES
from madoguchi.folding import Folded
from policies import typesetting
from policies.editions import FOLDER, load
from policies.faults import EditionError
from schemas.values import Programme, Scalar

app = typer.Typer(no_args_is_help=True)
ProgrammeName = Annotated[str | None, typer.Argument(metavar="[secondment|support]", help="制度 (programme)")]
Year = Annotated[int | None, typer.Argument(help="年度 (fiscal year)")]
Root = Annotated[Path | None, typer.Option("--root", help="作成中の版のフォルダー (folder of editions being written)")]
Every = Annotated[bool, typer.Option("--all", help="合った事例も一覧に示す (list the cases that agree too)")]
MARKS = {"kept": "[green]✓[/green]", "broken": "[red]✗[/red]"}


@app.callback()
def policy() -> None:
    """版（制度の規則と日付）を開く前に確かめる。Look at editions before they open."""


@app.command()
def check(programme: ProgrammeName = None, year: Year = None, root: Root = None, every: Every = False) -> None:
    """版の誤りを示し、事例をサービスの規則に照らす。Check an edition, and its cases against the services' rules."""
    wanted = editions_in(root or FOLDER, programme, year)
    results = [_checked(each, on, root, every) for each, on in wanted]
    if not all(results):
        raise typer.Exit(1)


def editions_in(root: Path, programme: str | None, year: int | None) -> list[tuple[Programme, int]]:
    """The editions meant: all there are, of one programme, or one. Ends the command where there is none."""
    known: tuple[Programme, ...] = get_args(Programme)
    if programme is not None and year is not None:
        return [(chosen(programme), year)]
    wanted = known if programme is None else (chosen(programme),)
    there = [each for each in wanted if (root / each).is_dir()]
    years = [(each, folder.name) for each in there for folder in (root / each).iterdir() if folder.name.isdecimal()]
    if not years:
        fail(f"版がありません。フォルダーは <制度>/<年度>/ の形です。(No editions in {root}.)")
    return sorted((each, int(name)) for each, name in years if year in (None, int(name)))


def chosen(programme: str) -> Programme:
    """The programme of that name. Ends the command where there is none."""
    known: tuple[Programme, ...] = get_args(Programme)
    if programme not in known:
        fail(f"制度は {' か '.join(known)} です。(The programme is {' or '.join(known)}.)")
    return programme


def valid(programme: Programme, year: int, root: Path | None) -> bool:
    """Whether the edition can be used; prints what is wrong where it cannot."""
    try:
        if faults := list(typesetting.faults(load(programme, year, root))):
            raise EditionError(faults)
    except EditionError as error:
        print_faults(f"{programme}/{year}", error)
        return False
    return True


def print_faults(edition: str, error: EditionError) -> None:
    """Every mistake by file, line and clause, in Japanese and English."""
    table = Table("場所", "条項", "誤り", title=f"{edition} は使えません。(It cannot be used.)", title_justify="left")
    for fault in error.faults:
        table.add_row(Folded(f"{fault.file}:{fault.line}"), fault.clause, Folded(f"{fault.ja}\n{fault.en}"))
    console.print(table)
    console.print(f"[red]✗[/red] {edition}: 誤り {len(error.faults)} 件 ({len(error.faults)} mistakes)")


def _checked(programme: Programme, year: int, root: Path | None, every: bool) -> bool:
    name = f"{programme}/{year}"
    if not valid(programme, year, root):
        return False
    try:
        verdicts = run(programme, year, root)
    except EditionError as error:
        print_faults(f"{name}/cases.yaml", error)
        return False
    shown = [each for each in verdicts if every or each.state != "kept"]
    if shown:
        console.print(_table(name, shown))
    counted = {state: sum(each.state == state for each in verdicts) for state in MARKS}
    mark = MARKS["broken" if counted["broken"] else "kept"]
    line = f"版に誤りなし。事例 {len(verdicts)} 件：合う {counted['kept']}、合わない {counted['broken']}"
    console.print(f"{mark} {name}: {line}")
    return not counted["broken"]


def _table(name: str, verdicts: Iterable[Verdict]) -> Table:
    table = Table("", "事例", "場所", "条項", "期待", "結果", title=f"{name} の事例", title_justify="left")
    for each in verdicts:
        place = f"{each.file}:{each.line}"
        told = (Folded(expected(each)), Folded(seen(each)))
        table.add_row(MARKS[each.state], Folded(each.name), Folded(place), each.case.clause, *told)
    return table


def expected(verdict: Verdict) -> str:
    """What the case says comes out."""
    return _said(verdict.case.outcome, verdict.case.gives)


def seen(verdict: Verdict) -> str:
    """What the rules said."""
    if verdict.fault is not None:
        return f"{verdict.fault.fact}：{verdict.fault.ja}\n{verdict.fault.en}"
    assert verdict.found is not None
    asked = {name: verdict.found.gives.get(name, "なし") for name in verdict.case.gives} or verdict.found.gives
    said = _said(verdict.found.outcome, asked)
    return said if verdict.state == "kept" else f"{said}\n（{'、'.join(sorted(verdict.found.clauses))}）"


def _said(outcome: str, gives: Mapping[str, Scalar]) -> str:
    word = f"{CASE_OUTCOMES[outcome]} {outcome}"
    values = (f"{name}: {as_written(value)}" for name, value in gives.items())
    return "\n".join([word, *values])


def as_written(value: Scalar) -> str:
    """A value as cases.yaml writes it."""
    return (
        {True: "true", False: "false", None: "null"}[value] if value is None or isinstance(value, bool) else str(value)
    )
