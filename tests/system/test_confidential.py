"""C-SC-15 on the real system: canaries in every confidential field, the whole road run, and found nowhere outside."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from infra.local.stack import Stack
from madoguchi.rehearsal.play import Played
from madoguchi.rehearsal.script import Script
from tests.system.canaries import CASES, OFFICER, REFUSED, Aviary, script
from tests.system.reading import documents, records
from tests.system.whole import built, play

pytestmark = [pytest.mark.timeout(400), pytest.mark.clause("C-SC-15"), pytest.mark.clause("C-CO-1")]
TOLD_ON = "2026-02-26"
"""Ten business days after the papers were here: when whoever is not adopted hears of it, whatever the ground."""
OUTCOME = (("CompanyNotAdopted", None), ("LetterSent", "not-adopted"))
BIRD = re.compile(rb"kx\d{4}zq")


class Collector:
    """An OpenTelemetry collector that keeps what it is sent."""

    def __init__(self) -> None:
        kept: list[bytes] = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:  # the library's name
                kept.append(self.rfile.read(int(self.headers["Content-Length"])))
                self.send_response(200)
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:
                """Silent."""

        self.kept = kept
        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1/traces"

    def close(self) -> None:
        """Stop."""
        self._server.shutdown()
        self._server.server_close()


@dataclass
class Road:
    """The system after the road was run; what applicants were answered before and after the outcome was told."""

    root: Path
    stack: Stack
    aviary: Aviary
    traces: list[bytes]
    played: Played = field(default_factory=Played)
    outcome: dict[str, Any] = field(default_factory=dict)
    before: dict[str, list[httpx.Response]] = field(default_factory=dict)
    after: dict[str, list[httpx.Response]] = field(default_factory=dict)


@pytest.fixture(scope="module")
def road(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Road]:
    """Everything is played once; tests only look."""
    collector, aviary = Collector(), Aviary()
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("MADOGUCHI_OTLP_ENDPOINT", collector.url)
        patched.setenv("OTEL_BSP_SCHEDULE_DELAY", "200")
        root = tmp_path_factory.mktemp("canaries")
        with built(root) as stack:
            made = Road(root, stack, aviary, collector.kept)
            whole = script(aviary)
            early = [step for step in whole.steps if step.at.isoformat() < f"{TOLD_ON}T00:00"]
            made.played, _ = play(stack.addresses, Script(2026, whole.cases, tuple(early)))
            made.before = _asked(made)
            made.played, made.outcome = play(stack.addresses, whole)
            made.after = _asked(made)
            yield made
    collector.close()


def _asked(road: Road) -> dict[str, list[httpx.Response]]:
    """What each applicant is answered, right and wrong questions alike; nothing is changed by them."""
    base = road.stack.addresses.services["intake"]
    answers = {}
    with httpx.Client(base_url=base, timeout=30) as applicant:
        for name in CASES:
            path = f"/v1/support/2026/applications/{road.played.applications['support', name]}"
            answers[name] = [
                applicant.get(path),
                applicant.get(f"{path}/secret"),
                applicant.put(path, json={"party": "x"}, headers={"Idempotency-Key": f"bad-{name}"}),
                applicant.post(f"{path}/withdrawal", json={"by": "x", "reason": "", "assumed": "yes"}),
                applicant.post(f"{path}/withdrawal", json={"assumed": True}),
                applicant.get(f"/v1/support/2027/applications/{path.rpartition('/')[2]}"),
            ]
    return answers


def test_the_road_was_run_as_meant(road: Road) -> None:
    assert [answer for answer in road.played.answers if answer.unexpected] == []
    events = {name: [e["event"] for e in road.outcome["cases"][f"support/{name}"]["events"]] for name in CASES}
    assert {name for name in CASES if "CompanyNotAdopted" in events[name]} == {*REFUSED}
    assert {"CompanyAdopted", "SupportStarted", "SupportEnded"} <= {*events["adopted"]}
    assert len(road.aviary.canaries) > 60


def test_an_officer_who_may_finds_every_canary_of_the_screening(road: Road) -> None:
    """Else looking for them elsewhere would prove nothing."""
    found: set[bytes] = set()
    services = road.stack.addresses.services
    for name in CASES:
        application = road.played.applications["support", name]
        screening, placement = services["screening"], services["placement"]
        for url in (
            f"{screening}/operations/log/screening-{application}?open=true",
            f"{screening}/v1/screenings/{application}/disclosures?open=true",
            f"{screening}/operations/log/disclosures-{application}?open=true",
            f"{placement}/v1/supports/{application}",
        ):
            found |= {*BIRD.findall(httpx.get(url, headers={"X-Officer": OFFICER}, timeout=30).content)}
    assert {word.decode() for word in found} == road.aviary.canaries.keys()


async def test_no_canary_is_on_a_topic_in_a_database_a_log_a_metric_or_a_trace(road: Road) -> None:
    places: dict[str, bytes] = {}
    for record in await records(road.stack.addresses):
        places.setdefault(f"topic {record.topic}", b"")
        places[f"topic {record.topic}"] += record.raw
    for place, raw in documents(road.stack.addresses):
        places[f"database {place}"] = places.get(f"database {place}", b"") + raw
    for path in (road.root / "log").glob("*.log*"):
        places[f"log {path.name}"] = path.read_bytes()
    async with httpx.AsyncClient(timeout=30) as client:
        for name, url in road.stack.addresses.services.items():
            places[f"metrics {name}"] = (await client.get(f"{url}/metrics")).content
    places["traces"] = b"".join(road.traces)
    assert len(places["traces"]) > 10_000
    assert {place.partition(" ")[0] for place in places} == {"topic", "database", "log", "metrics", "traces"}
    got_out = {
        place: {road.aviary.canaries[word.decode()] for word in BIRD.findall(raw)} for place, raw in places.items()
    }
    assert {place: words for place, words in got_out.items() if words} == {}


def test_no_canary_is_in_a_letter_or_in_anything_that_applicants_are_answered(road: Road) -> None:
    letters = httpx.get(f"{road.stack.addresses.mail}/messages", timeout=30).content
    assert b"support" in letters or len(letters) > 10_000
    assert BIRD.findall(letters) == []
    for answers in (road.before, road.after):
        for name, each in answers.items():
            for answer in each:
                shown = answer.content + str(answer.headers.raw).encode()
                assert BIRD.findall(shown) == [], f"{name}: {answer.request.url}"


def _shape(value: Any) -> Any:
    """Names and kinds, not values."""
    if isinstance(value, dict):
        return {name: _shape(each) for name, each in sorted(value.items())}
    if isinstance(value, list):
        return [_shape(each) for each in value[:1]]
    return type(value).__name__


def _told(answer: httpx.Response) -> tuple[int, list[str], Any, list[str]]:
    """What an answer could give away: its status, headers, shape, and the clauses that it names."""
    body = answer.json()
    clauses = [error["clause"] for error in body.get("errors", ())]
    kept = {name: each for name, each in body.items() if name not in ("form", "instance", "decisions", "papers")}
    return answer.status_code, sorted(answer.headers), _shape(kept), clauses


@pytest.mark.parametrize("when", ["before", "after"])
def test_applicants_are_answered_alike_whatever_the_ground(road: Road, when: str) -> None:
    answers: dict[str, list[httpx.Response]] = getattr(road, when)
    unchanged = [name for name in REFUSED if name != "facts"]  # who amended sees its own second version
    told = {name: json.dumps([_told(answer) for answer in answers[name]]) for name in unchanged}
    assert len(set(told.values())) == 1
    states = {answers[name][0].json()["status"] for name in CASES}
    assert states == {"submitted"}


def test_when_a_company_is_told_does_not_differ_by_ground(road: Road) -> None:
    told = {name: road.outcome["cases"][f"support/{name}"]["events"] for name in REFUSED}
    heard = {
        name: [(e["event"], e["day"]) for e in events if (e["event"], e.get("letter")) in OUTCOME]
        for name, events in told.items()
    }
    assert set(map(tuple, heard.values())) == {(("CompanyNotAdopted", TOLD_ON), ("LetterSent", TOLD_ON))}
