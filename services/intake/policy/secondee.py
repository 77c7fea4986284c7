"""Whether what a sender says of its secondee can be true at all (S-LI-1); whether it is enough, screening says."""

from __future__ import annotations

from datetime import date

from policies.calendars import age_on
from schemas.forms import SecondeeForm
from services.intake.policy.places import FormFault

WORKS_FROM, WORKS_TO = 15, 80
"""Ages between which somebody can be at work: nobody works before 15, and an age over 80 is a slip of the pen."""


def secondee_faults(form: SecondeeForm, on: date) -> list[FormFault]:
    """What contradicts itself or the calendar on that day, in the order of the form."""
    age = age_on(form.birth_date, on)
    if form.birth_date > on or not WORKS_FROM <= age <= WORKS_TO:
        ja = f"生年月日をご確認ください（{WORKS_FROM}歳から{WORKS_TO}歳までの方を記入できます）。"
        en = f"Check the date of birth: a secondee is between {WORKS_FROM} and {WORKS_TO} years old."
        return [FormFault(("birth_date",), "S-SC-5", ja, en)]
    if form.experience_years > age - WORKS_FROM:
        ja = f"実務経験の年数が年齢に合いません。{WORKS_FROM}歳以後の年数を記入してください。"
        en = f"More years of work than since the age of {WORKS_FROM}. Check the years and the date of birth."
        return [FormFault(("experience_years",), "S-SC-7", ja, en)]
    return []
