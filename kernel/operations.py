"""What every service offers to operations: health, metrics, progress, events, parked messages, replay."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
from collections import Counter
from collections.abc import Iterator
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, Query, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from kernel import mongo
from kernel.access import PROGRAMME, Asking, Caller, officers, officers_or_operators, operators
from kernel.backup.chain import LogChain, PublishedChain
from kernel.denials import not_for, other_programme
from kernel.http import Said
from kernel.log import EventLog, Recorded
from kernel.mapper import restore
from kernel.progress import progress as progress_of
from kernel.projector import rebuild_and_compare, whole_log
from kernel.publishing import messages
from kernel.refusals import NotFound
from kernel.scraping import SECURED, scraping
from kernel.sealing import PREFIX
from kernel.service import Service
from kernel.shards import MOST, named
from kernel.timers import CONSUMER
from kernel.vault import MayNotOpen

router = APIRouter(tags=["operations"])
POSITION_MOST = 10**15
Shard = Annotated[int, Query(ge=0, le=MOST - 1)]

FOR_OPERATORS = [Depends(operators)]


def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


def _log_of(service: Service, shard: int) -> EventLog:
    if shard >= len(service.shards):
        raise NotFound("shard", "シャード")
    return service.shards[shard].log


FOLLOWED_WITHIN = 5.0
"""Seconds."""


@router.get("/health/live")
async def live() -> dict[str, str]:
    """The process answers."""
    return {"status": "live"}


@router.get("/health/ready")
async def ready(request: Request, response: Response) -> dict[str, str]:
    """The service takes requests and its topics are there; 503 otherwise. It may still be joining their consumers."""
    service = _service(request)
    try:
        await asyncio.gather(*(shard.log.tail() for shard in service.shards))
    except mongo.PyMongoError:
        service_ready = False
    else:
        service_ready = service.ready
    response.status_code = 200 if service_ready else 503
    return {"status": "ready" if service_ready else "not ready"}


@router.get("/metrics", dependencies=[Depends(scraping)], openapi_extra=SECURED)
async def metrics(request: Request) -> Response:
    """Prometheus metrics, for whoever brings their token; without that setting, for this machine alone (C-SC-15)."""
    return Response(generate_latest(_service(request).metrics.registry), media_type=CONTENT_TYPE_LATEST)


@router.get("/operations/progress", dependencies=FOR_OPERATORS)
async def progress(request: Request) -> dict[str, Any]:
    """How far everything is: the log's tail, each follower, timers due, the next timer, what is parked, the clock."""
    return await progress_of(_service(request))


@router.get("/operations/keys", dependencies=FOR_OPERATORS)
async def keys(request: Request) -> dict[str, Any]:
    """The master keys that this process knows, by id: the one that wraps, and all; nothing of the keys themselves."""
    masters = _service(request).vault.masters()
    return {"current": masters.current, "known": sorted(masters.keys)}


@router.get("/operations/counts", dependencies=FOR_OPERATORS)
async def counts(request: Request) -> dict[str, Any]:
    """What the log holds, counted from its beginning: events by name, messages settled, timers fired."""
    service = _service(request)
    events: Counter[str] = Counter()
    causes: Counter[str] = Counter()
    for shard in service.shards:
        async for batch in whole_log(shard.log):
            for at in batch:
                events.update(event.topic for event in at.commit.events)
                causes.update(cause.consumer for cause in at.commit.causes)
    settled, fired = causes[service.spec.name], causes[CONSUMER]
    return {"events": dict(sorted(events.items())), "consumed": settled, "timers": fired}


@router.get("/operations/digest", dependencies=FOR_OPERATORS)
async def digest(
    request: Request, upto: Annotated[int, Query(ge=0, le=POSITION_MOST)] = POSITION_MOST, shard: Shard = 0
) -> dict[str, Any]:
    """Chains of hashes up to a position: over the log, and over what it published, for whoever has read the topics.

    Of a log that is split each ``shard`` has its own.

    Two whose chains end alike at a position have read the same. Commits are whole: ``upto`` in the answer is the end of
    the one that holds the position.
    """
    service, log, told = _service(request), LogChain(), PublishedChain()
    source = named(service.spec.name, shard)
    async for batch in whole_log(_log_of(service, shard)):
        for at in batch:
            if at.position > upto:
                break
            log.add(at)
            for recorded in at.recorded():
                for message in messages(recorded, restore(recorded.event), service.spec.publish, source):
                    told.add(message.id, hashlib.sha256(message.data).digest())
    published = {"messages": told.messages, "digest": told.digest}
    return {"upto": log.upto, "commits": log.commits, "events": log.events, "log": log.digest, "published": published}


