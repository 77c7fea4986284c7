"""Least rights on a real Kafka and MongoDB that ask who comes: a service does its work, and nothing beyond it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import secrets
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import (
    GroupAuthorizationFailedError,
    KafkaConnectionError,
    TopicAuthorizationFailedError,
    for_code,
)
from pymongo.errors import OperationFailure

from infra.local.ports import HOST, free_ports
from infra.rights import passwords
from infra.rights.table import READ_MODELS, READS, SERVICES, SPLIT, read_models
from kernel import credentials, masterkeys, mongo, rotation
from kernel.masterkeys import MasterKeys
from kernel.mongo import refusal
from kernel.run import application, configured
from kernel.service import Spec
from kernel.settings import Settings
from kernel.vault import wrap
from madoguchi import recovery
from madoguchi.addresses import Deployment
from tests.access.issuing import Issuing, bearing
from tests.access.secured import PREFIX, Guarded
from tests.access.test_webhooks import OLD, signed
from tests.docs.test_architecture import SPECS
from tests.intake import forms

UNAUTHORIZED = 13
WITHIN = 60.0


def settings(guarded: Guarded, name: str, folder: Path, **more: Any) -> Settings:
    """What a deployment tells a service."""
    key = folder / "master.key"
    if not key.exists():
        key.write_bytes(os.urandom(32))
    return Settings(
        kafka=guarded.kafka, kafka_user=name, kafka_password_file=guarded.folder / f"{name}.kafka",
        mongo=guarded.mongo, mongo_user=name, mongo_password_file=guarded.folder / f"{name}.mongo",
        prefix=PREFIX, master_key_file=key, topic_partitions=1, **more,
    )  # fmt: skip


def kafka_as(guarded: Guarded, name: str, folder: Path) -> dict[str, Any]:
    proof = credentials.options(credentials.kafka(settings(guarded, name, folder)))
    return {"bootstrap_servers": guarded.kafka, **proof}


def test_the_table_has_what_the_services_consume_and_show() -> None:
    assert {spec.name: tuple(sorted(spec.handlers.topics)) for spec in SPECS} == {
        name: tuple(sorted(topics)) for name, topics in READS.items()
    }
    assert {spec.name: {each.name: each.version for each in spec.projections} for spec in SPECS} == READ_MODELS
    assert {spec.name for spec in SPECS if spec.home is not None} == SPLIT
    for spec in SPECS:
        assert {each.collection for each in spec.projections} <= {*read_models(spec.name)}


@contextlib.asynccontextmanager
async def serving(spec: Spec, at: Settings) -> AsyncIterator[httpx.AsyncClient]:
    server = uvicorn.Server(configured(application(spec, at), at))
    task = asyncio.create_task(server.serve())
    try:
        async with httpx.AsyncClient(base_url=f"http://{HOST}:{at.http_port}", timeout=WITHIN) as client:
            yield client
    finally:
        server.should_exit = True
        await task


async def until(holds: Any) -> None:
    limit = time.monotonic() + WITHIN
    while not await holds():
        assert time.monotonic() < limit, "it did not come to hold"
        await asyncio.sleep(0.2)


async def ready(client: httpx.AsyncClient) -> bool:
    try:
        return (await client.get("/health/ready")).status_code == 200
    except httpx.TransportError:
        return False


async def looked_at_kafka(client: httpx.AsyncClient) -> bool:
    """Whether the service sees how far its group is behind: that takes rights on topics and on the group."""
    figures = (await client.get("/metrics")).text
    return "madoguchi_brokers 1.0" in figures and "madoguchi_consumer_lag_messages{" in figures


@pytest.mark.timeout(240)
async def test_all_five_services_do_their_work_with_their_own_rights(
    guarded: Guarded, issuer: Issuing, tmp_path: Path
) -> None:
    """A form comes with a token, its letter is composed by notify: through both parts, as five different users."""
    ports = dict(zip(SERVICES, free_ports(len(SERVICES)), strict=True))
    async with contextlib.AsyncExitStack() as stack:
        clients = {}
        for spec in SPECS:
            more = {"http_port": ports[spec.name], "issuers": (issuer.believed(),), "smtp": f"{HOST}:1"}
            more |= {"form_secrets_file": signers(tmp_path)}
            at = settings(guarded, spec.name, tmp_path, **more)
            clients[spec.name] = await stack.enter_async_context(serving(spec, at))
        for client in clients.values():
            await until(lambda client=client: ready(client))
        form = bearing(issuer.signer.token("portal", {"scope": "forms"})) | {"Idempotency-Key": "k-1"}
        path = "/v1/secondment/2026/applications"
        sent = await clients["intake"].post(path, json=forms.secondment(), headers=form)
        assert sent.status_code in (201, 409), sent.text  # by the real clock the reception is closed: kept all the same
        reader = bearing(issuer.officer("jinji-01", "notify"))

        async def written() -> bool:
            answer = await clients["notify"].get("/v1/letters", headers=reader)
            return bool(answer.json()["total"])

        await until(written)
        for client in clients.values():
            await until(lambda client=client: looked_at_kafka(client))
        body = json.dumps(forms.secondment(2))
        by_signature = signed(OLD, body, at=time.time())
        by_signature |= {"Content-Type": "application/json", "Idempotency-Key": "k-2"}
        again = await clients["intake"].post(path, content=body.encode(), headers=by_signature)
        assert again.status_code == sent.status_code, again.text
        operator = bearing(issuer.officer("unyo-01", "operations"))
        for name, client in clients.items():
            compared = await client.post("/operations/replay", headers=operator)
            assert (compared.status_code, any(compared.json().values())) == (200, False), (name, compared.text)
            assert (await client.get("/operations/progress", headers=operator)).json()["followers"]["relay"] >= 0


def signers(folder: Path) -> Path:
    """A file of the secrets of forms that sign."""
    file = folder / "secrets.json"
    file.write_text(json.dumps({"portal": [OLD]}))
    return file


@pytest.mark.parametrize("name", SERVICES)
async def test_a_service_reads_and_writes_no_topic_that_is_not_its_business(
    guarded: Guarded, name: str, tmp_path: Path
) -> None:
    await made(guarded, tmp_path)
    as_it = kafka_as(guarded, name, tmp_path)
    producer = AIOKafkaProducer(**as_it, enable_idempotence=True, acks="all")
    await producer.start()
    try:
        for other in SERVICES:
            for topic in (f"{PREFIX}.{other}", f"{PREFIX}.{other}.dead-letters"):
                if other == name:
                    await producer.send_and_wait(topic, b"x", key=b"nobody")
                else:
                    with pytest.raises(TopicAuthorizationFailedError):
                        await producer.send_and_wait(topic, b"x", key=b"nobody")
    finally:
        await producer.stop()
    for other in SERVICES:
        allowed = other in READS[name]
        assert await reads(as_it, f"{PREFIX}.{other}", f"{PREFIX}.{name}") == allowed, other
        assert not await reads(as_it, f"{PREFIX}.{other}.dead-letters", f"{PREFIX}.{name}"), other


async def reads(as_it: dict[str, Any], topic: str, group: str) -> bool:
    consumer = AIOKafkaConsumer(topic, **as_it, group_id=group, auto_offset_reset="earliest")
    try:
        await consumer.start()
        async with asyncio.timeout(WITHIN):
            await consumer.getone()
    except TopicAuthorizationFailedError:
        return False
    finally:
        await consumer.stop()
    return True


async def test_a_service_takes_no_part_in_another_s_group_and_makes_no_other_topic(
    guarded: Guarded, tmp_path: Path
) -> None:
    await made(guarded, tmp_path)
    as_it = kafka_as(guarded, "billing", tmp_path)
    consumer = AIOKafkaConsumer(f"{PREFIX}.intake", **as_it, group_id=f"{PREFIX}.notify")
    with pytest.raises(GroupAuthorizationFailedError):
        await consumer.start()
    await consumer.stop()
    admin = AIOKafkaAdminClient(**as_it)
    await admin.start()
    try:
        for topic in (f"{PREFIX}.screening", f"{PREFIX}.another", "another"):
            answer = await admin.create_topics([NewTopic(topic, 1, 1)])
            ((_, code, *_),) = answer.topic_errors
            assert for_code(code) is TopicAuthorizationFailedError, topic
        gone = await admin.delete_topics([f"{PREFIX}.billing"])
        ((_, code),) = gone.topic_error_codes
        assert for_code(code) is TopicAuthorizationFailedError
    finally:
        await admin.close()


WRONG = [
    {"sasl_plain_password": "another"}, {"sasl_plain_username": "stranger"}, {"security_protocol": "PLAINTEXT"},
]  # fmt: skip


@pytest.mark.parametrize("wrong", WRONG, ids=str)
async def test_nobody_else_comes_to_kafka(guarded: Guarded, tmp_path: Path, wrong: dict[str, str]) -> None:
    producer = AIOKafkaProducer(**(kafka_as(guarded, "intake", tmp_path) | wrong), request_timeout_ms=5000)
    with pytest.raises(KafkaConnectionError):
        await producer.start()
    await producer.stop()


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_has_its_own_database_and_of_the_key_ring_what_it_needs(guarded: Guarded, name: str) -> None:
    with guarded.database(name) as client:
        boxes = client[f"{PREFIX}_{name}"]["boxes"]
        boxes.insert_one({"_id": "tried"})
        assert boxes.delete_one({"_id": "tried"}).deleted_count == 1
        refused(lambda: client[f"{PREFIX}_{name}"]["another"].insert_one({}))
        refused(boxes.drop)
        for other in SERVICES:
            if other != name:
                refused(lambda other=other: client[f"{PREFIX}_{other}"]["log"].find_one())
                refused(lambda other=other: client[f"{PREFIX}_{other}"]["log"].insert_one({}))
        keys = client[f"{PREFIX}_keyring"]["keys"]
        keys.insert_one({"_id": f"tried-{name}", "wrapped": b"x"})
        assert keys.find_one({"_id": f"tried-{name}"}) is not None
        erase = partial(keys.update_one, {"_id": f"tried-{name}"}, {"$unset": {"wrapped": ""}})
        if name == "intake":
            assert erase().modified_count == 1
        else:
            refused(erase)
        restore = client[f"{PREFIX}_keyring"]["restore"]
        assert restore.find_one() is None  # whether a restore is under way is asked at every start
        refused(lambda: restore.insert_one({"_id": "restore", "done": True}))
        refused(lambda: keys.delete_one({"_id": f"tried-{name}"}))
        refused(keys.drop)
        refused(lambda: client["admin"].command("createUser", "stranger", pwd="x", roles=["root"]))
        refused(lambda: client["madoguchi_intake"]["log"].find_one())


async def test_a_rotation_of_the_master_key_needs_no_more_than_the_user_that_erases(
    guarded: Guarded, tmp_path: Path
) -> None:
    before = MasterKeys.fresh()
    after = before.announced().turned()
    with guarded.database("admin") as admin:
        admin[f"{PREFIX}_keyring"]["keys"].delete_many({})  # what other tests left is wrapped by no known key
    at = settings(guarded, "intake", tmp_path)
    client = mongo.connect(at.mongo, **credentials.mongo(at))
    try:
        ring = mongo.database(client, f"{PREFIX}_keyring")["keys"]
        await ring.insert_one({"_id": "tried-rotation", **wrap(before, "tried-rotation", os.urandom(32))})
        assert await rotation.rewrap(ring, after, lambda done, total: None) == 1
        assert (await rotation.left(ring, after), await rotation.left(ring, before)) == (0, 1)
    finally:
        client.close()


def refused(act: Any) -> None:
    with pytest.raises(OperationFailure) as why:
        act()
    assert why.value.code == UNAUTHORIZED


def test_giving_again_changes_nothing_and_takes_back_what_is_too_much(guarded: Guarded) -> None:
    with guarded.database("admin") as client:
        more = [{"role": "readWriteAnyDatabase", "db": "admin"}]
        client["admin"].command("grantRolesToUser", "billing", roles=more)
    assert guarded.gives() == 0
    assert guarded.gives() == 0
    with guarded.database("billing") as client:
        refused(lambda: client[f"{PREFIX}_intake"]["log"].find_one())


def test_passwords_are_files_of_their_owner_alone_and_differ(guarded: Guarded) -> None:
    files = sorted(guarded.folder.iterdir())
    assert {each.stat().st_mode & 0o777 for each in files} == {0o400}
    brought, taken = (guarded.folder / name for name in (passwords.SCRAPES, passwords.METRICS))
    assert brought.read_text() == taken.read_text()
    apart = [each for each in files if each != brought]
    assert len({each.read_text() for each in apart}) == len(apart) == 2 * (len(SERVICES) + 1) + 2


async def made(guarded: Guarded, folder: Path) -> None:
    """Each service's topics, made by itself."""
    for name in SERVICES:
        admin = AIOKafkaAdminClient(**kafka_as(guarded, name, folder))
        await admin.start()
        try:
            topics = [f"{PREFIX}.{name}", f"{PREFIX}.{name}.dead-letters"]
            await admin.create_topics([NewTopic(topic, 1, 1) for topic in topics])
        finally:
            await admin.close()
        producer = AIOKafkaProducer(**kafka_as(guarded, name, folder))
        await producer.start()
        for topic in topics:
            await producer.send_and_wait(topic, b"x", key=b"nobody")
        await producer.stop()


