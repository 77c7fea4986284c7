"""A company's road through screening, with messages, officers and time; in memory."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

import pytest
from fastapi.routing import APIRoute

from schemas.base import Published
from schemas.intake import ConsentReturned
from schemas.placement import SupportEnded
from schemas.screening import (
    CLOSED_TO,
    CaseClosed,
    CompanyAdopted,
    CompanyNotAdopted,
    InterviewAbsenceWithdrawn,
    InterviewArranged,
)
from services.screening.api import router
from tests.screening.desk import CASE, Desk, message, problem
from tests.screening.forms import FEBRUARY, amended, company_form, position, submitted, support_rules, tokyo, withdrawn

CRITERIA = {
    code: {"met": True, "note": f"{code}は面談記録のとおり"} for code in support_rules().edition.screening.criteria
}
STRONG = {"met": True, "note": "財務に不安なし"}
PASSED: dict[str, Any] = {"outcome": "passed", "criteria": CRITERIA, "strength": STRONG}
MEETING: dict[str, Any] = {"starts_at": "2026-02-20T14:00:00+09:00", "link": "https://teams.example.jp/1"}


async def arranged() -> Desk:
    """A company that waits for its interview."""
    desk = await Desk.open(FEBRUARY, submitted(company_form()))
    await desk.order("stage-one", **PASSED)
    await desk.order("interview", **MEETING)
    return desk


@pytest.mark.clause("C-SC-12")
@pytest.mark.clause("C-SC-15")
async def test_the_whole_road_to_an_adoption() -> None:
    form = company_form()
    desk = await Desk.open(FEBRUARY, submitted(form))
    assert await desk.waiting("to_judge") == ["app-1"]
    await desk.order("stage-one", **PASSED)
    assert (await desk.waiting("to_interview"), desk.told()) == (["app-1"], [])
    await desk.order("interview", **MEETING)
    (invited,) = desk.told()
    assert isinstance(invited, InterviewArranged)
    assert (invited.starts_at, invited.minutes, invited.sequence) == (tokyo(2026, 2, 20, 14), 60, 0)
    assert await desk.waiting("to_decide") == ["app-1"]
    await desk.company.move(tokyo(2026, 2, 20, 15))
    await desk.order("stage-two", outcome="passed")
    adopted = desk.told()[-1]
    assert isinstance(adopted, CompanyAdopted)
    assert (adopted.adopted_on, adopted.support) == (date(2026, 2, 20), form)
    assert (await desk.get(CASE))["status"] == "adopted"


@pytest.mark.clause("C-SC-15")
@pytest.mark.parametrize(
    ("stage", "field", "guidance"),
    [
        ("recruiting", "manufacturing", ("portal", "employment_service_centre", "export_consortium")),
        ("receiving", "food", ("immigration_information", "food_export_desk")),
        ("receiving", "it", ("immigration_information",)),
        ("retention", "logistics", ()),
    ],
)
async def test_guidance_follows_the_form_and_never_the_grounds(
    stage: str, field: str, guidance: tuple[str, ...]
) -> None:
    for ground in ({"website": None}, {"has_employed_graduates": False}, {"legal_form": "other"}):
        desk = await Desk.open(FEBRUARY, submitted(company_form(stage=stage, field=field, **ground)))
        await desk.until_told()
        (told,) = desk.told()
        assert isinstance(told, CompanyNotAdopted)
        assert told.guidance == guidance


@pytest.mark.clause("C-SC-14")
async def test_an_interview_is_moved_and_held_by_telephone() -> None:
    desk = await arranged()
    await desk.order("interview", starts_at="2026-02-23T10:00:00+09:00", mode="telephone", minutes=30)
    moved = desk.told()[-1]
    assert isinstance(moved, InterviewArranged)
    assert (moved.sequence, moved.mode, moved.link, moved.minutes) == (1, "telephone", None, 30)
    assert problem(await desk.order("interview", starts_at="2026-02-25T10:00:00+09:00", status=409)) == (
        "C-SC-14",
        "/link",
    )


@pytest.mark.clause("C-SC-13")
async def test_the_latest_day_is_shown_and_then_overdue() -> None:
    desk = await Desk.open(FEBRUARY, submitted(company_form()))
    page = await desk.get("/v1/screenings?programme=support")
    assert page["items"][0]["latest"] == "2026-02-26"  # ten business days on; the 11th and 23rd are holidays
    await desk.company.move(tokyo(2026, 2, 23, 23, 59))
    assert await desk.waiting("due_soon") == []
    await desk.company.move(tokyo(2026, 2, 24))
    assert await desk.waiting("due_soon") == ["app-1"]  # officers are warned two business days before
    await desk.company.move(tokyo(2026, 2, 26, 23, 59))
    assert await desk.waiting("overdue") == []
    await desk.company.move(tokyo(2026, 2, 27))
    assert (await desk.waiting("overdue"), await desk.waiting("due_soon")) == (["app-1"], [])
    assert await desk.waiting("to_judge") == ["app-1"]
    await desk.order("stage-one", **PASSED)
    await desk.order("interview", starts_at="2026-03-02T10:00:00+09:00", link="https://teams.example.jp/2")
    assert await desk.waiting("overdue") == []
    (late,) = [e["data"]["decision"] for e in await desk.history() if e["name"] == "screening.interview_set.v1"]
    assert (late["clause"], late["outcome"], late["facts"]["told_on"]) == ("C-SC-13", "waived", "2026-02-27")


@pytest.mark.clause("C-SC-13")
async def test_a_month_without_a_date_is_past_even_the_most_that_a_rush_allows() -> None:
    desk = await Desk.open(FEBRUARY, submitted(company_form()))
    await desk.company.move(tokyo(2026, 3, 10, 23, 59))
    assert (await desk.waiting("overdue"), await desk.waiting("past_month")) == (["app-1"], [])
    await desk.company.move(tokyo(2026, 3, 11, 0))
    assert (await desk.waiting("overdue"), await desk.waiting("past_month")) == ([], ["app-1"])


@pytest.mark.clause("C-SC-13")
async def test_a_date_that_is_taken_back_lets_the_window_be_watched_again() -> None:
    desk = await arranged()
    await desk.order("interview-cancellation", reason="先方の都合により日程を調整し直す")
    await desk.company.move(tokyo(2026, 3, 31))
    assert await desk.waiting("past_month") == ["app-1"]


@pytest.mark.clause("C-SC-13")
@pytest.mark.parametrize(
    ("meeting", "cancelled", "shown"),
    [
        ((2026, 3, 5), (2026, 2, 24), "due_soon"),
        ((2026, 3, 5), (2026, 2, 26), "due_soon"),
        ((2026, 3, 5), (2026, 2, 27), "overdue"),
        ((2026, 3, 20), (2026, 3, 10), "overdue"),
        ((2026, 3, 20), (2026, 3, 18), "past_month"),
    ],
)
async def test_limits_that_passed_while_a_date_stood_show_once_it_is_taken_back(
    meeting: tuple[int, ...], cancelled: tuple[int, ...], shown: str
) -> None:
    desk = await Desk.open(FEBRUARY, submitted(company_form()))
    await desk.order("stage-one", **PASSED)
    await desk.order("interview", starts_at=tokyo(*meeting).isoformat(), mode="telephone")
    await desk.company.move(tokyo(*cancelled))
    assert await desk.waiting(shown) == []
    await desk.order("interview-cancellation", reason="先方の都合により日程を調整し直す")
    assert await desk.waiting(shown) == ["app-1"]
    await desk.company.move(tokyo(2026, 6, 1))
    assert await desk.waiting("past_month") == ["app-1"]
    names = [each["name"] for each in await desk.history()]
    assert names.count("screening.interview_overdue.v1") == 3  # each limit once


@pytest.mark.clause("C-SC-13")
async def test_a_date_given_in_time_is_never_overdue() -> None:
    desk = await arranged()
    await desk.company.move(tokyo(2026, 3, 31))
    assert await desk.waiting("overdue") == []


@pytest.mark.clause("C-SC-12")
async def test_stage_one_marks_every_criterion() -> None:
    desk = await Desk.open(FEBRUARY, submitted(company_form()))
    some = {code: mark for code, mark in CRITERIA.items() if code != "motive"}
    answer = await desk.order("stage-one", outcome="passed", criteria=some, strength=STRONG, status=409)
    assert problem(answer) == ("C-SC-12", "/criteria")


@pytest.mark.clause("C-SC-9")
async def test_a_company_marked_as_too_weak_cannot_pass() -> None:
    desk = await Desk.open(FEBRUARY, submitted(company_form(applicant_is_supported=False)))
    weak = {"met": False, "note": "申込企業と支援先が異なる"}
    answer = await desk.order("stage-one", outcome="passed", criteria=CRITERIA, strength=weak, status=409)
    assert problem(answer) == ("C-SC-9", "/outcome")
    await desk.order("stage-one", outcome="refused", criteria=CRITERIA, strength=weak)
    await desk.until_told()
    assert desk.names() == ["CompanyNotAdopted"]


@pytest.mark.clause("C-SC-1")
@pytest.mark.parametrize(("outcome", "told"), [("granted", []), ("refused", ["CompanyNotAdopted"])])
async def test_a_residence_status_outside_the_list(outcome: str, told: list[str]) -> None:
    desk = await Desk.open(FEBRUARY, submitted(company_form(positions=(position(residence_status="student"),))))
    assert (await desk.waiting("waiver"), desk.told()) == (["app-1"], [])
    await desk.order("waivers/C-SC-1", outcome=outcome)
    await desk.until_told()
    assert desk.names() == told


@pytest.mark.clause("C-IN-7")
async def test_changed_facts_that_undo_eligibility() -> None:
    desk = await arranged()
    await desk.hear(amended(company_form(website=None)))
    assert desk.names() == ["InterviewArranged", "InterviewCancelled"]
    await desk.until_told()
    assert desk.names() == ["InterviewArranged", "InterviewCancelled", "CompanyNotAdopted"]


@pytest.mark.clause("C-IN-7")
async def test_changed_facts_after_the_adoption_wait_for_an_officer() -> None:
    desk = await arranged()
    await desk.company.move(tokyo(2026, 2, 20, 15))
    await desk.order("stage-two", outcome="passed")
    await desk.hear(amended(company_form(website=None)))
    assert (await desk.waiting("review"), desk.names()[-1]) == (["app-1"], "CompanyAdopted")
    assert (await desk.get(CASE))["status"] == "adopted"
    await desk.order("review", outcome="refused", reason="要件を満たさないため、支援を終了する")
    assert (await desk.waiting("review"), desk.names()[-1]) == ([], "CompanyAdopted")
    assert await desk.waiting("to_end") == ["app-1"]
    case: dict[str, Any] = {"programme": "support", "fiscal_year": 2026, "application_id": "app-1"}
    party = submitted(company_form()).party
    over: dict[str, Any] = {"ended_on": date(2026, 5, 11), "ground": "requirements", "early": True}
    await desk.hear(SupportEnded(**case, receipt_number="C-1", party=party, **over))
    assert (await desk.waiting("to_end"), (await desk.get(CASE))["status"]) == ([], "adopted")
    assert problem(await desk.order("review", outcome="passed", status=409)) == ("C-IN-7", "")


@pytest.mark.clause("C-IN-6")
async def test_a_company_that_was_not_there_is_on_a_list_of_its_own_until_that_is_taken_back() -> None:
    desk = await arranged()
    await desk.company.move(tokyo(2026, 2, 20, 15))
    await desk.order("interview-absence", reason="開始から30分たっても接続がない")
    assert (await desk.waiting("missed"), await desk.waiting("to_decide")) == (["app-1"], [])
    await desk.order("interview-absence-withdrawal", reason="別の企業の欠席だった")
    assert (await desk.waiting("missed"), await desk.waiting("to_decide")) == ([], ["app-1"])
    back = desk.told()[-1]
    assert isinstance(back, InterviewAbsenceWithdrawn)
    assert back.starts_at == tokyo(2026, 2, 20, 14)
    (word,) = [e["data"] for e in await desk.history() if e["name"] == "screening.interview_absence_withdrawn.v1"]
    assert (word["decision"]["clause"], word["decision"]["reason"]) == ("C-IN-6", "別の企業の欠席だった")
    await desk.order("stage-two", outcome="passed")
    assert desk.names()[-1] == "CompanyAdopted"


@pytest.mark.clause("C-SC-13")
@pytest.mark.clause("C-NO-1")
async def test_a_date_after_a_missed_one_is_arranged_in_the_decision_as_in_what_is_told() -> None:
    desk = await arranged()
    await desk.company.move(tokyo(2026, 2, 20, 15))
    await desk.order("interview-absence")
    await desk.order("interview", starts_at="2026-04-24T10:00:00+09:00", link="https://teams.example.jp/2")
    await desk.order("interview", starts_at="2026-04-25T10:00:00+09:00", link="https://teams.example.jp/3")
    decided = [e["data"]["decision"] for e in await desk.history() if e["name"] == "screening.interview_set.v1"]
    told = [each.moved for each in desk.told() if isinstance(each, InterviewArranged)]
    assert [each["facts"]["moved"] for each in decided] == told == [False, False, True]
    assert [each["facts"]["missed"] for each in decided] == [False, True, False]


@pytest.mark.clause("C-IN-6")
@pytest.mark.clause("C-IN-1")
@pytest.mark.clause("C-SC-13")
async def test_whose_consent_is_returned_after_a_missed_date_is_not_adopted_by_it() -> None:
    desk = await arranged()
    await desk.company.move(tokyo(2026, 2, 20, 15))
    await desk.order("interview-absence")
    await desk.hear(returned(tokyo(2026, 2, 20, 15)))
    assert desk.names()[-2:] == ["InterviewMissed", "InterviewAbsenceWithdrawn"]
    ended = desk.told()[-1]
    assert isinstance(ended, InterviewAbsenceWithdrawn)
    assert (ended.because, ended.starts_at) == ("consent", tokyo(2026, 2, 20, 14))
    await desk.hear(COMPLETE.model_copy(update={"received_at": tokyo(2026, 2, 24)}))
    assert await desk.waiting("to_interview") == ["app-1"]
    assert problem(await desk.order("stage-two", outcome="passed", status=409)) == ("C-SC-14", "")
    await desk.company.move(tokyo(2026, 6, 1))
    assert await desk.waiting("past_month") == ["app-1"]


@pytest.mark.clause("C-IN-5")
@pytest.mark.clause("C-IN-7")
async def test_each_doubt_about_an_adoption_is_judged_under_its_clause() -> None:
    desk = await arranged()
    await desk.company.move(tokyo(2026, 2, 20, 15))
    await desk.order("stage-two", outcome="passed")
    await desk.hear(amended(company_form(website=None)), withdrawn())
    assert (await desk.waiting("review"), await desk.waiting("crossed")) == (["app-1"], ["app-1"])
    assert problem(await desk.order("review", outcome="passed", status=409)) == ("G-6", "/clause")
    await desk.order("review", outcome="passed", clause="C-IN-7", reason="要件に影響なし")
    assert (await desk.waiting("review"), await desk.waiting("crossed")) == ([], ["app-1"])
    await desk.order("review", outcome="refused", reason="辞退の意思を確認した")
    assert (await desk.waiting("crossed"), await desk.waiting("to_end")) == ([], ["app-1"])
    reviewed = [e["data"] for e in await desk.history() if e["name"] == "screening.adoption_reviewed.v1"]
    assert [(e["clause"], e["decisions"][0]["clause"]) for e in reviewed] == [("C-IN-7",) * 2, ("C-IN-5",) * 2]


@pytest.mark.clause("C-LI-1")
async def test_an_adoption_after_the_programmes_last_day_is_refused_with_the_clause() -> None:
    desk = await arranged()
    await desk.order("interview", starts_at="2027-03-31T10:00:00+09:00", mode="telephone")
    await desk.company.move(tokyo(2027, 4, 1))
    assert problem(await desk.order("stage-two", outcome="passed", status=409)) == ("C-LI-1", "/outcome")
    await desk.order("stage-two", outcome="refused")
    assert "CompanyAdopted" not in desk.names()


@pytest.mark.clause("C-IN-7")
async def test_an_adoption_says_which_version_of_the_form_it_is_of() -> None:
    desk = await Desk.open(FEBRUARY, submitted(company_form()).model_copy(update={"revision": 2}))
    await desk.hear(amended(company_form(employees=3), revision=2))  # older than what is here: changes nothing
    await desk.hear(amended(company_form(employees=4), revision=3))
    await desk.order("stage-one", **PASSED)
    await desk.order("interview", **MEETING)
    await desk.company.move(tokyo(2026, 2, 20, 15))
    await desk.order("stage-two", outcome="passed")
    adopted = desk.told()[-1]
    assert isinstance(adopted, CompanyAdopted)
    assert (adopted.revision, adopted.support.employees) == (3, 4)


def returned(at: datetime = FEBRUARY) -> ConsentReturned:
    """Intake's ConsentReturned."""
    of = submitted(company_form())
    case: dict[str, Any] = {"programme": "support", "fiscal_year": 2026, "application_id": of.application_id}
    case |= {"receipt_number": of.receipt_number, "party": of.party}
    return ConsentReturned(**case, ground="not_sealed", returned_at=at)


