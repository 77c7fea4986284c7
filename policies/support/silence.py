"""By when a company that missed stage two is to answer (C-IN-6): one count for the counter and for the letters."""

from __future__ import annotations

from datetime import date

from policies.calendars import add_days
from policies.support.edition import SupportEdition

REMINDED, ASKED = "reminders.silence_days_after", "reminders.silence_asked_of_officer_after"
"""The parameters: on which days a company is reminded, and after how many an officer is asked."""


def officer_asked_on(edition: SupportEdition, asked_on: date, reminded_on: date | None = None) -> date:
    """The day on which an officer is asked whether it is a withdrawal, by the parameters of the day ``asked_on``.

    Reading taken: however late the last reminder went out, on ``reminded_on``, the company has as many days after it
    as after one in time. None: none went out yet.
    """
    days = edition.value(ASKED, asked_on).number
    usual = add_days(asked_on, days)
    if reminded_on is None:
        return usual
    return max(usual, add_days(reminded_on, days - max(edition.value(REMINDED, asked_on).numbers)))
