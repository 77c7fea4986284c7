"""What upstream posts into intake: the forms in plain values. Intake seals what is personal before anything is kept.

Unknown fields are refused; a fault names its clause and the remedy and never repeats a value. A field left blank is
a field not filled in. Bounds that differ from year to year are not here: they are the edition's.
"""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt, ValidationInfo, field_validator

from kernel.faults import fault
from schemas.plain import BlankIsNone, Code, Day, Email, Kana, Line, LongLine, Number, Paragraphs, Website
from schemas.values import Route


class Form(BaseModel):
    """A form: unknown fields are errors, and neither an error nor a trace shows what was typed."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    def __repr_args__(self) -> Any:
        """Nothing: what was typed must not get into a trace."""
        return []


class PartyForm(Form):
    """The organisation (申込者・派遣元), S-IN-3. ``corporate_number`` is left out by a body that has none (G-5)."""

    kind: Literal["company", "local_government", "public_interest", "government_related"]
    corporate_number: Annotated[Number | None, BlankIsNone] = None
    name: Line
    kana: Kana
    person: Line
    email: Email
    address: LongLine


class WishForm(Form):
    """One ranked wish (希望順位), by the edition's site ids."""

    rank: Annotated[StrictInt, Field(ge=1, le=10)]
    domestic: Code
    overseas: Annotated[Code | None, BlankIsNone] = None


class RequestForm(Form):
    """One secondment asked for (S-IN-3). Ranks run 1, 2, 3 … without a gap; no pair of sites is wished for twice."""

    route: Route
    years: Annotated[StrictInt, Field(ge=1, le=9)]
    wishes: Annotated[tuple[WishForm, ...], Field(min_length=1, max_length=10)]
    third_year_agreed: StrictBool = False
    remarks: Annotated[Paragraphs | None, BlankIsNone] = None

    @field_validator("wishes")
    @classmethod
    def _ranked(cls, wishes: tuple[WishForm, ...], info: ValidationInfo) -> tuple[WishForm, ...]:
        ordered = tuple(sorted(wishes, key=lambda wish: wish.rank))
        if [wish.rank for wish in ordered] != list(range(1, len(ordered) + 1)):
            raise fault(
                "S-IN-3",
                "希望順位は1から始まる重複のない連番にしてください。",
                "Ranks must run 1, 2, 3 … without a gap or a repetition.",
            )
        if len({(wish.domestic, wish.overseas) for wish in ordered}) < len(ordered):
            raise fault("S-IN-3", "同じ希望先が重複しています。", "The same place is wished for more than once.")
        _fit_route(info.data.get("route"), ordered)
        return ordered


def _fit_route(route: str | None, wishes: tuple[WishForm, ...]) -> None:
    abroad = {wish.overseas is not None for wish in wishes}
    if route == "domestic_then_overseas" and abroad != {True}:
        raise fault(
            "S-IN-4",
            "「国内＋海外」では、すべての希望に国内と海外の拠点を記入してください。",
            "Domestic then overseas: every wish needs a place in Japan and an office abroad.",
        )
    if route in {"domestic", "headquarters"} and abroad != {False}:
        raise fault(
            "S-IN-4",
            "海外拠点を希望する場合は、派遣形態を「国内＋海外」にしてください。",
            "To wish for an office abroad choose the route domestic then overseas.",
        )


class SecondmentApplication(Form):
    """A sender's form (アンケート), S-IN-3; with ``no_wish`` its reply that it wishes nothing this year (S-IN-2)."""

    party: PartyForm
    no_wish: StrictBool = False
    purpose: Annotated[Paragraphs | None, BlankIsNone, Field(validate_default=True)] = None
    requests: Annotated[tuple[RequestForm, ...], Field(max_length=20, validate_default=True)] = ()

    @field_validator("purpose")
    @classmethod
    def _purpose(cls, purpose: str | None, info: ValidationInfo) -> str | None:
        if purpose is None and info.data.get("no_wish") is False:
            raise fault("S-IN-3", "出向の目的を記入してください。", "State the purpose of the secondment.")
        return purpose

    @field_validator("requests")
    @classmethod
    def _requests(cls, requests: tuple[RequestForm, ...], info: ValidationInfo) -> tuple[RequestForm, ...]:
        if info.data.get("no_wish") is False and not requests:
            raise fault(
                "S-IN-3",
                "希望する出向を1件以上記入してください。希望がない場合は no_wish を true にしてください。",
                "Ask for at least one secondment, or set no_wish to true.",
            )
        if info.data.get("no_wish") is True and requests:
            raise fault(
                "S-IN-2",
                "「派遣希望なし」の回答には、希望する出向を記入しないでください。",
                "A reply without a wish cannot ask for secondments.",
            )
        return requests


