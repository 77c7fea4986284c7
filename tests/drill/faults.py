"""The faults of the drill: each causes something real, names the alerts that must call, and heals it again.

They are those of the chaos trials; what a page of the runbook says to do is how most of them are healed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

from tests.drill import brokers, failing, messages, processes, storage
from tests.drill.scene import Scene

Cause = Callable[[Scene], AbstractContextManager[None]]
"""Causes the fault when it is entered, heals it when it is left."""


@dataclass(frozen=True)
class Fault:
    """``alerts`` must all fire while it lasts; others may."""

    name: str
    alerts: Sequence[str]
    cause: Cause


FAULTS = (
    Fault("service-killed", ["MadoguchiServiceDown"], processes.killed),
    Fault("service-crashing", ["MadoguchiServiceRestarts"], processes.crashing),
    Fault("lease-holder-stopped", ["MadoguchiServiceDown"], processes.stopped),
    Fault("lease-held-elsewhere", ["MadoguchiNobodyFollows"], processes.lease_held_elsewhere),
    Fault("slow-connections", ["MadoguchiHttpSlow"], processes.slow_connections),
    Fault("mongod-gone", ["MadoguchiStorageAway", "MadoguchiHttpErrors"], storage.gone),
    Fault("mongod-without-primary", ["MadoguchiStorageAway"], storage.without_primary),
    Fault("mongod-read-only", ["MadoguchiStorageAway", "MadoguchiDeliveryLag"], storage.read_only),
    Fault("mongod-slow", ["MadoguchiStorageSlow"], storage.slow),
    Fault("disk-filling", ["MadoguchiDiskFilling"], storage.disk_filling),
    Fault("kafka-gone", ["MadoguchiKafkaAway"], messages.gone),
    Fault("kafka-broker-missing", ["MadoguchiKafkaBrokersMissing"], brokers.missing),
    Fault("kafka-one-left", ["MadoguchiEventsUnpublished"], brokers.one_left),
    Fault("poison-without-headers", ["MadoguchiMessagesParked", "MadoguchiDeadLetters"], messages.without_headers),
    Fault("poison-without-body", ["MadoguchiMessagesParked", "MadoguchiDeadLetters"], messages.without_body),
    Fault("poison-no-json", ["MadoguchiMessagesParked", "MadoguchiDeadLetters"], messages.no_json),
    Fault("poison-other-fields", ["MadoguchiMessagesParked", "MadoguchiDeadLetters"], messages.other_fields),
    Fault("poison-out-of-order", ["MadoguchiMessagesParked", "MadoguchiDeadLetters"], messages.out_of_order),
    Fault("timer-failing", ["MadoguchiTimersOverdue"], failing.timer),
    Fault("mail-refused", ["MadoguchiLettersFailing"], failing.mail_refused),
    Fault("mail-server-gone", ["MadoguchiLettersFailing"], failing.mail_server_gone),
    Fault("letter-come-back", ["MadoguchiLettersGivenUp"], failing.letter_come_back),
    Fault(
        "event-unreadable",
        ["MadoguchiWorkStops", "MadoguchiReadModelBehind", "MadoguchiEventsUnpublished"],
        failing.event_unreadable,
    ),
    Fault("invoice-number-missing", ["MadoguchiInvariantViolated"], failing.number_missing),
)
