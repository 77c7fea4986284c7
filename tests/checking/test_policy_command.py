"""`madoguchi policy check`, as a clerk uses it on an edition that is being written."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from madoguchi.cli import app
from madoguchi.cli.talking import console
from policies.editions import FOLDER


@pytest.fixture(autouse=True)
def _wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """No cell is folded, so that a test can look for what stands in it."""
    monkeypatch.setattr(console, "width", 300)


def check(*arguments: str) -> Result:
    """Run the command."""
    return CliRunner().invoke(app, ["policy", "check", *arguments])


@pytest.fixture
def edition(tmp_path: Path) -> Path:
    """A copy of the edition of 2026, to be written in."""
    shutil.copytree(FOLDER / "secondment" / "2026", tmp_path / "secondment" / "2026")
    return tmp_path / "secondment" / "2026"


def change(file: Path, old: str, new: str) -> None:
    """Change a file once."""
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_editions_that_ship_agree_with_the_rules() -> None:
    result = check()
    assert result.exit_code == 0, result.output
    assert "secondment/2026" in result.output
    assert "support/2026" in result.output


def test_a_changed_bar_shows_the_cases_that_no_longer_hold(edition: Path) -> None:
    change(edition / "bars.yaml", "value: 730", "value: 700")
    result = check("secondment", "2026", "--root", str(edition.parents[1]))
    assert result.exit_code == 1
    assert "海外に派遣する者のTOEICが729点" in result.output
    assert "S-SC-8" in result.output
    assert "合わない 1" in result.output
    lines = (edition / "cases.yaml").read_text(encoding="utf-8").splitlines()
    line = lines.index("海外に派遣する者のTOEICが729点:") + 1
    assert f"secondment/2026/cases.yaml:{line}" in result.output


def test_a_mistake_in_the_edition_is_shown_with_line_clause_and_both_languages(edition: Path) -> None:
    change(edition / "dates.yaml", "value: 2026-02-24", "value: 2026-02-30")
    change(edition / "bars.yaml", "value: 40", "value: forty")
    result = check("secondment", "2026", "--root", str(edition.parents[1]))
    assert result.exit_code == 1
    for said in ("secondment/2026/dates.yaml:", "S-SC-9", "存在しない日付", "not a day", "secondment/2026/bars.yaml:"):
        assert said in result.output


def test_a_mistake_in_the_cases_is_shown_with_its_line(edition: Path) -> None:
    change(edition / "cases.yaml", "outcome: refused", "outcome: declined")
    result = check("secondment", "2026", "--root", str(edition.parents[1]))
    assert result.exit_code == 1
    assert "secondment/2026/cases.yaml:" in result.output


def test_facts_that_cannot_be_read_are_shown(edition: Path) -> None:
    change(edition / "cases.yaml", "birth_date: 1986-04-02", "birth_date: 1986-04-31")
    result = check("secondment", "2026", "--root", str(edition.parents[1]))
    assert result.exit_code == 1
    assert "存在する日付" in result.output


def test_all_lists_what_holds_too() -> None:
    result = check("secondment", "2026", "--all")
    assert result.exit_code == 0
    assert "締切日の24時ちょうどに届いた" in result.output


@pytest.mark.parametrize(
    "arguments", [["secodment"], ["secondment", "2031"], ["--root", "no-such-folder"], ["support", "1999"]]
)
def test_what_is_not_there_is_said(arguments: list[str]) -> None:
    result = check(*arguments)
    assert result.exit_code == 1
    assert "✗" in result.output
    assert "Traceback" not in result.output


def test_an_edition_written_elsewhere_may_be_based_on_one_that_ships(tmp_path: Path) -> None:
    shutil.copytree(FOLDER / "secondment" / "2027", tmp_path / "secondment" / "2027")
    result = check("--root", str(tmp_path))
    assert result.exit_code == 0, result.output
    assert "secondment/2027" in result.output
    assert "secondment/2026" not in result.output


def test_a_layout_that_cannot_be_set_is_shown(edition: Path) -> None:
    change(edition / "layouts" / "invoice.typ", "data.total", "data.grand_total")
    result = check("secondment", "2026", "--root", str(edition.parents[1]))
    assert result.exit_code == 1
    assert "secondment/2026/layouts/invoice.typ" in result.output
    assert "S-BI-7" in result.output
