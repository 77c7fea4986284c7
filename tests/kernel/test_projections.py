"""Read models are a fold of the log: applied twice they are the same, and a doctored one is found."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from kernel.aggregate import AnyEvent
from kernel.clock import FixedClock
from kernel.ids import CountedIds
from kernel.mongo import keep_newest
from kernel.projections import Document, Projection
from kernel.projector import Projector, rebuild_and_compare, whole_log
from kernel.repository import Repository
from kernel.sealing import NotSealed, Personal
from kernel.testing import sealed
from kernel.views import Views
from tests.kernel.conftest import Place
from tests.kernel.late import Late
from tests.kernel.samples import Acquired, Book, Lent

AT = datetime(2027, 4, 1, tzinfo=UTC)


def fold(document: Document, event: AnyEvent) -> Document:
    """What the desk sees of a book."""
    match event:
        case Acquired():
            return {"title": event.title, "since": event.timestamp, "lendings": 0}
        case Lent():
            more = {"reader": event.reader, "until": event.until, "lendings": document["lendings"] + 1}
            return document | more
        case _:
            return document | {"reader": None, "until": None}


DESK = Projection("desk", 1, lambda event: event.originator_id if event.originator_id != "secret" else None, fold)


@pytest.fixture
async def repository(place: Place) -> Repository:
    repository = Repository(place.log, FixedClock(AT), CountedIds())
    for name in ("ice", "fire", "secret"):
        await repository.save(Book.acquire(name, id=name, at=AT))
    for _ in range(3):
        book = await repository.get(Book, "ice")
        book.lend(sealed(Personal, "Ann"), date(2027, 5, 1), at=AT)
        await repository.save(book)
        book.take_back(at=AT)
        await repository.save(book)
    return repository


async def build(place: Place, most: int = 1000) -> Projector:
    projector = Projector(DESK, place.db[DESK.collection])
    async for batch in whole_log(place.log, most):
        await projector.apply(batch)
    return projector


@pytest.mark.parametrize("most", [1, 2, 1000])
async def test_it_is_the_fold_of_the_log_whatever_the_batches(repository: Repository, place: Place, most: int) -> None:
    await build(place, most)
    views = Views(place.db, [DESK])
    ice = await views.get("desk", "ice")
    assert ice == {
        "_id": "ice", "_position": 9, "title": "ice", "since": AT, "lendings": 3, "reader": None, "until": None,
    }  # fmt: skip
    assert await views.get("desk", "secret") is None
    assert await rebuild_and_compare(place.log, DESK, place.db) == []


async def test_what_a_process_writes_after_it_lost_the_lease_turns_no_document_back(
    repository: Repository, place: Place
) -> None:
    late = Late(place.db[DESK.collection])
    await Projector(DESK, late).apply(await place.log.read(0, 3))
    await build(place)
    await late.arrive()
    assert await rebuild_and_compare(place.log, DESK, place.db) == []


async def test_a_batch_that_comes_again_changes_nothing(repository: Repository, place: Place) -> None:
    projector = await build(place)
    before = await place.db[DESK.collection].find().sort("_id").to_list(None)
    commits = await place.log.read(0, 100)
    for batch in (commits, commits[3:6], commits[:1]):
        await projector.apply(batch)
    assert await place.db[DESK.collection].find().sort("_id").to_list(None) == before


async def test_a_doctored_a_missing_and_a_surplus_document_are_found(repository: Repository, place: Place) -> None:
    await build(place)
    assert await rebuild_and_compare(place.log, DESK, place.db) == []
    await place.db[DESK.collection].update_one({"_id": "ice"}, {"$set": {"lendings": 2}})
    assert await rebuild_and_compare(place.log, DESK, place.db) == ["ice"]
    await place.db[DESK.collection].delete_one({"_id": "fire"})
    await place.db[DESK.collection].insert_one({"_id": "water"})
    assert await rebuild_and_compare(place.log, DESK, place.db) == ["fire", "ice", "water"]


async def test_a_sealed_field_stays_sealed_and_a_fresh_one_is_refused(repository: Repository, place: Place) -> None:
    book = await repository.get(Book, "ice")
    book.lend(sealed(Personal, "Ann"), date(2027, 5, 1), at=AT)
    await repository.save(book)
    await build(place)
    document = await place.db[DESK.collection].find_one({"_id": "ice"})
    assert document["reader"].startswith("sealed:1:")
    assert document["until"] == "2027-05-01"
    careless = Projection("careless", 1, lambda event: "all", lambda d, e: {"leak": sealed(Personal, "Ann")})
    with pytest.raises(NotSealed):
        await Projector(careless, place.db["careless"]).apply(await place.log.read(0, 1))


async def test_read_models_are_filtered_sorted_and_paged(repository: Repository, place: Place) -> None:
    await build(place)
    views = Views(place.db, [DESK])
    titles = [document["title"] for document in (await views.page("desk", {}, sort="-title"))[0]]
    assert titles == ["ice", "fire"]
    page, total = await views.page("desk", {"lendings": {"$gte": 0}}, sort="lendings", page=2, size=1)
    assert ([document["_id"] for document in page], total) == (["ice"], 2)
    assert [document["_id"] for document in await views.all("desk", {"lendings": {"$in": [0, 1]}})] == ["fire"]


async def test_a_new_version_is_built_beside_the_old_one(repository: Repository, place: Place) -> None:
    await build(place)
    second = Projection("desk", 2, DESK.key, lambda document, event: {"seen": document.get("seen", 0) + 1})
    projector = Projector(second, place.db[second.collection])
    async for batch in whole_log(place.log):
        await projector.apply(batch)
    assert (await place.db[second.collection].find_one({"_id": "ice"}))["seen"] == 7
    assert (await place.db[DESK.collection].find_one({"_id": "ice"}))["lendings"] == 3


async def test_a_change_that_arrives_late_turns_no_document_back(repository: Repository, place: Place) -> None:
    """The document was there when the late one was made, so it is put over what is there by then."""
    projector = Projector(DESK, place.db[DESK.collection])
    await projector.apply(await place.log.read(0, 3))
    late = Late(place.db[DESK.collection])
    await Projector(DESK, late).apply(await place.log.read(3, 1))
    await projector.apply(await place.log.read(3, 1000))
    await late.arrive()
    assert await rebuild_and_compare(place.log, DESK, place.db) == []


async def test_whoever_was_quicker_with_less_does_not_keep_a_document_back(
    repository: Repository, place: Place
) -> None:
    """Another process inserts an older state between the look and the insert."""
    documents = place.db[DESK.collection]

    class Overtaken(Late):
        async def bulk_write(self, writes: Any, *, ordered: bool = True) -> None:
            if not self._held:
                self._held.append(None)
                await Projector(DESK, documents).apply(await place.log.read(0, 3))
            await documents.bulk_write(writes, ordered=ordered)

    await Projector(DESK, Overtaken(documents)).apply(await place.log.read(0, 1000))
    assert await rebuild_and_compare(place.log, DESK, place.db) == []


@pytest.mark.parametrize(
    ("there", "kept"),
    [({}, 7), ({"_position": None}, 7), ({"_position": 6}, 7), ({"_position": 7}, 0), ({"_position": 8}, 0)],
    ids=["no position", "null", "less far", "as far", "further"],
)
async def test_what_has_come_as_far_stays(place: Place, there: Document, kept: int) -> None:
    documents = place.db[DESK.collection]
    await documents.insert_one(there | {"_id": "ice", "lendings": 0})
    await keep_newest(documents, [], [{"_id": "ice", "_position": 7, "lendings": 7, "$": {"price": "$5"}}], "_position")
    (found,) = await documents.find({"_id": "ice"}).to_list(None)
    assert found["lendings"] == kept
    assert ("$" in found) == bool(kept)
