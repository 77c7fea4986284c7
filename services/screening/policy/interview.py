"""When a company hears of stage two (C-SC-13)."""

from __future__ import annotations

from datetime import date, datetime

from kernel.sealing import Confidential
from policies.calendars import add_business_days, add_months
from policies.support.edition import SupportEdition
from schemas.values import Decision, day_in_tokyo
from services.screening.domain.support_events import Alarm, Window
from services.screening.policy.basis import Basis

Rules = Basis[SupportEdition]


def c_sc_13_window(received_at: datetime, basis: Rules) -> Window:
    """Counted in business days from the day on which all papers were here; a month at most in a rush."""
    here = day_in_tokyo(received_at)
    days = basis.read("screening.interview.business_days_latest").number
    months = basis.read("screening.interview.rush_months_most").number
    warned = basis.read("screening.interview.warning_business_days").number
    latest = add_business_days(here, days)
    return Window(latest, add_months(here, months), warn_on=add_business_days(latest, -warned))


def c_sc_13_told(
    window: Window, moved: bool, basis: Rules, *, by: str, reason: Confidential, missed: bool = False
) -> Decision:
    """An officer gave the date: in time, or later with a reason. One that was moved, or missed, was told before.

    One given even later than a rush allows is marked ``past_month``: it has to be given all the same.
    """
    late, past_month = (not (moved or missed) and basis.on > limit for limit in (window.latest, window.in_a_rush))
    before = {"moved": moved, "missed": missed}
    facts = {"told_on": basis.on.isoformat(), **_facts(window), **before, "past_month": past_month}
    return basis.word("C-SC-13", "waived" if late else "passed", facts, by=by, reason=reason)


def c_sc_13_alarm(alarm: Alarm, window: Window, basis: Rules) -> Decision:
    """No date yet, and a limit of the window is near or over: an officer is to act."""
    names = ("warning_business_days", "business_days_latest", "rush_months_most")
    reads = [basis.read(f"screening.interview.{name}") for name in names]
    return basis.rule("C-SC-13", "held", {**_facts(window), "alarm": alarm}, *reads)


def c_sc_13_passed(window: Window, on: date) -> tuple[Alarm, ...]:
    """The limits that have passed on this day of Tokyo, in the order in which they are sounded."""
    warned = window.warn_on is not None and on >= window.warn_on
    passed: dict[Alarm, bool] = {"soon": warned, "latest": on > window.latest, "most": on > window.in_a_rush}
    return tuple(alarm for alarm, so in passed.items() if so)


def _facts(window: Window) -> dict[str, str]:
    return {"latest": window.latest.isoformat(), "in_a_rush": window.in_a_rush.isoformat()}
