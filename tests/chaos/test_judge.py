"""The judge finds nothing in an honest history, and names what is wrong in each doctored one."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.chaos.history import Book, honest
from tests.chaos.judge import judge
from tests.chaos.judge.evidence import Commit, Evidence
from tests.chaos.judge.replay import CLOSED, REOPENED

Doctor = Callable[[Evidence], Evidence]


def test_an_honest_history_is_found_to_be_one() -> None:
    assert judge(honest().evidence()) == []


def test_messages_and_mails_may_come_twice() -> None:
    found = honest().evidence()
    mails = tuple(replace(mail, deliveries=2) for mail in found.mails)
    assert judge(replace(found, records=found.records + found.records[2:], mails=mails)) == []


def test_who_had_applied_already_may_be_answered_otherwise_when_that_is_over() -> None:
    book = honest()
    book.withdraws("app-2", (REOPENED, 1))  # b, which had sent another form meanwhile
    book.registers("b", "submitted", (CLOSED, 2))
    found = book.evidence()
    refused = replace(found.answers[-1], status=409, body={"errors": [{"clause": "C-IN-4"}]})
    assert judge(replace(found, answers=(*found.answers, refused))) == []


@pytest.mark.clause("C-IN-4")
@pytest.mark.parametrize(
    ("withdrawn", "asked", "wrong"),
    [
        ((1.0, 2.0), (3.0, 4.0), True),  # the other was over when it was asked
        ((1.0, 3.5), (3.0, 4.0), False),  # it may still have stood
        ((5.0, 6.0), (3.0, 4.0), False),  # it stood
    ],
)
def test_who_is_told_of_another_application_had_one_that_stood_meanwhile(
    withdrawn: tuple[float, float], asked: tuple[float, float], wrong: bool
) -> None:
    book = honest()
    book.withdraws("app-2", (REOPENED, 1))  # b
    book.registers("b", "submitted", (CLOSED, 2))
    found = book.evidence()
    *before, over, kept = found.answers
    over = replace(over, begun=withdrawn[0], ended=withdrawn[1])
    kept = replace(kept, begun=asked[0], ended=9.0)
    refused = replace(kept, status=409, body={"errors": [{"clause": "C-IN-4"}]}, ended=asked[1])
    promises = {each.promise for each in judge(replace(found, answers=(*before, over, kept, refused)))}
    assert promises == ({"one key, one answer", "one legal entity, one application (C-IN-4)"} if wrong else set())


@pytest.mark.clause("C-IN-4")
def test_who_is_told_of_an_application_that_came_only_later_is_named() -> None:
    book = honest()
    book.withdraws("app-2", (REOPENED, 1))  # b
    book.registers("b", "submitted", (CLOSED, 2))
    found = book.evidence()
    *before, over, kept = found.answers
    early = replace(kept, key="another", status=409, body={"errors": [{"clause": "C-IN-4"}]}, begun=3.0, ended=4.0)
    late = replace(kept, begun=5.0, ended=6.0)
    promises = {each.promise for each in judge(replace(found, answers=(*before, over, late, early)))}
    assert promises == {"one legal entity, one application (C-IN-4)"}


def one_more(book: Book) -> None:
    book.registers("g", "submitted")


def refused_early(book: Book) -> None:
    book.withdraws("app-2", (REOPENED, 1))  # b
    book.registers("g", "refused")
    book.registers("h", "submitted", (CLOSED, 2))


def never_reopened(book: Book) -> None:
    book.withdraws("app-2")
    book.registers("g", "submitted")


def not_filled(book: Book) -> None:
    book.withdraws("app-2", (REOPENED, 1))


def two_of_one(book: Book) -> None:
    book.withdraws("app-2", (REOPENED, 1))
    book.registers("e", "submitted", (CLOSED, 2))


@pytest.mark.clause("C-IN-3")
@pytest.mark.parametrize(
    ("went_on", "promise"),
    [
        (one_more, "never one too many (C-IN-3)"),
        (refused_early, "turned away while full (C-IN-3)"),
        (never_reopened, "closed and reopened in the right places (C-IN-3)"),
        (not_filled, "all places taken in the end (C-IN-3)"),
        pytest.param(two_of_one, "one legal entity, one application (C-IN-4)", marks=pytest.mark.clause("C-IN-4")),
    ],
)
def test_a_history_that_went_wrong_is_named(went_on: Callable[[Book], None], promise: str) -> None:
    book = honest()
    went_on(book)
    assert promise in {violation.promise for violation in judge(book.evidence())}


def gap(found: Evidence) -> Evidence:
    return replace(found, commits=tuple(_renumbered(commit, 3, 7) for commit in found.commits))


def _renumbered(commit: Commit, old: int, new: int) -> Commit:
    changed = [
        replace(each, data={**each.data, "number": new}) if each.data.get("number") == old else each
        for each in commit.events
    ]
    return replace(commit, events=tuple(changed))


def lost(found: Evidence) -> Evidence:
    return replace(found, commits=found.commits[:-1], records=found.records[:-1], mails=found.mails[:-1])


def lost_acceptance(found: Evidence) -> Evidence:
    accepted = next(answer for answer in found.answers if answer.what == "paper" and answer.status == 201)
    return replace(found, answers=(*found.answers, replace(accepted, key="k", body={**accepted.body, "paper_id": "p"})))


def key_twice(found: Evidence) -> Evidence:
    return replace(found, commits=(*found.commits[:-1], replace(found.commits[-1], keys=found.commits[0].keys)))


def two_ways(found: Evidence) -> Evidence:
    first = found.answers[0]
    return replace(found, answers=(*found.answers, replace(first, body={**first.body, "id": "app-1"})))


def refused_afterwards(found: Evidence) -> Evidence:
    again = replace(found.answers[-1], body={"errors": [{"clause": "C-IN-4"}]}, begun=1.0, ended=2.0)
    return replace(found, answers=(*found.answers, again))


def twin_refused(found: Evidence) -> Evidence:
    accepted = next(answer for answer in found.answers if answer.what == "paper" and answer.status == 201)
    twin = replace(accepted, status=409, body={"errors": [{"clause": "C-IN-5"}]})
    return replace(found, answers=(*found.answers, twin))


def unanswered(found: Evidence) -> Evidence:
    return replace(found, answers=(*found.answers, replace(found.answers[0], status=0, body={})))


def broken(found: Evidence) -> Evidence:
    return replace(found, answers=(*found.answers, replace(found.answers[0], status=422)))


def told_otherwise(found: Evidence) -> Evidence:
    first = found.answers[0]
    other = replace(first, body={**first.body, "receipt_number": "C2026-0009"})
    return replace(found, answers=(other, *found.answers[1:]))


def invented(found: Evidence) -> Evidence:
    return replace(found, answers=tuple(answer for answer in found.answers if answer.company != "b"))


def position_hole(found: Evidence) -> Evidence:
    *first, last = found.commits
    return replace(found, commits=(*first, replace(last, position=last.position + 1)))


def version_hole(found: Evidence) -> Evidence:
    *first, last = found.commits
    events = tuple(replace(event, version=event.version + 1) for event in last.events)
    return replace(found, commits=(*first, replace(last, events=events)))


def unheard(found: Evidence) -> Evidence:
    return replace(found, records=found.records[1:])


def heard_twice(found: Evidence) -> Evidence:
    return replace(found, records=(*found.records, replace(found.records[0], id="intake:app-9/1")))


def heard_otherwise(found: Evidence) -> Evidence:
    other = replace(found.records[0], data={**found.records[0].data, "receipt_number": "C2026-0009"})
    return replace(found, records=(other, *found.records[1:]))


def no_letter(found: Evidence) -> Evidence:
    return replace(found, mails=found.mails[1:])


def two_letters(found: Evidence) -> Evidence:
    return replace(found, mails=(*found.mails, replace(found.mails[0], message_id="<another@jetro>")))


def put_aside(found: Evidence) -> Evidence:
    return replace(found, parked={"notify": 1})


@pytest.mark.clause("G-8")
@pytest.mark.parametrize(
    ("doctored", "promise"),
    [
        (gap, "receipt numbers without gap or double"),
        (lost, "every refusal is kept (C-IN-3)"),
        (lost_acceptance, "nothing accepted is lost (G-8)"),
        (told_otherwise, "nothing accepted is lost (G-8)"),
        (key_twice, "one key, one application"),
        (two_ways, "one key, one answer"),
        (refused_afterwards, "one key, one answer"),
        (twin_refused, "one key, one answer"),
        (unanswered, "everybody is answered"),
        (broken, "everybody is answered"),
        (invented, "nothing is invented"),
        (position_hole, "position without a hole"),
        (version_hole, "version without a hole"),
        (unheard, "every outcome on the topic, once"),
        (heard_twice, "every outcome on the topic, once"),
        (heard_otherwise, "every outcome on the topic, once"),
        (no_letter, "every outcome has one letter (S-NO-2)"),
        (two_letters, "every outcome has one letter (S-NO-2)"),
        (put_aside, "nothing parked"),
    ],
)
def test_a_doctored_history_is_named(doctored: Doctor, promise: str) -> None:
    assert promise in {violation.promise for violation in judge(doctored(honest().evidence()))}


def test_the_judge_shares_no_code_with_what_it_judges() -> None:
    ours = {"kernel", "schemas", "policies", "services", "madoguchi", "infra"}
    for file in (Path(__file__).parent / "judge").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            named = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            named += [each.name for each in node.names] if isinstance(node, ast.Import) else []
            assert not {name.partition(".")[0] for name in named} & ours, file.name
            assert all(name.startswith("tests.chaos.judge") for name in named if name.startswith("tests")), file.name
