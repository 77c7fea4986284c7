"""Backup and recovery of a deployment: the logs into one folder, the key ring into another, and both back."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from kernel import credentials, masterkeys, mongo
from kernel.backup import keyring, restoring, taking
from kernel.backup import manifest as manifests
from kernel.backup.files import UNFINISHED, BadBackup
from kernel.backup.keyring import Discarded, Head
from kernel.backup.manifest import Manifest
from kernel.durable import settle
from kernel.log import StoredEvent
from kernel.refusals import Refused
from kernel.sealing import subjects_in
from madoguchi.addresses import SERVICES, Deployment
from services.intake.app.destroyed import Destroyed

OTHERS = ("clock",)
"""Databases beside those of the services and the key ring: a rehearsal's clock. Empty elsewhere."""
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Taken:
    """A backup that was made; ``discarded`` are the key rings' backups whose day had come."""

    folder: Path
    keys: Path
    manifest: Manifest
    head: Head
    discarded: Discarded


@dataclass(frozen=True)
class Restored:
    """What was restored.

    ``held`` keys of the key ring's backup are destroyed, by the logs, and were left out. For ``lost`` subjects it has
    no key, for it is older than the logs: what was sealed for them reads as erased.
    """

    manifest: Manifest
    head: Head
    held: int
    lost: int


class Heard:
    """What the key ring has to know of the logs: whose keys are destroyed, and who has sealed values at all."""

    def __init__(self) -> None:
        self._destroyed, self._sealed = Destroyed(), set[str]()

    def see(self, service: str, stored: StoredEvent) -> None:
        """The next event of a log."""
        self._destroyed.see(service, stored)
        self._sealed |= subjects_in(stored.state)

    def destroyed(self) -> set[str]:
        """Whose keys are destroyed."""
        return {*self._destroyed.subjects()}

    def lost(self, ring: Iterable[Mapping[str, Any]]) -> set[str]:
        """Who has sealed values and no key in a key ring."""
        return self._sealed - {document["_id"] for document in ring} - self.destroyed()


class Together(Refused):
    """Logs and key ring in one place are no protection."""

    def __init__(self) -> None:
        super().__init__(
            "G-7",
            "記録の控えと鍵束の控えは別の場所に置きます。MADOGUCHI_KEY_BACKUP_FOLDER を変えてください。",
            "The key ring's backups must not lie with those of the logs: say another MADOGUCHI_KEY_BACKUP_FOLDER.",
        )


class SameMoment(Refused):
    """Two backups would have one name."""

    def __init__(self) -> None:
        super().__init__(
            "G-8",
            "同じ時刻の控えが既にあります。控えは作成していません。もう一度行ってください。",
            "There is a backup of this very second. None was made: do it again.",
        )


class Older(Refused):
    """The key ring's backup is of before the logs'."""

    def __init__(self) -> None:
        super().__init__(
            "G-8",
            "鍵束の控えが記録の控えより古く、その間に封じた内容は読めません。使うなら --older-keys を付けてください。",
            "The key ring's backup is older: what was sealed since cannot be read. Say --older-keys to accept that.",
        )


async def take(deployment: Deployment, now: datetime, progress: Progress) -> Taken:
    """Destroy the key rings' backups whose day has come, and back everything up. Raises `Refused`, PyMongoError.

    They go first: they are of no use any more, also where the backup then fails.
    """
    to, keys = deployment.backup_folder.resolve(), deployment.key_backup_folder.resolve()
    if to == keys or to in keys.parents or keys in to.parents:
        raise Together
    name = f"{deployment.prefix}-{now:%Y%m%dT%H%M%SZ}"
    made = to / f".{name}{UNFINISHED}"
    masterkeys.read(deployment.master_key_file)  # a file that cannot be used is said before anything is done
    _fresh(made, keys)
    discarded = keyring.discard_expired(keys, now)
    async with _client(deployment) as client:
        id, prefix = uuid.uuid4().hex, deployment.prefix
        manifest = await taking.take(client, prefix, SERVICES, OTHERS, made, id=id, progress=progress)
        ring = mongo.database(client, f"{prefix}_{restoring.KEYRING}")["keys"]
        until = now + timedelta(days=deployment.key_backup_days)
        said: dict[str, Any] = {"backup": id, "prefix": prefix, "made_at": now, "expires_at": until}
        masters = masterkeys.read(deployment.master_key_file)  # by now: logs take long to copy
        head = await keyring.take(ring, masters, keys / f"{name}{keyring.ENDING}", **said)
    manifests.seal(made, masters)
    os.replace(made, to / name)
    settle(to)
    return Taken(to / name, keys / f"{name}{keyring.ENDING}", manifest, head, discarded)


async def restore(
    deployment: Deployment, folder: Path, keys: Path, now: datetime, progress: Progress, *, older_keys: bool = False
) -> Restored:
    """Restore into an empty MongoDB and Kafka. All that can be wrong with the backup is found before a word is written.

    Raises `Refused`, PyMongoError, KafkaError.
    """
    masters, manifest = masterkeys.read(deployment.master_key_file), checked(deployment, folder, progress)
    ring, head, heard = keyring.opened(keys, masters, now), keyring.head_of(keys), Heard()
    if deployment.prefix != manifest.prefix or head.prefix != manifest.prefix:
        raise BadBackup(folder.name, "別の環境（prefix）のものです。", "It is of another deployment (prefix).")
    if head.backup != manifest.id and head.made_at < manifest.made_at and not older_keys:
        raise Older
    async with _client(deployment) as client:
        await restoring.begin(client, deployment.kafka, deployment.prefix, manifest, credentials.kafka(deployment))
        await restoring.restore(client, deployment.prefix, folder, manifest, heard.see, progress)
        lost = heard.lost(ring)
        held = await restoring.fill_keyring(client, deployment.prefix, ring, heard.destroyed(), now)
        await restoring.renew_lost(client, deployment.prefix, masters, lost, now)
        await restoring.finish(client, deployment.prefix, now)
    return Restored(manifest, head, held, len(lost))


def checked(deployment: Deployment, folder: Path, progress: Progress) -> Manifest:
    """The manifest, when it is the deployment's own and all files are what was written. Raises `BadBackup`."""
    manifests.prove(folder, masterkeys.read(deployment.master_key_file))
    return restoring.checked(folder, progress)


def keys_of(deployment: Deployment, folder: Path) -> Path:
    """The key ring's backup that was made with that of a folder."""
    return deployment.key_backup_folder / f"{folder.name}{keyring.ENDING}"


def _fresh(made: Path, keys: Path) -> None:
    keys.mkdir(parents=True, exist_ok=True, mode=0o700)
    shutil.rmtree(made, ignore_errors=True)  # of one that was broken off
    if made.with_name(made.name.removeprefix(".").removesuffix(UNFINISHED)).exists():
        raise SameMoment
    made.mkdir(parents=True, mode=0o700)


@asynccontextmanager
async def _client(deployment: Deployment) -> AsyncIterator[Any]:
    client = mongo.connect(deployment.mongo, **credentials.mongo(deployment))
    try:
        yield client
    finally:
        client.close()
