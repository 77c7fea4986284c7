"""`madoguchi letter`: one letter as its recipient reads it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from madoguchi.cli.cells import failure
from madoguchi.cli.field_words import standing
from madoguchi.cli.talking import ask, console, fail, fetch, save
from madoguchi.cli.words import moment


def letter(
    id: Annotated[str, typer.Argument(help="通知の番号（letter-…。`madoguchi list letters` で）")],
    pdf: Annotated[
        Path | None, typer.Option(help="添付の書面（PDF）を保存するファイル (where to save its PDF)")
    ] = None,
) -> None:
    """通知の宛先・件名・本文と、送れたかどうか。--pdf で添付の書面を保存する。A letter, its text, and its PDF."""
    found = ask("notify", f"/v1/letters/{id}", missing_ok=True)
    if found is None:
        fail(f"「{id}」という通知はありません。`madoguchi list letters` で番号を確かめてください。(No such letter.)")
    for title, value in _head(found):
        console.print(f"[dim]{title}[/dim] {escape(str(value))}", highlight=False)
    console.print()
    console.print(escape(str(found.get("body", ""))), highlight=False)
    if pdf is not None:
        if not found.get("enclosure"):
            fail("この通知に添付の書面はありません。(No paper goes with this letter.)")
        save(pdf, fetch("notify", f"/v1/letters/{id}/enclosure"))


def _head(found: dict[str, Any]) -> list[tuple[str, Any]]:
    rows = [
        ("状態", standing(found["status"])),
        ("送れない理由", failure(found)),
        ("作成", moment(found["composed_at"]) if found.get("composed_at") else ""),
        ("送付", moment(found["sent_at"]) if found.get("sent_at") else ""),
        ("宛先", "　".join(str(found[name]) for name in ("organisation", "person", "email") if found.get(name))),
        ("件名", found.get("title")),
        ("条項", found.get("clause")),
        ("添付", (found.get("enclosure") or {}).get("name")),
    ]
    return [(title, value) for title, value in rows if value]