class PositionForm(Form):
    """A position to be filled (C-SC-1, C-IN-8); codes are the edition's."""

    residence_status: Code
    role: Code
    education: Code
    regular_employee: StrictBool
    employer_is_applicant: StrictBool
    place: Line


Codes = Annotated[tuple[Code, ...], Field(max_length=30)]


class SupportApplication(Form):
    """A company's online registration (オンライン登録), C-IN-8: the facts of `schemas.values.SupportForm` in plain."""

    legal_form: Literal["kabushiki", "yugen", "godo", "other"]
    party: PartyForm
    industry: Line
    employees: Annotated[StrictInt, Field(ge=0, le=10_000_000)]
    website: Annotated[Website | None, BlankIsNone] = None
    placement_is_main_business: StrictBool
    passes_people_on: StrictBool
    only_for_subsidiary_abroad: StrictBool
    applicant_is_supported: StrictBool
    positions: Annotated[tuple[PositionForm, ...], Field(min_length=1, max_length=50)]
    has_employed_graduates: StrictBool
    interested_in_global_south: StrictBool
    agreements: Codes
    declarations: Codes
    prefecture: Line
    field: Line
    languages: Codes
    stage: Literal["strategy", "recruiting", "receiving", "retention"]
    earlier_years: Annotated[StrictInt, Field(ge=0, le=50)] = 0
    purpose: Paragraphs
    finances: Paragraphs
    organisation: Paragraphs

    @field_validator("party")
    @classmethod
    def _known(cls, party: PartyForm, info: ValidationInfo) -> PartyForm:
        if info.data.get("legal_form") in {"kabushiki", "yugen", "godo"} and party.corporate_number is None:
            raise fault(
                "C-IN-4",
                "登記された会社は法人番号を記入してください（1法人1申込の確認に用います）。",
                "A registered company states its corporate number: one legal entity, one application.",
            )
        return party

    @field_validator("agreements", "declarations", "languages")
    @classmethod
    def _once_each(cls, codes: tuple[str, ...]) -> tuple[str, ...]:
        if any(count > 1 for count in Counter(codes).values()):
            raise fault("C-IN-8", "同じ項目が重複しています。", "The same item is given more than once.")
        return codes


DECLARATIONS = (
    "health_declared",
    "cooperation_declared",
    "health_declared_by_secondee",
    "cooperation_declared_by_secondee",
)
"""What S-SC-6 wants declared: two things, by two parties."""


class SecondeeForm(Form):
    """The person whom the sender names (S-LI-1). ``request`` is the secondment's number in the form.

    ``experience_years`` are full years of work; ``toeic`` is left out where there is none. Health and cooperation are
    declared by the sender and, as ``…_by_secondee``, by the person (S-SC-6).
    """

    request: Annotated[StrictInt, Field(ge=1, le=20)] = 1
    name: Line
    kana: Kana
    birth_date: Day
    toeic: Annotated[StrictInt | None, Field(ge=10, le=990)] = None
    experience_years: Annotated[StrictInt, Field(ge=0, le=70)]
    health_declared: StrictBool
    cooperation_declared: StrictBool
    health_declared_by_secondee: StrictBool
    cooperation_declared_by_secondee: StrictBool

    @property
    def declarations(self) -> tuple[str, ...]:
        """What is declared, by field."""
        return tuple(name for name in DECLARATIONS if getattr(self, name))


class PaperForm(Form):
    """What is said about a paper (書類) beside its bytes: which one, for which secondment of the form."""

    kind: Code
    form: Literal["original", "data"] = "data"
    request: Annotated[int | None, Field(ge=1, le=20)] = None
