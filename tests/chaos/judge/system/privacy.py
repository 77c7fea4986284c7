"""Looks where nothing may be read: in what lies in databases, topics and logs, and in what services still open."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx
from bson.raw_bson import RawBSONDocument
from pymongo import MongoClient

from tests.chaos.judge.reading import Places

SYSTEM = frozenset({"admin", "config"})
OPERATIONS = "oplog.rs"


def seen_in(raw: bytes, words: Iterable[str]) -> list[str]:
    """The words that stand in the bytes, as UTF-8 or as JSON escapes them."""
    return [word for word in words if word.encode() in raw or json.dumps(word)[1:-1].encode() in raw]


def in_databases(places: Places, words: Sequence[str]) -> Iterator[str]:
    """Documents of the deployment, and what the servers' own record of writes has of it, that show a word."""
    with MongoClient[RawBSONDocument](places.mongo, document_class=RawBSONDocument) as client:
        for name in client.list_database_names():
            if name in SYSTEM or not (name.startswith(places.prefix) or name == "local"):
                continue
            for collection in client[name].list_collection_names():
                query = {"ns": {"$regex": f"^{places.prefix}"}} if collection == OPERATIONS else {}
                raw = b"\n".join(bytes(document.raw) for document in client[name][collection].find(query))
                yield from (f"{word} in {name}.{collection}" for word in seen_in(raw, words))


def in_files(files: Iterable[Path], words: Sequence[str]) -> Iterator[str]:
    """Logs that show a word."""
    for path in files:
        yield from (f"{word} in {path.name}" for word in seen_in(path.read_bytes(), words))


def of_the_erased(services: Mapping[str, str], streams: Iterable[str], words: Sequence[str]) -> Iterator[str]:
    """What any service still opens of the aggregates of who was erased."""
    for service, url in services.items():
        for stream in streams:
            answer = httpx.get(f"{url}/operations/log/{stream}", params={"open": True}, timeout=60)
            if answer.status_code == 200:
                yield from (f"{service} opens {word} of {stream}" for word in seen_in(answer.content, words))


def keys(nodes: Iterable[str], prefix: str, subjects: Iterable[str]) -> Iterator[str]:
    """Keys of erased subjects that a node still holds, or that nobody ever destroyed."""
    wanted = list(subjects)
    for node in nodes:
        with MongoClient[dict[str, Any]](
            f"mongodb://{node}/?directConnection=true&readPreference=secondaryPreferred"
        ) as client:
            for document in client[f"{prefix}_keyring"]["keys"].find({"_id": {"$in": wanted}}):
                if "wrapped" in document or "erased_at" not in document:
                    yield f"the key of {document['_id']} is on {node}"
