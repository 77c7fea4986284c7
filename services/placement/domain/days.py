"""A guard about days that every aggregate of this service needs."""

from __future__ import annotations

from datetime import date, datetime

from kernel.refusals import Refused
from schemas.values import day_in_tokyo


def not_ahead(day: date, at: datetime) -> date:
    """The day, unless it is still to come in Tokyo (G-1): what has not happened cannot be recorded."""
    if day > day_in_tokyo(at):
        ja = "まだ来ていない日は記録できません。日付をご確認ください。"
        raise Refused("G-1", ja, "A day still to come cannot be recorded. Check the day.")
    return day
