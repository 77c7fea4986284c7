"""Entries of the log: a commit as the document that MongoDB keeps, and back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from kernel.log import Cause, Commit, CommitAt, Context, StoredEvent

NO_CONTEXT = Context()


def entry(at: CommitAt) -> dict[str, Any]:
    """The document of a commit."""
    commit = at.commit
    document: dict[str, Any] = {"_id": at.position, "n": commit.size, "c": commit.id, "at": commit.at}
    if commit.causes:
        document["k"] = [{"c": c.consumer, "m": c.message, "d": c.digest} for c in commit.causes]
    if commit.events:
        document["e"] = [{"s": e.stream, "v": e.version, "t": e.topic, "d": e.state} for e in commit.events]
    context = commit.context
    if context != NO_CONTEXT:
        document["m"] = {"co": context.correlation, "ca": context.causation, "tp": context.traceparent}
    return document


def commit_of(document: dict[str, Any]) -> CommitAt:
    """The commit of a document; its moment in UTC, whether or not it was read with a zone."""
    causes, meta, at = document.get("k"), document.get("m"), document["at"]
    return CommitAt(
        document["_id"],
        Commit(
            id=document["c"],
            at=datetime.combine(at.date(), at.time(), UTC),  # a fifth of what it costs to replace the zone
            events=tuple(events_of(document)),
            causes=tuple(Cause(k["c"], k["m"], k["d"]) for k in causes) if causes else (),
            context=Context(meta["co"], meta["ca"], meta["tp"]) if meta else NO_CONTEXT,
        ),
    )


def events_of(document: dict[str, Any]) -> list[StoredEvent]:
    """The events of a document."""
    return [StoredEvent(e["s"], e["v"], e["t"], e["d"]) for e in document.get("e", ())]
