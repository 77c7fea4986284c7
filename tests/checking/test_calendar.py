"""What the calendar shows is what the services do: the same sample case is played through them, day by day."""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from icalendar import Calendar

from kernel.aggregate import AnyEvent
from kernel.publishing import Message
from kernel.testing import Company
from kernel.timers import Timer
from madoguchi.checking.calendar import Entry, cycle, on_events
from madoguchi.checking.calendar.ics import ics
from madoguchi.checking.calendar.secondment import longest
from madoguchi.cli.calendar_words import EVENTS, KINDS
from madoguchi.cli.editions import editions_in
from policies.calendars import end_of_day, start_of_day
from policies.editions import FOLDER, load
from schemas.base import Published
from schemas.values import Programme, day_in_tokyo
from services.billing.main import SPEC as BILLING
from services.intake.policy.terms import opened
from services.intake.timers import schedule as intake_timers
from services.notify.main import SPEC as NOTIFY
from services.placement.app.secondments import AppraisalStep
from services.placement.app.supports import KickOff
from services.placement.main import SPEC as PLACEMENT
from services.placement.policy.decisions import RULE
from services.placement.policy.life import DepartureFacts, s_li_4_departure, s_pl_10_notice
from tests.billing.support import party_in
from tests.placement.senders import OFFICER, adopted, message, passed, request, screened, tokyo

SECONDMENT, SUPPORT = load("secondment", 2026), load("support", 2026)
ONE = "app-1.1"


def by_key(entries: list[Entry]) -> dict[str, Entry]:
    """The entries by their keys, which are different."""
    found = {entry.key: entry for entry in entries}
    assert len(found) == len(entries)
    return found


DAYS = by_key(cycle(SECONDMENT))


class Services:
    """Placement, billing and notify in one process, as they publish and consume."""

    def __init__(self, at: datetime) -> None:
        self.company = Company(PLACEMENT, BILLING, NOTIFY, at=at)

    @property
    def do(self) -> Any:
        """Officers' commands on secondments."""
        return self.company["placement"].application.secondments

    async def hear(self, *events: Published) -> None:
        """Screening says something, about the one sender."""
        party = await party_in(self.company["notify"].world.vault)
        told: list[Message] = [message(each.model_copy(update={"party": party})) for each in events]
        for name in ("placement", "notify"):
            await self.company[name].consumer.take(told)
        await self.company.run()

    async def letters(self) -> dict[str, list[date]]:
        """The days on which letters were written, by code."""
        await self.company.run()
        found = await self.company["notify"].application.kernel.views.all("letters", {})
        days = defaultdict(list)
        for each in sorted(found, key=lambda each: each["_position"]):
            days[each["code"]].append(day_in_tokyo(each["composed_at"]))
        return dict(days)


def shown(entries: Iterable[Entry]) -> dict[str, list[date]]:
    """The days of the calendar's letters, by code."""
    days = defaultdict(list)
    for entry in entries:
        for code in entry.letters:
            days[code].append(entry.day)
    return dict(days)


