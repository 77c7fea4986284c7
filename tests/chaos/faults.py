"""The faults of the trials: which causes hold for how long, one time after another, and all of them by name."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass

from infra.local.cluster import NODES
from tests.chaos.causes import (
    LEASED,
    Cause,
    Stage,
    all_killed,
    broken,
    brokers_killed,
    database_away,
    disk_full,
    kafka_away,
    lease_holder_stopped,
    primary_cut_off,
    primary_killed,
    primary_sleeps,
    primary_steps_down,
    rolling_restarts,
    slow,
)  # fmt: skip


@dataclass(frozen=True)
class Episode:
    """One time that a fault holds, for so many seconds."""

    cause: Cause
    seconds: float


@dataclass(frozen=True)
class Fault:
    """A trial's fault. ``standby`` are services that have a second process. ``deadly``: services die at each step.

    ``disks``: nodes need small disks. ``poisoned``: what is no message is put on each topic. ``about`` says what it is.
    """

    name: str
    about: str
    episodes: tuple[Episode, ...] = ()
    standby: tuple[str, ...] = ()
    deadly: bool = False
    disks: bool = False
    poisoned: bool = False


class Illness:
    """Lets a fault's episodes come and go, one at a time, beside the load."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._thread: threading.Thread | None = None
        self._error: BaseException | None = None
        self.held, self.told = 0.0, ""

    def begin(self, episode: Episode) -> None:
        """Start it; the one before has to be over."""
        self.over()
        self._thread = threading.Thread(target=self._hold, args=(episode,), name="fault", daemon=True)
        self._thread.start()

    def over(self) -> None:
        """Return when nothing is wrong any more. Raises what went wrong with the fault itself."""
        if self._thread is not None:
            self._thread.join()
        if self._error is not None:
            raise self._error

    def _hold(self, episode: Episode) -> None:
        begun = time.monotonic()
        try:
            self.told = ", while it holds"
            with episode.cause(self._stage):
                time.sleep(episode.seconds)
            self._stage.scene.cluster.await_whole()
        except BaseException as error:  # noqa: BLE001  # raised again in the trial's own thread
            self._error = error
        self.told, self.held = "", self.held + time.monotonic() - begun


def _turns(causes: Sequence[Cause], seconds: float) -> tuple[Episode, ...]:
    return tuple(Episode(cause, seconds) for cause in causes)


FAULTS = {
    each.name: each
    for each in (
        Fault("calm", "nothing goes wrong"),
        Fault("steps", "SIGKILL before and after each durable step of each service", deadly=True),
        Fault("together", "SIGKILL of all services at once", _turns([all_killed] * 3, 1.0)),
        Fault("lease", "SIGSTOP of lease holders beyond the lease", _turns([lease_holder_stopped] * 2, 15.0), LEASED),
        Fault("primary-killed", "SIGKILL of MongoDB's primary", _turns([primary_killed] * 2, 15.0)),
        Fault("step-down", "MongoDB's primary steps down", _turns([primary_steps_down] * 4, 2.0)),
        Fault("cut-off", "MongoDB's primary cut off, or asleep", _turns([primary_cut_off, primary_sleeps], 20.0)),
        Fault("mongo-away", "all of MongoDB cut off beyond every time-out", _turns([database_away], 30.0)),
        Fault("brokers", "each broker killed in turn", _turns([brokers_killed(n) for n in range(NODES)], 12.0)),
        Fault("one-broker", "two of three brokers killed: writes refused", _turns([brokers_killed(0, 1)], 30.0)),
        Fault("kafka-away", "all of Kafka cut off beyond every time-out", _turns([kafka_away], 75.0)),
        Fault("slow", "late and slow connections", _turns([slow], 25.0)),
        Fault("broken", "connections reset at random, mail too", _turns([broken], 40.0)),
        Fault(
            "disk-full", "disk of the primary full, then of a broker",
            _turns([disk_full("mongod"), disk_full("kafka")], 15.0), disks=True,
        ),
        Fault("restarts", "20 rolling restarts under load", _turns([rolling_restarts], 0.0)),
        Fault("poison", "poison messages of every kind on every topic", poisoned=True),
    )
}  # fmt: skip
"""By name, in the order in which they are tried."""
