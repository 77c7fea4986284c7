"""The days of a cycle that placement plans, out of the edition: announcement, answer, term, appraisal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from policies.calendars import add_days, end_of_day, last_day, start_of_day
from policies.secondment.edition import SecondmentEdition
from schemas.values import Stay, day_in_tokyo


def s_in_1_reception_over(edition: SecondmentEdition) -> datetime:
    """From when no form comes or changes any more: 24:00 of the last day (G-1)."""
    return end_of_day(edition.dates.reception_closes.first)


def s_pl_10_announce_at(edition: SecondmentEdition) -> datetime:
    """When the results go out by themselves."""
    return start_of_day(edition.dates.results_announced.first)


def s_pl_8_answer_by(edition: SecondmentEdition, at: datetime) -> date:
    """The last day for an answer to what is offered now."""
    day = day_in_tokyo(at)
    return add_days(day, edition.value("dates.answer_days", day).number)


def s_li_3_term(edition: SecondmentEdition, stays: Sequence[Stay]) -> tuple[date, date]:
    """The first and the last day of a secondment that is agreed at these places."""
    return edition.dates.starts.first, last_day(stays[-1].fiscal_year)


def s_li_8_reported(edition: SecondmentEdition, stays: Sequence[Stay]) -> dict[int, date]:
    """When each fiscal year's assessment goes to the sender."""
    return {stay.fiscal_year: edition.appraisal_day(stay.fiscal_year) for stay in stays}
