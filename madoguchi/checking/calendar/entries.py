"""One day of the calendar, and where its time of day comes from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from schemas.values import TOKYO, day_in_tokyo

Kind = Literal["opens", "deadline", "reminder", "letter", "task", "happens"]
"""受付などの開始, 期限, 催促の通知, 通知, 担当者が行うこと, 自動で行うこと."""
Moment = Literal["0:00", "9:00", "24:00", ""]
"""The time of day in Tokyo; empty where the day is all that is fixed."""
ORDER: tuple[Moment, ...] = ("0:00", "", "9:00", "24:00")


@dataclass(frozen=True)
class Entry:
    """What happens on a day of Tokyo. ``key`` is the same in every preview of the edition, whatever the day.

    ``letters`` are the codes of those that go out; ``about`` says for whom or on which condition.
    """

    key: str
    day: date
    kind: Kind
    what: str
    clause: str
    at: Moment = ""
    about: str = ""
    letters: tuple[str, ...] = ()

    @property
    def order(self) -> int:
        """Where it stands on its day."""
        return ORDER.index(self.at)


def closing(moment: datetime) -> date:
    """The last day before a moment that is 24:00 of it (G-1)."""
    return day_in_tokyo(moment - timedelta(seconds=1))


def time_of(moment: datetime) -> Moment:
    """The time of day at which something is planned. Raises ValueError for one that no table of ours shows."""
    text = f"{moment.astimezone(TOKYO):%-H:%M}"
    if text not in ("0:00", "9:00"):
        raise ValueError(f"nothing is planned for {text}")
    return "0:00" if text == "0:00" else "9:00"
