"""When each form was done, as MongoDB's own log of operations says it: nothing watches while it is measured.

The log of operations has, with the node's clock, each entry that a service wrote into its event log. An entry belongs
to a form by its correlation, or by the message that it settles. A form is done when nothing that it led to is left: its
last entry in any of the five logs, letters handed to the mail server and heard of included.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from pymongo import MongoClient

LOG = "log"


@dataclass
class Forms:
    """By application id: when its last entry was written (seconds since the epoch), and which services wrote for it."""

    done: dict[str, float] = field(default_factory=dict)
    services: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    letters: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    entries: int = 0
    last: float = 0.0


def forms_in(url: str, prefix: str, since: float) -> Forms:
    """What became of every form of that deployment since then."""
    found, owner = Forms(), dict[str, str]()
    for written, service, document in entries(url, prefix, since):
        found.entries += 1
        found.last = max(found.last, written)
        for form in forms_of(document, owner):
            found.done[form] = max(found.done.get(form, 0.0), written)
            found.services[form].add(service)
        for event in document.get("e", ()):
            if event["t"].startswith("notify.letter_sent"):
                found.letters[owner.get(event["s"], "")] += 1
    return found


def forms_of(document: Mapping[str, Any], owner: dict[str, str]) -> set[str]:
    """The forms that an entry is about; ``owner`` remembers which stream belongs to which."""
    forms = {owner[stream] for stream in (_stream(cause["m"]) for cause in document.get("k", ())) if stream in owner}
    streams = [event["s"] for event in document.get("e", ())]
    own = next((stream for stream in streams if stream.startswith("app-")), document.get("m", {}).get("co", ""))
    if own.startswith("app-"):
        forms.add(own.partition(".")[0])
    if len(forms) == 1:
        (form,) = forms
        for stream in streams:
            owner.setdefault(stream, form)
    else:
        forms |= {owner[stream] for stream in streams if stream in owner}
    return forms


def _stream(message: str) -> str:
    """The stream of the event that a message tells of: ``service:stream/version+n``."""
    return message.partition(":")[2].rpartition("/")[0]


def entries(url: str, prefix: str, since: float) -> Iterator[tuple[float, str, dict[str, Any]]]:
    """Each entry of an event log with when it was written and by which service, in order."""
    with MongoClient[dict[str, Any]](url, tz_aware=True) as client:
        query = {"wall": {"$gte": datetime.fromtimestamp(since, UTC)}, "op": {"$in": ["i", "c"]}}
        for operation in client["local"]["oplog.rs"].find(query).sort("$natural", 1):
            inner = operation["o"].get("applyOps", []) if operation["op"] == "c" else [operation]
            for each in inner:
                database, _, collection = each.get("ns", "").partition(".")
                if each["op"] == "i" and collection == LOG and database.startswith(f"{prefix}_"):
                    yield operation["wall"].timestamp(), database.removeprefix(f"{prefix}_"), each["o"]
