"""What a company is told that missed its date of stage two (C-IN-6), and that its support ended before kick-off."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from policies.editions import load
from policies.letters import day, render, samples
from schemas import intake, placement, screening
from schemas.base import OfCase
from schemas.values import day_in_tokyo
from services.notify.domain import recipient as recipients
from services.notify.domain.recipient import Recipient
from services.notify.domain.values import Planned
from services.notify.policy.told import answer_until
from tests.notify.support import APPLICATION, Desk, tokyo

SUPPORT: dict[str, Any] = {"programme": "support", "fiscal_year": 2026, "receipt_number": "C2026-000031"}
BEGINS = datetime(2026, 3, 9, 5, tzinfo=UTC)
ASKED = date(2026, 3, 10)
REMINDERS = load("support", 2026).reminders
UNTIL = ASKED + timedelta(days=REMINDERS.silence_asked_of_officer_after.first - 1)
SAMPLES = samples(load("support", 2026), "interview-missed")


async def missed(heard: datetime) -> Desk:
    """A notify that hears at that moment that the company was not there."""
    desk = Desk(heard)
    await desk.hears(screening.InterviewMissed, **SUPPORT, starts_at=BEGINS, asked_on=ASKED)
    return desk


async def days(desk: Desk, code: str) -> list[date]:
    """The days on which letters of that code were written."""
    return sorted(day_in_tokyo(each["composed_at"]) for each in await desk.letters(code=code))


async def texts(desk: Desk) -> dict[str, list[str]]:
    """What went out, by subject without its receipt."""
    await desk.sends()
    found: dict[str, list[str]] = {}
    for mail in desk.server.mails:
        found.setdefault(str(mail["Subject"]).partition("（")[0], []).append(str(mail.get_content()))
    return found


@pytest.mark.clause("C-IN-6")
@pytest.mark.clause("C-NO-1")
@pytest.mark.parametrize("heard", [tokyo(2026, 3, 10), tokyo(2026, 3, 12)], ids=["at once", "two days later"])
async def test_an_absence_is_asked_about_at_once_and_reminded_of_by_its_own_days(heard: datetime) -> None:
    desk = await missed(heard)
    assert await desk.codes() == ["interview-missed"]
    await desk.company.move(tokyo(2026, 4, 30))
    asked, reminded = (await texts(desk)).values()
    assert len(reminded) == len(REMINDERS.silence_days_after.first)
    for text in (*asked, *reminded):
        assert "2026年3月9日（月）14時00分" in text  # the date that was missed
        assert f"{day(ASKED)}現在" in text
        assert f"回答期限　{day(UNTIL)}" in text
        assert f"{day(UNTIL)}までにご連絡ください" in text
    assert "2026年3月12日" not in "".join(reminded)  # on which it was only heard of


@pytest.mark.clause("C-IN-6")
@pytest.mark.parametrize(
    ("heard", "reminded"),
    [
        (tokyo(2026, 3, 10), [date(2026, 3, 17), date(2026, 3, 24)]),
        (tokyo(2026, 3, 18), [date(2026, 3, 19), date(2026, 3, 24)]),
        (tokyo(2026, 3, 23), [date(2026, 3, 24), date(2026, 3, 25)]),
        (tokyo(2026, 4, 20), [date(2026, 4, 21), date(2026, 4, 22)]),
    ],
)
async def test_however_late_it_is_heard_no_reminder_is_left_out_and_none_shares_a_day(
    heard: datetime, reminded: list[date]
) -> None:
    desk = await missed(heard)
    await desk.company.move(tokyo(2026, 4, 30))
    assert await days(desk, "interview-missed") == [day_in_tokyo(heard)]
    assert await days(desk, "silence-reminder") == reminded


@pytest.mark.clause("C-IN-6")
@pytest.mark.parametrize("heard", [tokyo(2026, 3, 10), tokyo(2026, 3, 23), tokyo(2026, 4, 20)])
async def test_every_letter_names_the_day_before_an_officer_is_asked_however_late_it_is(heard: datetime) -> None:
    desk = await missed(heard)
    await desk.company.move(tokyo(2026, 5, 30))
    gap = REMINDERS.silence_asked_of_officer_after.first - max(REMINDERS.silence_days_after.first)
    last = (await days(desk, "silence-reminder"))[-1]
    until = max(UNTIL, last + timedelta(days=gap - 1))
    asked, reminded = (await texts(desk)).values()
    assert [f"回答期限　{day(until)}" in text for text in (*asked, *reminded)] == [True] * 3


@pytest.mark.clause("C-IN-6")
async def test_reminders_whose_moments_are_met_late_go_out_on_days_of_their_own() -> None:
    desk = await missed(tokyo(2026, 3, 10))
    desk.company.clock.at = tokyo(2026, 3, 25)  # nothing rang since, and both are overdue
    await desk.company.run()
    assert await days(desk, "silence-reminder") == [date(2026, 3, 25)]
    await desk.company.move(tokyo(2026, 3, 26, 8))
    assert len(await days(desk, "silence-reminder")) == 1
    await desk.company.move(tokyo(2026, 3, 26, 9))
    assert await days(desk, "silence-reminder") == [date(2026, 3, 25), date(2026, 3, 26)]
    _, reminded = (await texts(desk)).values()
    assert [f"回答期限　{day(date(2026, 4, 1))}" in text for text in reminded] == [True, True]
    await desk.company.move(tokyo(2026, 5, 30))
    assert len(await days(desk, "silence-reminder")) == 2


@pytest.mark.clause("C-IN-6")
@pytest.mark.parametrize(("written", "said"), [(UNTIL - timedelta(days=1), UNTIL.isoformat()), (UNTIL, None)])
def test_a_day_that_has_come_is_no_day_to_answer_by(written: date, said: str | None) -> None:
    asked = {"asked_on": ASKED.isoformat()}
    assert answer_until(asked, load("support", 2026), written, ASKED) == said
    text = render(load("support", 2026), "interview-missed", SAMPLES | {"answer_until": said}).body
    assert ("お早めにご連絡ください" in text, "回答期限" in text) == (said is None, said is not None)


@pytest.mark.clause("C-IN-1")
@pytest.mark.clause("C-IN-6")
@pytest.mark.parametrize("returned", [0, 1, 2])
async def test_whose_consent_is_returned_is_not_reminded_of_an_absence_whichever_is_heard_first(returned: int) -> None:
    desk = Desk(tokyo(2026, 3, 10))
    absence: list[tuple[type[OfCase], dict[str, Any]]] = [
        (screening.InterviewMissed, {"starts_at": BEGINS, "asked_on": ASKED}),
        (screening.InterviewAbsenceWithdrawn, {"starts_at": BEGINS, "because": "consent"}),
    ]
    absence.insert(returned, (intake.ConsentReturned, {}))
    for kind, fields in absence:
        await desk.hears(kind, **SUPPORT, **fields)
    await desk.company.move(tokyo(2026, 4, 7))
    assert not {"silence-reminder", "interview-absence-withdrawn"} & {*await desk.codes()}
    await desk.hears(intake.ApplicationSubmitted, **SUPPORT, secondment=None)
    await desk.hears(screening.InterviewMissed, **SUPPORT, starts_at=BEGINS, asked_on=date(2026, 4, 7))
    await desk.company.move(tokyo(2026, 4, 30))
    assert await days(desk, "silence-reminder") == [date(2026, 4, 14), date(2026, 4, 21)]


@pytest.mark.clause("C-IN-1")
@pytest.mark.clause("C-IN-6")
async def test_a_returned_consent_that_is_heard_late_ends_no_reminder_of_a_newer_absence() -> None:
    desk = await missed(tokyo(2026, 3, 10))
    await desk.hears(intake.ConsentReturned, **SUPPORT)
    await desk.company.move(tokyo(2026, 4, 30))
    assert await days(desk, "silence-reminder") == [date(2026, 3, 17), date(2026, 3, 24)]


@pytest.mark.clause("C-IN-6")
@pytest.mark.clause("C-NO-1")
async def test_an_absence_recorded_in_error_is_corrected_and_no_longer_reminded_of() -> None:
    desk = await missed(tokyo(2026, 3, 10))
    await desk.hears(screening.InterviewAbsenceWithdrawn, **SUPPORT, starts_at=BEGINS)
    await desk.company.move(tokyo(2026, 4, 30))
    assert await desk.codes() == ["interview-missed", "interview-absence-withdrawn"]
    *_, (corrected,) = (await texts(desk)).values()
    assert "2026年3月9日（月）14時00分" in corrected
    assert "ご回答は不要" in corrected


async def planned_before(desk: Desk, code: str, due: datetime, **told: Any) -> None:
    """A letter that stands in the log as earlier versions planned it: under the application."""
    repository = desk.notify.application.kernel.repository
    recipient = await repository.get(Recipient, recipients.stream(APPLICATION))
    entry = load("support", 2026).letters.root[code]
    of: dict[str, Any] = {"edition": "support/2026", "subject": APPLICATION, "place": 1, "due": due, "told": told}
    recipient.plan([Planned(code=code, clause=entry.clause, **of)], code, APPLICATION, desk.company.clock.at)
    await repository.save(recipient)
    await desk.company.run()


@pytest.mark.clause("C-IN-6")
async def test_a_reminder_that_an_earlier_version_planned_is_written_without_what_it_was_not_told() -> None:
    desk = Desk(tokyo(2026, 3, 10))
    await desk.hears(intake.ApplicationSubmitted, **SUPPORT, secondment=None)
    await planned_before(desk, "silence-reminder", tokyo(2026, 3, 17, 9), asked_on=ASKED.isoformat())
    await desk.company.move(tokyo(2026, 3, 18))
    *_, (reminder,) = (await texts(desk)).values()
    assert f"回答期限　{day(UNTIL)}" in reminder
    assert "　日時" not in reminder
    assert "None" not in reminder


@pytest.mark.clause("C-LI-7")
@pytest.mark.parametrize(("answered", "reminded"), [("half_way", False), ("year_end", True)])
async def test_an_answer_ends_its_surveys_reminders_of_before_surveys_were_subjects(
    answered: str, reminded: bool
) -> None:
    desk = Desk(tokyo(2026, 9, 28))
    surveys = load("support", 2026).life.surveys
    await desk.hears(placement.SupportStarted, **SUPPORT)
    told = {"survey": surveys["half_way"].name, "answer_by": "2026-10-06"}
    await planned_before(desk, "survey-reminder", tokyo(2026, 9, 29, 9), **told)
    await desk.hears(placement.SurveyAnswered, **SUPPORT, survey=answered)
    await desk.company.move(tokyo(2026, 10, 10))
    assert ("survey-reminder" in await desk.codes()) is reminded


@pytest.mark.clause("C-LI-1")
@pytest.mark.clause("C-NO-1")
@pytest.mark.parametrize(
    ("end", "ground"),
    [
        ({"early": False, "ground": "term"}, "本事業の支援期間の最終日を迎えたため"),
        ({"early": True, "ground": "dissolved"}, "事業の継続が困難となったため"),
    ],
)
async def test_who_was_never_kicked_off_is_told_of_no_period_and_no_survey(end: dict[str, Any], ground: str) -> None:
    desk = Desk(tokyo(2027, 3, 31))
    await desk.hears(placement.SupportEnded, **SUPPORT, **end, ended_on=date(2027, 3, 31), never_started=True)
    (sent,) = (await texts(desk)).values()
    assert "実施に至らないまま" in sent[0]
    assert f"事由　　　{ground}" in sent[0]
    assert not [untrue for untrue in ("支援期間の途中", "取り組みに敬意", "ご回答をお願い") if untrue in sent[0]]


@pytest.mark.clause("C-LI-6")
@pytest.mark.clause("G-6")
@pytest.mark.parametrize("year", [2026, 2027])
@pytest.mark.parametrize(("early", "clause"), [(True, "C-LI-6"), (False, "C-LI-1")])
async def test_the_letter_of_an_end_before_kick_off_is_filed_under_the_clause_that_decided_it(
    early: bool, clause: str, year: int
) -> None:
    desk = Desk(tokyo(2027, 3, 31))
    case = SUPPORT | {"fiscal_year": year}
    await desk.hears(placement.SupportEnded, **case, early=early, ended_on=date(2027, 3, 31), never_started=True)
    (letter,) = await desk.letters()
    assert letter["clause"] == clause
