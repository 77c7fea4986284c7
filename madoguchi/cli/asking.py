"""`madoguchi do ACTION --fields`: a table of what the action wants said."""

from __future__ import annotations

from rich.markup import escape
from rich.table import Table

from madoguchi.cli.fields import CYCLE, Wanted, places, wanted
from madoguchi.cli.talking import ask, console, fail
from madoguchi.folding import Folded
from madoguchi.rehearsal.actions import ACTIONS, Action
from madoguchi.rehearsal.titles import TITLES

NAMED = {"letter": "letter-…（通知の番号）", "clause": "clause=…（条項。S-SC-5、C-SC-1 など）"}
"""How places are said that are not always a name and a value."""


def show_fields(name: str, programme: str) -> None:
    """Print what an action does, under which clause, where it goes and what its body holds."""
    action = ACTIONS[name]
    try:
        found = wanted(name, action, ask(action.service, "/openapi.json"), programme)
    except LookupError:
        fail(f"{action.service} に「{name}」の説明がありません。(The service does not describe it.)")
    console.print(f"[bold]{name}[/bold] {TITLES[name]}　{found.clause}", highlight=False)
    console.print(f"[dim]{escape(found.about)}[/dim]", highlight=False)
    console.print(escape(_where(action)), highlight=False)
    console.print(_body(found) if found.fields else "--body は要りません。")
    if action.raw is not None:
        console.print("--file に書類のファイルを言います。")


def _where(action: Action) -> str:
    by_receipt, named = places(action)
    said = ["--place 受付番号"] if by_receipt else []
    if "{invoice_id}" in action.path:
        said = ["--place 請求書番号（INV-…。請求書が一つなら受付番号でも）"]
    if CYCLE & set(named):
        said = ["--place secondment/2026 または support/2026（制度と年度）"]
    said += [f"--place {NAMED.get(each, f'{each}=…')}" for each in named if each not in CYCLE]
    said += ["--by 担当者ID", "--reason 理由"] if action.officer else []
    said += ["（担当者が行うときは --by 担当者ID　--reason 理由）"] if action.either else []
    return "言うもの: " + "　".join(said)


def _body(found: Wanted) -> Table:
    table = Table("--body の項目", "必須", "形", "意味")
    for each in found.fields:
        table.add_row(each.name, "●" if each.needed else "", Folded(each.shape), Folded(each.meaning))
    return table
