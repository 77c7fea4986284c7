"""Values that every service speaks of. Frozen dataclasses, so private and published events hold the same ones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, ClassVar, Literal
from zoneinfo import ZoneInfo

from pydantic import ConfigDict, Field

from kernel.sealing import Confidential, Contact, Personal

TOKYO = ZoneInfo("Asia/Tokyo")
"""The time zone of every deadline (G-1)."""

Programme = Literal["secondment", "support"]
"""出向者受入制度 (secondment) and 高度外国人材 伴走型支援 (support)."""

Yen = int
"""Whole yen (G-4)."""

ClauseId = Annotated[str, Field(pattern=r"^[SCG]-(?:[A-Z]{2}-)?\d+$")]
"""A clause of the rulebook, such as S-PL-3."""


def fiscal_year(day: date) -> int:
    """The fiscal year (年度) of a day: 1 April to 31 March, named after its first year (G-2)."""
    return day.year if day.month >= 4 else day.year - 1


def day_in_tokyo(at: datetime) -> date:
    """The calendar day in Tokyo of a moment (G-1)."""
    return at.astimezone(TOKYO).date()


class _Strict:
    """Unknown fields are an error wherever these values come from outside."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")


@dataclass(frozen=True, kw_only=True)
class Party(_Strict):
    """An organisation as letters and invoices address it. Names and addresses are sealed.

    ``organisation_id`` is its identity in this system, also the subject of its sealed fields; ``corporate_number`` the
    13 digits of its 法人番号, None for a body that has none (G-5).
    """

    organisation_id: str
    kind: Literal["company", "local_government", "public_interest", "government_related"]
    corporate_number: str | None
    name: Contact
    kana: Contact
    person: Contact
    email: Contact
    address: Contact


ConsentFault = Literal["not_this_form", "not_sealed", "other_company", "unreadable"]
"""Why a consent form is returned (C-IN-1): 様式違い, 押印なし, 他社のもの, 判読できない."""

AbsenceEnd = Literal["error", "consent"]
"""Why an absence from stage two counts no more (C-IN-6): recorded in error, or the consent was returned (C-IN-1)."""

Route = Literal["domestic", "headquarters", "domestic_then_overseas"]
"""国内拠点のみ, 本部（東京）のみ, 国内＋海外 (S-IN-4)."""


@dataclass(frozen=True, kw_only=True)
class Wish(_Strict):
    """One ranked wish (希望). ``domestic`` is the place in Japan, ``overseas`` the office abroad, by id."""

    rank: int
    domestic: str
    overseas: str | None = None


@dataclass(frozen=True, kw_only=True)
class SecondmentRequest(_Strict):
    """One secondment that a form asks for. ``number`` counts from 1 within the form; ``years`` are whole years in all.

    ``third_year_agreed`` is the sender's claim that the unit agreed to a third year (S-SC-2).
    """

    number: int
    route: Route
    years: int
    wishes: tuple[Wish, ...]
    third_year_agreed: bool = False
    remarks: Confidential | None = None


@dataclass(frozen=True, kw_only=True)
class SecondmentForm(_Strict):
    """The facts of a sender's form (アンケート), S-IN-3."""

    purpose: Confidential
    requests: tuple[SecondmentRequest, ...]


@dataclass(frozen=True, kw_only=True)
class Position(_Strict):
    """A position that a company wants to fill (C-SC-1, C-IN-8). Codes are those of the edition."""

    residence_status: str
    role: str
    education: str
    regular_employee: bool
    employer_is_applicant: bool
    place: str


@dataclass(frozen=True, kw_only=True)
class SupportForm(_Strict):
    """The facts of a company's registration (オンライン登録), C-IN-8."""

    legal_form: Literal["kabushiki", "yugen", "godo", "other"]
    industry: str
    employees: int
    website: str | None
    placement_is_main_business: bool
    passes_people_on: bool
    only_for_subsidiary_abroad: bool
    applicant_is_supported: bool
    positions: tuple[Position, ...]
    has_employed_graduates: bool
    interested_in_global_south: bool
    agreements: tuple[str, ...]
    declarations: tuple[str, ...]
    prefecture: str
    field: str
    languages: tuple[str, ...]
    stage: Literal["strategy", "recruiting", "receiving", "retention"]
    earlier_years: int
    purpose: Confidential
    finances: Confidential
    organisation: Confidential


