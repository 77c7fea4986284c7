"""What operations watch: Prometheus metrics of a service. Labels are names of events and messages, never values.

Nothing here is touched for each event: counters move by batch, histograms by insert, batch, mail or request, and the
gauges are read every few seconds by `kernel.gauges`.
"""

from __future__ import annotations

from contextlib import AbstractContextManager

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector

QUICK = (0.005, 0.02, 0.1, 0.5, 1, 2, 5, 20)
"""Bounds, in seconds, of what should be over at once."""


class Metrics:
    """The metrics of one service, in a registry of its own. Seconds and bytes, as Prometheus wants them."""

    def __init__(self, service: str) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.service = self._gauge("service_info", "1; the label names the service", "service")
        self.service.labels(service).set(1)
        self._of_the_log()
        self._of_messages()
        self._of_work()
        self._of_what_is_needed()

    def timed(self, work: str) -> AbstractContextManager[object]:
        """Measure a piece of a service's own work, such as handing over one mail. ``work`` is a fixed name."""
        return self.work.labels(work).time()

    def _of_the_log(self) -> None:
        self.tail = self._gauge("log_tail", "Next free position of the event log, counted over all its shards")
        self.follower = self._gauge("follower_position", "Last position dealt with", "follower")
        behind = "Seconds for which the oldest that the follower has not dealt with has waited; the relay publishes"
        self.behind = self._gauge("follower_behind_seconds", behind, "follower")
        self.shards = self._gauge("log_shards", "Shards of the event log; 1 where it is whole")
        self.leader = self._gauge("follows_log", "Shards of its log on which this process holds the lease")
        self.append = self._histogram("append_seconds", "From the offer of a group of commits to its storing", QUICK)
        self.violated = self._gauge("invariant_violations", "How often what must always hold does not", "invariant")

    def _of_messages(self) -> None:
        self.published = self._counter("published", "Messages confirmed by the broker", "event")
        self.consumed = self._counter("consumed", "Messages settled", "event", "outcome")
        self.dead_letters = self._counter("dead_letters", "Messages sent to the dead-letter topic")
        self.parked = self._gauge("parked_messages", "Messages that wait for an officer of operations")
        self.sequences = self._gauge("parked_sequences", "Keys of which messages are parked")
        self.lag = self._gauge("consumer_lag_messages", "Messages on a topic that are not acknowledged yet", "topic")
        waits = "Seconds for which the oldest of them has been seen to wait"
        self.lag_seconds = self._gauge("consumer_lag_seconds", waits, "topic")
        arrival = "From a batch's arrival to its acknowledgement"
        self.batch = self._histogram("consume_batch_seconds", arrival, (0.005, 0.02, 0.1, 0.5, 2, 10, 60))

    def _of_work(self) -> None:
        self.timers_due = self._gauge("timers_due", "Timers that are due and have not fired")
        self.timers_late = self._gauge("timers_late_seconds", "How long the oldest of them has been due")
        self.fired = self._counter("timers_fired", "Timers that fired", "timer")
        self.stopped = self._counter("work_stopped", "How often standing work broke off and began again", "work")
        self.waiting = self._gauge("work_waiting", "What waits in a service's own work", "work", "state")
        self.work = self._histogram("work_seconds", "A service's own work, one piece", QUICK, "work")
        asked = ("method", "route", "status")
        self.http = self._histogram("http_seconds", "Requests, by route and class of status", QUICK, *asked)

    def _of_what_is_needed(self) -> None:
        self.storage_away = self._gauge("storage_away", "1 while the database does not answer", "access")
        self.storage_free = self._gauge("storage_free_bytes", "Free space on the database's disk, as it says itself")
        self.storage_size = self._gauge("storage_size_bytes", "Size of the database's disk, as it says itself")
        self.broker_away = self._gauge("broker_away", "1 while Kafka does not answer")
        self.brokers = self._gauge("brokers", "Living Kafka brokers")

    def _gauge(self, name: str, help_: str, *labels: str) -> Gauge:
        return Gauge(f"madoguchi_{name}", help_, labels, registry=self.registry)

    def _counter(self, name: str, help_: str, *labels: str) -> Counter:
        return Counter(f"madoguchi_{name}_total", help_, labels, registry=self.registry)

    def _histogram(self, name: str, help_: str, bounds: tuple[float, ...], *labels: str) -> Histogram:
        return Histogram(f"madoguchi_{name}", help_, labels, buckets=bounds, registry=self.registry)
