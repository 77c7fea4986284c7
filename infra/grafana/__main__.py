"""`python -m infra.grafana`: write the dashboard that Grafana is provisioned with."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from infra.grafana.panels import ROWS, Panel, Row

DASHBOARD = Path(__file__).parent / "dashboards" / "madoguchi.json"
SOURCE = {"type": "prometheus", "uid": "prometheus"}
ABREAST, WIDTH, HEIGHT = 4, 6, 7
"""Panels beside one another, and their size on Grafana's grid of 24 columns."""


def dashboard() -> dict[str, Any]:
    """The whole dashboard."""
    panels: list[dict[str, Any]] = []
    y = 0
    for row in ROWS:
        panels.append(_row(row, y))
        for place, panel in enumerate(row.panels):
            at = {"x": place % ABREAST * WIDTH, "y": y + 1 + place // ABREAST * HEIGHT, "w": WIDTH, "h": HEIGHT}
            panels.append(_panel(panel, at))
        y += 1 + -(-len(row.panels) // ABREAST) * HEIGHT
    numbered = [panel | {"id": number} for number, panel in enumerate(panels, 1)]
    head = {"uid": "madoguchi", "title": "窓口 Madoguchi", "timezone": "browser", "schemaVersion": 39}
    return head | {"refresh": "10s", "time": {"from": "now-1h", "to": "now"}, "panels": numbered}


def text() -> str:
    """The same as the file holds it."""
    return json.dumps(dashboard(), ensure_ascii=False, indent=2) + "\n"


def _row(row: Row, y: int) -> dict[str, Any]:
    return {"type": "row", "title": row.title, "collapsed": False, "gridPos": {"x": 0, "y": y, "w": 24, "h": 1}}


def _panel(panel: Panel, at: dict[str, int]) -> dict[str, Any]:
    return {
        "type": "stat" if panel.stat else "timeseries",
        "title": panel.title,
        "datasource": SOURCE,
        "gridPos": at,
        "fieldConfig": {"defaults": {"unit": panel.unit, "min": 0}, "overrides": []},
        "targets": [{"refId": "A", "datasource": SOURCE, "expr": panel.query, "legendFormat": panel.legend}],
    }


if __name__ == "__main__":
    DASHBOARD.write_text(text(), encoding="utf-8")