GIVEN_UP = withdrawn()
NEWER = amended(company_form(employees=3))
COMPLETE = submitted(company_form())


@pytest.mark.clause("G-7")
@pytest.mark.clause("C-IN-4")
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([], [COMPLETE, returned(), COMPLETE, GIVEN_UP]),
        ([COMPLETE], [NEWER, GIVEN_UP]),
        ([COMPLETE, returned()], [COMPLETE, GIVEN_UP]),
    ],
)
async def test_what_is_heard_after_an_erasure_parks_nothing_and_the_withdrawal_behind_it_counts(
    before: list[Published], after: list[Published]
) -> None:
    desk = await Desk.open(FEBRUARY, *before)
    await desk.world.vault.erase("org-1", at=FEBRUARY)
    await desk.hear(*after)  # fails where one is parked
    assert (await desk.get("/v1/screenings", officer="o-1"))["total"] == len(before[:1])
    if before:
        assert (await desk.get(CASE))["status"] == "withdrawn"
    await desk.until_told()
    assert desk.names() == []


@pytest.mark.clause("C-IN-1")
@pytest.mark.clause("C-SC-13")
async def test_a_returned_consent_gives_the_case_a_window_of_its_own_date() -> None:
    desk = await arranged()
    complete = submitted(company_form())
    case: dict[str, Any] = {
        "application_id": "app-1",
        "receipt_number": complete.receipt_number,
        "party": complete.party,
    }
    returned = ConsentReturned(programme="support", fiscal_year=2026, **case, ground="not_sealed", returned_at=FEBRUARY)
    await desk.hear(returned)
    assert (await desk.waiting("consent"), desk.names()) == (["app-1"], ["InterviewArranged", "InterviewCancelled"])
    assert problem(await desk.order("interview", status=409, **MEETING)) == ("C-IN-1", "")
    await desk.company.move(tokyo(2026, 3, 20))
    assert await desk.waiting("overdue") == []
    await desk.hear(complete.model_copy(update={"received_at": tokyo(2026, 3, 20)}))
    assert await desk.waiting("to_interview") == ["app-1"]
    (line,) = (await desk.get("/v1/screenings"))["items"]
    assert datetime.fromisoformat(line["received_at"]) == tokyo(2026, 3, 20)
    await desk.company.move(tokyo(2026, 4, 6))
    assert await desk.waiting("overdue") == ["app-1"]


