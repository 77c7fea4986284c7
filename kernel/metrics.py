"""What operations watch: Prometheus metrics of a service. Labels are names of events and messages, never values."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector


class Metrics:
    """The metrics of one service, in a registry of its own."""

    def __init__(self, service: str) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        to = self.registry
        self.service = Gauge("madoguchi_service_info", "1; the label names the service", ["service"], registry=to)
        self.service.labels(service).set(1)
        self.tail = Gauge("madoguchi_log_tail", "Next free position of the event log", registry=to)
        self.follower = Gauge("madoguchi_follower_position", "Last position dealt with", ["follower"], registry=to)
        self.published = Counter(
            "madoguchi_published_total", "Messages confirmed by the broker", ["event"], registry=to
        )
        self.consumed = Counter("madoguchi_consumed_total", "Messages settled", ["event", "outcome"], registry=to)
        self.parked = Gauge("madoguchi_parked_messages", "Messages that wait for an officer of operations", registry=to)
        self.timers_due = Gauge("madoguchi_timers_due", "Timers that are due and have not fired", registry=to)
        self.fired = Counter("madoguchi_timers_fired_total", "Timers that fired", ["timer"], registry=to)
        self.leader = Gauge("madoguchi_follows_log", "1 if this process holds the lease on its log", registry=to)
        self.batch = Histogram(
            "madoguchi_consume_batch_seconds",
            "From a batch's arrival to its acknowledgement",
            buckets=(0.005, 0.02, 0.1, 0.5, 2, 10, 60),
            registry=to,
        )
