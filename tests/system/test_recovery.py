"""A running system is backed up and comes back from nothing but that; then a person and a company in it are erased.

What comes back tells nobody anything twice. What is erased is found nowhere: in MongoDB's files after a compaction, in
Kafka's, in logs, on topics; it cannot be opened with an older key ring's backup either.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import re
import shutil
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from pymongo import MongoClient

from examples.reporting.__main__ import consume
from examples.reporting.same import differences
from examples.reporting.tables import Tables
from infra.local.ports import SERVICES, Ports
from infra.local.programs import Addresses, Program
from infra.local.stack import Stack
from kernel import mongo
from kernel.backup import keyring
from kernel.backup.files import BadBackup, documents
from kernel.backup.restoring import fill_keyring
from kernel.backup.taking import commit_of
from kernel.masterkeys import KeyFile
from kernel.sealing import subjects_in, unsealed_kind
from kernel.vault import ERASED, Vault
from madoguchi import recovery
from madoguchi.rehearsal.script import Script
from madoguchi.rehearsal.system import System
from services.intake.app.erasing import OFFICE
from tests.recovery.trial import deployment
from tests.system.reading import commits, records
from tests.system.secrets import personal, seen_in
from tests.system.whole import PREFIX, Whole

pytestmark = [pytest.mark.timeout(600), pytest.mark.clause("G-7"), pytest.mark.clause("G-8")]
PERSON, COMPANY, OTHER = "secondment/tsurumi", "support/hinode", "secondment/kaede"
TOKEN = re.compile(rb"sealed:1:[A-Za-z0-9_-]+:[A-Za-z0-9_-]+")
OPENS = ("contact", "personal", "confidential")


@dataclass
class Back:
    """The system as it came back; what was there before, and what there was to be told by mail."""

    whole: Whole
    taken: recovery.Taken
    done: recovery.Restored
    before: dict[str, int]
    root: Path
    progress: dict[str, Any] = field(default_factory=dict)


def tell(what: str, done: int, total: int) -> None:
    """Nobody looks."""


@pytest.fixture(scope="module")
def back(whole: Whole, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Back]:
    """The played system is backed up; another MongoDB and another Kafka get what was backed up, and services start."""
    now = datetime.now(UTC).replace(microsecond=0)
    root = tmp_path_factory.mktemp("back")
    taken = asyncio.run(recovery.take(deployment(whole.addresses, root), now, tell))
    done: list[recovery.Restored] = []

    def restore(addresses: Addresses) -> None:
        shutil.copy(whole.addresses.master_key_file, addresses.master_key_file)
        there = deployment(addresses, root)
        done.append(asyncio.run(recovery.restore(there, taken.folder, taken.keys, now, tell)))

    before = {name: len(commits(whole.addresses, name)) for name in SERVICES}
    with Stack(root, Ports.free(), PREFIX, "rehearsal", first=restore, changed=plain) as stack:
        again = Whole(root, stack, whole.script, whole.played, whole.outcome)
        made = Back(again, taken, done[0], before, root)
        made.progress = asyncio.run(rest(stack.addresses))
        yield made


def plain(program: Program) -> Program:
    """MongoDB without compression, so that whoever looks through its files finds what is in them."""
    options = ("--wiredTigerCollectionBlockCompressor", "none", "--wiredTigerJournalCompressor", "none")
    return replace(program, command=(*program.command, *options)) if program.name == "mongod" else program


async def rest(addresses: Addresses) -> dict[str, Any]:
    """Wait until nothing moves any more."""
    parts = addresses.kafka, addresses.mongo, addresses.mail, addresses.prefix
    async with System(dict(addresses.services), *parts) as system:
        return await system.settle()


def test_every_log_is_what_it_was_and_nothing_acts_twice(back: Back, whole: Whole) -> None:
    """All messages went out again and all were known: no commit, no letter more than before."""
    assert {name: len(commits(back.whole.addresses, name)) for name in SERVICES} == back.before
    for name in SERVICES:
        assert commits(back.whole.addresses, name) == commits(whole.addresses, name), name
    assert httpx.get(f"{back.whole.addresses.mail}/messages").json() == []
    assert {each["parked"] for each in back.progress.values()} == {0}
    assert back.whole.madoguchi("replay").returncode == 0


async def test_the_topics_are_filled_with_the_same_events(back: Back, whole: Whole) -> None:
    first, again = await records(whole.addresses), await records(back.whole.addresses)
    known = {each.headers["ce_id"]: (each.topic, each.key, each.value) for each in first}
    assert {each.headers["ce_id"]: (each.topic, each.key, each.value) for each in again} == known
    assert len(known) > 100


async def test_reporting_tells_that_it_has_read_the_same(back: Back, whole: Whole) -> None:
    """It has read the topics that are gone, and asks the services that came back."""
    tables = Tables(back.root / "report.sqlite")
    await consume(whole.addresses.kafka, whole.addresses.prefix, tables)

    def ask(source: str, upto: int) -> dict[str, Any]:
        url = f"{back.whole.addresses.services[source]}/operations/digest"
        said: dict[str, Any] = httpx.get(url, params={"upto": upto}, timeout=60).raise_for_status().json()
        return said

    assert all(tables.last(source) > 0 for source in SERVICES)
    assert differences(tables, SERVICES, ask) == {}
    tables.close()


def test_the_manifest_names_the_chains_that_services_tell(back: Back) -> None:
    for name, part in back.taken.manifest.services.items():
        said = httpx.get(f"{back.whole.addresses.services[name]}/operations/digest", timeout=60).json()
        assert (said["log"], said["upto"], said["events"]) == (part.log.digest, part.log.upto, part.log.events)


def test_papers_are_there_again(back: Back, whole: Whole) -> None:
    path = f"/v1/support/2026/applications/{whole.application(COMPANY)}"
    told = httpx.get(whole.addresses.services["intake"] + path, headers=whole.signing.officer("officer-05"))
    (paper, *_) = told.raise_for_status().json()["papers"]
    first, again = (
        httpx.get(
            f"{each.addresses.services['intake']}{path}/papers/{paper['id']}",
            headers=each.signing.officer("officer-05"),
        )
        for each in (whole, back.whole)
    )
    assert first.status_code == again.status_code == 200, again.text
    assert first.content == again.content


async def test_a_person_and_a_company_are_erased_and_found_nowhere(back: Back) -> None:
    """The last test: it changes what the others read, and stops it. Mailboxes are not in our hands."""
    system, subjects = back.whole, [subject(back.whole, PERSON), subject(back.whole, COMPANY)]
    wanted, tokens, keys = canaries(back.whole), sealed_for(back.whole, subjects), ring(back.whole)
    opened = [await shown(keys, token) for token in tokens]
    assert len(wanted) >= 15
    assert [each for each in wanted if not any(_close(each) in _close(text) for text in opened)] == []
    wanted |= {text for text in opened if len(text) > 5 and not text.isascii()}  # as they were stored, all of them
    for each in subjects:
        words = ("erase", each, "--by", "officer-09", "--reason", "本人の申し出")
        assert system.madoguchi(*words, answer="y\n").returncode == 0
    await rest(system.addresses)
    assert {await shown(keys, token) for token in tokens} == {ERASED}
    assert system.madoguchi("replay").returncode == 0
    assert boxes_of(system, subjects) == 0
    await an_older_key_ring_brings_nobody_back(back, subjects, tokens)
    the_master_key_is_changed(back)
    compact(system.addresses)
    system.stack.stop()
    places = {path: raw for path, raw in files(back.root)}
    kinds = {path.relative_to(back.root).parts[:2] for path in places}
    assert {("data", "mongod"), ("data", "kafka"), ("backups", back.taken.folder.name)} <= kinds
    for known in (b"S2026-0002", b"C2026-0001", b"sealed:1:"):  # the search finds what is there
        for kind in ("mongod", "kafka"):
            assert any(known in raw for path, raw in places.items() if kind in path.parts), (known, kind)
    found = {str(path.relative_to(back.root)): list(seen_in(raw, wanted)) for path, raw in places.items()}
    assert {path: words for path, words in found.items() if words} == {}


def _close(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


async def an_older_key_ring_brings_nobody_back(back: Back, subjects: list[str], tokens: list[str]) -> None:
    """Logs of after the erasure with a key ring's backup of before it, beside the running system."""
    now, there = datetime.now(UTC).replace(microsecond=0), deployment(back.whole.addresses, back.root / "later")
    taken, heard = await recovery.take(there, now, tell), recovery.Heard()
    for name, part in taken.manifest.services.items():
        for content in documents(taken.folder, part.log.file):
            for event in commit_of(content).commit.events:
                heard.see(name, event)
    masters = KeyFile(there.master_key_file)
    old = keyring.opened(back.taken.keys, masters.now(), now)
    assert {each["_id"] for each in old if "wrapped" in each} >= {*subjects}
    client = mongo.connect(there.mongo)
    try:
        assert await fill_keyring(client, "scratch", old, heard.destroyed(), now) == len(subjects)
        again = Vault(mongo.database(client, "scratch_keyring")["keys"], masters, OPENS)
        assert set(await again.shown_tokens(tokens)) == {ERASED}
        assert heard.lost(old) == {OFFICE}  # the reasons of the erasures came after it
    finally:
        await client.drop_database("scratch_keyring")
        client.close()


