"""Broken answers: given too early, under keys that nobody keeps, otherwise when they are asked for again."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import msgspec

from kernel.log import AlreadyHandled, Commit, CommitAt
from kernel.service import Service
from tests.simulation.deployment import Deployment
from tests.simulation.variants.patching import asked_over_http, of


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


def _deaf_to_keys(service: Service) -> None:
    """Nobody looks whether a request came before."""
    known = service.log.caused

    async def caused(consumer: str, messages: Sequence[str]) -> dict[str, CommitAt]:
        return {} if consumer.startswith("http ") else await known(consumer, messages)

    service.log.caused = caused  # type: ignore[method-assign]


def key_forgotten(deployment: Deployment) -> None:
    """Idempotency-Keys are taken and not kept: a request that comes again is a new one."""

    def patch(service: Service) -> None:
        _deaf_to_keys(service)
        append = service.log.append

        async def without(commit: Commit) -> int:
            causes = tuple(cause for cause in commit.causes if not asked_over_http(cause))
            return await append(msgspec.structs.replace(commit, causes=causes))

        service.log.append = without  # type: ignore[method-assign]

    deployment.patches.append(patch)


def repetition_fails(deployment: Deployment) -> None:
    """A request that comes again finds its key taken and is answered with an error, as often as it comes."""

    def patch(service: Service) -> None:
        _deaf_to_keys(service)
        append = service.log.append

        async def failing(commit: Commit) -> int:
            try:
                return await append(commit)
            except AlreadyHandled as taken:
                if any(map(asked_over_http, commit.causes)):
                    raise RuntimeError("duplicate key") from taken
                raise

        service.log.append = failing  # type: ignore[method-assign]

    deployment.patches.append(patch)


def repetition_told_otherwise(deployment: Deployment) -> None:
    """A paper that comes again is told its own version instead of its application's, as the product once did."""

    def patch(service: Service) -> None:
        then = service.application.papers.then

        async def otherwise(commit: CommitAt) -> Any:
            found = await then(commit)
            return replace(found, version=1) if found is not None else None

        service.application.papers.then = otherwise

    deployment.patches.append(of("intake", patch))


ANSWERS = (answer_first, key_forgotten, repetition_fails, repetition_told_otherwise)
