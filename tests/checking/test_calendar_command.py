"""`madoguchi calendar`, as a clerk uses it before a cycle opens."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from icalendar import Calendar
from typer.testing import CliRunner, Result

from madoguchi.cli import app
from madoguchi.cli.talking import console
from policies.editions import FOLDER


@pytest.fixture(autouse=True)
def _wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """No cell is folded, so that a test can look for what stands in it."""
    monkeypatch.setattr(console, "width", 300)


def calendar(*arguments: str) -> Result:
    """Run the command."""
    return CliRunner().invoke(app, ["calendar", *arguments])


@pytest.mark.clause("S-NO-2")
def test_the_whole_cycle_is_shown_in_japanese() -> None:
    result = calendar("secondment", "2026")
    assert result.exit_code == 0, result.output
    for said in (
        "2025-12-05（金）",
        "受付締切",
        "書類の必着日",
        "papers-reminder",
        "2026-02-23（月・休）",
        "2029-06-15（金）",
    ):
        assert said in result.output
    for said in (
        "通知ときっかけ",
        "departure-postponed",
        "渡航を延期したとき",
        "書類の必着日の14日、7日、1日前",
        "直ちに",
    ):
        assert said in result.output


@pytest.mark.clause("S-NO-2")
def test_the_calendar_file_is_written_and_can_be_read(tmp_path: Path) -> None:
    file = tmp_path / "2026.ics"
    result = calendar("support", "2026", "--ics", str(file))
    assert result.exit_code == 0, result.output
    events = Calendar.from_ical(file.read_bytes()).walk("VEVENT")
    assert len(events) == 25
    assert "中間アンケートの依頼（0:00）" in {str(event["summary"]) for event in events}


def test_an_edition_being_written_elsewhere_is_previewed(tmp_path: Path) -> None:
    shutil.copytree(FOLDER / "secondment" / "2026", tmp_path / "secondment" / "2026")
    dates = tmp_path / "secondment" / "2026" / "dates.yaml"
    text = dates.read_text(encoding="utf-8")
    dates.write_text(text.replace("value: 2025-12-05", "value: 2025-12-12", 1), encoding="utf-8")
    result = calendar("secondment", "2026", "--root", str(tmp_path))
    assert result.exit_code == 0, result.output
    assert "2025-12-12（金）" in result.output
    assert "2025-11-28（金）" in result.output  # 14 days before


def test_an_edition_with_a_mistake_is_not_previewed_but_named(tmp_path: Path) -> None:
    shutil.copytree(FOLDER / "secondment" / "2026", tmp_path / "secondment" / "2026")
    dates = tmp_path / "secondment" / "2026" / "dates.yaml"
    dates.write_text(dates.read_text(encoding="utf-8").replace("2026-02-24", "2026-02-30", 1), encoding="utf-8")
    result = calendar("secondment", "2026", "--root", str(tmp_path))
    assert result.exit_code == 1
    assert "secondment/2026/dates.yaml:" in result.output
    assert "S-SC-9" in result.output


def test_what_cannot_be_done_is_said(tmp_path: Path) -> None:
    for arguments in (
        ["secodment", "2026"],
        ["support", "1999"],
        ["support", "2026", "--ics", str(tmp_path / "no" / "a")],
    ):
        result = calendar(*arguments)
        assert result.exit_code == 1
        assert "✗" in result.output