def the_master_key_is_changed(back: Back) -> None:
    """While services run: others stay readable, and what is left of destroyed keys in old writes or backups is dead."""
    system = back.whole
    shown = system.madoguchi("log", system.application(OTHER), "--open").stdout
    assert "株式会社楓銀行" in shown
    for words in (("new",), ("rotate",), ("retire",)):
        told = system.madoguchi("keys", *words, answer="y\n")
        assert told.returncode == 0, told.stdout + told.stderr
    assert system.madoguchi("log", system.application(OTHER), "--open").stdout == shown
    with pytest.raises(BadBackup):
        keyring.opened(back.taken.keys, KeyFile(system.addresses.master_key_file).now(), datetime.now(UTC))


async def shown(keys: tuple[str, str, Path], token: str) -> str:
    """What a vault that may open everything shows of a token."""
    client = mongo.connect(keys[0])
    try:
        vault = Vault(mongo.database(client, keys[1])["keys"], KeyFile(keys[2]), OPENS)
        return (await vault.shown_tokens([token]))[0]
    finally:
        client.close()


def ring(system: Whole) -> tuple[str, str, Path]:
    """Where the key ring is, and the file of master keys."""
    at = system.addresses
    return at.mongo, f"{at.prefix}_keyring", at.master_key_file


