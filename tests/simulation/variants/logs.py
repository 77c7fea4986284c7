"""Broken logs: nothing that is unique, nothing that waits for the majority, positions that are reserved."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import msgspec

from kernel.groupcommit import Clash
from kernel.log import AlreadyHandled, Commit, CommitAt, VersionConflict
from kernel.memory import MemoryBackend
from kernel.service import Service
from tests.simulation.deployment import SPECS, Deployment
from tests.simulation.journal import REPLICATION, JournalServer, RemoteBackend
from tests.simulation.store import at_once
from tests.simulation.variants.patching import swap


def no_inbox(deployment: Deployment) -> None:
    """A message that comes again acts again: nobody looks whether it was settled, and no index keeps it apart."""
    kept = MemoryBackend._clash

    def clash(backend: MemoryBackend, at: CommitAt) -> Clash | None:
        causes = tuple(cause for cause in at.commit.causes if cause.consumer not in SPECS)
        return kept(backend, CommitAt(at.position, msgspec.structs.replace(at.commit, causes=causes)))

    swap(deployment, MemoryBackend, "_clash", clash)

    def patch(service: Service) -> None:
        known = service.log.caused

        async def caused(consumer: str, messages: Sequence[str]) -> dict[str, CommitAt]:
            return {} if consumer == service.spec.name else await known(consumer, messages)

        service.log.caused = caused  # type: ignore[method-assign]

    deployment.patches.append(patch)


def no_version_check(deployment: Deployment) -> None:
    """What was decided on a stale state is written all the same: no index holds a stream's version to one event."""
    kept = MemoryBackend._clash

    def clash(backend: MemoryBackend, at: CommitAt) -> Clash | None:
        found = kept(backend, at)
        return None if found is Clash.STREAM else found

    swap(deployment, MemoryBackend, "_clash", clash)


def w_1(deployment: Deployment) -> None:
    """A write counts as written when the primary has it: another one may never hear of it."""

    class OfThePrimary(RemoteBackend):
        async def insert(self, batch: list[CommitAt]) -> tuple[int, Clash | None]:
            server, wire = self._server, self._wire

            def operation() -> tuple[int, Clash | None]:
                answer = at_once(server.node.insert(batch))
                server.spread(wire.dice.random() * REPLICATION + wire.weather.travel(wire.dice))
                return answer

            return await wire.call(operation)

    def patch(service: Service) -> None:
        log: Any = service.log
        log._writer._backend = OfThePrimary(log._server, log._writer._backend._wire)

    deployment.patches.append(patch)


def reserve_positions(deployment: Deployment) -> None:
    """A position is reserved first and filled later: a later one may be seen before it, or it may stay empty."""
    reserved, failed = dict[str, int](), set[str]()

    def patch(service: Service) -> None:
        name = service.spec.name
        journal = deployment.journals[name]

        async def append(commit: Commit) -> int:
            position = max(reserved.get(name, 0), journal.tail)
            reserved[name] = position + commit.size
            await asyncio.sleep(deployment.dice.random() * 0.1)
            try:
                _fill(journal, CommitAt(position, commit), failed)
            except (VersionConflict, AlreadyHandled):
                failed.add(commit.id)
                raise
            return position

        service.log.append = append  # type: ignore[method-assign]

    deployment.patches.append(patch)


def _fill(journal: JournalServer, at: CommitAt, failed: set[str]) -> None:
    """Insert at a position that was reserved; versions and causes are as unique as ever."""
    node, commit = journal.node, at.commit
    clash = node._clash(CommitAt(journal.tail, commit))
    if clash is Clash.STREAM or commit.after in failed:
        raise VersionConflict(commit.id)
    if clash is Clash.CAUSE:
        raise AlreadyHandled(at_once(node.holder(commit)))
    node._keep(at)
    node.commits.sort(key=lambda each: each.position)
    node.positions.sort()
    for event in commit.events:
        node.streams[event.stream].sort(key=lambda each: each.event.version)
    journal.majority = journal.tail


LOGS = (no_inbox, no_version_check, w_1, reserve_positions)
