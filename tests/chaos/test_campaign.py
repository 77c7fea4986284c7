"""A trial of the whole system in a small size, on the session's own parts; `make chaos` runs them on three of each."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import pytest

from infra.local.cluster import Cluster, Node
from schemas.values import TOKYO
from tests.chaos.campaign import Campaign
from tests.chaos.causes import all_killed
from tests.chaos.faults import FAULTS, Episode, Fault
from tests.chaos.reporting import figures
from tests.chaos.road import road
from tests.chaos.scene import Scene

UNTIL = datetime(2026, 1, 23, 12, tzinfo=TOKYO)
"""Forms, screening, the round, its results and what senders say to them."""
PORT = re.compile(r":(\d+)/")
QUICK = Fault("quick", "SIGKILL of all services at once", (Episode(all_killed, 0.0),))


class Session(Cluster):
    """The Kafka and the MongoDB of the test session, as a cluster of one node each that others start and stop."""

    def __init__(self, root: Path, kafka: str, mongo: str) -> None:
        super().__init__(root, nodes=1)
        broker, database = (int(port) for port in (kafka.rpartition(":")[2], PORT.findall(mongo)[0]))
        self.brokers, self.databases = [Node("kafka", broker, broker)], [Node("mongod", database, database)]

    def start(self) -> None:
        """It runs."""

    def stop(self) -> None:
        """It goes on running."""

    def await_whole(self) -> None:
        """It is."""


@pytest.mark.timeout(600)
@pytest.mark.clause("G-8")
def test_all_services_are_killed_on_the_road_and_every_promise_is_kept(
    tmp_path: Path, kafka_bootstrap: str, mongo_url: str
) -> None:
    with Scene(tmp_path, cluster=Session(tmp_path, kafka_bootstrap, mongo_url)) as scene:
        trial = Campaign(scene, 1, 1, lambda said: None, until=UNTIL).run(QUICK)
    print({name: round(value, 1) for name, value in trial.seconds.items()}, round(trial.quiet, 1))
    assert [str(violation) for violation in trial.violations] == []
    made = figures(trial)
    assert made["placements"] > 0, "somebody accepted a place"
    assert made["letters"] > 10
    assert trial.held > 0
    assert len(trial.evidence.seen["intake"]) > 20, "the logs were read all the while"


def test_each_copy_of_a_case_goes_under_names_of_its_own() -> None:
    whole = road(2, 1)
    parties = [step.body["party"] for step in whole.script.steps if step.do == "apply"]
    for field in ("email", "name"):
        assert len({party[field] for party in parties}) == len(parties)
    keys = [(step.programme, step.case, step.number) for step in whole.script.steps]
    assert len(set(keys)) == len(keys)
    assert road(2, 1) == whole
    assert [wave.at for wave in whole.waves] == sorted(wave.at for wave in whole.waves)


def test_every_fault_ends_and_says_what_it_is() -> None:
    assert all(fault.about and sum(e.seconds for e in fault.episodes) <= 90 for fault in FAULTS.values())
    assert len(FAULTS) >= 16
