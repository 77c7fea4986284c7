"""The trial in a small size: the real stack, some twelve places, crashes; `make chaos` runs it in full."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chaos.plan import Setting
from tests.chaos.trial import run

SMALL = Setting(
    "small", applications=60, latecomers=12, places=12, withdraw=0.4, rival=0.4,
    clients=2, connections=16,
    kills=("intake", "intake", "notify"), pause=(0.2, 0.8), lingers=2.0,
)  # fmt: skip


@pytest.mark.timeout(300)
@pytest.mark.clause("C-IN-3")
@pytest.mark.clause("C-IN-4")
@pytest.mark.clause("G-8")
@pytest.mark.clause("S-NO-2")
def test_exactly_the_places_there_are_under_load_and_crashes(tmp_path: Path) -> None:
    outcome = run(SMALL, 1, tmp_path)
    assert outcome.violations == []
    assert outcome.killed == {name: SMALL.kills.count(name) for name in SMALL.kills}
    found = outcome.evidence
    let_in = [e for c in found.commits for e in c.events if e.name == "intake.admitted.v1"]
    withdrawn = [answer for answer in found.answers if answer.what == "withdraw" and answer.status == 200]
    assert len(let_in) > 12, "places were given back and taken again"
    assert withdrawn, "somebody gave a place back"
    assert any(answer.tries > 1 for answer in found.answers), "somebody met a killed process"
    assert any(answer.clauses == ("C-IN-4",) for answer in found.answers), "somebody sent two forms"
