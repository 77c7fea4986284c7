"""What a service may do in its own database: all that it does, and nothing that changes or removes what is in its log.

The kernel's own parts do their work as a service's user on a real MongoDB that asks who comes.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi import Request
from pymongo import UpdateOne
from pymongo.errors import OperationFailure

from infra.rights import mongo as giving
from infra.rights.table import SERVICES, SPLIT
from kernel import credentials, gates, mongo
from kernel.boxes import Boxes
from kernel.checkpoints import Lease, StoredCheckpoints
from kernel.clock import FixedClock
from kernel.denials import Unauthenticated
from kernel.ids import CountedIds
from kernel.mongo import newest
from kernel.mongolog import INDEXES, MongoLog
from kernel.projector import rebuild_and_compare
from kernel.repository import Repository
from kernel.sealing import Contact, Personal
from kernel.shards import named
from kernel.snapshots import StoredSnapshots
from kernel.splitting import SplitOtherwise, must_be_split_into
from kernel.testing import sealed
from kernel.vault import Vault
from kernel.webhooks import Secrets, WebhookGate
from tests.access.secured import PREFIX, Guarded
from tests.access.test_rights import refused, settings, signers
from tests.access.test_webhooks import NOW, OLD, signed
from tests.docs.test_architecture import SPECS
from tests.kernel.commits import commit, event
from tests.kernel.conftest import Place
from tests.kernel.desk import AT, call
from tests.kernel.office import Office
from tests.kernel.samples import Book
from tests.kernel.test_timers import MAY, Library

ROLE = f"{PREFIX}-{{}}"
ELSEWHERE = f"{PREFIX}-elsewhere"
"""Another deployment, whose logs are split."""


class Own:
    """A service's own database, as its user."""

    def __init__(self, guarded: Guarded, folder: Path, name: str) -> None:
        self.at = settings(guarded, name, folder)
        self._client = mongo.connect(self.at.mongo, **credentials.mongo(self.at))
        self.name, self.db = name, mongo.database(self._client, f"{PREFIX}_{name}")
        self.keys = mongo.database(self._client, f"{PREFIX}_keyring")["keys"]
        self.log = MongoLog(self.db)

    async def close(self) -> None:
        await self.log.close()
        self._client.close()


@pytest.fixture(params=SERVICES)
async def own(guarded: Guarded, tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Own]:
    """Each service's."""
    made = Own(guarded, tmp_path, request.param)
    await made.log.prepare()
    yield made
    await made.close()


async def test_a_log_is_written_and_read_timers_fire_and_what_is_parked_is_handled(own: Own) -> None:
    place, id = Place(own.log, own.db), f"ice-{own.name}"
    library = Library(place)
    await library.lend(id, MAY)
    library.clock.at = datetime(2027, 5, 1, tzinfo=UTC)
    assert await library.wheel.turn()
    await library.follow()
    assert await library.returns(id) == 1
    office = Office(place)
    await office.consumer.take([call(1, "a", "poison"), call(2, "a", "two"), call(3, "b", "poison")])
    assert (await office.parking.count(), len(office.dead.sent)) == (3, 3)
    (dropped,) = (each for each in await office.parking.listed() if each["key"] == "b")
    assert await office.consumer.drop(dropped["_id"], by="unyo-01", reason="試験")
    office.desks.broken.clear()
    assert await office.consumer.replay("a") == 2
    assert await office.parking.count() == 0
    assert (await own.log.disk())[0] > 0