@pytest.mark.clause("C-SC-14")
@pytest.mark.clause("C-NO-1")
async def test_an_interview_is_cancelled_and_arranged_anew() -> None:
    desk = await arranged()
    await desk.order("interview-cancellation", reason="先方の都合により日程を調整し直す")
    assert await desk.waiting("to_interview") == ["app-1"]
    assert problem(await desk.order("interview-cancellation", status=409)) == ("C-SC-14", "")
    await desk.order("interview", starts_at="2026-02-24T10:00:00+09:00", link="https://teams.example.jp/2")
    sequences = [each.model_dump()["sequence"] for each in desk.told()]
    assert (desk.names(), sequences) == (["InterviewArranged", "InterviewCancelled", "InterviewArranged"], [0, 1, 2])
    await desk.order("interview", starts_at="2026-02-25T10:00:00+09:00", link="https://teams.example.jp/3")
    arranged_or_moved = [each.moved for each in desk.told() if isinstance(each, InterviewArranged)]
    assert arranged_or_moved == [False, False, True]  # what follows a cancelled date is no move of it


@pytest.mark.clause("C-IN-5")
async def test_withdrawn_before_the_decision() -> None:
    desk = await arranged()
    await desk.hear(withdrawn())
    await desk.company.move(tokyo(2026, 3, 1))
    assert problem(await desk.order("stage-two", outcome="passed", status=409)) == ("G-6", "")
    assert await desk.waiting("to_decide") == []


