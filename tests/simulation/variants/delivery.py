"""Broken delivery: acknowledged too early or without waiting, out of order, passed over, confirmed by one broker."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from typing import Any

from aiokafka import ConsumerRecord
from aiokafka.errors import KafkaError
from pymongo.errors import PyMongoError

from kernel.consume import Batches, Offsets
from kernel.log import Commit, CommitAt
from kernel.mapper import restore
from kernel.publishing import messages
from kernel.service import Service
from tests.simulation.deployment import Deployment


def _batches(deployment: Deployment, kind: type[Batches]) -> None:
    def patch(service: Service) -> None:
        service._ports.intake.batches = kind  # type: ignore[attr-defined]  # the simulation's

    deployment.patches.append(patch)


def acknowledge_first(deployment: Deployment) -> None:
    """A batch is acknowledged before it is handled: what a crash interrupts is lost."""

    class First(Batches):
        async def _take(self, records: Sequence[ConsumerRecord]) -> None:
            await self._acknowledge(records)
            await super()._take(records)

    _batches(deployment, First)


def acknowledge_unheard(deployment: Deployment) -> None:
    """An acknowledgement is sent off and not waited for: that it failed is heard by nobody."""

    class Unheard(Batches):
        async def _acknowledge(self, records: Sequence[ConsumerRecord]) -> None:
            commit = self._commit

            async def off(offsets: Offsets) -> None:
                asyncio.ensure_future(commit(offsets))  # noqa: RUF006  # this is what is wrong with it

            self._commit = off
            await super()._acknowledge(records)
            self._commit = commit

    _batches(deployment, Unheard)


def no_order_in_batch(deployment: Deployment) -> None:
    """A batch's messages are taken in any order, those of one aggregate as well."""

    class AnyOrder(Batches):
        async def _take(self, records: Sequence[ConsumerRecord]) -> None:
            await super()._take(deployment.dice.sample(records, len(records)))

    _batches(deployment, AnyOrder)


def drop_what_fails(deployment: Deployment) -> None:
    """A batch that fails, because the storage is away, is acknowledged all the same and kept nowhere."""

    class PassedOver(Batches):
        async def deal_with(self, records: Sequence[ConsumerRecord]) -> None:
            with contextlib.suppress(ExceptionGroup, PyMongoError, KafkaError):
                await self._take(records)
                return
            with contextlib.suppress(KafkaError):
                await self._acknowledge(records)

    _batches(deployment, PassedOver)


def acks_1(deployment: Deployment) -> None:
    """A message counts as sent when one broker has it: with that one it is gone."""

    def patch(service: Service) -> None:
        producer: Any = service._ports.producer
        producer.acks = "1"

    deployment.patches.append(patch)


def publish_outside_log(deployment: Deployment) -> None:
    """Whoever has written an event sends the message himself, afterwards; nobody relays the log."""

    async def rest(batch: list[CommitAt]) -> None:
        """The relay does nothing."""

    def patch(service: Service) -> None:
        append, producer = service.log.append, service._ports.producer
        next(follower for follower in service.followers if follower.name == "relay")._apply = rest

        async def and_send(commit: Commit) -> int:
            position = await append(commit)
            said = (
                message
                for each in CommitAt(position, commit).recorded()
                for message in messages(each, restore(each.event), service.spec.publish, service.spec.name)
            )
            with contextlib.suppress(KafkaError):
                await producer.send_all(list(said))
            return position

        service.log.append = and_send  # type: ignore[method-assign]

    deployment.patches.append(patch)


DELIVERY = (acknowledge_first, acknowledge_unheard, no_order_in_batch, drop_what_fails, acks_1, publish_outside_log)
