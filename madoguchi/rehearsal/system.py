"""The running system as a rehearsal sees it: five HTTP interfaces, topics, a clock that can be moved.

`settle` tells when everything that was set in motion has come to rest: every follower at its log's tail, no timer due,
every consumer group at its topics' ends, no letter waiting.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import httpx
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed

from kernel import mongo
from kernel.clock import RehearsalClock
from madoguchi.signing_in import Signing
from schemas.events import TOPICS

REST_WITHIN = 90.0
PAUSE = 0.05
READER = "officer-01"
"""Who reads for a step that no officer does, and looks whether all is at rest."""
Progress = dict[str, dict[str, Any]]
"""What each service says of its progress."""


class Restless(Exception):
    """The system did not come to rest in time; says what was still moving."""


class System:
    """The system under rehearsal. Use as an asynchronous context manager."""

    def __init__(
        self,
        services: Mapping[str, str],
        kafka: str,
        mongo_url: str,
        mail: str,
        prefix: str,
        signing: Signing | None = None,
    ) -> None:
        self.services, self.kafka, self.mail, self.prefix = services, kafka, mail, prefix
        self._signing = signing or Signing()
        self._http = httpx.AsyncClient(timeout=30)
        self._client = mongo.connect(mongo_url)
        database = mongo.database(self._client, f"{prefix}_clock")
        self._clock, self._played = RehearsalClock(database), database["played"]
        self._known: dict[str, list[TopicPartition]] = {}

    async def __aenter__(self) -> System:
        self._admin = AIOKafkaAdminClient(bootstrap_servers=self.kafka)
        await self._admin.start()
        self._ends = AIOKafkaConsumer(bootstrap_servers=self.kafka)  # not before Kafka is known to answer
        await self._ends.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._ends.stop()
        await self._admin.close()
        await self._http.aclose()
        self._client.close()

    async def now(self) -> datetime:
        """The rehearsal's present moment, UTC. Raises RuntimeError before the clock was set."""
        return await self._clock.now()

    async def set_clock(self, to: datetime) -> None:
        """Move the clock; never backwards."""
        await self._clock.move(to)

    async def move(self, to: datetime) -> list[datetime]:
        """Move the clock to ``to`` through everything that falls due before, resting at each; the stops on the way.

        At the end the system is at rest: nothing more is due at ``to``.
        """
        stops: list[datetime] = []
        while True:
            upcoming = [datetime.fromisoformat(p["next"]) for p in (await self.settle()).values() if p["next"]]
            due = min((at for at in upcoming if at <= to), default=None)
            if due is None:
                break
            stops.append(due)
            await self._clock.move(due)
        await self._clock.move(to)
        return stops

    @retry(
        retry=retry_if_exception_type((httpx.TransportError, httpx.TimeoutException)),
        wait=wait_fixed(0.3),
        stop=stop_after_delay(60),
        reraise=True,
    )
    async def call(
        self, service: str, method: str, path: str, *, officer: str | None = READER, **options: Any
    ) -> httpx.Response:
        """One request, of an officer or (None) of a form; while the service is away, the same again."""
        headers = options.pop("headers", {}) | self._signing.whoever(officer)
        return await self._http.request(method, self.services[service] + path, headers=headers, **options)

    async def played(self) -> dict[str, dict[str, Any]]:
        """The answers to the steps that were played before, by the step's key: a rehearsal goes on where it stopped."""
        return {document["_id"]: document async for document in self._played.find()}

    async def note(self, key: str, answer: dict[str, Any]) -> None:
        """Keep the answer to a step."""
        await self._played.update_one({"_id": key}, {"$set": answer}, upsert=True)

    async def counts(self) -> dict[str, dict[str, Any]]:
        """What each service's log holds, and how many messages it parked."""
        found = {}
        for name in self.services:
            held = (await self.call(name, "GET", "/operations/counts")).raise_for_status().json()
            progress = (await self.call(name, "GET", "/operations/progress")).raise_for_status().json()
            found[name] = held | {"parked": progress["parked"]}
        return found

    async def mailbox(self) -> list[dict[str, Any]]:
        """Every mail caught so far."""
        answer = await self._http.get(f"{self.mail}/messages")
        found: list[dict[str, Any]] = answer.raise_for_status().json()
        return found

    async def settle(self) -> Progress:
        """Wait for rest; the progress of each service then. Raises `Restless`.

        Each service is looked at until it is at rest. Then all that was published must have been consumed, and a last
        look at all must find no log grown: whatever is consumed or sent leaves its mark in a log before it is
        acknowledged, so nothing can have been under way.
        """
        seen: Progress = {}
        moving = told = {name: ["not looked yet"] for name in self.services}
        async with _limit(REST_WITHIN, lambda: [each for late in told.values() for each in late]):
            while True:
                try:
                    seen |= await self._look(moving)
                    moving = self._moving(seen, await self.now())
                    if not moving:
                        moving = await self._under_way(seen)
                    told = moving or told  # the time may be over in the middle of a look that finds nothing yet
                    if not moving:
                        last = await self._look(self.services)
                        if last == seen:
                            return seen
                        seen, moving = last, self._moving(last, await self.now())
                        continue
                except (httpx.HTTPError, KafkaError, OSError) as away:
                    moving = told = {name: [f"{name}: {type(away).__name__}"] for name in self.services}
                await asyncio.sleep(PAUSE)

    async def _look(self, names: Iterable[str]) -> Progress:
        asked = list(names)
        answers = await asyncio.gather(
            *(
                self._http.get(f"{self.services[name]}/operations/progress", headers=self._signing.officer(READER))
                for name in asked
            )
        )
        return {name: answer.raise_for_status().json() for name, answer in zip(asked, answers, strict=True)}

    @staticmethod
    def _moving(progress: Progress, now: datetime) -> dict[str, list[str]]:
        """What each service itself still has to do."""
        moving: dict[str, list[str]] = {}
        for name, seen in progress.items():
            late = [f"{name}: {f}" for f, position in seen["followers"].items() if position < seen["tail"] - 1]
            if datetime.fromisoformat(seen["now"]) < now:
                late.append(f"{name}: clock")
            if seen["due"]:
                late.append(f"{name}: {seen['due']} timers due")
            if late:
                moving[name] = late
        return moving

    async def _under_way(self, progress: Progress) -> dict[str, list[str]]:
        """What is between the services: messages not consumed, letters not sent."""
        lagging, unsent = await asyncio.gather(self._lagging(progress), self._unsent())
        return lagging | unsent

    async def _lagging(self, progress: Progress) -> dict[str, list[str]]:
        partitions = await self._partitions()
        ends, *read = await asyncio.gather(
            self._ends.end_offsets([each for among in partitions.values() for each in among]),
            *(self._admin.list_consumer_group_offsets(f"{self.prefix}.{name}") for name in progress),
        )
        lagging = {}
        for (name, seen), offsets in zip(progress.items(), read, strict=True):
            behind = sum(
                max(0, ends[each] - (max(0, offsets[each].offset) if each in offsets else 0))
                for topic in seen["consumes"]
                for each in partitions[topic]
            )
            if behind:
                lagging[name] = [f"{name}: {behind} messages behind"]
        return lagging

    async def _partitions(self) -> dict[str, list[TopicPartition]]:
        if not self._known:
            names = [f"{self.prefix}.{topic}" for topic in TOPICS]
            for described in await self._admin.describe_topics(names):
                name = described["topic"]
                found = [TopicPartition(name, each["partition"]) for each in described["partitions"]]
                self._known[name.removeprefix(f"{self.prefix}.")] = found
        return self._known

    async def _unsent(self) -> dict[str, list[str]]:
        if "notify" not in self.services:
            return {}
        path, reader = "/v1/letters?status=composed&size=1", self._signing.officer(READER)
        answer = await self._http.get(self.services["notify"] + path, headers=reader)
        unsent = answer.raise_for_status().json()["total"]
        return {"notify": [f"notify: {unsent} letters to send"]} if unsent else {}


class _limit:  # noqa: N801  # reads as a statement
    """A time limit whose error says what was still going on."""

    def __init__(self, seconds: float, moving: Any) -> None:
        self._limit, self._moving = asyncio.timeout(seconds), moving

    async def __aenter__(self) -> None:
        await self._limit.__aenter__()

    async def __aexit__(self, *error: Any) -> None:
        try:
            await self._limit.__aexit__(*error)
        except TimeoutError:
            raise Restless(", ".join(self._moving())) from None
