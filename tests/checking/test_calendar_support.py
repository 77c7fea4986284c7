"""The support's calendar day by day: companies go through all five services, and what happens is what was shown."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from icalendar import Calendar

from madoguchi.checking.calendar import Entry, cycle
from madoguchi.checking.calendar.ics import ics
from madoguchi.cli.calendar_words import KINDS
from policies.calendars import end_of_day, start_of_day
from policies.editions import load
from policies.support.edition import SupportEdition
from schemas.values import TOKYO, day_in_tokyo
from services.screening.domain.case import stream
from services.screening.domain.support import SupportScreening
from tests.bad_input.town import Town, said
from tests.intake import forms

EDITIONS = [load("support", year) for year in (2026, 2027)]
of_each_year = pytest.mark.parametrize("edition", EDITIONS, ids=lambda edition: edition.id)


def days_of(edition: SupportEdition) -> dict[str, Entry]:
    """The entries by their keys, which are different."""
    entries = cycle(edition)
    found = {entry.key: entry for entry in entries}
    assert len(found) == len(entries)
    return found


class Companies:
    """Companies that apply at the moment at which reception opens."""

    def __init__(self, edition: SupportEdition) -> None:
        self.edition, self.days = edition, days_of(edition)
        self.opens = start_of_day(self.days["reception-opens"].day)
        self.town, self.applied = Town(self.opens), 0

    async def apply(self, *, consent: bool = True, **facts: Any) -> str:
        """One more company registers, and sends its consent at once; its application."""
        self.applied += 1
        body = forms.support(self.applied, agreements=list(self.edition.consents.agreements), **facts)
        path = f"/v1/support/{self.edition.edition.fiscal_year}/applications"
        application = str((await self.town.does("intake", path, **body))["id"])
        if consent:
            path = f"{path}/{application}/papers?kind=consent"
            raw = forms.consent(self.applied)
            headers = {"Content-Type": "application/pdf", "Content-Digest": forms.digest(raw)}
            answer = await self.town.ask("intake", "POST", path, content=raw, headers=headers)
            assert answer.status_code < 300, answer.text
        return application

    async def given_a_date(self, application: str, held_on: date) -> None:
        """It passes paper screening and gets a date for stage two, which it will not keep."""
        case = f"/v1/screenings/{application}"
        await self.town.does("screening", f"{case}/no-interest", **said())
        mark = {"met": True, "note": "可"}
        marks = {"criteria": dict.fromkeys(self.edition.screening.criteria, mark), "strength": mark}
        seen = await self.version(application)
        await self.town.does("screening", f"{case}/stage-one", **said(seen, outcome="passed", **marks))
        starts = datetime(held_on.year, held_on.month, held_on.day, 10, tzinfo=TOKYO).isoformat()
        seen = await self.version(application)
        await self.town.does("screening", f"{case}/interview", **said(seen, starts_at=starts, mode="telephone"))

    async def misses(self, application: str, held_on: date) -> None:
        """The day comes, and nobody is there."""
        await self.town.company.move(start_of_day(held_on) + timedelta(hours=11))
        seen = await self.version(application)
        await self.town.does("screening", f"/v1/screenings/{application}/interview-absence", **said(seen))

    async def version(self, application: str) -> int:
        """How far the case is."""
        return (await self.screening(application)).version

    async def screening(self, application: str) -> SupportScreening:
        """The case."""
        repository = self.town.company["screening"].application.kernel.repository
        found: SupportScreening = await repository.get(SupportScreening, stream(application))
        return found

    async def due(self, service: str) -> datetime | None:
        """When something falls due next in a service."""
        upcoming = await self.town.company[service].timers.upcoming()
        return upcoming.due if upcoming else None

    async def letters(self, application: str) -> dict[str, list[date]]:
        """The days on which letters to it were written, by code."""
        found = await self.town.company["notify"].application.kernel.views.all(
            "letters", {"application_id": application}
        )
        days = defaultdict(list)
        for each in sorted(found, key=lambda each: each["_position"]):
            days[each["code"]].append(day_in_tokyo(each["composed_at"]))
        return dict(days)

    def shown(self, code: str) -> list[date]:
        """The days on which the calendar shows a letter."""
        return [each.day for each in self.days.values() if code in each.letters]


@of_each_year
@pytest.mark.clause("C-NO-1")
async def test_a_consent_that_does_not_come_is_reminded_of_on_the_days_shown(edition: SupportEdition) -> None:
    companies = Companies(edition)
    application = await companies.apply(consent=False)
    await companies.town.company.move(companies.opens + timedelta(days=60))
    written = await companies.letters(application)
    assert written["consent-reminder"] == companies.shown("consent-reminder")
    assert len(written["consent-reminder"]) == len(edition.reminders.consent_days_after.first)


@of_each_year
@pytest.mark.clause("C-IN-6")
async def test_stage_two_and_silence_are_reminded_of_and_asked_about_on_the_days_shown(
    edition: SupportEdition,
) -> None:
    companies = Companies(edition)
    days, application = companies.days, await companies.apply()
    held_on = days["interview-latest"].day
    await companies.given_a_date(application, held_on)
    await companies.misses(application, held_on)
    asked = start_of_day(days["silence-asked"].day) + timedelta(hours=9)
    assert await companies.due("intake") == asked
    await companies.town.company.move(asked)
    written = await companies.letters(application)
    for code in ("interview-reminder", "silence-reminder"):
        assert written[code] == companies.shown(code) != []


@of_each_year
@pytest.mark.clause("C-SC-13")
async def test_a_case_without_a_date_is_shown_on_the_days_of_the_window(edition: SupportEdition) -> None:
    companies = Companies(edition)
    days, application = companies.days, await companies.apply()
    moments = {
        "soon": start_of_day(days["interview-warned"].day),
        "latest": end_of_day(days["interview-latest"].day),
        "most": end_of_day(days["interview-most"].day),
    }
    sounded: tuple[str, ...] = ()
    for alarm, moment in moments.items():
        await companies.town.company.move(moment - timedelta(milliseconds=1))
        assert (await companies.screening(application)).alarms == sounded
        await companies.town.company.move(moment)
        sounded = (*sounded, alarm)
        assert (await companies.screening(application)).alarms == sounded


@of_each_year
@pytest.mark.clause("C-SC-15")
async def test_a_company_that_is_not_adopted_hears_no_sooner_than_shown(edition: SupportEdition) -> None:
    companies = Companies(edition)
    application = await companies.apply(website=None)
    await companies.town.company.move(companies.opens + timedelta(days=60))
    assert (await companies.letters(application))["not-adopted"] == companies.shown("not-adopted")


@of_each_year
def test_the_file_reads_back_as_the_days_of_the_table(edition: SupportEdition) -> None:
    entries = cycle(edition)
    content = ics(edition, entries, KINDS)
    made = Calendar.from_ical(content)
    events = made.walk("VEVENT")
    assert [each.decoded("dtstart") for each in events] == [entry.day for entry in entries]
    assert len({str(each["uid"]) for each in events}) == len(entries)
    assert not any(each.errors for each in (made, *events))


def test_the_two_years_show_the_same_entries_on_days_of_their_own() -> None:
    """A year that changes dates alone leaves nothing out: each entry is there, moved."""
    before, after = (days_of(edition) for edition in EDITIONS)
    only = {
        key for key in before.keys() ^ after.keys() if not key.startswith(("interview-reminder", "survey-reminder"))
    }
    assert only == set()
    assert {key for key in before.keys() & after.keys() if before[key].day == after[key].day} == set()