@pytest.mark.clause("C-SC-16")
async def test_an_officer_with_an_interest_neither_sees_nor_decides() -> None:
    desk = await arranged()
    assert await desk.order("conflicts", by="o-7", reason="配偶者が役員") == {"id": "screening-app-1"}
    (closed,) = [each for each in desk.told() if isinstance(each, CaseClosed)]
    assert closed.to == desk.world.vault.fingerprint(CLOSED_TO, "app-1|o-7")
    log = "/operations/log/screening-app-1"
    for path in (CASE, f"{CASE}?open=true", log, f"{log}?open=true"):
        assert problem(await desk.get(path, officer="o-7", status=403)) == ("C-SC-16", "")
        await desk.get(path, officer="o-1")
        assert problem(await desk.get(path, officer=None, status=403)) == ("C-SC-16", "/X-Officer")
    for line in await desk.get("/operations/log", officer="o-7"):
        assert line == {"position": line["position"], "stream": "closed", "version": 0, "name": "closed", "data": {}}
    assert "screening.stage_one_judged.v1" in {e["name"] for e in await desk.get("/operations/log")}
    assert problem(await desk.get("/operations/log", officer=None, status=403)) == ("C-SC-16", "/X-Officer")
    assert (await desk.waiting("to_decide", "o-7"), await desk.waiting("to_decide", "o-1")) == ([], ["app-1"])
    assert (await desk.get("/v1/screenings", officer="o-7"))["total"] == 0
    commands: dict[str, dict[str, Any]] = {
        "stage-one": PASSED,
        "interview": MEETING,
        "interview-cancellation": {},
        "interview-absence": {},
        "interview-absence-withdrawal": {},
        "stage-two": {"outcome": "passed"},
        "review": {"outcome": "passed"},
        "no-interest": {},
        "waivers/C-SC-1": {"outcome": "granted"},
        "conflicts": {},
        "purpose": {"outcome": "passed"},
        "third-year": {"outcome": "passed"},
        "papers": {"outcome": "passed"},
        "waivers/S-SC-5": {"outcome": "granted"},
        "disclosures": {"on": "2026-02-02", "ground": "public", "what": "社名", "to": "見本新聞", "seen_version": 0},
    }
    for command, body in commands.items():
        assert problem(await desk.order(command, by="o-7", status=403, **body)) == ("C-SC-16", "")
    orders = [route for route in router.routes if isinstance(route, APIRoute) and "POST" in (route.methods or ())]
    assert len(orders) == 14, "a new command on a case must be tried here too"


