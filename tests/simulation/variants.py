"""Broken variants, by name: each changes the assembled system in one place, and the judge must notice.

A variant is a function on the deployment, called before anything of it starts. It adds to ``patches`` what is to be
done to every service that starts; what it changes beyond the deployment it puts back through ``undo``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from aiokafka import ConsumerRecord
from pymongo import UpdateOne

from kernel import mongo, projector
from kernel.consume import Batches
from kernel.log import Commit, CommitAt
from kernel.service import Service
from tests.simulation.deployment import Deployment

Variant = Callable[[Deployment], None]


class _AcknowledgedFirst(Batches):
    async def _take(self, records: Sequence[ConsumerRecord]) -> None:
        await self._acknowledge(records)
        await super()._take(records)

    async def _acknowledge(self, records: Sequence[ConsumerRecord]) -> None:
        if records:
            await super()._acknowledge(records)


def acknowledge_first(deployment: Deployment) -> None:
    """A batch is acknowledged before it is handled: what a crash interrupts is lost."""

    def patch(service: Service) -> None:
        service._ports.intake.batches = _AcknowledgedFirst  # type: ignore[attr-defined]  # the simulation's

    deployment.patches.append(patch)


class _WithoutInbox:
    """The repository as the consumer would have it without an inbox: no cause is kept, none is known."""

    def __init__(self, repository: Any) -> None:
        self._repository, self.log = repository, self

    async def caused(self, consumer: str, messages: Sequence[str]) -> dict[str, CommitAt]:
        return {}

    async def save(self, *aggregates: Any, causes: Any = (), context: Any = None) -> int:
        saved: int = await self._repository.save(*aggregates, **({"context": context} if context else {}))
        return saved


def no_inbox(deployment: Deployment) -> None:
    """A message that comes again acts again."""

    def patch(service: Service) -> None:
        service.consumer._repository = _WithoutInbox(service.repository)  # type: ignore[assignment]  # stands in

    deployment.patches.append(patch)


def answer_first(deployment: Deployment) -> None:
    """What is accepted is answered before it is written."""

    def patch(service: Service) -> None:
        log, kept = service.log, set[Any]()
        append = log.append

        async def early(commit: Commit) -> int:
            task = asyncio.create_task(append(commit))
            kept.add(task)
            await asyncio.wait([task], timeout=0.0005)
            return task.result() if task.done() else 1

        log.append = early  # type: ignore[method-assign]

    deployment.patches.append(patch)


def reserve_positions(deployment: Deployment) -> None:
    """Positions are reserved first and filled later: a later one may be seen before an earlier one."""

    def patch(service: Service) -> None:
        journal = deployment.journals[service.spec.name]

        async def append(commit: Commit) -> int:
            position = journal.reserved = max(getattr(journal, "reserved", 0), journal.tail)  # type: ignore[attr-defined]
            journal.reserved = position + commit.size  # type: ignore[attr-defined]
            await asyncio.sleep(deployment.dice.random() * 0.01)
            at = CommitAt(position, commit)
            node = journal.node
            node._keep(at)
            node.commits.sort(key=lambda each: each.position)
            node.positions.sort()
            journal.majority = journal.tail
            return position

        service.log.append = append  # type: ignore[method-assign]

    deployment.patches.append(patch)


def overwrite_read_models(deployment: Deployment) -> None:
    """A document is written whatever is there: one that comes late turns it back."""
    kept = mongo.newest

    def any_order(document: dict[str, Any], position: str) -> UpdateOne:
        return UpdateOne({"_id": document["_id"]}, [{"$replaceWith": {"$literal": document}}], upsert=True)

    setattr(projector, "newest", any_order)  # noqa: B010  # what the module imported
    deployment.undo.append(lambda: setattr(projector, "newest", kept))


VARIANTS: dict[str, Variant] = {
    made.__name__.replace("_", "-"): made
    for made in (acknowledge_first, no_inbox, answer_first, reserve_positions, overwrite_read_models)
}
