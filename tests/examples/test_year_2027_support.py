"""The support of fiscal 2027 on record: each figure worked out here by hand from the sample edition."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

import pytest
from stdnum.jp import cn

from infra.local.programs import PROJECT
from madoguchi.rehearsal.script import Script, read
from policies.editions import load
from schemas.forms import SupportApplication
from schemas.values import TOKYO
from services.intake.policy.facts import code_faults
from services.screening.policy import company
from services.screening.policy.basis import Basis
from tests.examples.bodies import form, steps

FOLDER = PROJECT / "examples" / "2027"
EXPECTED: dict[str, Any] = json.loads((FOLDER / "outcome.json").read_text(encoding="utf-8"))
SUPPORT = load("support", 2027)
VISITED, STATUS, GOAL, FAR, SILENT, LAST, AGAIN, BY_RULE, LATE = (
    "01-kikyo-seiki", "02-rindo-software", "03-susuki-foods", "04-nadeshiko-ryokan", "05-ominaeshi-works",
    "06-hagi-kensetsu", "07-fujibakama-do", "08-kuzu-farm", "09-asagao-print",
)  # fmt: skip


@pytest.fixture(scope="module")
def script() -> Script:
    """The whole script."""
    return read(FOLDER)


def events(case: str, *names: str) -> list[dict[str, Any]]:
    """What happened to a case, of these kinds."""
    return [each for each in EXPECTED["cases"][f"support/{case}"]["events"] if each["event"] in names]


def days(case: str, *names: str) -> list[str]:
    """When it happened."""
    return [each["day"] for each in events(case, *names)]


def letters(case: str, code: str) -> list[str]:
    """The days on which a letter went out."""
    return [each["day"] for each in events(case, "LetterSent") if each["letter"] == code]


def refused(case: str) -> list[tuple[str, str, list[str]]]:
    """What was refused, when and by which clause."""
    return [(each["day"], each["do"], each["clauses"]) for each in EXPECTED["cases"][f"support/{case}"]["refusals"]]


@pytest.mark.clause("C-IN-3")
def test_the_sixth_company_closes_reception_and_each_place_given_back_opens_it() -> None:
    # Six are let in. 01…05 and the sixth on 12 February; one back by withdrawal, one by silence; each is taken again.
    complete = sorted(days(case, "ApplicationSubmitted")[0] for case in (VISITED, STATUS, GOAL, FAR, SILENT, LAST))
    assert complete == ["2027-02-09"] * 2 + ["2027-02-10"] * 3 + ["2027-02-12"]
    told = [(each["day"], each["event"], each["standing"]) for each in EXPECTED["programmes"] if each["day"] > "2027"]
    assert told == [
        ("2027-02-12", "ReceptionClosed", 6),
        ("2027-02-17", "ReceptionReopened", 5),
        ("2027-02-19", "ReceptionClosed", 6),
        ("2027-03-19", "ReceptionReopened", 5),
        ("2027-03-24", "ReceptionClosed", 6),
    ]
    assert days(LAST, "ApplicationWithdrawn") == ["2027-02-17"]
    assert refused(AGAIN)[0] == ("2027-02-12", "apply", ["C-IN-3"])
    assert days(AGAIN, "ApplicationSubmitted") == ["2027-02-19"]


@pytest.mark.clause("C-IN-1")
@pytest.mark.clause("C-NO-1")
def test_a_second_half_that_finds_reception_full_is_refused_after_this_years_reminders() -> None:
    # Registered on 9 February; reminded 5 and 10 days later; the consent comes on the 22nd.
    assert letters(LATE, "consent-reminder") == ["2027-02-14", "2027-02-19"]
    assert refused(LATE) == [("2027-02-22", "paper", ["C-IN-3"])]
    assert letters(LATE, "reception-full") == ["2027-02-22"]


@pytest.mark.clause("C-IN-6")
def test_silence_is_reminded_of_and_confirmed_on_this_years_days() -> None:
    # Stage two on 4 March: reminders 5 and 10 days after it; an officer may confirm it 15 days after it, not before.
    assert letters(SILENT, "silence-reminder") == ["2027-03-09", "2027-03-14"]
    assert refused(SILENT) == [("2027-03-15", "withdraw", ["C-IN-6"])]
    assert [(each["day"], each["assumed"]) for each in events(SILENT, "ApplicationWithdrawn")] == [("2027-03-19", True)]
    assert (date(2027, 3, 19) - date(2027, 3, 4)).days == 15


@pytest.mark.clause("C-SC-13")
@pytest.mark.clause("C-SC-14")
def test_stage_two_is_told_within_fifteen_business_days_moved_and_called_off() -> None:
    # Papers of 9 February: the fifteenth business day, past 11 and 23 February, is 4 March. 45 minutes, not 60.
    arranged = {case: days(case, "InterviewArranged") for case in (VISITED, STATUS)}
    assert arranged == {VISITED: ["2027-02-24", "2027-03-01"], STATUS: ["2027-02-24", "2027-02-26"]}
    assert max(arranged[VISITED]) <= "2027-03-04"
    assert days(VISITED, "InterviewCancelled") == ["2027-02-26"]
    sequences = [each["sequence"] for each in events(VISITED, "InterviewArranged", "InterviewCancelled")]
    assert sequences == [0, 1, 2]
    assert {each["minutes"] for case in arranged for each in events(case, "InterviewArranged")} == {45}


@pytest.mark.clause("C-NO-1")
def test_stage_two_is_reminded_of_three_days_and_one_day_before_the_date_that_holds() -> None:
    # 8 March after the first date of 2 March was called off; 5 March after it was moved.
    assert letters(VISITED, "interview-reminder") == ["2027-03-05", "2027-03-07"]
    assert letters(STATUS, "interview-reminder") == ["2027-03-02", "2027-03-04"]
    assert letters(VISITED, "silence-reminder") == letters(STATUS, "silence-reminder") == []


@pytest.mark.clause("C-SC-1")
def test_the_status_that_moved_asks_for_no_waiver_any_more(script: Script) -> None:
    (said,) = (form(step) for step in steps(script, "apply") if step.case == STATUS)
    assert isinstance(said, SupportApplication)
    at = datetime(2027, 2, 22, tzinfo=TOKYO)
    outcomes = {
        year: company.c_sc_1_professionals(tuple(said.positions), Basis(load("support", year), at)).outcome  # type: ignore[arg-type]  # a form's positions say the same
        for year in (2026, 2027)
    }
    assert outcomes == {2026: "waiver_asked", 2027: "passed"}
    assert days(STATUS, "CompanyAdopted") == ["2027-03-09"]


@pytest.mark.clause("C-SC-12")
@pytest.mark.clause("C-SC-15")
def test_who_is_not_adopted_hears_of_it_at_nine_on_the_windows_last_day_whatever_the_ground() -> None:
    # Papers of 19 February: 15 March is the fifteenth business day; decided by an officer on 3 March.
    # Papers of 24 March: 14 April; decided by rule within the second.
    assert refused(AGAIN)[1] == ("2027-03-03", "stage-one", ["C-SC-12"])
    told = {case: events(case, "LetterSent")[-1] for case in (AGAIN, BY_RULE)}
    assert {case: (each["letter"], each["sent_at"]) for case, each in told.items()} == {
        AGAIN: ("not-adopted", "2027-03-15T00:00:00Z"),
        BY_RULE: ("not-adopted", "2027-04-14T00:00:00Z"),
    }
    named = {case: events(case, "CompanyNotAdopted")[0]["guidance"] for case in (AGAIN, BY_RULE)}
    assert named == {AGAIN: ["regional_desk"], BY_RULE: ["portal", "employment_service_centre", "food_export_desk"]}


@pytest.mark.clause("C-PL-1")
def test_a_full_coordinator_is_passed_over_and_takes_over_once_there_is_room() -> None:
    # Kyushu has one coordinator for one company. The second, of tourism, goes to the nearest by field, in Hokkaido.
    chosen = {
        case: [each["coordinator_id"] for each in events(case, "CoordinatorAssigned")]
        for case in (VISITED, STATUS, GOAL, FAR)
    }
    assert chosen == {
        VISITED: ["coordinator-03"],
        STATUS: ["coordinator-02"],
        GOAL: ["coordinator-21"],
        FAR: ["coordinator-01", "coordinator-21"],
    }
    assert days(GOAL, "SupportEnded") < days(FAR, "CoordinatorAssigned")[1:]


@pytest.mark.clause("C-LI-1")
@pytest.mark.clause("C-LI-3")
def test_the_period_ends_on_this_years_day_and_limited_services_are_this_years() -> None:
    # Two special sessions a year: one for the first company, so not two for the second, but one. Trips are no menu.
    assert refused(STATUS) == [("2027-04-15", "kick-off", ["C-LI-1"]), ("2027-06-02", "menu", ["C-LI-3"])]
    assert refused(FAR) == [("2027-06-15", "menu", ["C-LI-3"])]
    ended = {case: [each["ended_on"] for each in events(case, "SupportEnded")] for case in (VISITED, STATUS, FAR)}
    assert ended == {case: ["2028-03-24"] for case in (VISITED, STATUS, FAR)}


@pytest.mark.clause("C-LI-6")
@pytest.mark.clause("C-LI-7")
def test_surveys_come_on_this_years_days_to_those_whom_they_concern() -> None:
    # Asked on 4 October, to be answered in 14 days, reminded 5 days before: 13 October, unless answered by then.
    asked = {
        case: {each["survey"]: each["answer_by"] for each in events(case, "SurveyAsked")} for case in (STATUS, GOAL)
    }
    assert asked == {
        STATUS: {"half_way": "2027-10-18", "year_end": "2028-02-21", "follow_up": "2028-10-30"},
        GOAL: {"half_way": "2027-10-18", "follow_up": "2028-10-30"},  # it ended on 20 December
    }
    assert letters(STATUS, "survey-reminder") == ["2027-10-13", "2028-02-16", "2028-10-25"]
    assert letters(VISITED, "survey-reminder") == ["2028-02-16", "2028-10-25"]  # answered on 8 October
    assert [(each["ended_on"], each["early"]) for each in events(GOAL, "SupportEnded")] == [("2027-12-20", True)]


@pytest.mark.clause("C-BI-2")
def test_a_visit_cancelled_in_october_costs_what_holds_from_october_on() -> None:
    # Cancelled fare 26,000 yen from 1 October (24,000 before), outside the tax; a fee of 30,000 yen with 10 %.
    total = 26_000 + 30_000 + 30_000 // 10
    assert total == 59_000
    (invoice,) = events(VISITED, "InvoiceIssued")
    assert (invoice["day"], invoice["number"], invoice["total"]) == ("2027-10-12", "INV-C2027-000001", total)
    assert (invoice["due_on"], [each["amount"] for each in invoice["lines"]]) == ("2027-11-30", [26_000, 30_000])
    (paid,) = events(VISITED, "PaymentReceived")
    assert (paid["amount"], paid["balance"], paid["state"]) == (total, 0, "paid")


def test_every_form_fits_the_edition_and_names_an_invented_company(script: Script) -> None:
    sent = [each for step in steps(script, "apply") if isinstance(each := form(step), SupportApplication)]
    assert len({each.party.name for each in sent}) == 9
    for each in sent:
        assert code_faults(SUPPORT, each) == []
        number = each.party.corporate_number or ""
        assert cn.is_valid(number)
        assert number[1:5] == "9999"
        assert each.party.email.endswith(".example")
