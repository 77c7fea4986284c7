"""Leave for fathers (S-LI-9) as it is counted: entries about a person, which the log holds sealed (G-7)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import msgspec

from kernel.refusals import Refused
from services.placement.policy.conduct import LeaveKind

APART = 180
"""Days that lie at least between two births of one mother; twins are one birth."""


class LeaveEntry(msgspec.Struct, frozen=True, kw_only=True):
    """Days of leave for a birth, below zero where they were taken back; ``birth`` counts them within the secondment.

    Older entries know neither the days nor when the child was born.
    """

    kind: LeaveKind
    birth: int
    days: int
    first_day: date | None = None
    born_on: date | None = None


def taken(known: Iterable[LeaveEntry], kind: LeaveKind, birth: int) -> int:
    """Days granted so far for a birth."""
    return sum(each.days for each in known if (each.kind, each.birth) == (kind, birth))


def s_li_9_birth(known: Iterable[LeaveEntry], new: LeaveEntry) -> None:
    """Guard: a birth is on one day, and another birth is another one. Otherwise one birth would give its days twice."""
    for each in known:
        if each.born_on is None or new.born_on is None:
            continue
        apart = abs((each.born_on - new.born_on).days)
        if each.birth == new.birth and apart:
            ja = f"{each.birth}回目の出産は、別の出生日で記録されています。出生日または何回目かをご確認ください。"
            en = f"Birth {each.birth} is on record with another day. Check the day, or which birth it is."
            raise Refused("S-LI-9", ja, en, pointer="/born_on")
        if each.birth != new.birth and apart < APART:
            ja = f"この出生日は{each.birth}回目の出産と同じ出産です（多胎は1回と数えます）。何回目かをご確認ください。"
            en = f"That is birth {each.birth}: twins are one birth. Check which birth it is."
            raise Refused("S-LI-9", ja, en, pointer="/birth")
