"""The letter to the applicant after the last place is true to the edition's reading (C-IN-3)."""

from __future__ import annotations

from pathlib import Path

import pytest

from policies.editions import load
from policies.letters import render, samples
from services.notify.policy.told import told
from tests.policies.changed import changed

CODE = "reception-full"


@pytest.mark.clause("C-IN-3")
@pytest.mark.clause("C-NO-1")
@pytest.mark.parametrize(
    ("counted", "said", "not_said"),
    [
        ("complete_and_standing", "受付を再開いたします", "再開いたしません"),
        ("complete_ever", "受付は再開いたしません", "再開いたします"),
    ],
)
def test_it_says_that_reception_opens_again_only_where_it_does(
    tmp_path: Path, counted: str, said: str, not_said: str
) -> None:
    edition = changed(tmp_path, "support", "reception.yaml", "value: complete_and_standing", f"value: {counted}")
    values = samples(load("support", 2026), CODE) | told({}, edition, edition.letters.root[CODE].variables)
    body = render(edition, CODE, values).body
    assert said in body
    assert not_said not in body
    assert "420社" in body
