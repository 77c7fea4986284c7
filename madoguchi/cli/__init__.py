"""The command `madoguchi`: every command in one table of contents."""

from __future__ import annotations

import typer

from madoguchi.cli import (
    backups,
    calendar,
    cases,
    editions,
    forms,
    invoices,
    keys,
    letters,
    lists,
    operations,
    rehearsal,
    retention,
    rules,
    tokens,
    what_if,
    why,
)

app = typer.Typer(
    help="窓口: 予行、担当者の操作、決定の根拠、運用。Rehearsals, commands, grounds of decisions, operations.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)
app.add_typer(rehearsal.app, name="rehearsal", help="予行の時計を進める。(Move the clock of a rehearsal.)")
app.add_typer(operations.parked, name="parked", help="保留されたメッセージ。(Parked messages.)")
app.add_typer(retention.app, name="retention", help="保存期間、保留、廃棄、廃棄簿。(Retention and disposal.)")
app.add_typer(backups.app, name="backup", help="控えと復元。(Backup and recovery.)")
app.add_typer(keys.app, name="keys", help="マスター鍵とその切替え。(The master key and its rotation.)")
app.add_typer(editions.app, name="policy", help="版を開く前に確かめる。(Check editions before they open.)")
app.command("calendar")(calendar.calendar)
app.command("do")(cases.do)
app.command("list")(lists.show_list)
app.command("form")(forms.form)
app.command("why")(why.why)
app.command("what-if")(what_if.what_if)
app.command("log")(cases.log)
app.command("clause")(rules.clause)
app.command("invoice")(invoices.invoice)
app.command("letter")(letters.letter)
app.command("token")(tokens.token)
app.command("replay")(operations.replay)
app.command("erase")(operations.erase)
