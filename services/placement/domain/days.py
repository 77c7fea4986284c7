"""Days and a guard about them that the aggregates of this service need."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from kernel.refusals import Refused
from schemas.values import Stay, day_in_tokyo


def first_day_of(year: int) -> date:
    """The first day of a fiscal year (G-2)."""
    return date(year, 4, 1)


def first_day_at(site: str | None, stays: Iterable[Stay]) -> date:
    """The first day of the first fiscal year that is spent at a site."""
    return first_day_of(min(stay.fiscal_year for stay in stays if stay.site == site))


def not_ahead(day: date, at: datetime) -> date:
    """The day, unless it is still to come in Tokyo (G-1): what has not happened cannot be recorded."""
    if day > day_in_tokyo(at):
        ja = "まだ来ていない日は記録できません。日付をご確認ください。"
        raise Refused("G-1", ja, "A day still to come cannot be recorded. Check the day.")
    return day
