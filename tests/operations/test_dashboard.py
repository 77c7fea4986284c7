"""The dashboard is what its code says, and every query of it and of the rules finds something on a running system."""

from __future__ import annotations

import re

import pytest

from infra.grafana.__main__ import DASHBOARD, text
from infra.grafana.panels import ROWS, Panel
from tests.drill.hastened import rules
from tests.drill.scene import Scene

pytestmark = pytest.mark.timeout(300)
"""The first test starts the whole system."""

PANELS = [panel for row in ROWS for panel in row.panels]
SELECTOR = re.compile(r"\b(?:madoguchi|process)_\w+(?:\{[^}]*\})?|\bup\{[^}]*\}")
NONE_YET = {'madoguchi_http_seconds_count{status="5xx", route!~"/health/.*|/metrics"}'}
"""Nothing has failed on a system that was only just started."""
WITHIN = 30.0
"""Seconds until everything was counted and scraped at least once."""


def test_the_dashboard_is_what_its_code_says() -> None:
    assert DASHBOARD.read_text(encoding="utf-8") == text(), "write it anew: python -m infra.grafana"


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel.title.rpartition(" / ")[2])
def test_a_panel_shows_something_on_a_running_system(scene: Scene, panel: Panel) -> None:
    if panel.empty:
        assert isinstance(scene.monitor.query(panel.query), list)
    else:
        scene.monitor.until(lambda: bool(scene.monitor.query(panel.query)), WITHIN, panel.title)


@pytest.mark.parametrize("panel", [panel for panel in PANELS if not panel.empty], ids=lambda panel: str(panel.title))
def test_a_panel_names_only_labels_that_are_there(scene: Scene, panel: Panel) -> None:
    scene.monitor.until(lambda: bool(scene.monitor.query(panel.query)), WITHIN, panel.title)
    there = {label for each in scene.monitor.query(panel.query) for label in each["metric"]}
    assert set(re.findall(r"\{\{(\w+)\}\}", panel.legend)) <= there


def selectors(expression: str) -> set[str]:
    return set(SELECTOR.findall(expression))


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: str(rule["alert"]))
def test_a_rule_looks_at_what_a_running_system_tells(scene: Scene, rule: dict[str, str]) -> None:
    looked_at = selectors(rule["expr"])
    assert looked_at
    for selector in looked_at - NONE_YET:
        scene.monitor.until(lambda seen=selector: bool(scene.monitor.query(seen)), WITHIN, selector)  # type: ignore[misc]  # mypy and default arguments
    assert {label for label in re.findall(r"\$labels\.(\w+)", str(rule))} <= labels(scene, looked_at)


def labels(scene: Scene, looked_at: set[str]) -> set[str]:
    return {label for selector in looked_at for each in scene.monitor.query(selector) for label in each["metric"]}


def test_a_label_that_is_never_told_would_be_noticed(scene: Scene) -> None:
    (selector,) = selectors('max(madoguchi_work_waiting{work="leters"}) > 0')
    assert scene.monitor.query(selector) == []