@pytest.mark.clause("C-SC-16")
async def test_an_interest_declared_twice_under_one_key_is_answered_alike_and_tells_no_version() -> None:
    desk = await arranged()
    said, key = {"by": "o-7", "reason": "配偶者が役員"}, {"Idempotency-Key": "declared-1"}
    answers = [await desk.client.post(f"{CASE}/conflicts", json=said, headers=key) for _ in range(2)]
    assert [(each.status_code, each.json()) for each in answers] == [(200, {"id": "screening-app-1"})] * 2


@pytest.mark.clause("G-8")
async def test_a_declaration_that_changes_nothing_is_answered_alike_under_its_key() -> None:
    desk = await arranged()
    said, key = {"by": "o-1", "reason": "再度の申告"}, {"Idempotency-Key": "again-1"}
    first, second = [await desk.client.post(f"{CASE}/no-interest", json=said, headers=key) for _ in range(2)]
    assert (first.status_code, second.status_code, second.json()) == (200, 200, first.json())


@pytest.mark.clause("C-SC-16", "G-7")
async def test_an_erased_company_can_be_declared_on_and_what_was_said_of_it_is_kept() -> None:
    desk = await arranged()
    await desk.world.vault.erase("org-1", at=FEBRUARY)
    assert (await desk.get("/v1/screenings", officer="o-7"))["undeclared"] == 1
    await desk.order("no-interest", by="o-7", reason="消去後の申告")
    assert (await desk.get("/v1/screenings", officer="o-7"))["undeclared"] == 0
    assert "消去後の申告" in json.dumps(await desk.get(f"{CASE}?open=true", officer="o-7"), ensure_ascii=False)


