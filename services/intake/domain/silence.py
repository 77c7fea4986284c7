"""Silence towards the screening (審査への対応がないこと): asked, reminded, found; an officer may take it as withdrawal.

C-IN-6: after reminders an officer confirms it. A reminder counts once the mail server has taken it: a letter that was
planned and never went out reminded nobody.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, ClassVar

import msgspec

from kernel.aggregate import Event
from kernel.refusals import Refused
from schemas.values import TOKYO, Decision

if TYPE_CHECKING:
    from services.intake.domain.application import Application


class Silence(msgspec.Struct, frozen=True, kw_only=True):
    """Since when the company is awaited (a day of Tokyo), when an officer is asked, which reminders went out.

    ``found`` once the day has come and every reminder went out: an officer may now confirm it.
    """

    asked_on: date
    ask_officer_at: datetime
    wanted: int
    reminders: tuple[str, ...] = ()
    found: bool = False

    @property
    def reminded(self) -> bool:
        """Whether as many reminders went out as the edition has."""
        return len(self.reminders) >= self.wanted


class AttendanceAsked(Event, frozen=True, kw_only=True):
    """The company is asked to take part in the screening, by another date than before if there was one.

    None where it is not asked any more: what was silent before is not.
    """

    TOPIC: ClassVar[str] = "intake.attendance_asked.v1"
    silence: Silence | None

    def apply(self, aggregate: Application) -> None:
        aggregate.silence = self.silence


class SilenceReminded(Event, frozen=True, kw_only=True):
    """A reminder went out: an officer is asked at ``ask_officer_at``, later where the reminder was late.

    None in what was written before that was counted from the last reminder too: the moment stays as it was.
    """

    TOPIC: ClassVar[str] = "intake.silence_reminded.v1"
    letter_id: str
    ask_officer_at: datetime | None = None

    def apply(self, aggregate: Application) -> None:
        if aggregate.silence is not None:
            reminders = (*aggregate.silence.reminders, self.letter_id)
            asked_at = self.ask_officer_at or aggregate.silence.ask_officer_at
            aggregate.silence = msgspec.structs.replace(aggregate.silence, reminders=reminders, ask_officer_at=asked_at)


class SilenceFound(Event, frozen=True, kw_only=True):
    """All reminders went out and the day has come: an officer is asked whether it is a withdrawal."""

    TOPIC: ClassVar[str] = "intake.silence_found.v1"
    decision: Decision

    def apply(self, aggregate: Application) -> None:
        if aggregate.silence is not None:
            aggregate.silence = msgspec.structs.replace(aggregate.silence, found=True)


def not_silent(silence: Silence | None) -> Refused:
    """What an officer is told who takes as silent who was not reminded yet."""
    if silence is None:
        ja = "欠席の記録がないため、辞退とみなせません。二次審査に欠席した場合は、先に欠席を記録してください。"
        return Refused("C-IN-6", ja, "No absence was recorded. Record first that the company missed its interview.")
    sent, wanted = len(silence.reminders), silence.wanted
    day = silence.ask_officer_at.astimezone(TOKYO).date()
    return Refused(
        "C-IN-6",
        f"催促は{wanted}回のうち{sent}回です。すべての催促を送り、{day.year}年{day.month}月{day.day}日を過ぎてから確認してください。",
        f"{sent} of {wanted} reminders went out. Confirm it once all did, and not before {day.isoformat()}.",
    )