@pytest.mark.clause("G-8")
async def test_a_backup_and_a_restore_need_no_administrator(guarded: Guarded, tmp_path: Path) -> None:
    """The rights of docs/recovery.md: reading for the one, and for the other writing and dropping what it began."""
    prefix, now = "kept", datetime(2027, 4, 1, tzinfo=UTC)
    names = [f"{prefix}_{name}" for name in (*SERVICES, "keyring", "clock")]
    (tmp_path / "kept").write_text(secrets.token_hex())
    word = (tmp_path / "kept").read_text()
    with guarded.database("admin") as admin:
        for user, roles in (("takes", ["read"]), ("restores", ["readWrite", "dbAdmin"])):
            held = [{"role": role, "db": name} for name in names for role in roles]
            admin.admin.command("createUser", user, pwd=word, roles=held, mechanisms=["SCRAM-SHA-256"])
        for name in ("intake", "keyring"):
            admin[f"{prefix}_{name}"]["boxes" if name == "intake" else "keys"].insert_one({"_id": "one"})
        masterkeys.write(tmp_path / "master.key", MasterKeys.fresh())
        said: dict[str, Any] = {
            "kafka": guarded.kafka,
            "kafka_user": "intake",
            "kafka_password_file": guarded.folder / "intake.kafka",
        }
        said |= {"mongo": guarded.mongo, "mongo_password_file": tmp_path / "kept", "prefix": prefix}
        said |= {"master_key_file": tmp_path / "master.key", "backup_folder": tmp_path / "b"}
        said |= {"key_backup_folder": tmp_path / "k"}
        takes, restores = (Deployment(**said, mongo_user=user) for user in ("takes", "restores"))
        taken = await recovery.take(takes, now, lambda *_: None)
        with pytest.raises(OperationFailure) as refused:
            await recovery.take(Deployment(**said, mongo_user="notify"), now + timedelta(days=1), lambda *_: None)
        assert refusal(refused.value) == "rights"
        for name in names:
            admin.drop_database(name)
        for _ in range(2):
            done = await recovery.restore(restores, taken.folder, taken.keys, now, lambda *_: None)
            assert (done.manifest, done.head.keys) == (taken.manifest, 1)
            admin[f"{prefix}_keyring"]["restore"].update_one({}, {"$set": {"done": False}})  # as if it broke off
