"""Outcomes: what is kept of events, where two differ, and the story that a clerk reads."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import pytest

from madoguchi.rehearsal.outcome import Outcome, differences, outcome
from madoguchi.rehearsal.play import Answer, Played
from madoguchi.rehearsal.script import Case, Script, Step
from madoguchi.rehearsal.topics import Heard
from madoguchi.rehearsal.wording import BILLING, INTAKE, PLACEMENT, WHY, Wording, story
from schemas.base import REGISTRY
from schemas.values import ExplainedCode

MOMENT = datetime(2026, 1, 14, 15, 0, tzinfo=UTC)  # 15 January, 0:00 in Tokyo
SEALED = "sealed:1:eyJhIjoxfQ:AAAA"


def _heard(name: str, source: str, minutes: int = 0, position: int = 1, **data: Any) -> Heard:
    said = {"application_id": "app-1", "programme": "secondment", "fiscal_year": 2026, **data}
    at = MOMENT + timedelta(minutes=minutes)
    return Heard(f"{source}/{position}", name, source, at, position, "app-1", said)


def _outcome(*heard: Heard, answers: tuple[Answer, ...] = ()) -> Outcome:
    script = Script(2026, (Case("secondment", 2026, "kakuu", "架空株式会社", ""),), ())
    played = Played(list(answers), {("secondment", "kakuu"): "app-1"})
    counts = {"intake": {"events": {"intake.form_arrived.v1": 1}, "consumed": 2, "timers": 3, "parked": 0}}
    mails = [{"to": "架空 <a@kakuu.example>", "subject": "受付"}] * 2
    return outcome(script, played, heard, counts, mails)


def _events(found: Outcome) -> list[dict[str, Any]]:
    events: list[dict[str, Any]] = found["cases"]["secondment/kakuu"]["events"]
    return events


def test_what_is_kept_has_no_ids_nothing_sealed_and_tokyos_days() -> None:
    stays = [{"fiscal_year": 2026, "site": "osaka"}]
    proposed = _heard("PlacementProposed", "placement", proposal_id="p-1", stays=stays, account="app-1.1", rank=None)
    named = _heard("SecondeeNamed", "intake", secondee={"name": SEALED}, remarks=SEALED)
    closed = _heard("CaseClosed", "screening", to="a hash under the key of this run")
    assert _events(_outcome(proposed, named, closed)) == [
        {"day": "2026-01-15", "event": "SecondeeNamed"},
        {"day": "2026-01-15", "event": "CaseClosed"},
        {"day": "2026-01-15", "event": "PlacementProposed", "stays": stays, "account": "APP.1"},
    ]


def test_the_order_is_that_of_time_then_of_the_services_whatever_the_topics_gave() -> None:
    late = _heard("LetterSent", "intake", minutes=5)
    letters = [_heard("LetterSent", "notify", letter=code, position=n) for n, code in ((1, "b"), (2, "a"))]
    first = _heard("ApplicationSubmitted", "intake", position=9)
    heard = [late, *letters, first]
    assert _outcome(*heard) == _outcome(*reversed(heard))
    assert [each.get("letter", each["event"]) for each in _events(_outcome(*heard))] == [
        "ApplicationSubmitted", "a", "b", "LetterSent",
    ]  # fmt: skip


def test_refused_steps_counts_and_mails_are_kept() -> None:
    step = Step(MOMENT, "secondment", "kakuu", 1, "depart", expect="S-LI-4")
    found = _outcome(_heard("LetterSent", "intake"), answers=(Answer(step, 409, ("S-LI-4",), "まだ"),))
    assert found["cases"]["secondment/kakuu"]["refusals"] == [
        {"day": "2026-01-15", "do": "depart", "status": 409, "clauses": ["S-LI-4"]}
    ]
    assert found["services"]["intake"] == {
        "log": {"intake.form_arrived.v1": 1}, "published": {"LetterSent": 1}, "consumed": 2, "timers": 3, "parked": 0,
    }  # fmt: skip
    assert found["mails"] == {"架空 <a@kakuu.example>": {"受付": 2}}


@pytest.mark.parametrize(
    ("expect", "status", "clauses", "unexpected"),
    [
        (None, 201, (), False),
        (None, 409, ("S-IN-1",), True),
        ("S-IN-1", 409, ("S-IN-1",), False),
        ("S-IN-1", 201, (), True),
        ("S-IN-1", 409, ("S-IN-5",), True),
    ],
)
def test_an_answer_is_unexpected_unless_the_script_says_so(
    expect: str | None, status: int, clauses: tuple[str, ...], unexpected: bool
) -> None:
    step = Step(MOMENT, "secondment", "kakuu", 1, "apply", expect=expect)
    assert Answer(step, status, clauses).unexpected is unexpected


def test_differences_name_the_place_and_both_values() -> None:
    expected = {"cases": {"a": [1, {"total": 1000}]}, "gone": 1}
    actual = {"cases": {"a": [1, {"total": 1001}]}, "new": 2}
    assert differences(expected, actual) == [
        ("/cases/a/1/total", 1000, 1001),
        ("/gone", 1, None),
        ("/new", None, 2),
    ]


def test_lists_of_other_lengths_differ_as_a_whole_and_types_count() -> None:
    assert differences([1], [1, 2], "/x") == [("/x", [1], [1, 2])]
    assert differences({"a": [1, {"b": None}]}, {"a": [1, {"b": None}]}) == []
    assert differences(1, True, "/x") == [("/x", 1, True)]


def test_a_story_tells_each_column_in_the_order_of_days() -> None:
    refusals = [{"day": "2027-03-20", "do": "depart", "status": 409, "clauses": ["S-LI-4"]}]
    paid = {"number": "INV-1", "amount": 1_000_000, "balance": 684_000, "state": "partly_paid"}
    events = [
        {"day": "2025-11-10", "event": "ApplicationSubmitted", "receipt_number": "S2026-0001", "admitted_late": False},
        {"day": "2026-04-01", "event": "SecondmentStarted"},
        {"day": "2027-04-15", "event": "SecondeeDeparted", "departed_on": "2027-04-15", "office": "bangkok"},
        {"day": "2027-05-20", "event": "PaymentReceived"} | paid,
        {"day": "2025-11-10", "event": "LetterSent"},
    ]
    told = story({"refusals": refusals, "events": events}, Wording({"bangkok": "バンコク事務所"}))
    assert told.receipt == "S2026-0001"
    assert told.intake == "2025-11-10 受付"
    assert told.placement.splitlines() == [
        "2026-04-01 受入開始",
        "2027-03-20 赴任は不可（S-LI-4）",
        "2027-04-15 バンコク事務所へ赴任",
    ]
    assert told.billing == "2027-05-20 INV-1 1,000,000円 一部入金、残684,000円"
    assert told.letters == 1


@pytest.mark.clause("C-BI-3")
def test_a_service_at_a_price_is_told_with_what_it_was_and_when_it_was_taken_back() -> None:
    line = {"description": "採用面接の通訳（半日）（2026年10月14日利用、数量2）"}
    events = [
        {"day": "2026-10-16", "event": "ServiceUsed", "used_on": "2026-10-14", "line": line},
        {"day": "2026-10-20", "event": "ServiceWithdrawn"},
    ]
    assert story({"refusals": [], "events": events}, Wording({})).placement.splitlines() == [
        "2026-10-14 有料サービス：採用面接の通訳（半日）（2026年10月14日利用、数量2）",
        "2026-10-20 有料サービスの利用の記録を取消し",
    ]


@pytest.mark.clause("S-PL-9")
def test_a_proposal_is_told_with_the_reason_for_every_wish_above_it() -> None:
    reasons = [
        {"rank": n, "site": f"site-{n}", "code": code, "count": 2} for n, code in enumerate(get_args(ExplainedCode), 1)
    ]
    stays = [{"fiscal_year": 2026, "site": "osaka"}, {"fiscal_year": 2027, "site": "hanoi"}]
    event = {"day": "2026-01-15", "event": "PlacementProposed", "stays": stays, "rank": 7, "by_hand": False}
    told = story({"refusals": [], "events": [event | {"explanation": reasons}]}, Wording({"hanoi": "ハノイ"})).placement
    first, *others = told.splitlines()
    assert first == "2026-01-15 osaka→ハノイ（第7希望）を提案"
    assert len(others) == len(WHY) == len(reasons)
    assert "派遣決定のない派遣元など優先順位が先の2件を優先（S-PL-3）" in told


def test_only_published_events_are_told() -> None:
    assert INTAKE.keys() | PLACEMENT.keys() | BILLING.keys() <= REGISTRY.keys()


def test_the_editions_names_are_used_and_an_unknown_place_keeps_its_id() -> None:
    wording = Wording.of("secondment/2026")
    assert wording.site("bangkok") == "バンコク事務所"
    assert wording.site("hq.research.asia-oceania") == "調査部アジア大洋州課"
    assert wording.site("atlantis") == "atlantis"
