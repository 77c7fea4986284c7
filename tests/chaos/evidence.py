"""Puts the evidence of a trial together, with the judge's own readers."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from infra.local.ports import HOST, SERVICES
from infra.local.stack import Stack
from tests.chaos.judge.evidence import Commit
from tests.chaos.judge.reading import Places
from tests.chaos.judge.system import gather as read
from tests.chaos.judge.system import privacy, published
from tests.chaos.judge.system.evidence import Evidence, Reply
from tests.chaos.poison import Poison
from tests.chaos.road import Road
from tests.chaos.scene import Scene
from tests.system.secrets import personal

CLOSED, GROUNDS, ERASED = (
    "personal data is plain nowhere (G-7)",
    "confidential grounds are nowhere outside (C-SC-15)",
    "erased is readable nowhere (G-7)",
)


def gather(
    scene: Scene, stack: Stack, places: Places, whole: Road, histories: Sequence[Path], poison: Poison | None,
    left: Sequence[str], in_time: bool,
) -> Evidence:  # fmt: skip
    """All of it, after the load; ``left`` is what still moves, ``in_time`` whether rest came soon enough."""
    logs = read.logs(places, SERVICES)
    topics, raw = asyncio.run(read.topics(places))
    replies = read.replies(histories)
    nodes = [f"{HOST}:{node.port}" for node in scene.cluster.databases]
    identities = {name: ids for name, (_, ids) in logs.items()}
    commits = {name: found for name, (found, _) in logs.items()}
    return Evidence(
        logs=commits,
        topics=topics,
        consumes=published.consumes(SERVICES),
        replies=replies,
        letters=read.letters(places),
        capacities=published.capacities(),
        incumbents=published.incumbents(),
        identities=identities,
        stale=read.stale(stack.addresses.services),
        moving=tuple(left) or (() if in_time else ("it took longer",)),
        copies=tuple(read.copies(places, nodes, identities)),
        parked=read.parked(places, SERVICES),
        poison=poison.expected() if poison else {},
        exposed={
            CLOSED: tuple(_plain(stack, places, raw, sorted(personal(whole.script)))),
            GROUNDS: tuple(_grounds(stack, places, raw, replies, sorted(whole.canaries))),
            ERASED: tuple(_erased(stack, places, nodes, commits, replies, whole)),
        },
    )


def _plain(stack: Stack, places: Places, raw: Sequence[bytes], words: Sequence[str]) -> Iterator[str]:
    yield from (f"{word} on a topic" for word in privacy.seen_in(b"\n".join(raw), words))
    yield from privacy.in_databases(places, words)
    yield from privacy.in_files(_service_logs(stack), words)


def _grounds(
    stack: Stack, places: Places, raw: Sequence[bytes], replies: Sequence[Reply], words: Sequence[str]
) -> Iterator[str]:
    yield from _plain(stack, places, raw, words)
    told = json.dumps([reply.body for reply in replies], ensure_ascii=False).encode()
    yield from (f"{word} in an answer" for word in privacy.seen_in(told, words))
    mails = stack.root / "data" / "mail"
    yield from privacy.in_files(sorted(mails.glob("*.eml")), words)


def _erased(
    stack: Stack, places: Places, nodes: Sequence[str], logs: dict[str, tuple[Commit, ...]],
    replies: Sequence[Reply], whole: Road,
) -> Iterator[str]:  # fmt: skip
    """Of the organisations that clients were told are erased."""
    done = {reply.case for reply in replies if reply.what == "erase" and 200 <= reply.status < 300}
    orders = [e for c in logs["intake"] for e in c.events if e.name == "intake.erasure_ordered.v1"]
    yield from privacy.keys(nodes, places.prefix, [order.data["subject"] for order in orders])
    for case in sorted(done):
        parties = [s.body["party"] for s in whole.script.steps if f"{s.programme}/{s.case}" == case and s.do == "apply"]
        words = [parties[0][field] for field in ("name", "email", "person", "address")]
        ids = {str(r.body.get("id")) for r in replies if r.case == case and r.what == "apply" and r.status < 300}
        streams = {e.stream for of in logs.values() for c in of for e in c.events if any(id in e.stream for id in ids)}
        yield from privacy.of_the_erased(stack.addresses.services, sorted(streams), words)


def _service_logs(stack: Stack) -> list[Path]:
    return sorted((stack.root / "log").glob("*.log*"))
