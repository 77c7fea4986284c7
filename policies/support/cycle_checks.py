"""What has to agree about the days of a support's cycle: its year, the window of stage two, silence, surveys."""

from __future__ import annotations

from collections.abc import Iterator

from policies import cycle_checks
from policies.calendars import add_business_days, add_days, add_months
from policies.faults import Complaint
from policies.support.edition import SupportEdition


def complaints(edition: SupportEdition) -> Iterator[Complaint]:
    """Everything that does not agree, with its place."""
    yield from _years(edition)
    yield from _window(edition)
    yield from _silence(edition)
    yield from _surveys(edition)


def _years(edition: SupportEdition) -> Iterator[Complaint]:
    year = edition.edition.fiscal_year
    if edition.edition.years != (year,):
        ja, en = f"支援は年度ごとのため、years は [{year}] です。", f"A support is of one year: years is [{year}]."
        yield Complaint("edition", ("years",), ja, en)


def _window(edition: SupportEdition) -> Iterator[Complaint]:
    """C-SC-13: an officer is warned within the window, and a rush never gives less time than the window itself."""
    of = edition.screening.interview
    latest, months = of.business_days_latest.first, of.rush_months_most.first
    if not 0 < of.warning_business_days.first < latest:
        ja = "予告は、日程をお知らせする期間（business_days_latest）の中の日にしてください。"
        en = "The warning must fall within the window, business_days_latest."
        yield Complaint("screening", ("interview", "warning_business_days"), ja, en)
    day, last = edition.dates.reception_opens.first, edition.dates.support_until.first
    while day <= last:
        if add_business_days(day, latest) > add_months(day, months):
            ja = f"{day.isoformat()}に書類がそろうと、集中時の最長（rush_months_most）が通常の期間より短くなります。"
            en = f"Papers of {day.isoformat()} would have less time in a rush than the window itself."
            yield Complaint("screening", ("interview", "rush_months_most"), ja, en)
            return
        day = add_days(day, 1)


def _silence(edition: SupportEdition) -> Iterator[Complaint]:
    """C-IN-6: an officer is asked after the last reminder, never on its day."""
    asked = edition.reminders.silence_asked_of_officer_after.first
    if any(days >= asked for days in edition.reminders.silence_days_after.first):
        ja = "担当者に確認を求める日は、最後の催促（silence_days_after）より後にしてください。"
        en = "An officer is asked after the last reminder, silence_days_after."
        yield Complaint("reminders", ("silence_asked_of_officer_after",), ja, en)


def _surveys(edition: SupportEdition) -> Iterator[Complaint]:
    for survey in edition.life.surveys.values():
        due, days = add_days(survey.first, survey.answer_days), edition.reminders.survey_days_before.first
        yield from cycle_checks.reminders("survey_days_before", days, survey.first, due)
