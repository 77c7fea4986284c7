"""Every field of the edition with what it cannot hold: refused whole, with file, line and clause of each."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.bad_input.editions import broken

EVERY = ("str", "int", "date", "bool")
BAD: dict[str, dict[str, str]] = {
    "a list": dict.fromkeys(EVERY, "[[1]]"),
    "nothing": dict.fromkeys(EVERY, "null"),
    "another type": {"int": '"5"', "bool": '"yes"', "date": '"soon"', "str": "2026"},
    "a right-to-left override": {"str": r'"\u202Ex"', "date": "2026-02-30", "int": ".nan"},
    "a control character": {"str": r'"見\0本"', "date": "2026-13-01", "int": "1.5"},
    "only blanks": {"str": '" 　 "', "date": "0001-01-01", "int": "-1"},
    "beyond every bound": {"str": "長" * 5_000, "date": "9999-12-31", "int": "9" * 30},
    "an operator": {"date": "$ne", "int": "$gt", "bool": "2"},
}
FAULT = re.compile(r"secondment/2026/[a-z]+\.yaml:\d+ \[[SCG]-(?:[A-Z]{2}-)?\d+\] .*。 / [^\u0080-\uffff]*")


@pytest.mark.clause("G-6")
@pytest.mark.parametrize("what", BAD)
def test_every_field_that_cannot_be_is_named_by_file_line_and_clause(tmp_path: Path, what: str) -> None:
    changed, faults = broken(tmp_path, BAD[what])
    assert len(changed) > 100
    lines = {tuple(fault.split(" ", 1)[0].rsplit("/", 1)[1].split(":")) for fault in faults}
    assert [str(each) for each in changed if (each.file, str(each.line)) not in lines] == []
    for fault in faults:
        assert FAULT.match(fault), fault
        assert "長長長長" not in fault
