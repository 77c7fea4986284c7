"""A running Prometheus, asked over its HTTP interface."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import httpx

PAUSE, CALM = 0.5, 6.0
"""Seconds between two looks; without any alert, until the next fault."""


ANSWER = 60.0
"""Seconds until Prometheus answers: a fault may take both cores, and the monitor itself is not what is tried."""


class Late(Exception):
    """What was waited for did not come in time; says what was there instead."""


class Monitor:
    """Queries and alerts of one Prometheus."""

    def __init__(self, url: str) -> None:
        self._http = httpx.Client(base_url=url, timeout=ANSWER)

    def close(self) -> None:
        """Close the connection."""
        self._http.close()

    def query(self, expression: str) -> list[dict[str, Any]]:
        """The instant vector now. Raises `httpx.HTTPStatusError` for an expression that cannot be read."""
        answer = self._http.get("/api/v1/query", params={"query": expression}).raise_for_status().json()
        found: list[dict[str, Any]] = answer["data"]["result"]
        return found

    def firing(self) -> set[str]:
        """The names of the alerts that fire."""
        return self._alerts("firing")

    def _alerts(self, *states: str) -> set[str]:
        alerts = self._http.get("/api/v1/alerts").raise_for_status().json()["data"]["alerts"]
        return {alert["labels"]["alertname"] for alert in alerts if alert["state"] in states}

    def until(self, holds: Callable[[], bool], within: float, what: str) -> float:
        """Seconds until it held. Raises `Late`."""
        begun = time.monotonic()
        while not holds():
            if time.monotonic() - begun > within:
                raise Late(f"{what} did not come within {within:.0f} s; firing: {sorted(self.firing()) or 'nothing'}")
            time.sleep(PAUSE)
        return time.monotonic() - begun

    def calm(self, within: float) -> None:
        """Wait until nothing fires nor is about to, for a while: what a former fault left must not pass for the next.

        Raises `Late`.
        """
        begun = since = time.monotonic()
        while time.monotonic() - since < CALM:
            if self._alerts("pending", "firing"):
                since = time.monotonic()
            if time.monotonic() - begun > within:
                raise Late(f"it was not calm within {within:.0f} s; firing: {sorted(self.firing()) or 'nothing'}")
            time.sleep(PAUSE)

    def silent(self, within: float) -> float:
        """Seconds until no alert fires. Raises `Late`."""
        return self.until(lambda: not self.firing(), within, "silence")
