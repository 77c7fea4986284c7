"""What has to agree about the days of a secondment's cycle: the years, reminders, particulars, appraisals."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import date

from policies import cycle_checks
from policies.calendars import add_days
from policies.faults import Complaint
from policies.secondment.edition import SecondmentEdition


def complaints(edition: SecondmentEdition) -> Iterator[Complaint]:
    """Everything that does not agree, with its place."""
    yield from _years(edition)
    yield from _particulars(edition)
    yield from _reminders(edition)
    yield from _appraisal(edition)


def _years(edition: SecondmentEdition) -> Iterator[Complaint]:
    first = edition.edition.fiscal_year
    routes = (edition.routes.domestic, edition.routes.headquarters, edition.routes.domestic_then_overseas)
    longest = max(getattr(route, "years_most_with_consent", route.years_most).first for route in routes)
    wanted = tuple(range(first, first + longest))
    if edition.edition.years != wanted:
        listed = ", ".join(map(str, wanted))
        ja = f"years は、この年度に始まる最長{longest}年の出向が及ぶ年度を順に書いてください（{listed}）。"
        en = f"years must name the fiscal years that a secondment of {longest} years reaches: {listed}."
        yield Complaint("edition", ("years",), ja, en)


def _particulars(edition: SecondmentEdition) -> Iterator[Complaint]:
    dates = edition.dates
    if not dates.results_announced.first < dates.particulars_sent.first < dates.starts.first:
        ja = "particulars_sent は結果通知より後、開始日より前の日にしてください。"
        en = "particulars_sent must lie between results_announced and starts."
        yield Complaint("dates", ("particulars_sent",), ja, en)


def _reminders(edition: SecondmentEdition) -> Iterator[Complaint]:
    dates = edition.dates
    announced = dates.results_announced.first
    answer = add_days(announced, dates.answer_days.first)
    windows: tuple[tuple[str, date, date], ...] = (
        ("reply_days_before", dates.reception_opens.first, dates.reception_closes.first),
        ("answer_days_before", announced, answer),
        ("papers_days_before", announced, dates.papers_due.first),
    )
    for name, begins, due in windows:
        yield from cycle_checks.reminders(name, getattr(edition.reminders, name).first, begins, due)


def _appraisal(edition: SecondmentEdition) -> Iterator[Complaint]:
    months = ("goals_month", "review_month", "assessment_month", "reported_month")
    wrong = [name for name in months if not 1 <= getattr(edition.appraisal, name).first <= 12]
    for name in wrong:
        yield Complaint("appraisal", (name,), "月は1から12で書いてください。", "A month is a number from 1 to 12.")
    year, month = edition.edition.fiscal_year + 1, edition.appraisal.reported_month.first
    if "reported_month" not in wrong and not 1 <= edition.appraisal.reported_day.first <= monthrange(year, month)[1]:
        ja, en = "この日は reported_month にありません。", "reported_month has no such day."
        yield Complaint("appraisal", ("reported_day",), ja, en)