@pytest.mark.clause("C-SC-16")
async def test_a_log_line_of_a_case_that_is_on_no_list_yet_is_closed() -> None:
    desk = await Desk.open(FEBRUARY)
    await desk.screening.consumer.take([message(submitted(company_form()))])
    assert await desk.get("/v1/screenings", officer="o-5") == {"items": [], "total": 0, "page": 1, "undeclared": 0}
    lines = await desk.get("/operations/log", officer="o-5")
    assert {line["stream"] for line in lines} == {"closed"}


@pytest.mark.clause("G-6")
async def test_the_opened_log_shows_the_decisions_behind_a_case() -> None:
    desk = await arranged()
    events = await desk.get("/operations/log/screening-app-1?open=true")
    decided = [d["clause"] for e in events for d in e["data"].get("decisions", [])]
    assert decided[-2:] == ["C-SC-9", "C-SC-12"]
    assert "screening-app-1" in {event["stream"] for event in events}


@pytest.mark.clause("C-SC-16")
async def test_nothing_of_a_case_is_shown_before_the_officer_has_declared() -> None:
    desk = await arranged()
    log = "/operations/log/screening-app-1"
    for path in (CASE, f"{CASE}?open=true", log, f"{CASE}/disclosures"):
        refused = await desk.get(path, officer="o-5", status=403)
        assert (problem(refused), "no-interest" in refused["errors"][0]["ja"]) == (("C-SC-16", ""), True)
    assert {each["name"] for each in await desk.get("/operations/log", officer="o-5")} == {"closed"}
    (line,) = (await desk.get("/v1/screenings?open=true", officer="o-5"))["items"]
    assert set(line) == {"application_id", "programme", "fiscal_year", "receipt_number", "name", "declare"}
    for telling in ("status=to_decide", "sort=interview_at", "sort=-changed_at"):
        assert (await desk.get(f"/v1/screenings?{telling}", officer="o-5"))["items"] == []
    assert problem(await desk.order("stage-two", by="o-5", status=403, outcome="passed")) == ("C-SC-16", "")
    await desk.order("no-interest", by="o-5", reason="取引も親族の勤務もない")
    assert (await desk.get(CASE, officer="o-5"))["status"] == "to_decide"
    (line,) = (await desk.get("/v1/screenings?status=to_decide&sort=interview_at", officer="o-5"))["items"]
    assert (line["status"], line["interview_mode"]) == ("to_decide", "online")
    assert datetime.fromisoformat(line["interview_at"]) == datetime.fromisoformat(MEETING["starts_at"])
    assert line["interview_link"] == MEETING["link"]
    await desk.order("conflicts", by="o-5", reason="その後、親族が入社した")
    assert problem(await desk.get(CASE, officer="o-5", status=403)) == ("C-SC-16", "")


