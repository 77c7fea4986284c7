"""The trial in a small size: the real stack, some twelve places, crashes; `make chaos` runs it in full."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chaos.plan import Setting
from tests.chaos.trial import run

SMALL = Setting(
    "small", applications=60, latecomers=10, places=12, clients=2, connections=16,
    kills=("intake", "intake", "notify"), pause=(0.2, 0.8), lingers=2.0,
)  # fmt: skip
EVER = Setting(
    "small, withdrawn ones counted", applications=40, latecomers=5, places=8, ever=True, clients=2, connections=16,
    kills=("intake",), pause=(0.2, 0.8), lingers=1.0,
)  # fmt: skip


@pytest.mark.timeout(300)
@pytest.mark.clause("C-IN-3")
@pytest.mark.clause("C-IN-4")
@pytest.mark.clause("G-8")
@pytest.mark.clause("S-NO-2")
@pytest.mark.parametrize("setting", [SMALL, EVER], ids=lambda setting: setting.name)
def test_exactly_the_places_there_are_under_load_and_crashes(setting: Setting, tmp_path: Path) -> None:
    outcome = run(setting, 1, tmp_path)
    assert outcome.violations == []
    assert outcome.killed == {name: setting.kills.count(name) for name in setting.kills}
    found = outcome.evidence
    let_in = [e for c in found.commits for e in c.events if e.name == "intake.admitted.v1"]
    withdrawn = [answer for answer in found.answers if answer.what == "withdraw" and answer.status == 200]
    assert len(let_in) >= setting.places if setting.places else False
    assert withdrawn, "somebody gave a place back"
    assert any(answer.tries > 1 for answer in found.answers), "somebody met a killed process"
    assert any(answer.clauses == ("C-IN-4",) for answer in found.answers), "somebody sent two forms"
