"""Takes what a course left behind out of the servers, as plain data for the judge."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

from kernel.log import CommitAt
from kernel.mapper import restore
from kernel.masterkeys import MasterKeys
from kernel.memory import MemoryLog
from kernel.projector import rebuild_and_compare
from kernel.publishing import Message, messages
from kernel.vault import unwrap
from tests.chaos.judge.evidence import Commit, Record, Stored
from tests.simulation.broker import Broker
from tests.simulation.course import Course
from tests.simulation.deployment import MASTER, SPECS, Deployment, logs
from tests.simulation.judge.evidence import Evidence, Letter, Published, Reply
from tests.simulation.people import Told
from tests.simulation.plan import Plan, script
from tests.simulation.store import at_once
from tests.system.secrets import personal

SHORT = 3
"""Characters of a text that may stand anywhere by chance."""
KINDS = ("contact", "personal", "confidential")


def gather(course: Course) -> Evidence:
    """All of it."""
    deployment = course.deployment
    return Evidence(
        places=course.plan.places,
        logs={name: tuple(map(_commit, journal.node.commits)) for name, journal in deployment.journals.items()},
        reads={name: frozenset(journal.seen) for name, journal in deployment.journals.items()},
        expected={name: tuple(_expected(deployment, name)) for name in SPECS},
        topics=tuple(_published(deployment.broker)),
        consumes={n: (frozenset(s.handlers.topics), frozenset(s.handlers.names)) for n, s in SPECS.items()},
        replies=tuple(_reply(told) for told in course.told),
        letters=tuple(Letter(c.message_id, c.to, c.digest, c.text) for c in deployment.mailbox),
        stale=_stale(deployment),
        moving=tuple(course.moving),
        broken=tuple(course.crashed),
        parked={name: tuple(_parked(deployment, name)) for name in SPECS},
        stored=dict(_stored(deployment)),
        secrets=secrets(course.plan),
        grounds=grounds(course.plan),
        opened=tuple(_opened(deployment, course.erased)),
    )


def _commit(at: CommitAt) -> Commit:
    events = tuple(Stored(e.stream, e.version, e.topic, json.loads(e.state)) for e in at.commit.events)
    keys = tuple((cause.consumer, cause.message) for cause in at.commit.causes)
    return Commit(at.position, at.commit.size, keys, events)


def _expected(deployment: Deployment, name: str) -> Iterator[Record]:
    for source in logs(name):
        for at in deployment.journals[source].node.commits:
            for recorded in at.recorded():
                yield from map(_record, messages(recorded, restore(recorded.event), SPECS[name].publish, source))


def _record(message: Message) -> Record:
    return Record(message.id, message.name, message.position, message.key, json.loads(message.data))


def _published(broker: Broker) -> Iterator[Published]:
    for place, log in broker.logs.items():
        for raw in log:
            headers = {name: value.decode() for name, value in raw.headers}
            name, position = headers["ce_type"].partition(".v")[0], int(headers["ce_position"])
            record = Record(headers["ce_id"], name, position, raw.key.decode(), json.loads(raw.value))
            yield Published(place.topic, place.partition, raw.offset, record)


def _reply(told: Told) -> Reply:
    cause = (f"http {told.method} {told.path}", told.key)
    return Reply(told.service, cause, told.what, told.case, told.status, told.body, told.begun, told.ended)


def _stale(deployment: Deployment) -> dict[str, tuple[str, ...]]:
    found = {}
    for name, spec in SPECS.items():
        log, *more = [MemoryLog(deployment.journals[each].node) for each in logs(name)]
        for projection in spec.projections:
            try:
                differing = at_once(rebuild_and_compare(log, projection, deployment.database(name), *more))
            except Exception as broken:  # noqa: BLE001  # a log that cannot be replayed
                differing = [f"no replay: {type(broken).__name__}"]
            found[f"{name} {projection.name}"] = tuple(differing)
    return found


def _parked(deployment: Deployment, name: str) -> Iterator[str]:
    for document in at_once(deployment.database(name)["parked"].find().to_list()):
        yield f"{document['name']}: {document['reason']}"


def _stored(deployment: Deployment) -> Iterator[tuple[str, bytes]]:
    for name, journal in deployment.journals.items():
        states = [event.state for at in journal.node.commits for event in at.commit.events]
        yield f"the log of {name}", b"\n".join(states)
    for place, log in deployment.broker.logs.items():
        yield f"{place.topic}/{place.partition}", b"\n".join(raw.value for raw in log)
    for name, database in deployment.databases.items():
        for collection in database.names:
            documents = at_once(database[collection].find().to_list())
            yield f"{name}.{collection}", repr(documents).encode()


def _opened(deployment: Deployment, erased: list[str]) -> Iterator[str]:
    """With the vault as it is: does any key of an erased subject open anything?"""
    keyring = {d["_id"]: d for d in at_once(deployment.database("keyring")["keys"].find().to_list())}
    masters = MasterKeys.of(MASTER)
    for subject in erased:
        document = keyring.get(subject, {})
        if "wrapped" in document:
            unwrap(masters, document)
            yield f"the key of {subject} is still there"


@cache
def _all_secrets(names: frozenset[Any]) -> frozenset[str]:
    whole = script()
    chosen = tuple(step for step in whole.steps if (step.programme, step.case) in names)
    return personal(type(whole)(whole.fiscal_year, whole.cases, chosen))


def secrets(plan: Plan) -> frozenset[str]:
    """What the course's cases say that must be sealed."""
    return grounds(plan) | _all_secrets(
        frozenset((act.step.programme, act.step.case) for day in plan.days for act in day)
    )


JUDGEMENTS = frozenset({"stage-one", "stage-two", "conflict", "no-interest", "review-adoption", "miss-interview"})


def grounds(plan: Plan) -> frozenset[str]:
    """What officers note of a company's judgement in the course: every reason and every criterion's note."""
    found = set[str]()
    for step in (act.step for day in plan.days for act in day if act.step.do in JUDGEMENTS):
        marks = (*step.body.get("criteria", {}).values(), step.body.get("strength", {}))
        found |= {step.body.get("reason", ""), *(mark.get("note", "") for mark in marks)}
    return frozenset(text for text in found if len(text) > SHORT)