def subject(system: Whole, case: str) -> str:
    """The person named, or the organisation that applied."""
    application = system.application(case)
    if case == COMPANY:
        path = f"/v1/support/2026/applications/{application}"
        found = httpx.get(
            system.addresses.services["intake"] + path, headers=system.signing.officer("officer-05")
        ).json()
        return str(found["party"]["organisation_id"])
    events = (event for commit in commits(system.addresses, "intake") for event in commit.get("e", []))
    named = [json.loads(event["d"]) for event in events if event["t"] == "intake.secondee_named.v1"]
    return str(next(each["secondee"]["secondee_id"] for each in named if each["originator_id"] == application))


def canaries(system: Whole) -> frozenset[str]:
    """What of the script is about that person, and about that company: all that must be sealed."""
    of = [each for each in system.script.steps if f"{each.programme}/{each.case}" == COMPANY]
    of += [
        each for each in system.script.steps if f"{each.programme}/{each.case}" == PERSON and each.do == "name-secondee"
    ]
    return personal(Script(2026, system.script.cases, tuple(of)))


def sealed_for(system: Whole, subjects: list[str]) -> list[str]:
    """Every sealed value of those subjects in any log."""
    found: set[str] = set()
    for name in SERVICES:
        for commit in commits(system.addresses, name):
            for event in commit.get("e", []):
                if subjects_in(bytes(event["d"])) & {*subjects}:
                    found |= {each.decode() for each in TOKEN.findall(bytes(event["d"]))}
    return sorted(each for each in found if unsealed_kind(each)(each).subject in subjects)


def boxes_of(system: Whole, subjects: list[str]) -> int:
    """How many papers of theirs intake has."""
    with MongoClient[dict[str, Any]](system.addresses.mongo) as client:
        boxes = client[f"{system.addresses.prefix}_intake"]["boxes"]
        assert boxes.count_documents({"sealed": {"$exists": True}}) > 0
        return boxes.count_documents({"subject": {"$in": subjects}, "sealed": {"$exists": True}})


def compact(addresses: Addresses) -> None:
    """Give back what documents that are gone took; then everything is on the disk."""
    with MongoClient[dict[str, Any]](addresses.mongo) as client:
        for name in client.list_database_names():
            if name.startswith(f"{addresses.prefix}_"):
                for collection in client[name].list_collection_names():
                    client[name].command({"compact": collection, "force": True})
        client.admin.command("fsync")


def files(root: Path) -> Iterator[tuple[Path, bytes]]:
    """Everything that the system and its backups left on the disk, mailboxes and the master key apart."""
    for path in sorted(root.rglob("*")):
        if path.is_file() and "mail" not in path.parts and path.name != "master.key":
            raw = path.read_bytes()
            yield path, gzip.decompress(raw) if path.suffix == ".gz" else raw.rstrip(b"\0")  # room made beforehand