@dataclass(frozen=True, kw_only=True)
class Secondee(_Strict):
    """A secondee (出向者) as named by the sender (S-LI-1). Everything about the person is sealed under ``secondee_id``.

    ``birth_date`` is ISO text, ``toeic`` a number as text or empty, ``experience_years`` a number as text,
    ``health_declared`` ``yes`` where all that S-SC-6 asks for is declared, or ``no``; ``declared`` says, divided by
    commas, which of it: ``health_declared``, ``cooperation_declared`` by the sender, ``…_by_secondee`` by the person.
    """

    secondee_id: str
    name: Personal
    kana: Personal
    birth_date: Personal
    toeic: Personal
    experience_years: Personal
    health_declared: Personal
    declared: Personal | None = None


Scalar = str | int | bool | None
"""What facts and parameters are made of; dates as ISO text."""


@dataclass(frozen=True, kw_only=True)
class Parameter(_Strict):
    """A value of a policy edition that a decision read, with its unit and the day from which it holds."""

    name: str
    value: Scalar
    unit: str = ""
    holds_from: str = ""


Outcome = Literal["passed", "refused", "waiver_asked", "waived", "held"]


@dataclass(frozen=True, kw_only=True)
class Decision(_Strict):
    """What was decided under which clause, on which facts and values, by whom and when (G-6).

    ``by`` is ``rule`` or an officer's id; ``at`` is ISO 8601 in UTC. ``facts`` hold nothing personal: facts about a
    person are in ``personal_facts``, and an officer's grounds in ``reason``, both sealed.
    """

    clause: ClauseId
    outcome: Outcome
    edition: str
    by: str
    at: str
    facts: dict[str, Any]
    parameters: tuple[Parameter, ...] = ()
    personal_facts: Personal | None = None
    reason: Confidential | None = None


ExplainedCode = Literal[
    "closed",
    "not_eligible",
    "taken_by_unplaced_senders",
    "taken_by_higher_rank",
    "lost_tie_break",
    "changed_by_hand",
    "taken_meanwhile",
]


@dataclass(frozen=True, kw_only=True)
class ExplainedWish(_Strict):
    """Why a wish that ranked above the placement was not met (S-PL-9): a code and a count, never another's data.

    ``site`` is the place of the wish that was in the way, ``count`` how many go first there for that reason.
    ``one_more_place`` is true where the rule, with one more place there, would have met this wish or a better one.
    """

    rank: int
    site: str
    code: ExplainedCode
    count: int
    one_more_place: bool | None = None


@dataclass(frozen=True, kw_only=True)
class Stay(_Strict):
    """Where a secondee is in one fiscal year."""

    fiscal_year: int
    site: str


@dataclass(frozen=True, kw_only=True)
class InvoiceLine(_Strict):
    """One line of an invoice. ``amount`` is in yen without tax; ``tax`` is the rate in percent, None where 不課税.

    ``fee`` is the code in the edition; ``source`` the secondment or support case; ``months`` where charged by month,
    ``quantity`` where by number.
    A charge in foreign money carries what S-BI-4 asks for in ``rate``.
    """

    fee: str
    clause: ClauseId
    description: str
    amount: Yen
    tax: int | None
    source: str
    months: int | None = None
    unit_price: Yen | None = None
    rate: ExchangeRateQuote | None = None
    quantity: int | None = None


@dataclass(frozen=True, kw_only=True)
class ExchangeRateQuote(_Strict):
    """A rate as kept with an invoice (S-BI-4): yen for one unit of the currency, as decimal text."""

    currency: str
    foreign_amount: str
    yen_per_unit: str
    kind: str
    bank: str
    day: str
    source: str


@dataclass(frozen=True, kw_only=True)
class TaxTotal(_Strict):
    """Sum and tax of one rate, the tax rounded once (S-BI-7). ``rate`` is in percent, None where 不課税."""

    rate: int | None
    amount: Yen
    tax: Yen
