"""The plots show what was measured. What draws them is installed where it is not yet."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from benchmarks.growth import Curve
from benchmarks.peers import environment
from benchmarks.result import Figures, Goal, Result, Spread, paired
from infra.local.programs import PROJECT

SVG = "{http://www.w3.org/2000/svg}"
CURVE = Curve("Cost", "cost", "events", [(1_000, 1.5), (10_000, 2.0), (100_000, 1.75)])
ROWS = [
    Result("twice as fast & more", "a/s", paired([(3.0, 1.0)]), Goal(1.5), "durable"),
    Result("twice as slow", "s", Figures(Spread.of([40.0])), Goal(20, least=False), "durable"),
    Result("nothing done", "a/s", paired([(0.0, 1.0)]), Goal(1), "durable"),
]


def drawn(folder: Path) -> dict[str, str]:
    made: dict[str, Any] = {"rows": [row.plain() for row in ROWS], "growth": [CURVE.plain()]}
    command = (environment.python(), "-m", "benchmarks.peers.plot", folder)
    subprocess.run(command, input=json.dumps(made), cwd=PROJECT, text=True, check=True)
    return {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}


@pytest.fixture(scope="module")
def plots(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return drawn(tmp_path_factory.mktemp("plots"))


def texts(element: ElementTree.Element, kind: str) -> list[str]:
    """What is written there of one kind, in its order."""
    return [found.text or "" for found in element.iter(f"{SVG}desc") if (found.get("class") or "").split() == [kind]]


def test_a_curve_has_a_dot_for_each_point_as_high_as_its_cost(plots: dict[str, str]) -> None:
    picture = ElementTree.fromstring(plots["cost.svg"])
    assert picture.tag == f"{SVG}svg"
    assert texts(picture, "x_label") == ["1,000", "10,000", "100,000"]
    assert [float(value) for value in texts(picture, "value")] == [cost for _, cost in CURVE.points]
    low, high, middle = (float(dot.get("cy") or "") for dot in picture.iter(f"{SVG}circle"))
    assert (low - middle) / (low - high) == pytest.approx(0.5)
    assert low > high


def test_a_row_has_a_bar_of_how_far_it_is_in_the_colour_of_whether_it_is_reached(plots: dict[str, str]) -> None:
    picture = ElementTree.fromstring(plots["rows.svg"])
    shown = zip(texts(picture, "x_label"), texts(picture, "value"), colours(picture), strict=True)
    assert {name: (value, colour) for name, value, colour in shown} == {
        "twice as fast & more": ("2.00", "#2a7f3f"),
        "twice as slow": ("0.50", "#c25a1f"),
        "nothing done": ("0.01", "#c25a1f"),
    }


def colours(picture: ElementTree.Element) -> list[str]:
    bars = [found for found in picture.iter(f"{SVG}g") if found.get("class") == "bar"]
    return [(bar.get("style") or "").split(";")[0].removeprefix("fill: ") for bar in bars]


def test_the_same_results_are_the_same_files(plots: dict[str, str], tmp_path: Path) -> None:
    assert drawn(tmp_path / "again") == plots
