"""`madoguchi letter`: one letter as its recipient reads it."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.markup import escape

from madoguchi.cli.cells import failure
from madoguchi.cli.field_words import standing
from madoguchi.cli.talking import ask, console, fail
from madoguchi.cli.words import moment


def letter(
    id: Annotated[str, typer.Argument(help="通知の番号（letter-…。`madoguchi list letters` で）")],
) -> None:
    """通知の宛先・件名・本文と、送れたかどうか。A letter: to whom, its text, whether it was sent."""
    found = ask("notify", f"/v1/letters/{id}", missing_ok=True)
    if found is None:
        fail(f"「{id}」という通知はありません。`madoguchi list letters` で番号を確かめてください。(No such letter.)")
    for title, value in _head(found):
        console.print(f"[dim]{title}[/dim] {escape(str(value))}", highlight=False)
    console.print()
    console.print(escape(str(found.get("body", ""))), highlight=False)


def _head(found: dict[str, Any]) -> list[tuple[str, Any]]:
    rows = [
        ("状態", standing(found["status"])),
        ("送れない理由", failure(found)),
        ("作成", moment(found["composed_at"]) if found.get("composed_at") else ""),
        ("送付", moment(found["sent_at"]) if found.get("sent_at") else ""),
        ("宛先", "　".join(str(found[name]) for name in ("organisation", "person", "email") if found.get(name))),
        ("件名", found.get("title")),
        ("条項", found.get("clause")),
    ]
    return [(title, value) for title, value in rows if value]
