"""A consumer of the desk's calls and what it stands on."""

from __future__ import annotations

from collections.abc import Sequence

from kernel.clock import FixedClock
from kernel.consumer import Consumer
from kernel.ids import CountedIds
from kernel.log import CommitAt
from kernel.metrics import Metrics
from kernel.parking import Parking
from kernel.publishing import Message
from kernel.repository import Repository
from tests.kernel.commits import assert_whole, everything
from tests.kernel.conftest import Place
from tests.kernel.desk import AT, Desks, handlers


class DeadLetters:
    """Keeps what is sent; fails while ``away``."""

    def __init__(self) -> None:
        self.sent: list[Message] = []
        self.away = False

    async def send_all(self, batch: Sequence[Message]) -> None:
        """See `kernel.relay.Producer`."""
        if self.away:
            raise TimeoutError
        self.sent += batch


class Office:
    """A consumer and what it stands on; ``restart`` is a new process."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.repository = Repository(place.log, FixedClock(AT), CountedIds())
        self.desks, self.parking, self.dead = Desks(self.repository), Parking(place.db["parked"]), DeadLetters()
        self.metrics = Metrics("tests")
        self.restart()

    def restart(self) -> None:
        """A new process."""
        self.consumer = Consumer(
            "office", self.desks, handlers, self.repository, self.parking, self.dead, FixedClock(AT), self.metrics,
            pauses=(0.001, 0.01),
        )  # fmt: skip

    async def commits(self) -> list[CommitAt]:
        """The whole log, found to be whole."""
        commits = await everything(self.place.log)
        assert_whole(commits)
        return commits

    def count(self, outcome: str) -> float:
        """How often a message ended so."""
        samples = (s for metric in self.metrics.consumed.collect() for s in metric.samples)
        return sum(s.value for s in samples if s.labels.get("outcome") == outcome and s.name.endswith("_total"))
