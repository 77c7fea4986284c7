"""`eventsourcing` on PostgreSQL as its documentation says, asked in lines of JSON. Runs in the peers' environment.

`append`: one event in each call from so many threads. `rebuild`: an aggregate out of its events, by the default mapper.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID, uuid4

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from eventsourcing.persistence import StoredEvent

MOST_THREADS = 64


class Case(Aggregate):
    """An aggregate with many events."""

    @event("Opened")
    def __init__(self, note: str) -> None:
        self.note, self.changes = note, 0

    @event("Noted")
    def change(self, note: str) -> None:
        """One more event."""
        self.note = note
        self.changes += 1


def application(port: str, user: str) -> Application[UUID]:
    """One application whose pool has a connection for each thread."""
    return Application(
        env={
            "PERSISTENCE_MODULE": "eventsourcing.postgres",
            "POSTGRES_HOST": "127.0.0.1",
            "POSTGRES_PORT": port,
            "POSTGRES_USER": user,
            "POSTGRES_PASSWORD": user,
            "POSTGRES_DBNAME": "postgres",
            "POSTGRES_POOL_SIZE": str(MOST_THREADS),
        }
    )


def append(app: Application[UUID], threads: int, seconds: float, state: str) -> dict[str, Any]:
    """Appends a second of so many threads; p50 and p99 of one in milliseconds."""
    begun = time.perf_counter()
    end = begun + seconds

    def run() -> list[float]:
        own, now = list[float](), time.perf_counter()
        while now < end or len(own) < 2:  # of fewer there is no p99
            app.recorder.insert_events([StoredEvent(uuid4(), 1, "bench.noted.v1", state.encode())])
            before, now = now, time.perf_counter()
            own.append(now - before)
        return own

    with ThreadPoolExecutor(threads) as pool:
        each = [pool.submit(run) for _ in range(threads)]
    took = time.perf_counter() - begun
    taken = [one for own in each for one in own.result()]  # raises what a thread has raised
    cuts = statistics.quantiles(taken, n=100, method="inclusive")
    return {"rate": len(taken) / took, "p50": cuts[49] * 1000, "p99": cuts[98] * 1000}


def write(app: Application[UUID], events: int, note: str) -> dict[str, Any]:
    """An aggregate with so many events."""
    case = Case(note=note)
    for number in range(events - 1):
        case.change(note=f"{note}{number}")
    app.save(case)
    return {"id": str(case.id)}


def rebuild(app: Application[UUID], id: str, events: int, times: int) -> dict[str, Any]:
    """Seconds that it takes to have it back, for each of so many times."""
    seconds = []
    for _ in range(times):
        begun = time.perf_counter()
        case: Case = app.repository.get(UUID(id))
        seconds.append(time.perf_counter() - begun)
        assert case.changes == events - 1, "all events were applied"
    return {"seconds": seconds}


def main() -> None:
    """Do what is asked until nobody asks any more."""
    app = application(*sys.argv[1:])
    does: dict[str, Callable[..., dict[str, Any]]] = {"append": append, "write": write, "rebuild": rebuild}
    for line in sys.stdin:
        asked = json.loads(line)
        print(json.dumps(does[asked.pop("do")](app, **asked)), flush=True)


if __name__ == "__main__":
    main()