@router.get("/operations/log", dependencies=FOR_OPERATORS)
async def page(
    request: Request,
    after: Annotated[int, Query(ge=0, le=POSITION_MOST)] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    shard: Shard = 0,
) -> list[dict[str, Any]]:
    """The log's events after a position, in order. Commits are whole, so a page may be longer than its limit.

    Of a log that is split each ``shard`` has positions of its own.
    """
    commits = await _log_of(_service(request), shard).read(after, limit)
    return [_shown(recorded) for at in commits for recorded in at.recorded()]


@router.get("/operations/log/{stream:path}", dependencies=[Depends(officers_or_operators)])
async def log(
    request: Request, caller: Asking, stream: str, open: Annotated[bool, Query()] = False
) -> list[dict[str, Any]]:
    """An aggregate's events in order. ``open=true`` shows the sealed fields that this service may open.

    One sees those of programmes that one deals with. Only officers of the service have sealed fields opened.
    """
    service = _service(request)
    if open:
        must_be_an_officer_here(service, caller)
    found = await service.log.history(stream)
    if not found:
        raise NotFound("aggregate")
    events = [_shown(recorded) for recorded in found]
    programmes = {programme for event in events for programme in _programmes(event["data"])}
    if caller.programmes is not None:
        programmes |= {*await service.spec.programmes_of(request.app.state.application, stream)}
    if not all(map(caller.of, programmes)):
        raise other_programme()
    return [await _opened(service, event) for event in events] if open else events


def must_be_an_officer_here(service: Service, caller: Caller) -> None:
    """Guard of what is sealed: whoever keeps the system running does not read what is in it. Raises `Forbidden`."""
    if caller.proved and service.spec.name not in caller.roles:
        raise not_for(*officers.whom(service.spec.name))


def _programmes(said: Any) -> Iterator[str]:
    """The programmes that an event speaks of."""
    if isinstance(said, dict):
        if isinstance(found := said.get(PROGRAMME), str):
            yield found
        for each in said.values():
            yield from _programmes(each)


CLOSED = "closed"


def closed(event: dict[str, Any]) -> dict[str, Any]:
    """What is shown of an event that is closed to the one who asks: not whose it is, nor when it came."""
    return {"position": event["position"], "stream": CLOSED, "version": 0, "name": CLOSED, "data": {}}


def _shown(recorded: Recorded) -> dict[str, Any]:
    return {
        "position": recorded.position,
        "stream": recorded.event.stream,
        "version": recorded.event.version,
        "name": recorded.event.topic,
        "recorded_at": recorded.at.isoformat(),
        "correlation": recorded.context.correlation,
        "causation": recorded.context.causation,
        "data": msgspec.json.decode(recorded.event.state),
    }


async def _opened(service: Service, value: Any) -> Any:
    if isinstance(value, dict):
        return {key: await _opened(service, item) for key, item in value.items()}
    if isinstance(value, list):
        return [await _opened(service, item) for item in value]
    if isinstance(value, str) and value.startswith(PREFIX):
        try:
            return (await service.vault.shown_tokens([value]))[0]
        except MayNotOpen:
            return "（この業務では開けません）"
    return value


@router.get("/operations/parked", dependencies=FOR_OPERATORS)
async def parked(request: Request) -> list[dict[str, Any]]:
    """The messages that wait, with the reason for each."""
    return await _service(request).parking.listed()


@router.post("/operations/parked/{key:path}/replay", dependencies=FOR_OPERATORS)
async def replay_parked(request: Request, key: str) -> dict[str, int]:
    """Handle what is parked for a key, in its order."""
    return {"replayed": await _service(request).consumer.replay(key)}


@router.post("/operations/parked/{identity:path}/drop", dependencies=FOR_OPERATORS)
async def drop_parked(request: Request, identity: str, dropping: Said) -> dict[str, bool]:
    """Give one parked message up; who and why stay on record."""
    consumer = _service(request).consumer
    return {"dropped": await consumer.drop(identity, by=dropping.by, reason=dropping.reason)}


@router.post("/operations/replay", dependencies=FOR_OPERATORS)
async def replay(request: Request) -> dict[str, list[str]]:
    """Build every read model from nothing beside the one in use; which documents differ, by read model.

    Where this process leads the log, its read models are given a few seconds to come as far as the log is now: they
    follow it at their pace.
    """
    service = _service(request)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(FOLLOWED_WITHIN):
            for shard in service.shards:
                await shard.followed()
    first, *more = [shard.log for shard in service.shards]
    return {p.name: await rebuild_and_compare(first, p, service.db, *more) for p in service.spec.projections}