async def played() -> Services:
    """The longest secondment that goes overseas, whose papers come on the last day and whose invoices are not paid."""
    services = Services(tokyo(2025, 12, 20))
    home, *_, abroad = (stay.site for stay in longest(SECONDMENT))
    await services.hear(passed(1, request(f"{home}>{abroad}", years=len(longest(SECONDMENT)))))
    await services.do.record_seed(2026, None, OFFICER)
    await services.do.run(2026, OFFICER)
    await services.company.move(start_of_day(DAYS["answer-by"].day))  # announced by itself, answered on the last day
    await services.do.accept(ONE, OFFICER)
    await services.company.move(tokyo(2026, 2, 24))
    await services.hear(screened(1, "person"), screened(1, "papers"))
    sent, back = DAYS["memorandum-from"].day, DAYS["memorandum-by"].day
    await services.company.move(start_of_day(sent))
    await services.do.command(ONE, OFFICER, lambda each, at: each.send_memorandum(sent, "hr-01", at=at))
    await services.company.move(start_of_day(back))
    await services.do.command(ONE, OFFICER, lambda each, at: each.return_memorandum(back, "hr-01", at=at))
    departs = DAYS["departs-from"].day
    await services.company.move(start_of_day(departs))
    await services.do.depart(ONE, DepartureFacts(departs, True, DAYS["health-check-from"].day, True, departs), OFFICER)
    for year in SECONDMENT.edition.years:
        assessed = AppraisalStep(year, "assessment", DAYS[f"appraisal-{year}-assessment"].day, "優")
        await services.company.move(start_of_day(assessed.on) if assessed.on > departs else start_of_day(departs))
        await services.do.appraise(ONE, assessed, OFFICER)
    await services.company.move(tokyo(2029, 12, 31))
    return services


@pytest.mark.clause("S-NO-2")
async def test_every_letter_goes_out_on_the_day_that_the_calendar_shows() -> None:
    written = await (await played()).letters()
    of_one = {"reply-reminder", "no-place", "papers-missing"}  # what becomes of others
    shown_days = {code: days for code, days in shown(cycle(SECONDMENT)).items() if code not in of_one}
    shown_days["ended"] = [DAYS["ends-3"].day + timedelta(days=1)]  # 24:00 of the last day
    assert {code: written[code] for code in shown_days} == shown_days
    upon_events = {"accepted-call-for-papers", "memorandum-concluded"}
    assert written.keys() - shown_days.keys() == upon_events


@pytest.mark.clause("C-NO-1")
async def test_every_letter_of_the_support_goes_out_on_the_day_that_the_calendar_shows() -> None:
    services, days = Services(tokyo(2026, 3, 16)), by_key(cycle(SUPPORT))
    await services.hear(adopted(1).model_copy(update={"adopted_on": date(2026, 3, 20)}))
    first, last = days["support-from"].day, days["support-until"].day
    await services.company.move(start_of_day(first))
    supports = services.company["placement"].application.supports
    await supports.kick_off("app-1", KickOff(first, last, "recruiting", "計画"), OFFICER)
    await services.company.move(tokyo(2028, 3, 31))
    written, planned = await services.letters(), shown(each for each in days.values() if each.day >= first)
    planned["ended"] = [last + timedelta(days=1)]  # 24:00 of the last day
    assert {code: written[code] for code in planned} == planned
    assert written.keys() - planned.keys() == {"adopted", "coordinator-assigned", "kick-off"}


@pytest.mark.clause("S-PL-8")
async def test_an_answer_is_awaited_until_24_00_of_the_day_shown() -> None:
    services = Services(tokyo(2025, 12, 20))
    await services.hear(passed(1, request("osaka")))
    await services.do.record_seed(2026, None, OFFICER)
    await services.do.run(2026, OFFICER)
    lapse = end_of_day(DAYS["answer-by"].day)
    await services.company.move(lapse - timedelta(milliseconds=1))
    assert [each.name for each in services.company.published] == ["PlacementProposed"]
    await services.company.move(lapse)
    assert [each.name for each in services.company.published] == ["PlacementProposed", "PlacementDeclined"]


@pytest.mark.clause("S-IN-1")
def test_reception_closes_at_24_00_of_the_day_shown() -> None:
    (event,) = opened(SECONDMENT, tokyo(2025, 11, 1)).pending_events
    (timer,) = intake_timers(cast("AnyEvent", event))
    assert isinstance(timer, Timer)
    assert timer.due == end_of_day(DAYS["reception-closes"].day)
    assert (DAYS["reception-opens"].day, DAYS["reception-closes"].day) == (date(2025, 11, 4), date(2025, 12, 5))


