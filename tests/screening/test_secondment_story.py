"""A sender's road through screening, with messages, officers and time; in memory."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest

from schemas.forms import DECLARATIONS
from schemas.screening import PapersMissing, ScreeningPassed, ScreeningRefused, WaiverAsked
from schemas.values import Wish
from services.screening.domain.secondment import SecondmentScreening
from tests.screening.desk import CASE, Desk, plain, problem
from tests.screening.forms import (
    NOVEMBER,
    OSAKA,
    SECONDMENT,
    STATES,
    accepted,
    amended,
    form,
    named,
    paper,
    papers,
    request,
    secondee,
    submitted,
    tokyo,
    withdrawn,
)

LAST = date(2026, 2, 24)


@pytest.mark.clause("S-SC-1")
@pytest.mark.clause("S-SC-9")
async def test_the_whole_road() -> None:
    desk = await Desk.open(NOVEMBER, submitted(form()))
    assert await desk.waiting("to_judge") == ["app-1"]
    await desk.order("purpose", outcome="passed")
    (passed,) = desk.told()
    assert isinstance(passed, ScreeningPassed)
    assert (passed.stage, passed.requests, passed.receipt_number) == ("form", (request(),), "S-2026-app-1")

    await desk.company.move(tokyo(2026, 2, 1))
    await desk.hear(*papers(date(2026, 1, 30), without=("resume/original",)), named(secondee()))
    await desk.hear(paper("resume/original", LAST))
    assert [(e.stage, e.secondment_id) for e in desk.told() if isinstance(e, ScreeningPassed)] == [
        ("form", None),
        ("person", SECONDMENT),
        ("papers", SECONDMENT),
    ]
    await desk.company.move(tokyo(2026, 3, 1))
    case = await desk.get(CASE)
    assert (case["status"], case["waiting"]) == ("cleared", [])


@pytest.mark.clause("S-SC-9")
async def test_at_midnight_of_the_last_day_missing_papers_are_held() -> None:
    desk = await Desk.open(tokyo(2026, 2, 20), submitted(form()), named(secondee()))
    await desk.hear(*papers(date(2026, 2, 20), without=("career_history/original",)))
    await desk.company.move(tokyo(2026, 2, 24, 23, 59))
    assert "PapersMissing" not in desk.names()
    await desk.company.move(tokyo(2026, 2, 25, 0, 0))
    missing = desk.told()[-1]
    assert isinstance(missing, PapersMissing)
    assert (missing.missing, missing.deadline) == (("career_history/original",), LAST)
    assert await desk.waiting("held") == ["app-1"]

    await desk.hear(paper("career_history/original", date(2026, 2, 25)))
    assert await desk.waiting("held") == ["app-1"]
    await desk.order("papers", outcome="passed", reason="4月15日開始で派遣元と合意")
    assert isinstance(desk.told()[-1], ScreeningPassed)
    assert await desk.waiting("held") == []


@pytest.mark.clause("S-SC-9")
async def test_a_paper_that_arrived_in_time_but_was_booked_later_ends_the_hold() -> None:
    desk = await Desk.open(tokyo(2026, 2, 20), submitted(form()), named(secondee()))
    await desk.hear(*papers(date(2026, 2, 20), without=("resume/data",)))
    await desk.company.move(tokyo(2026, 2, 25))
    await desk.hear(paper("resume/data", LAST))
    assert desk.names()[-2:] == ["PapersMissing", "ScreeningPassed"]


@pytest.mark.clause("S-SC-9")
async def test_hr_accepts_papers_that_are_late_and_none_that_never_came() -> None:
    desk = await Desk.open(tokyo(2026, 2, 20), submitted(form()), named(secondee()))
    await desk.hear(*papers(date(2026, 2, 20), without=("resume/data", "resume/original", "contact_sheet/original")))
    await desk.company.move(tokyo(2026, 2, 25))
    refused = await desk.order("papers", outcome="passed", status=409)
    assert problem(refused) == ("S-SC-9", "/outcome")
    assert "resume" in refused["errors"][0]["ja"]
    assert "contact_sheet" not in refused["errors"][0]["ja"]
    await desk.hear(paper("resume/data", date(2026, 2, 25)))
    await desk.order("papers", outcome="passed")
    assert isinstance(desk.told()[-1], ScreeningPassed)


@pytest.mark.clause("S-SC-9")
async def test_papers_refused_by_hr_end_the_secondment() -> None:
    desk = await Desk.open(tokyo(2026, 2, 20), submitted(form()), named(secondee()))
    await desk.company.move(tokyo(2026, 2, 25))
    await desk.order("papers", outcome="refused")
    refused = desk.told()[-1]
    assert isinstance(refused, ScreeningRefused)
    assert (refused.stage, refused.secondment_id, refused.clauses) == ("papers", SECONDMENT, ("S-SC-9",))


@pytest.mark.clause("S-SC-9")
async def test_a_person_named_after_the_last_day_finds_the_papers_decided_at_once() -> None:
    desk = await Desk.open(tokyo(2026, 3, 2), submitted(form()))
    await desk.hear(*papers(date(2026, 2, 20), without=("resume/data",)), named(secondee()))
    assert desk.names()[-1] == "PapersMissing"
    await desk.hear(named(secondee("person-2")))
    assert desk.names()[-1] == "PapersMissing"


@pytest.mark.clause("S-SC-9")
async def test_a_paper_for_the_whole_application_counts_for_each_secondment() -> None:
    desk = await Desk.open(tokyo(2026, 2, 1), submitted(form(request(), request(2, route="domestic", wishes=OSAKA))))
    await desk.hear(named(secondee()), named(secondee("person-2"), "app-1.2"))
    await desk.hear(*papers(date(2026, 2, 1), secondment_id=None))
    passed = [e.secondment_id for e in desk.told() if isinstance(e, ScreeningPassed) and e.stage == "papers"]
    assert passed == ["app-1.1", "app-1.2"]


@pytest.mark.clause("S-SC-5")
@pytest.mark.clause("S-SC-8")
async def test_waivers_are_asked_in_public_and_granted_with_reasons_sealed() -> None:
    desk = await Desk.open(NOVEMBER, submitted(form(request(years=3, wishes=STATES))))
    await desk.hear(named(secondee(birth=date(1985, 5, 5), toeic=729, years=4)))
    asked = [(e.stage, e.clause) for e in desk.told() if isinstance(e, WaiverAsked)]
    assert asked == [("form", "S-SC-4"), ("person", "S-SC-5"), ("person", "S-SC-7"), ("person", "S-SC-8")]
    for clause in ("S-SC-4", "S-SC-5", "S-SC-7", "S-SC-8"):
        assert await desk.waiting("waiver") == ["app-1"]
        await desk.order(
            f"waivers/{clause}", outcome="granted", reason="語学は赴任前研修で補う", secondment_id=SECONDMENT
        )
    assert await desk.waiting("waiver") == []
    assert "ScreeningRefused" not in desk.names()


@pytest.mark.clause("G-7")
async def test_nothing_about_the_person_or_the_reason_is_readable_in_the_log() -> None:
    desk = await Desk.open(NOVEMBER, submitted(form()), named(secondee(birth=date(1985, 5, 5), toeic=345)))
    await desk.order("waivers/S-SC-5", outcome="granted", reason="本人の意欲が高い")
    kept = await desk.log_bytes()
    for secret in ("1985", "345", "見本 太郎", "意欲"):
        assert secret not in kept
    opened = plain(await desk.history())
    for secret in ("1985-05-05", '"age": 40', '"toeic": 345', "見本 太郎", "本人の意欲が高い"):
        assert secret in opened
    assert "1985" not in plain(await desk.get(CASE))


@pytest.mark.clause("G-7")
async def test_an_erased_person_is_not_screened() -> None:
    desk = await Desk.open(NOVEMBER, submitted(form()))
    await desk.world.vault.erase("person-1", at=NOVEMBER)
    await desk.hear(named(secondee()))
    assert desk.told() == []


@pytest.mark.clause("S-IN-6")
async def test_amended_and_withdrawn() -> None:
    desk = await Desk.open(NOVEMBER, submitted(form(request(years=4))))
    assert desk.names() == ["ScreeningRefused"]
    await desk.hear(amended(form()))
    assert await desk.waiting("to_judge") == ["app-1"]
    await desk.hear(withdrawn())
    assert await desk.waiting("to_judge") == []
    assert problem(await desk.order("purpose", outcome="passed", status=409)) == ("G-6", "")


@pytest.mark.clause("S-IN-6")
async def test_that_an_earlier_form_was_passed_no_longer_counts_while_a_newer_one_is_examined() -> None:
    desk = await Desk.open(NOVEMBER, submitted(sent := form()))
    await desk.order("purpose", outcome="passed")
    await desk.hear(amended(sent))
    assert "ScreeningReopened" not in desk.names()
    await desk.hear(amended(form(request(years=3)), revision=2))
    assert desk.names()[-1] == "ScreeningReopened"
    await desk.hear(amended(form(request(years=4)), revision=3))
    assert desk.names()[-2:] == ["ScreeningReopened", "ScreeningRefused"]


@pytest.mark.clause("S-PL-4")
async def test_what_is_learnt_of_the_sender_later_reaches_placement_and_asks_nobody_again() -> None:
    desk = await Desk.open(NOVEMBER, submitted(sent := form()))
    await desk.order("purpose", outcome="passed")
    await desk.hear(amended(sent).model_copy(update={"placed_before": True}))
    assert await desk.waiting("to_judge") == []
    passed = [json.loads(each.data) for each in desk.company.published if each.name == "ScreeningPassed"]
    assert [each["placed_before"] for each in passed] == [False, True]


async def test_a_form_heard_twice_is_screened_once() -> None:
    desk = await Desk.open(NOVEMBER, submitted(form()))
    await desk.hear(submitted(form()))
    assert len(await desk.history()) == 2


@pytest.mark.clause("S-IN-6")
async def test_what_is_learnt_of_the_sender_after_a_person_was_named_is_not_lost() -> None:
    desk = await Desk.open(NOVEMBER, submitted(sent := form()))
    await desk.order("purpose", outcome="passed")
    await desk.company.move(tokyo(2026, 2, 1))
    await desk.hear(named(secondee()))
    await desk.hear(amended(sent).model_copy(update={"placed_before": True}))
    told = [each.placed_before for each in desk.told() if isinstance(each, ScreeningPassed) and each.stage == "form"]
    assert told == [False, True]


@pytest.mark.clause("S-IN-6")
async def test_a_newer_form_counts_even_after_a_person_was_named_who_stays_where_the_request_does() -> None:
    first, second = request(), request(number=2, route="domestic", years=1, wishes=OSAKA)
    desk = await Desk.open(NOVEMBER, submitted(form(first, second)))
    await desk.order("purpose", outcome="passed")
    await desk.hear(named(secondee()))
    newer = request(number=2, route="domestic", years=2, wishes=OSAKA)
    await desk.hear(amended(form(first, newer)))
    await desk.order("purpose", outcome="passed")
    last = desk.told()[-1]
    assert isinstance(last, ScreeningPassed)
    assert last.requests == (first, newer)
    case = await desk.screening.application.found("app-1")
    assert isinstance(case, SecondmentScreening)
    assert [(each.form, each.person) for each in case.roads.values()] == [("passed", "passed"), ("passed", "awaited")]


@pytest.mark.clause("S-SC-6")
@pytest.mark.parametrize(
    ("declared", "names"),
    [
        (DECLARATIONS, ["ScreeningPassed"]),
        (DECLARATIONS[:2], ["ScreeningRefused"]),
        (DECLARATIONS[2:], ["ScreeningRefused"]),
        ((), ["ScreeningRefused"]),
        (None, ["ScreeningPassed"]),  # an older one, that declares health as a whole
    ],
)
async def test_what_sender_or_secondee_have_not_declared_refuses_the_person(
    declared: tuple[str, ...] | None, names: list[str]
) -> None:
    desk = await Desk.open(NOVEMBER, submitted(form()))
    await desk.order("purpose", outcome="passed")
    await desk.hear(named(secondee(declared=declared)))
    assert desk.names()[1:] == names


ASKS = "hq.overseas-expansion.strategy"
STRATEGY = (Wish(rank=1, domestic=ASKS), Wish(rank=2, domestic="hq.research.china-north-asia"))


@pytest.mark.clause("S-SC-8")
@pytest.mark.parametrize("named_first", [False, True])
@pytest.mark.parametrize(
    ("wishes", "place", "asked"),
    [
        (STRATEGY, ASKS, ["S-SC-8"]),
        (STRATEGY, "hq.research.china-north-asia", []),
        (STRATEGY[1:], "osaka", []),
        ((Wish(rank=1, domestic="hq.research.china-north-asia"),), ASKS, ["S-SC-8"]),
    ],
)
async def test_the_place_that_was_accepted_says_which_english_is_asked_for_in_whatever_order_it_is_heard(
    named_first: bool, wishes: tuple[Wish, ...], place: str, asked: list[str]
) -> None:
    wishes = tuple(replace(wish, rank=rank) for rank, wish in enumerate(wishes, 1))
    desk = await Desk.open(NOVEMBER, submitted(form(request(route="headquarters", years=1, wishes=wishes))))
    await desk.order("purpose", outcome="passed")
    heard = [named(secondee(toeic=550)), accepted(place)]
    await desk.hear(*(heard if named_first else heard[::-1]))
    case = await desk.screening.application.found("app-1")
    assert isinstance(case, SecondmentScreening)
    assert [each.clause for each in case.questions.values()] == asked
    assert case.roads[SECONDMENT].person == ("open" if asked else "passed")