async def test_snapshots_boxes_leases_checkpoints_and_ids_of_signed_requests_are_kept(own: Own, tmp_path: Path) -> None:
    repository = Repository(own.log, FixedClock(AT), CountedIds(), StoredSnapshots(own.db["snapshots"], every=1))
    id = f"book-{own.name}"
    for _ in range(2):  # once new, once in place of another
        book = await repository.find(Book, id) or Book.acquire(id, id=id, at=AT)
        book.lend(sealed(Personal, "Ann"), MAY, at=AT)
        await repository.save(book)
        book.take_back(at=AT)
        await repository.save(book)
    assert await own.db["snapshots"].count_documents({"_id": id}) == 1
    boxes = Boxes(own.db["boxes"], Vault(own.keys, bytes(32), ["contact"]))
    for name in ("kept", "dropped"):
        await boxes.put(name, b"%PDF", subject=f"{id}.boxes", kind=Contact)
    await boxes.drop("dropped")
    assert (await boxes.get("kept"), await boxes.forget(f"{id}.boxes")) == (b"%PDF", 1)
    lease = Lease(own.db["leases"], "tried", "me")
    token = await lease.take()
    assert token is not None
    assert await lease.take() == token
    await lease.give_back()
    checkpoints = StoredCheckpoints(own.db["checkpoints"])
    for position in (1, 2):
        await checkpoints.write("tried", position, token)
    assert (await checkpoints.read("tried"), (await checkpoints.positions())["tried"]) == (2, 2)
    await signs_twice(own, signers(tmp_path))


async def signs_twice(own: Own, file: Path) -> None:
    """The same id with another body is known, so the first was kept."""
    await gates.prepare(own.at.model_copy(update={"form_secrets_file": file}), own.db)
    gate = WebhookGate(own.name, Secrets(file), own.db["webhooks"], lambda: NOW)
    assert (await gate.caller(sent("{}"))).id == "portal"
    with pytest.raises(Unauthenticated, match="webhook-id"):
        await gate.caller(sent("[]"))


def sent(body: str) -> Request:
    raw = [(name.encode(), value.encode()) for name, value in signed(OLD, body, "msg-rights").items()]
    scope = {"type": "http", "method": "POST", "path": "/", "query_string": b"", "headers": raw}

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body.encode()}

    return Request(scope, receive)


async def test_every_read_model_is_written_and_built_anew_beside_itself(own: Own) -> None:
    (spec,) = (each for each in SPECS if each.name == own.name)
    for projection in spec.projections:
        documents = own.db[projection.collection]
        for position in (1, 2):
            write = newest({"_id": "tried", "_position": position}, "_position")
            await documents.bulk_write([write], ordered=False)
        assert "tried" in await rebuild_and_compare(own.log, projection, own.db)  # no event tells of it
        older = f"view.{projection.name}.v1"  # a process of before is at work until the newer one takes over
        await own.db[older].update_one({"_id": "tried"}, {"$set": {"_position": 3}}, upsert=True)


Act = Callable[[Any, Any], Any]
CHANGES: dict[str, Act] = {
    "update": lambda db, log: log.update_one({}, {"$set": {"c": "another"}}),
    "update of many": lambda db, log: log.update_many({}, {"$set": {"c": "another"}}),
    "replacement": lambda db, log: log.replace_one({}, {"c": "another"}),
    "upsert": lambda db, log: log.update_one({"_id": -1}, {"$set": {"c": "another"}}, upsert=True),
    "find and change": lambda db, log: log.find_one_and_update({}, {"$set": {"c": "another"}}),
    "find and remove": lambda db, log: log.find_one_and_delete({}),
    "removal": lambda db, log: log.delete_one({}),
    "removal of all": lambda db, log: log.delete_many({}),
    "in bulk": lambda db, log: log.bulk_write([UpdateOne({}, {"$set": {"c": "another"}})]),
    "out": lambda db, log: list(db["boxes"].aggregate([{"$out": log.name}])),
    "merge": lambda db, log: list(db["boxes"].aggregate([{"$merge": {"into": log.name, "whenMatched": "replace"}}])),
    "drop": lambda db, log: log.drop(),
    "drop of the database": lambda db, log: db.client.drop_database(db.name),
    "renaming": lambda db, log: log.rename("away"),
    "renaming over it": lambda db, log: db["boxes"].rename(log.name, dropTarget=True),
    "expiry by an index": lambda db, log: log.create_index("at", expireAfterSeconds=0),
    "other rules for it": lambda db, log: db.command("collMod", log.name, validator={}),
    "drop of an index": lambda db, log: log.drop_index("stream"),
    "capping": lambda db, log: db.command("convertToCapped", log.name, size=4096),
    "a view in its place": lambda db, log: db.command("create", "shown", viewOn="boxes", pipeline=[]),
}


