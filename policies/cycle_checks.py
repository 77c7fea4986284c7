"""What has to agree about the days of a cycle, in either programme: its opening, and what is reminded of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields
from datetime import date

from policies.calendars import add_days
from policies.edition import Edition
from policies.faults import Complaint
from policies.parameters import parameters_in


def opening(edition: Edition, opens: date) -> Iterator[Complaint]:
    """Reception that opens before the guide is out, and what has no value yet when it opens."""
    if opens < edition.edition.guide_issued:
        ja = (
            "受付開始は、この年度の案内（guide_issued）の日以後にしてください。前の年度の日付のままになっていませんか。"
        )
        en = "Reception opens no earlier than this year's guide is issued. Is this still the day of the year before?"
        yield Complaint("dates", ("reception_opens",), ja, en)
    for section in fields(edition):
        for _, place, parameter in parameters_in(getattr(edition, section.name)):
            if parameter.values[0].from_ > opens:
                ja, en = (
                    "受付開始日には値が決まっていません。",
                    "It has no value yet on the day on which reception opens.",
                )
                yield Complaint(section.name, (*place, "values", 0, "from"), ja, en)


def reminders(name: str, days: Iterable[int], begins: date, due: date) -> Iterator[Complaint]:
    """Reminders so many days before a deadline that would come before there is anything to remind of."""
    if any(add_days(due, -each) <= begins for each in days):
        ja = f"催促の日が、催促する期間の始まり（{begins.isoformat()}）より後になるようにしてください。"
        en = f"A reminder must fall after {begins.isoformat()}, from which day there is anything to remind of."
        yield Complaint("reminders", (name,), ja, en)
