"""What is true of the library in its own process, wherever it keeps its events."""

from __future__ import annotations

import time
from abc import abstractmethod
from typing import ClassVar

from benchmarks.peers.process import Library

SHORT = 0.3  # seconds of appends


class LibrarySuite:
    """Inherit, say how many events the store itself has, and give a fixture ``library`` that has appended before."""

    __test__: ClassVar[bool] = False

    @abstractmethod
    def kept(self, library: Library) -> int: ...

    def test_every_append_that_is_measured_is_an_event_that_is_kept(self, library: Library) -> None:
        before, begun = self.kept(library), time.perf_counter()
        told = library.ask("append", threads=2, seconds=SHORT, state="{}")
        waited, kept = time.perf_counter() - begun, self.kept(library) - before
        assert SHORT <= kept / told["rate"] <= waited
        mean = 2 * 1000 / told["rate"]
        assert mean / 100 < told["p50"] <= told["p99"], "in milliseconds"
        assert told["p50"] <= 2 * mean, "as the median of anything is"

    def test_an_aggregate_is_rebuilt_out_of_its_1000_events_each_time(self, library: Library) -> None:
        before = self.kept(library)
        case = library.ask("write", events=1000, note="x")["id"]
        assert self.kept(library) - before == 1000
        told = library.ask("rebuild", id=case, events=1000, times=3)
        assert len(told["seconds"]) == 3
        assert min(told["seconds"]) > 0
