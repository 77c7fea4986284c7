"""The sections of a secondment edition, one class for each file."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, RootModel

from policies.edition import OUTSIDE_TAX, InvoiceRules, KeptYears, Retention
from policies.parameters import Dated, Day, Flag, Section, Text, Whole, Wholes
from schemas.values import ClauseId

Years = Dated[Annotated[int, Field(ge=1, le=3)]]
"""Whole years; no secondment is longer than three (S-SC-2, S-SC-3)."""

CountryCode = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
"""ISO 3166-1 alpha-2."""

SiteKind = Literal["unit", "team", "osaka_headquarters", "domestic_office", "overseas_office"]
"""課, 班・チーム, 大阪本部, 国内事務所, 海外事務所 (S-PL-1)."""


class Dates(Section):
    """The deadlines and days of a cycle, all days of Tokyo (G-1)."""

    reception_opens: Day
    reception_closes: Day
    results_announced: Day
    results_months_before_start: Whole
    answer_days: Whole
    papers_due: Day
    memorandum_from: Day
    memorandum_by: Day
    particulars_sent: Day
    starts: Day


class Route(Section):
    """One route (S-IN-4): which sites it may wish for in Japan, and for how many years."""

    name: str
    clause: ClauseId
    places: tuple[SiteKind, ...]
    overseas: bool
    years_least: Years
    years_most: Years


class DomesticRoute(Route):
    """A route that stays in Japan: longer on the sender's request where the unit agrees (S-SC-2)."""

    years_most_with_consent: Years


class OverseasRoute(Route):
    """国内＋海外: the first years in Japan, whole years in all (S-SC-3)."""

    domestic_years: Years
    whole_years_only: Flag


class CountryLimit(Section):
    """What a visa regime allows (S-SC-4)."""

    overseas_years_most: Years


class Routes(Section):
    """The routes and what single countries allow."""

    domestic: DomesticRoute
    headquarters: DomesticRoute
    domestic_then_overseas: OverseasRoute
    countries: dict[CountryCode, CountryLimit]


class Bars(Section):
    """What is asked of a secondee (S-SC-5…8). ``age_counted_on`` says on which day the age is taken."""

    age_under: Whole
    age_counted_on: Dated[Literal["start", "reception_closes"]]
    experience_years_least: Whole
    toeic_overseas_least: Whole


Form = Literal["original", "data"]
"""原本 by post, データ."""


class Paper(Dated[tuple[Form, ...]]):
    """A paper (必要書類) that must arrive, in every form that its value lists (S-SC-9)."""

    name: str


class Papers(RootModel[dict[str, Paper]]):
    """The papers by code."""


Actor = Literal["secondee", "sender", "jetro", "overseas_office"]


class Task(Dated[Actor]):
    """An item of the guide's checklist for departure (S-LI-4); its value is who acts. ``required`` bars departure."""

    name: str
    required: bool
    remark: str


class Departure(Section):
    """What leaving for the post overseas needs (S-LI-4)."""

    health_check_from_months: Whole
    health_check_within_months: Whole
    checklist: dict[str, Task]


class Cost(Dated[Literal["sender", "jetro"]]):
    """A kind of cost (経費); its value is who bears it (S-BI-1).

    ``tax`` is a code of taxes.yaml, or ``outside`` for 不課税: how it is invoiced where JETRO paid it for the sender.
    ``personal`` is true of a kind that says something of the person, such as an illness: it is sealed (G-7).
    """

    name: str
    tax: str = OUTSIDE_TAX
    personal: bool = False


class Costs(RootModel[dict[str, Cost]]):
    """All kinds of cost by code."""


class Leave(Section):
    """Leave for men (S-LI-9), in days."""

    childbirth_days: Whole
    childcare_days: Whole


class Appraisal(Section):
    """The yearly appraisal (人事評価), as months of the year (S-LI-8). ``reported_day`` is the day of its month."""

    goals_month: Whole
    review_month: Whole
    assessment_month: Whole
    reported_month: Whole
    reported_day: Whole


class TieBreak(Section):
    """Priority between senders and the lottery that settles the rest (S-PL-4, S-PL-5)."""

    priority_scope: Dated[Literal["all_years", "this_round"]]
    rule: Dated[Literal["lottery"]]
    seed: Text
    seed_published: Day


class SecondmentInvoices(InvoiceRules):
    """Invoices of the secondment: which months count, and at which rate foreign money is converted (S-BI-4, S-BI-5).

    ``exchange_days_back`` and ``exchange_days_after``: how far from the day of the charge a rate may be.
    """

    month_counts: Dated[Literal["from_first_day", "from_next_month"]]
    exchange_days_back: Whole
    exchange_days_after: Whole
    exchange_rate_kind: Dated[Literal["TTS", "TTM", "TTB"]]
    exchange_rounding: Dated[Literal["down", "half_up", "up"]]


class Reminders(Section):
    """When reminders go out, in days before (or after) the day that they are about."""

    reply_days_before: Wholes
    papers_days_before: Wholes
    answer_days_before: Wholes
    payment_days_after: Wholes


class SecondmentRetention(Retention):
    """Also of who was asked and did not answer, who had no wish, and of the secondees as persons."""

    unanswered: KeptYears
    no_wish: KeptYears
    person: KeptYears
    person_not_sent: KeptYears