@pytest.mark.clause("S-PL-10")
def test_the_latest_notice_is_the_last_day_that_the_rule_lets_pass() -> None:
    latest = DAYS["results-latest"].day
    found = [s_pl_10_notice(SECONDMENT, RULE, None, at=start_of_day(day)).outcome for day in (latest, next_day(latest))]
    assert found == ["passed", "held"]


def next_day(day: date, days: int = 1) -> date:
    """So many days later."""
    return day + timedelta(days=days)


@pytest.mark.clause("S-LI-4")
@pytest.mark.parametrize(("leaves", "checked", "outcome"), [(0, 0, "passed"), (-1, 0, "refused"), (0, -1, "refused")])
def test_departure_and_health_check_begin_on_the_days_shown(leaves: int, checked: int, outcome: str) -> None:
    on, check = next_day(DAYS["departs-from"].day, leaves), next_day(DAYS["health-check-from"].day, checked)
    facts = DepartureFacts(on, True, check, True, on)
    made = s_li_4_departure(SECONDMENT, DAYS["starts"].day, DAYS["ends-3"].day, facts, "hr-01", at=start_of_day(on))
    assert ("refused" if any(each.outcome == "refused" for each in made) else "passed") == outcome


def test_a_calendar_file_reads_back_as_the_whole_days_that_the_table_shows() -> None:
    entries = cycle(SECONDMENT)
    content = ics(SECONDMENT, entries, KINDS)
    assert content == ics(SECONDMENT, cycle(SECONDMENT), KINDS)
    made = Calendar.from_ical(content)
    events = made.walk("VEVENT")
    assert [(each.decoded("dtstart"), each.decoded("dtend")) for each in events] == [
        (entry.day, next_day(entry.day)) for entry in entries
    ]
    assert all(type(each.decoded("dtstart")) is date for each in events)
    assert [str(each["summary"]).startswith(entry.what) for each, entry in zip(events, entries, strict=True)]
    assert len({str(each["uid"]) for each in events}) == len(entries)
    assert not any(each.errors for each in (made, *events))
    assert content.endswith(b"END:VCALENDAR\r\n")
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))


def test_a_moved_day_keeps_its_uid_and_takes_its_reminders_along(tmp_path: Path) -> None:
    shutil.copytree(FOLDER / "secondment" / "2026", tmp_path / "secondment" / "2026")
    dates = tmp_path / "secondment" / "2026" / "dates.yaml"
    text = dates.read_text(encoding="utf-8")
    dates.write_text(text.replace("value: 2026-02-24", "value: 2026-02-20", 1), encoding="utf-8")
    moved = by_key(cycle(load("secondment", 2026, tmp_path)))
    assert moved.keys() == DAYS.keys()
    papers = {key for key in DAYS if key.startswith("papers-")}
    assert {key for key in DAYS if moved[key].day != DAYS[key].day} == papers
    assert all(DAYS[key].day - moved[key].day == timedelta(days=4) for key in papers)
    uids = [
        {str(each["uid"]) for each in Calendar.from_ical(ics(SECONDMENT, found.values(), KINDS)).walk("VEVENT")}
        for found in (moved, DAYS)
    ]
    assert uids[0] == uids[1]


@pytest.mark.parametrize(("programme", "year"), editions_in(FOLDER, None, None))
def test_every_letter_of_an_edition_is_listed_with_words_for_what_makes_it_go_out(
    programme: Programme, year: int
) -> None:
    edition = load(programme, year)
    listed = on_events(edition)
    assert [each.code for each in listed] == list(edition.letters.root)
    words = {each.event for each in listed} | {f"{each.event}.{name}" for each in listed for name in each.when}
    words |= {f"{each.event}.about" for each in listed if each.days}
    assert words <= EVENTS.keys()
    assert {entry.kind for entry in cycle(edition)} <= KINDS.keys()
    dated = {code for entry in cycle(edition) for code in entry.letters}
    assert dated <= edition.letters.root.keys()
