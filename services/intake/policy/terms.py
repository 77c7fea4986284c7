"""The terms of a reception, read out of an edition."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from policies.calendars import add_days, end_of_day, start_of_day
from policies.edition import Edition
from policies.parameters import Read
from policies.secondment.edition import SecondmentEdition
from policies.support.edition import SupportEdition
from policies.support.sections import Counted
from schemas.values import day_in_tokyo
from services.intake.domain.form_session import Lasting
from services.intake.domain.reception import Reception

CLOSES = "dates.reception_closes"
PLACES, COUNTED = "reception.companies_most", "reception.counted"
MORNING = timedelta(hours=9)
"""Reading taken: senders are reminded at 9:00 in Tokyo."""


@dataclass(frozen=True)
class Terms:
    """When forms are taken (UTC; ``closes_at`` is 24:00 in Tokyo, G-1); how many, and counted how (C-IN-3)."""

    edition: str
    opens_at: datetime
    closes_at: datetime | None = None
    places: int | None = None
    counted: Counted = "complete_and_standing"


def terms(edition: Edition) -> Terms:
    """The terms of the edition's reception."""
    if isinstance(edition, SecondmentEdition):
        dates = edition.dates
        return Terms(edition.id, start_of_day(dates.reception_opens.first), end_of_day(dates.reception_closes.first))
    if isinstance(edition, SupportEdition):
        opens, on = start_of_day(edition.dates.reception_opens.first), edition.reception
        return Terms(edition.id, opens, places=on.companies_most.first, counted=on.counted.first)
    raise TypeError(type(edition).__name__)


def opened(edition: Edition, at: datetime) -> Reception:
    """A new reception on the edition's terms."""
    header, on = edition.edition, terms(edition)
    return Reception.open(
        header.programme,
        header.fiscal_year,
        edition=on.edition,
        opens_at=on.opens_at,
        closes_at=on.closes_at,
        places=on.places,
        counted=on.counted,
        at=at,
    )


def c_in_2_lasting(edition: Edition, at: datetime) -> Lasting:
    """When the applicant is warned, and when what was typed is void, of a form opened or confirmed at ``at``."""
    day = day_in_tokyo(at)
    minutes = edition.value("reception.form_minutes", day).number
    warned = edition.value("reception.form_warning_minutes", day).number
    end = at + timedelta(minutes=minutes)
    return Lasting(end - timedelta(minutes=warned), end)


def s_in_2_reminders(edition: Edition, at: datetime) -> tuple[datetime, ...]:
    """When a sender that was invited at ``at`` and has not answered is reminded: 9:00 in Tokyo, days before the end."""
    on = terms(edition)
    if not isinstance(edition, SecondmentEdition) or on.closes_at is None:
        return ()
    last = edition.dates.reception_closes.first
    days = edition.value("reminders.reply_days_before", day_in_tokyo(at)).value
    moments = sorted(start_of_day(add_days(last, -each)) + MORNING for each in days)
    return tuple(moment for moment in moments if moment > at)


def deadline_read(edition: Edition, on: date) -> Read:
    """The deadline as a decision keeps it."""
    return edition.value(CLOSES, on)


def places_read(edition: Edition, on: date) -> tuple[Read, Read]:
    """The number of places and what it counts, as a decision keeps them."""
    return edition.value(PLACES, on), edition.value(COUNTED, on)
