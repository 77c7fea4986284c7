"""Restoring a backup into an empty MongoDB and an empty Kafka.

Only logs, boxes, given-up messages and the key ring are written. Everything else follows when the services start:
topics are filled by the relays under the same event ids, so whoever knows them is not told twice.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from kernel import mongo, topics
from kernel.backup import files
from kernel.backup.filling import See, batches, fill_logs
from kernel.backup.manifest import Manifest, read
from kernel.backup.taking import Progress
from kernel.credentials import Security
from kernel.documents import decoded, encoded, raw, unread
from kernel.masterkeys import MasterKeys
from kernel.refusals import Refused
from kernel.vault import LOST, wrap

KEYRING, STATE = "keyring", "restore"


class NotEmpty(Refused):
    """A restore never writes over anything."""

    def __init__(self, what: str) -> None:
        super().__init__(
            "G-8",
            f"復元先に既にデータがあります（{what}）。空の MongoDB と Kafka を用意してください。",
            f"There are data already ({what}). Restore into an empty MongoDB and an empty Kafka.",
        )


class UnderWay(RuntimeError):
    """A restore was begun and not finished: no service may start on what is there."""

    def __init__(self) -> None:
        super().__init__(
            "復元が途中です。`make restore` をもう一度最後まで行ってください。"
            " (A restore is not finished: run `make restore` again to its end.)"
        )


async def must_not_be_under_way(keyring: mongo.Database) -> None:
    """Guard of every start of a service, by the key ring's database. Raises `UnderWay`."""
    if await keyring[STATE].find_one({"_id": STATE, "done": False}):
        raise UnderWay


def checked(folder: Path, progress: Progress) -> Manifest:
    """The manifest, when all files are what was written. Raises `BadBackup`."""
    manifest = read(folder)
    parts = list(manifest.parts())
    for number, part in enumerate(parts):
        files.check(folder, part)
        progress("checksums", number + 1, len(parts))
    return manifest


async def begin(client: Any, kafka: str, prefix: str, manifest: Manifest, security: Security = None) -> None:
    """Claim the place for this backup. What an unfinished restore left there is cleared. Raises `NotEmpty`."""
    state = await _state(client, prefix).find_one({"_id": STATE})
    if state is not None and not state["done"]:
        await _clear(client, prefix, manifest)
    elif found := await _databases(client, prefix, manifest):
        raise NotEmpty(f"MongoDB {found[0]}")
    if held := await topics.filled(kafka, f"{prefix}.", security):
        raise NotEmpty(f"Kafka {held[0]}")
    said = {"backup": manifest.id, "done": False}
    await _state(client, prefix).update_one({"_id": STATE}, {"$set": said}, upsert=True)


async def _clear(client: Any, prefix: str, manifest: Manifest) -> None:
    """Drop what an unfinished restore wrote, but never the word that it is unfinished: services must stay out."""
    ring = f"{prefix}_{KEYRING}"
    for name in await _databases(client, prefix, manifest):
        if name != ring:
            await client.drop_database(name)
    await mongo.database(client, ring)["keys"].drop()


async def restore(client: Any, prefix: str, folder: Path, manifest: Manifest, see: See, progress: Progress) -> None:
    """Write everything but the key ring. Raises `BadBackup` where a log is not the one of the manifest."""
    for name, service in manifest.services.items():
        database = mongo.database(client, f"{prefix}_{name}")
        await fill_logs(database, folder, name, service, see, progress)
        await _fill(database["boxes"], files.documents(folder, service.boxes))
        progress(f"{name} boxes", service.boxes.documents, service.boxes.documents)
        await _fill(database["parked"], _elsewhere(files.documents(folder, service.parked), manifest.id))
    for name, collections in manifest.others.items():
        for collection, part in collections.items():
            await _fill(mongo.database(client, f"{prefix}_{name}")[collection], files.documents(folder, part))


async def fill_keyring(
    client: Any, prefix: str, keys: Iterable[dict[str, Any]], erased: Iterable[str], at: datetime
) -> int:
    """Write the key ring, without the keys that the restored logs say are destroyed; how many it still had of those.

    Each such subject is on record as erased, ``at`` the latest: no key is ever made for it again.
    """
    gone = frozenset(erased)
    found = {document["_id"]: document for document in keys}
    back = [subject for subject in gone if "wrapped" in found.get(subject, {"wrapped": None})]
    documents = [*(found | {subject: {"_id": subject, "erased_at": at} for subject in back}).values()]
    held = len(found.keys() & set(back))
    keyring = mongo.database(client, f"{prefix}_{KEYRING}")["keys"]
    for batch in batches(iter(documents)):
        await keyring.insert_many(batch, ordered=False)
    return held


async def renew_lost(client: Any, prefix: str, masters: MasterKeys, subjects: Iterable[str], at: datetime) -> None:
    """New keys for subjects whose keys no backup has: what they sealed reads as erased, what they seal can be read."""
    made = ({"_id": each, LOST: at, **wrap(masters, each, os.urandom(32))} for each in sorted(subjects))
    for batch in batches(made):
        await mongo.database(client, f"{prefix}_{KEYRING}")["keys"].insert_many(batch, ordered=False)


async def finish(client: Any, prefix: str, at: datetime) -> None:
    """From now on services may start."""
    await _state(client, prefix).update_one({"_id": STATE}, {"$set": {"done": True, "at": at}})


async def _fill(collection: Any, documents: Iterator[bytes]) -> None:
    for batch in batches(documents):
        await raw(collection).insert_many([unread(content) for content in batch], ordered=False)


def _elsewhere(parked: Iterator[bytes], backup: str) -> Iterator[bytes]:
    """Given-up messages under ids that no place of the new topics has: what is parked there must not meet them."""
    for content in parked:
        document = decoded(content)
        yield encoded(document | {"_id": f"{backup}:{document['_id']}"})


def _state(client: Any, prefix: str) -> Any:
    return mongo.database(client, f"{prefix}_{KEYRING}")[STATE]


async def _databases(client: Any, prefix: str, manifest: Manifest) -> list[str]:
    """The deployment's own that hold something; another's prefix may begin like this one.

    A log that has its indexes and no commit is empty: `infra.rights` makes it so before a service starts.
    """
    own = {f"{prefix}_{name}" for name in (*manifest.services, *manifest.others, KEYRING)}
    there = sorted(own & {*await client.list_database_names()})
    return [name for name in there if await _holds(mongo.database(client, name))]


async def _holds(database: Any) -> bool:
    for collection in await database.list_collection_names():
        if await database[collection].find_one({}, {"_id": 1}) is not None:
            return True
    return False
