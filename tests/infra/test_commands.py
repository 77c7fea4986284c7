"""`python -m infra.local` as the Makefile calls it."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from rich.console import Console

from infra.local import __main__ as local

ROOT = Path(__file__).parents[2]
CALLS = sorted({*re.findall(r"-m infra\.local (parts.*)", (ROOT / "Makefile").read_text(encoding="utf-8"))})


@pytest.mark.parametrize("words", CALLS)
def test_the_parts_that_make_asks_for_are_brought(words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    brought = list[str]()

    def bring(folder: Path, console: Console) -> str:
        brought.append(folder.name)
        return "there"

    for name in local.BRINGERS:
        monkeypatch.setitem(local.BRINGERS, name, bring)
    monkeypatch.setattr(sys, "argv", ["infra.local", *words.split()])
    assert local.main() == 0
    assert brought == (words.split()[1:] or ["kafka"])
