"""Draws the results as SVG: JSON on standard input, a folder as argument. Runs in the peers' environment."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import pygal
from pygal.style import CleanStyle

PLAIN: dict[str, Any] = {
    "js": (),
    "no_prefix": True,
    "style": CleanStyle,
    "show_legend": False,
    "truncate_label": -1,
    "pretty_print": True,
}
TICKS = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0)
FLOOR = 0.01
"""What is shown of a row that did nothing: a logarithm needs something."""


def rows(found: list[dict[str, Any]]) -> Any:
    """How far each row is: 1 is what it should reach, more is better."""
    chart = pygal.HorizontalBar(
        title="Reached, by what is to be reached (1 = reached)", logarithmic=True, print_values=True,
        height=60 + 45 * len(found), value_formatter=lambda value: f"{value:.2f}", **PLAIN,
    )  # fmt: skip
    chart.x_labels = [row["name"] for row in reversed(found)]
    values: list[dict[str, Any]] = [
        {"value": max(FLOOR, distance(row)), "color": colour(row)} for row in reversed(found)
    ]
    reached = [each["value"] for each in values]
    low, high = min(reached) / 2, max(reached) * 1.5
    chart.range, chart.zero = (low, high), low  # the shortest bar is seen too
    chart.y_labels = [tick for tick in TICKS if low < tick < high]
    chart.add("", values)
    return chart


def distance(row: dict[str, Any]) -> float:
    """The figure by the goal, or the goal by the figure where less is better."""
    figure = row["ratio"] if row["ratio"] is not None else row["ours"]
    goal = row["goal"]
    return float(figure / goal["value"] if goal["least"] else goal["value"] / max(figure, 1e-9))


def colour(row: dict[str, Any]) -> str:
    """Whether it was reached."""
    return "#2a7f3f" if row["reached"] else "#c25a1f"


def curve(found: dict[str, Any]) -> Any:
    """Cost by size."""
    chart = pygal.Line(
        title=found["name"], x_title=found["by"], y_title=found["unit"], height=320, include_x_axis=True, **PLAIN
    )
    chart.x_labels = [f"{size:,}" for size, _ in found["points"]]
    chart.add("", [cost for _, cost in found["points"]])
    return chart


def main() -> None:
    """Write all of them anew."""
    folder, made = Path(sys.argv[1]), json.load(sys.stdin)
    folder.mkdir(exist_ok=True)
    drawn = {"rows": rows(made["rows"])} if made["rows"] else {}
    drawn |= {each["plot"]: curve(each) for each in made["growth"]}
    for name, chart in drawn.items():
        text = re.sub(r"<!--.*?-->\s*", "", chart.render(is_unicode=True), flags=re.DOTALL)  # it tells the date
        (folder / f"{name}.svg").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
