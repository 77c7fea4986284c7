"""One fault of the drill, and whether the drill itself would notice an alert that stays away. `make drill` does all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.drill.__main__ import ordered
from tests.drill.drill import drill
from tests.drill.faults import FAULTS, Fault
from tests.drill.hastened import rules
from tests.drill.scene import Scene

pytestmark = pytest.mark.timeout(300)
"""The first test starts the whole system."""

NAMED = {fault.name: fault for fault in FAULTS}


def test_a_seed_is_an_order_of_all_faults() -> None:
    assert ordered(FAULTS, 0) == list(FAULTS)
    assert ordered(FAULTS, 7) == ordered(FAULTS, 7) != list(FAULTS)
    assert {each.name for each in ordered(FAULTS, 7)} == {each.name for each in FAULTS}


def test_every_alert_is_drilled_by_some_fault() -> None:
    assert {alert for fault in FAULTS for alert in fault.alerts} == {rule["alert"] for rule in rules()}


def test_a_deadline_that_fails_calls_and_falls_silent_when_it_is_mended(scene: Scene) -> None:
    outcome = drill(scene, NAMED["timer-failing"])
    assert outcome.amiss == ""
    assert set(outcome.fired) == {"MadoguchiTimersOverdue"}
    assert outcome.silent is not None


def test_an_alert_that_stays_away_is_amiss(scene: Scene) -> None:
    @contextmanager
    def nothing(scene: Scene) -> Iterator[None]:
        yield

    outcome = drill(scene, Fault("nothing", ["MadoguchiServiceDown"], nothing), fires_within=2.0)
    assert outcome.amiss == "MadoguchiServiceDown did not fire within 2 s"


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: str(fault.name))
def test_a_fault_says_what_it_is(fault: Fault) -> None:
    assert fault.alerts
    assert fault.cause.__doc__