@pytest.mark.clause("G-8")
@pytest.mark.parametrize("change", CHANGES)
def test_mongodb_lets_no_service_change_or_remove_what_is_in_its_log(guarded: Guarded, change: str) -> None:
    with guarded.database("admin") as admin, guarded.database("intake") as client:
        kept = admin[f"{PREFIX}_intake"]["log"]
        if kept.find_one() is None:
            kept.insert_one({"_id": 10**9})
        before = list(kept.find())
        db = client[f"{PREFIX}_intake"]
        refused(lambda: CHANGES[change](db, db["log"]))
        assert list(kept.find()) == before


@pytest.mark.clause("G-8")
@pytest.mark.parametrize("name", sorted(SPLIT))
async def test_every_shard_of_a_log_is_made_before_and_can_only_be_added_to(guarded: Guarded, name: str) -> None:
    with guarded.database("admin") as admin:
        giving.give(admin, ELSEWHERE, {name: guarded.password(name, "mongo")}, shards=2)
        try:
            with guarded.database(name) as client:
                own, kept = client[f"{ELSEWHERE}_{name}"], admin[f"{ELSEWHERE}_{name}"]["log.1"]
                own["log.1"].insert_one({"_id": 1})
                assert {*own["log.1"].index_information()} == {"_id_", *INDEXES}
                for change in CHANGES.values():
                    refused(lambda change=change: change(own, own["log.1"]))
                    assert list(kept.find()) == [{"_id": 1}]
                own["timers.1"].update_one({"_id": "t"}, {"$set": {"fired": True}}, upsert=True)
                refused(lambda: own["log.64"].insert_one({"_id": 1}))
            giving.give(admin, ELSEWHERE, {name: guarded.password(name, "mongo")}, shards=3)
            assert "log.2" not in admin[f"{ELSEWHERE}_{name}"].list_collection_names()  # for something is written
        finally:
            admin.drop_database(f"{ELSEWHERE}_{name}")
            giving.give(admin, PREFIX, {name: guarded.password(name, "mongo")})


async def test_a_service_sees_with_its_rights_into_how_many_shards_its_log_is_split(
    guarded: Guarded, tmp_path: Path
) -> None:
    name = "notify"
    with guarded.database("admin") as admin:
        giving.give(admin, ELSEWHERE, {name: guarded.password(name, "mongo")}, shards=2)
        own = Own(guarded, tmp_path, name)
        try:
            there = mongo.database(own.db.client, f"{ELSEWHERE}_{name}")
            logs = [MongoLog(there, named("log", shard), shards=0 if shard else 2) for shard in range(2)]
            for log in logs:
                await log.prepare()
                await log.append(commit(event("recipient-app-1", 1)))
            for count in (1, 3):
                with pytest.raises(SplitOtherwise):
                    await must_be_split_into(count, there)
        finally:
            await own.close()
            admin.drop_database(f"{ELSEWHERE}_{name}")
            giving.give(admin, PREFIX, {name: guarded.password(name, "mongo")})


def test_rights_of_before_are_taken_back(guarded: Guarded) -> None:
    """A deployment whose services had the whole of their databases is narrowed when rights are given again."""
    with guarded.database("admin") as admin:
        wide = [{"role": "readWrite", "db": f"{PREFIX}_intake"}]
        admin.admin.command("updateRole", ROLE.format("intake"), roles=wide, privileges=[])
        assert removes(guarded)
        giving.give(admin, PREFIX, {"intake": guarded.password("intake", "mongo")})
    assert not removes(guarded)


def removes(guarded: Guarded) -> bool:
    """Whether intake's user can take something out of its log."""
    with guarded.database("intake") as client:
        log: Any = client[f"{PREFIX}_intake"]["log"]
        try:
            log.delete_one({"_id": -1})
        except OperationFailure:
            return False
        return True
