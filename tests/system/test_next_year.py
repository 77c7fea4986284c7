"""The sample edition of fiscal 2027 on the real system, no line of code changed: its rehearsal comes out as kept."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from infra.local.programs import PROJECT
from madoguchi.rehearsal.outcome import differences
from madoguchi.rehearsal.script import read
from tests.system.whole import built, play

FOLDER = PROJECT / "examples" / "2027"


@pytest.mark.timeout(300)
@pytest.mark.clause("G-6")
@pytest.mark.clause("S-PL-6")
def test_the_next_year_runs_on_its_edition_alone(tmp_path: Path) -> None:
    """`tests/examples/test_year_2027.py` works the figures of the record out by hand."""
    script = read(FOLDER)
    with built(tmp_path) as stack:
        played, found = play(stack.addresses, script)
    kept = json.loads((FOLDER / "outcome.json").read_text(encoding="utf-8"))
    assert differences(kept, found) == []
    assert [answer for answer in played.answers if answer.unexpected] == []
    assert {each["parked"] for each in found["services"].values()} == {0}
