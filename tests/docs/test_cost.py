"""The table of what the second programme cost is the tree's, give or take what a few changes make of it."""

from __future__ import annotations

import re

from tests.docs.cost import PARTS, ROOT, WHOSE, counted, whose

PAGE = ROOT / "docs" / "second-programme.md"
SLACK = 0.15
"""How far a figure may be off: the page is counted anew when it is more."""


def test_the_page_tells_the_lines_that_there_are() -> None:
    found = counted()
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        part = next((part for part in PARTS if line.startswith(f"| {part} |")), None)
        if part is None:
            continue
        told = [int(each.replace(",", "")) for each in re.findall(r"[\d,]+", line.removeprefix(f"| {part} |"))]
        by = found.pop(part, None)
        assert by is not None, f"{part} stands twice"
        now = [by[each] for each in WHOSE]
        for was, is_now in zip(told, now, strict=True):
            assert abs(was - is_now) <= max(40, SLACK * is_now), f"{part}: the page says {was}, there are {is_now}"
    assert found == {}, "these parts are not on the page"


def test_no_machinery_is_one_programmes_own() -> None:
    for folder in ("kernel", "services/placement/engine"):
        names = [path.relative_to(ROOT).as_posix() for path in (ROOT / folder).rglob("*.py")]
        assert names
        assert {whose(name) for name in names} == {"both"}
