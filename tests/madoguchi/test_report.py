"""What a rehearsal prints at its end, out of the committed outcome."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.console import Console

from madoguchi.rehearsal import report
from madoguchi.rehearsal.play import Played
from madoguchi.rehearsal.script import read

FOLDER = Path(report.__file__).parents[2] / "examples" / "2026"
FOUND = json.loads((FOLDER / "outcome.json").read_text(encoding="utf-8"))


def shown(width: int) -> str:
    console = Console(width=width)
    with console.capture() as told:
        report.show(console, read(FOLDER), Played(), FOUND)
    return told.get()


@pytest.mark.parametrize("width", [100, 120, 140, 160])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    assert max(cell_len(line) for line in shown(width).splitlines()) <= width


def test_days_stand_beside_what_happened_and_reasons_below() -> None:
    table = shown(160)
    assert "│ 2026-04-01 受入開始" in table
    assert "・第1希望バンコク事務所" in table


def test_the_figures_are_those_of_the_events() -> None:
    table = shown(140)
    events = [event for case in FOUND["cases"].values() for event in case["events"]]
    issued = [event["total"] for event in events if event["event"] == "InvoiceIssued" and "S2026" in event["number"]]
    assert f"{len(issued)}件　{sum(issued):,}円" in table
