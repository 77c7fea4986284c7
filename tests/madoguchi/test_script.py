"""Scripts as people write them: read in the order of time, or refused naming file and step."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from madoguchi.rehearsal.script import BadScript, read

CASE = """
title: 架空株式会社
note: 例
steps:
  - {at: 2025-11-10T10:00, do: apply, body: {opened: 2025-11-01, rooms: [{day: 2025-11-02}]}}
  - {at: 2026-01-20T10:00, do: accept}
"""


def _written(folder: Path, case: str = CASE, officers: str | None = None, programme: str = "secondment") -> Path:
    (folder / programme).mkdir(parents=True)
    (folder / "rehearsal.yaml").write_text("fiscal_year: 2027\n", encoding="utf-8")
    (folder / programme / "kakuu.yaml").write_text(case, encoding="utf-8")
    if officers is not None:
        (folder / programme / "officers.yaml").write_text(officers, encoding="utf-8")
    return folder


def test_steps_are_played_in_the_order_of_time_officers_last(tmp_path: Path) -> None:
    officers = """
title: 人事課
steps:
  - {at: 2026-01-20T10:00, do: reoffer, case: kakuu}
  - {at: 2025-11-04T10:00, do: seed}
"""
    script = read(_written(tmp_path, officers=officers))
    assert [(step.case, step.do) for step in script.steps] == [
        ("", "seed"), ("kakuu", "apply"), ("kakuu", "accept"), ("kakuu", "reoffer"),
    ]  # fmt: skip
    assert [(case.name, case.title, case.note) for case in script.cases] == [("kakuu", "架空株式会社", "例")]


def test_every_step_has_a_key_of_its_own(tmp_path: Path) -> None:
    officers = "title: 人事課\nsteps:\n  - {at: 2026-01-20T10:00, do: original-paper, cases: [kakuu, kakuu]}\n"
    script = read(_written(tmp_path, officers=officers))
    assert len({step.key for step in script.steps}) == len(script.steps) == 4


def test_moments_are_tokyos_and_days_become_text(tmp_path: Path) -> None:
    step = read(_written(tmp_path)).steps[0]
    assert step.at.isoformat() == "2025-11-10T10:00:00+09:00"
    assert step.body == {"opened": "2025-11-01", "rooms": [{"day": "2025-11-02"}]}


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        pytest.param("title: x\n", "kakuu.yaml: 'steps' is missing", id="no steps"),
        pytest.param("steps: []\n", "kakuu.yaml: 'title' is missing", id="no title"),
        pytest.param("- a\n", "kakuu.yaml: 'steps' is missing", id="no mapping"),
        pytest.param("title: x\nsteps: [{do: apply}]\n", "kakuu.yaml: step 1: 'at' must be", id="no moment"),
        pytest.param("title: x\nsteps: [{at: soon, do: apply}]\n", "kakuu.yaml: step 1: 'at' must be", id="no date"),
        pytest.param("title: x\nsteps: [{at: 2025-11-10T10:00}]\n", "step 1: 'do' must be one of", id="no action"),
        pytest.param(
            "title: x\nsteps: [{at: 2025-11-10T10:00, do: dance}]\n", "not 'dance'", id="an action that nobody knows"
        ),
        pytest.param(
            "title: x\nsteps: [{at: 2025-11-10T10:00, do: apply, boddy: 1}]\n", "'boddy' is unknown", id="an odd key"
        ),
        pytest.param("title: x\nsteps: [apply]\n", "step 1: a step has 'at' and 'do'", id="a word"),
        pytest.param("title: x\nsteps: [}\n", "kakuu.yaml: line 2", id="no YAML"),
        pytest.param("title: x\nsteps: []\n", "nothing to play", id="nothing"),
    ],
)  # fmt: skip
def test_a_bad_script_is_refused_where_it_is_wrong(tmp_path: Path, broken: str, told: str) -> None:
    with pytest.raises(BadScript, match=re.escape(told)):
        read(_written(tmp_path, broken))


def test_officers_cannot_speak_of_a_case_that_is_not_there(tmp_path: Path) -> None:
    officers = "title: 人事課\nsteps:\n  - {at: 2026-01-20T10:00, do: reoffer, case: nobody}\n"
    with pytest.raises(BadScript, match=r"secondment/officers\.yaml: there is no case 'nobody'"):
        read(_written(tmp_path, officers=officers))


def test_a_case_may_be_of_another_year_than_the_one_rehearsed(tmp_path: Path) -> None:
    officers = """
title: 人事課
steps:
  - {at: 2026-01-21T10:00, do: reoffer, case: kakuu}
  - {at: 2026-12-01T10:00, do: run}
"""
    folder = _written(tmp_path, "fiscal_year: 2026\n" + CASE.lstrip(), officers)
    script = read(folder)
    assert (script.fiscal_year, script.cases[0].fiscal_year) == (2027, 2026)
    assert [script.year_of(step) for step in script.steps] == [2026, 2026, 2026, 2027]


@pytest.mark.parametrize("cycle", [None, "", "fiscal_year: next\n", "- 2027\n"])
def test_a_rehearsal_says_which_year_it_is(tmp_path: Path, cycle: str | None) -> None:
    folder = _written(tmp_path)
    (folder / "rehearsal.yaml").unlink()
    if cycle is not None:
        (folder / "rehearsal.yaml").write_text(cycle, encoding="utf-8")
    with pytest.raises(BadScript, match=r"rehearsal\.yaml: say which 'fiscal_year'"):
        read(folder)


def test_a_cases_year_is_a_number(tmp_path: Path) -> None:
    with pytest.raises(BadScript, match=r"kakuu\.yaml: 'fiscal_year' must be a year"):
        read(_written(tmp_path, "fiscal_year: 昨年\n" + CASE.lstrip()))