@pytest.mark.clause("C-SC-16")
async def test_a_list_says_how_many_cases_wait_for_the_officers_declaration_and_nothing_of_them() -> None:
    desk = await arranged()
    for query in ("", "?status=overdue", "?sort=interview_at", "?programme=support&fiscal_year=2026&status=to_judge"):
        assert (await desk.get(f"/v1/screenings{query}", officer="o-5"))["undeclared"] == 1
        assert (await desk.get(f"/v1/screenings{query}", officer="o-1"))["undeclared"] == 0
    for query in ("?programme=secondment", "?fiscal_year=2027"):
        assert (await desk.get(f"/v1/screenings{query}", officer="o-5"))["undeclared"] == 0
    for order in ("", "&sort=interview_at"):  # an order that tells is not followed
        (line,) = (await desk.get(f"/v1/screenings?status=undeclared{order}", officer="o-5"))["items"]
        assert set(line) == {"application_id", "programme", "fiscal_year", "receipt_number", "name", "declare"}
    assert await desk.waiting("undeclared", "o-1") == []
    await desk.order("conflicts", by="o-5", reason="親族が勤める")
    page = await desk.get("/v1/screenings?status=undeclared", officer="o-5")
    assert (page["items"], page["total"], page["undeclared"]) == ([], 0, 0)


@pytest.mark.clause("C-SC-16")
async def test_work_lists_want_to_know_who_asks() -> None:
    desk = await arranged()
    assert problem(await desk.get("/v1/screenings", officer=None, status=403)) == ("C-SC-16", "/X-Officer")
