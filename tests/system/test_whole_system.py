"""The five services together, on real parts: what the script leads to, read with plain clients and the command line."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator

from infra.local.ports import SERVICES
from infra.local.programs import PROJECT
from madoguchi.rehearsal.outcome import differences
from schemas.events import TOPICS
from tests.docs.test_architecture import SPECS
from tests.system.reading import commits, documents, records
from tests.system.secrets import personal, seen_in
from tests.system.whole import Whole, expected, play

pytestmark = pytest.mark.timeout(300)  # the first test also starts everything and plays the script
SCHEMAS = PROJECT / "schemas" / "json"
PLACED, REFUSED, LATE, ADOPTED = "secondment/kaede", "secondment/hoshikuzu", "secondment/okure", "support/hinode"


def test_the_outcome_is_the_one_on_record(whole: Whole) -> None:
    assert differences(expected(), whole.outcome) == []
    assert [answer for answer in whole.played.answers if answer.unexpected] == []


async def test_every_message_on_every_topic_fits_its_schema(whole: Whole) -> None:
    found = await records(whole.addresses)
    schemas = {path.name.removesuffix(".json"): path for path in SCHEMAS.glob("*.v*.json")}
    for record in found:
        schema = json.loads(schemas[record.headers["ce_type"]].read_text(encoding="utf-8"))
        Draft202012Validator(schema).validate(json.loads(record.value))
    heard = defaultdict(set)
    for record in found:
        heard[record.topic].add(record.headers["ce_type"])
    assert heard.keys() == set(TOPICS)  # and none is on a dead-letter topic
    assert len(set().union(*heard.values())) >= 30


@pytest.mark.parametrize("service", SERVICES)
def test_positions_and_versions_run_without_a_hole(whole: Whole, service: str) -> None:
    log = commits(whole.addresses, service)
    assert log
    position, versions = 1, defaultdict(list)
    for commit in log:
        assert commit["_id"] == position
        position += max(1, len(commit.get("e", [])))
        for event in commit.get("e", []):
            versions[event["s"]].append(event["v"])
    assert versions
    for stream, found in versions.items():
        assert found == list(range(1, len(found) + 1)), stream


@pytest.mark.parametrize(
    ("case", "wanted"),
    [
        pytest.param(PLACED, ("S-PL-3　条項どおり", "抽選の順位", "hanoi", "tiebreak.rule"), id="a placement"),
        pytest.param(REFUSED, ("S-SC-4　条項により不可", "officer-02", "overseas_years_most"), id="a refusal"),
        pytest.param(LATE, ("S-IN-1　条項により不可", "受付日時", "dates.reception_closes"), id="a late form"),
    ],
)
@pytest.mark.clause("G-6")
def test_why_names_clause_facts_values_and_edition(whole: Whole, case: str, wanted: tuple[str, ...]) -> None:
    told = whole.madoguchi("why", whole.application(case))
    assert told.returncode == 0, told.stdout + told.stderr
    for text in (*wanted, "secondment/2026", "版"):
        assert text in told.stdout


@pytest.mark.clause("G-6")
def test_why_of_an_invoice_names_its_rate_and_every_fee(whole: Whole) -> None:
    held = next(each for each in whole.outcome["cases"][PLACED]["events"] if each["event"] == "InvoiceIssued")
    told = whole.madoguchi("why", held["number"]).stdout
    for text in ("S-BI-2", "S-BI-3", "S-BI-4", "S-BI-7", "150.25", "3550米ドル", "533,387", "secondment/2026", "TTS"):
        assert text in told


def test_a_receipt_number_leads_to_the_same_decisions_as_the_id(whole: Whole) -> None:
    by_id, by_number = (whole.madoguchi("why", id).stdout for id in (whole.application(PLACED), "S2026-0002"))
    assert by_id == by_number != ""


def test_every_read_model_equals_its_replay(whole: Whole) -> None:
    told = whole.madoguchi("replay")
    assert told.returncode == 0, told.stdout
    assert told.stdout.count("なし") == sum(len(spec.projections) for spec in SPECS)


def test_the_log_of_a_case_is_told_in_order(whole: Whole) -> None:
    told = whole.madoguchi("log", whole.application(ADOPTED)).stdout
    heads = [
        "intake.form_arrived.v1",
        "intake.application_completed.v1",
        "screening.adopted.v1",
        "placement.support_prepared.v1",
    ]
    places = [told.find(head) for head in heads]
    assert -1 not in places
    assert places == sorted(places)


def test_a_clause_is_told_with_its_text_its_value_and_how_often_it_decided(whole: Whole) -> None:
    told = whole.madoguchi("clause", "S-SC-5", "--year", "2026").stdout
    assert "40年（2025-11-01から）" in told
    assert "45年（2026-11-02から）" in whole.madoguchi("clause", "S-SC-5", "--offline").stdout  # the newest edition
    assert "s_sc_5" in told
    assert "例外を審査 1件" in told
    assert "例外を承認 1件" in told


def test_nothing_is_parked_and_every_service_is_at_its_tail(whole: Whole) -> None:
    assert "Nothing is parked" in whole.madoguchi("parked", "list").stdout
    told = whole.madoguchi("rehearsal", "status").stdout
    rows = [row for row in told.splitlines() if any(name in row for name in SERVICES)]
    assert len(rows) == len(SERVICES)
    assert all("2028-09-20 10:00" in row for row in rows)


def test_who_brings_no_token_of_the_issuer_is_known_to_nobody(whole: Whole) -> None:
    url = f"{whole.addresses.services['screening']}/v1/screenings/{whole.application(PLACED)}"
    (head, body, _) = whole.signing.officer("officer-02")["Authorization"].removeprefix("Bearer ").split(".")
    for headers in ({}, {"X-Officer": "officer-02"}, {"Authorization": f"Bearer {head}.{body}.{'A' * 86}"}):
        answer = httpx.get(url, headers=headers)
        assert answer.status_code == 401, headers
        assert answer.json()["errors"][0]["clause"] == "G-6"
    assert httpx.get(url, headers=whole.signing.officer("officer-02")).status_code == 200
    assert httpx.get(url, headers=whole.signing.form()).status_code == 403


def test_the_secret_of_the_rehearsal_is_its_owner_s_alone(whole: Whole) -> None:
    assert whole.addresses.client_file.stat().st_mode & 0o777 == 0o600


def test_what_an_officer_saw_too_long_ago_is_refused(whole: Whole) -> None:
    path = f"/v1/screenings/{whole.application(PLACED)}/purpose"
    command = {"by": "officer-02", "reason": "古い画面から", "outcome": "passed", "seen_version": 1}
    officer = whole.signing.officer("officer-02")
    answer = httpx.post(whole.addresses.services["screening"] + path, json=command, headers=officer)
    assert answer.status_code == 412
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.clause("G-7")
async def test_nothing_personal_can_be_read_in_topics_databases_or_logs(whole: Whole) -> None:
    wanted = personal(whole.script)
    assert len(wanted) > 60
    assert len(set(seen_in(_mails(whole), wanted))) > 20  # the search finds what went out by mail
    for record in await records(whole.addresses):
        assert list(seen_in(record.raw, wanted)) == [], record.topic
    places: set[str] = set()
    for place, raw in documents(whole.addresses):
        assert list(seen_in(raw, wanted)) == [], place
        places.add(place.partition(".")[0])
    assert len(places) == len(SERVICES) + 3  # their clock, the key ring, the server's own record of writes
    for path in (whole.root / "log").glob("*.log*"):
        assert list(seen_in(path.read_bytes(), wanted)) == [], path.name


def test_playing_again_on_the_same_data_changes_nothing(whole: Whole) -> None:
    before = [len(commits(whole.addresses, service)) for service in SERVICES]
    played, again = play(whole.addresses, whole.script)
    assert differences(whole.outcome, again) == []
    assert played.answers == whole.played.answers
    assert [len(commits(whole.addresses, service)) for service in SERVICES] == before


@pytest.mark.clause("G-7")
@pytest.mark.parametrize("kind", ["person", "organisation"])
def test_after_an_erasure_the_history_still_replays_without_them(whole: Whole, kind: str) -> None:
    """The last test of the file: it changes what the others read."""
    case, shown = {"person": ("secondment/tsurumi", "潮干 汐里"), "organisation": (ADOPTED, "日ノ出精密株式会社")}[kind]
    assert shown in _opened(whole, case)
    words = ("erase", _subject(whole, case, kind), "--by", "officer-09", "--reason", "本人の申し出")
    assert whole.madoguchi(*words, answer="y\n").returncode == 0
    opened = _opened(whole, case)
    assert shown not in opened
    assert "（消去済み）" in opened
    told = whole.madoguchi("why", whole.application(case), "--open").stdout
    assert {"person": "S-SC-5", "organisation": "C-LI-1"}[kind] in told
    assert "（消去済み）" in told
    assert whole.madoguchi("replay").returncode == 0


@pytest.mark.clause("G-7")
def test_an_erasure_is_not_done_without_a_yes(whole: Whole) -> None:
    words = ("erase", _subject(whole, PLACED, "organisation"), "--by", "officer-09", "--reason", "試し")
    assert whole.madoguchi(*words, answer="n\n").returncode == 1
    assert "株式会社楓銀行" in _opened(whole, PLACED)


def _mails(whole: Whole) -> bytes:
    return json.dumps(httpx.get(f"{whole.addresses.mail}/messages").json(), ensure_ascii=False).encode()


def _opened(whole: Whole, case: str) -> str:
    return whole.madoguchi("log", whole.application(case), "--open").stdout


def _subject(whole: Whole, case: str, kind: str) -> str:
    path = f"/v1/{case.partition('/')[0]}/2026/applications/{whole.application(case)}"
    url, officer = whole.addresses.services["intake"] + path, whole.signing.officer("officer-02")
    found: dict[str, Any] = httpx.get(url, headers=officer).json()
    if kind == "organisation":
        return str(found["party"]["organisation_id"])
    named = (event for commit in commits(whole.addresses, "intake") for event in commit.get("e", []))
    states = [json.loads(event["d"]) for event in named if event["t"] == "intake.secondee_named.v1"]
    return str(next(each["secondee"]["secondee_id"] for each in states if whole.application(case) in str(each)))
