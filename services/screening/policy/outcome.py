"""How a company hears that it is not adopted: the same, and at the same time, whatever the ground (C-SC-15)."""

from __future__ import annotations

from datetime import timedelta

from policies.calendars import add_business_days, start_of_day
from policies.support.edition import SupportEdition
from schemas.values import SupportForm
from services.screening.domain.support_events import Notice, Window
from services.screening.policy.basis import Basis

MORNING = timedelta(hours=9)
"""Reading taken: outcomes are told at 9:00 in Tokyo."""


def c_sc_15_notice(form: SupportForm, window: Window, basis: Basis[SupportEdition]) -> Notice:
    """Other services by facts of the form; told on the window's last day, or some business days after the decision.

    A rule decides within the second, an officer within days: told at once, the speed would say which it was. So nobody
    hears before the day by which whoever passes stage one has heard of its date (C-SC-13).
    """
    days = basis.read("screening.not_adopted_told_after").number
    day = max(window.latest, add_business_days(basis.on, days))
    guidance = basis.edition.guidance_for(form.stage, form.field)
    return Notice(guidance, start_of_day(day) + MORNING)
