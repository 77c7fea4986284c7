"""One fault from silence to silence, with the seconds that it took."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.drill.faults import Fault
from tests.drill.monitor import PAUSE, Late
from tests.drill.scene import Scene

FIRES_WITHIN, CLEARS_WITHIN = 150.0, 180.0
"""Seconds, from the fault on and from its healing on."""
Tell = Callable[[str], None]


@dataclass
class Outcome:
    """What came of a fault: seconds until each alert fired, and from the beginning of its healing until none did."""

    fault: Fault
    fired: dict[str, float] = field(default_factory=dict)
    silent: float | None = None
    also: set[str] = field(default_factory=set)
    amiss: str = ""


def drill(scene: Scene, fault: Fault, tell: Tell = lambda said: None, *, fires_within: float = FIRES_WITHIN) -> Outcome:
    """Cause the fault, wait for its alerts, heal it, wait for silence. It never raises for an alert that stays away."""
    outcome = Outcome(fault)
    try:
        tell("waiting for calm")
        scene.monitor.calm(CLEARS_WITHIN)
        tell("causing")
        begun = time.monotonic()
        with fault.cause(scene):
            tell("waiting for " + ", ".join(fault.alerts))
            _listen(scene, outcome, begun, fires_within)
            healing = time.monotonic()
        tell("healed, waiting for silence")
        scene.monitor.silent(CLEARS_WITHIN)
        outcome.silent = time.monotonic() - healing
    except Late as why:
        outcome.amiss = str(why)
    return outcome


def _listen(scene: Scene, outcome: Outcome, begun: float, within: float) -> None:
    wanted = set(outcome.fault.alerts)
    while wanted - outcome.fired.keys():
        firing = scene.monitor.firing()
        now = time.monotonic() - begun
        outcome.fired |= {name: now for name in sorted(firing & wanted) if name not in outcome.fired}
        outcome.also |= firing - wanted
        if now > within:
            missing = ", ".join(sorted(wanted - outcome.fired.keys()))
            outcome.amiss = f"{missing} did not fire within {within:.0f} s"
            return
        time.sleep(PAUSE)
