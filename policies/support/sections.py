"""The sections of a support edition, one class for each file."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, RootModel

from policies.edition import KeptYears, Retention
from policies.parameters import Codes, Dated, Day, Flag, Section, Text, Whole, Wholes
from schemas.values import ClauseId

Counted = Literal["complete_and_standing", "complete_ever"]
"""What the number of companies counts (C-IN-3): the complete applications that stand, or all there ever were.

In the second reading a withdrawal does not give the place back.
"""
Stage = Literal["strategy", "recruiting", "receiving", "retention"]
"""採用戦略の策定, 採用活動の実施, 受け入れ体制の整備, 育成・定着 (C-LI-2)."""


class Dates(Section):
    """Reception and period of the support, all days of Tokyo (G-1)."""

    reception_opens: Day
    support_from: Day
    support_until: Day


class Reception(Section):
    """How many are let in, and how long the online form stays open (C-IN-2, C-IN-3)."""

    companies_most: Whole
    counted: Dated[Counted]
    form_minutes: Whole
    form_warning_minutes: Whole


class LegalForm(Flag):
    """A form of registration; its value says whether it is eligible (C-SC-2)."""

    name: str


class ResidenceStatus(Dated[Literal["listed", "other", "never"]]):
    """A residence status (在留資格): listed, another that asks for a waiver, or never (C-SC-1 a)."""

    name: str


class Qualifying(Flag):
    """A role or education; its value says whether it makes a highly skilled professional (C-SC-1 b, c)."""

    name: str


class Eligibility(Section):
    """Who and what is eligible (C-SC-1, C-SC-2)."""

    legal_forms: dict[Literal["kabushiki", "yugen", "godo", "other"], LegalForm]
    residence_statuses: dict[str, ResidenceStatus]
    roles: dict[str, Qualifying]
    educations: dict[str, Qualifying]


class Consents(Section):
    """What a company agrees to (C-SC-10) and declares (C-SC-11): code and text.

    ``form_id`` is what the consent form of this edition says of itself in its document information (C-IN-1).
    """

    form_id: Text
    agreements: Annotated[dict[str, Text], Field(min_length=1)]
    declarations: Annotated[dict[str, Text], Field(min_length=1)]


class Interview(Section):
    """Stage two (C-SC-13, C-SC-14). Business days count from the day on which all papers are here."""

    business_days_earliest: Whole
    business_days_latest: Whole
    warning_business_days: Whole
    rush_months_most: Whole
    minutes: Whole
    tool: Text


class Screening(Section):
    """The criteria of stage one (C-SC-12) by code, and stage two.

    ``not_adopted_told_after`` are business days from the decision until a company hears that it is not adopted
    (C-SC-15), and never before the last day on which others hear of stage two.
    """

    criteria: Annotated[dict[str, Text], Field(min_length=1)]
    interview: Interview
    not_adopted_told_after: Whole


class Named(Section):
    """A code's Japanese name."""

    name: str


class Prefecture(Named):
    """A prefecture (都道府県) and its region."""

    region: str


class Vocabulary(Section):
    """The edition's codes for regions, prefectures, fields (分野), languages (ISO 639-1) and stages."""

    clause: ClauseId
    regions: dict[str, Named]
    prefectures: dict[str, Prefecture]
    fields: dict[str, Named]
    languages: dict[str, Named]
    stages: dict[Stage, Named]


class Coordinator(Dated[Annotated[int, Field(ge=0)]]):
    """A coordinator (コーディネーター) under an invented label: the value is how many companies at once (C-PL-1)."""

    lives_in: str
    regions: tuple[str, ...] = Field(min_length=1)
    fields: tuple[str, ...] = Field(min_length=1)
    languages: tuple[str, ...] = Field(min_length=1)


class Coordinators(RootModel[dict[Annotated[str, Field(pattern=r"^coordinator-\d{2,}$")], Coordinator]]):
    """The coordinators by label."""


class Menu(Whole):
    """A limited service (C-LI-3): how often in a fiscal year over all companies, screened one by one."""

    name: str
    earlier_years_count: bool


class Request(Text):
    """A request that is always refused (C-LI-4), with what is answered."""

    name: str


class Survey(Day):
    """A survey (C-LI-7): the day on which it is asked. ``answer_days`` is how long the company has."""

    name: str
    when: Literal["during", "after"]
    answer_days: Annotated[int, Field(ge=1)]


class Life(Section):
    """The support itself: limited services, what is refused, surveys."""

    menus: dict[str, Menu]
    refused_requests: dict[str, Request]
    surveys: dict[str, Survey]


class Adoption(Section):
    """The letter of adoption (採択通知書, C-SC-15): ``layout`` is the paper's in the folder ``layouts``."""

    layout: Text


class Service(Section):
    """A service named to a company that is not adopted (C-SC-15), chosen by facts of its form alone.

    It is named where the form's stage and field are among these; an empty list means any.
    """

    clause: ClauseId
    from_: date = Field(alias="from")
    name: str
    about: str
    stages: tuple[Stage, ...] = ()
    fields: tuple[str, ...] = ()


class Guidance(RootModel[dict[str, Service]]):
    """Other services by code."""


class Confidentiality(Section):
    """The seven exceptions under which what is secret may be disclosed (C-CO-1): code and text."""

    exceptions: dict[str, Text]
    purposes: Codes


class Reminders(Section):
    """When reminders go out, in days. Silence counts from the day on which an absence was recorded (C-IN-6)."""

    consent_days_after: Wholes
    silence_days_after: Wholes
    silence_asked_of_officer_after: Whole
    interview_days_before: Wholes
    survey_days_before: Wholes
    payment_days_after: Wholes


class SupportRetention(Retention):
    """Also of registrations that no consent form followed (C-IN-1)."""

    not_completed: KeptYears
