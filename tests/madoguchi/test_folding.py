"""Tables that a clerk reads: lines break where a printer would break them."""

from __future__ import annotations

import pytest
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table

from madoguchi.folding import NOT_FIRST, NOT_LAST, Folded, fold

TEXT = (
    "第2希望ニューヨーク事務所：同じ条件の派遣元との間で、公表の規則（抽選）により（S-PL-5）"
    "INV-S2026-000002 1,684,000円"
)


@pytest.mark.parametrize("width", [12, 17, 28, 41, 60])
def test_no_line_is_too_wide_or_breaks_where_none_may(width: int) -> None:
    lines = fold(TEXT, width)
    assert max(map(cell_len, lines)) <= width
    assert "".join(lines).replace(" ", "") == TEXT.replace(" ", "")
    assert not [line for line in lines if line[0] in NOT_FIRST or line[-1] in NOT_LAST]


def test_a_number_stays_whole_where_there_is_room() -> None:
    assert fold("請求書番号はINV-S2026-000002です", 20) == ["請求書番号は", "INV-S2026-000002です"]


def test_an_id_that_is_wider_than_its_column_breaks_at_its_joints() -> None:
    assert fold("routes.domestic.years_most", 16) == ["routes.domestic.", "years_most"]
    assert fold("a" * 10, 4) == ["aaaa", "aaaa", "aa"]


def test_a_texts_own_lines_stay() -> None:
    assert fold("一行目\n\n三行目", 20) == ["一行目", "", "三行目"]


def test_in_a_table_it_takes_the_width_that_it_gets() -> None:
    console = Console(width=30)
    table = Table(show_header=False)
    table.add_row("S-PL-3", Folded(TEXT))
    with console.capture() as shown:
        console.print(table)
    assert {cell_len(line) for line in shown.get().splitlines()} == {30}
