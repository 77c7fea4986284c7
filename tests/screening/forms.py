"""What screening's tests speak with: organisations, forms, people and papers, as intake would publish them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from kernel.ciphers import seal
from kernel.sealing import Confidential, Contact, Personal, Sealed
from kernel.testing import sealed
from policies import editions
from policies.secondment.edition import SecondmentEdition
from policies.support.edition import SupportEdition
from schemas import intake, placement
from schemas.values import (
    TOKYO,
    Party,
    Position,
    Secondee,
    SecondmentForm,
    SecondmentRequest,
    Stay,
    SupportForm,
    Wish,
)
from services.screening.policy.basis import Basis

S = TypeVar("S", bound=Sealed)
APPLICATION, SECONDMENT = "app-1", "app-1.1"
OVERSEAS = (Wish(rank=1, domestic="hq.research.planning", overseas="bangkok"),)
STATES = (Wish(rank=1, domestic="osaka", overseas="new-york"), Wish(rank=2, domestic="osaka", overseas="london"))
OSAKA = (Wish(rank=1, domestic="osaka"),)
UNIT = (Wish(rank=1, domestic="hq.research.china-north-asia"),)


def tokyo(year: int, month: int, day: int, hour: int = 10, minute: int = 0) -> datetime:
    """A moment of Tokyo, in UTC."""
    return datetime(year, month, day, hour, minute, tzinfo=TOKYO).astimezone(UTC)


NOVEMBER, FEBRUARY = tokyo(2025, 11, 20), tokyo(2026, 2, 10)


def secondment_rules(at: datetime = NOVEMBER) -> Basis[SecondmentEdition]:
    """The edition of 2026 at a moment."""
    return Basis(editions.load("secondment", 2026), at)


def support_rules(at: datetime = FEBRUARY) -> Basis[SupportEdition]:
    """The edition of 2026 at a moment."""
    return Basis(editions.load("support", 2026), at)


def closed(kind: type[S], text: str, subject: str, field: str) -> S:
    """Sealed for good, as it comes over a topic."""
    return kind(seal(sealed(kind, text, subject=subject, field=field), "intake/1"))


def party(subject: str = "org-1", name: str = "架空商事株式会社") -> Party:
    """A sender or an applicant."""
    texts = {
        "name": name,
        "kana": "カクウショウジ",
        "person": "見本 花子",
        "email": "jinji@kakuu.example.jp",
        "address": "東京都千代田区見本町1-1",
    }
    contacts: dict[str, Any] = {field: closed(Contact, text, subject, field) for field, text in texts.items()}
    return Party(organisation_id=subject, kind="company", corporate_number="7000012050002", **contacts)


def request(number: int = 1, **changes: Any) -> SecondmentRequest:
    """Two years, the second in Bangkok, unless said otherwise."""
    usual: dict[str, Any] = {"route": "domestic_then_overseas", "years": 2, "wishes": OVERSEAS}
    return SecondmentRequest(number=number, **(usual | changes))


def form(*requests: SecondmentRequest) -> SecondmentForm:
    """A sender's form."""
    purpose = closed(Confidential, "東南アジアでの販路開拓を担う人材の育成", "org-1", "purpose")
    return SecondmentForm(purpose=purpose, requests=requests or (request(),))


def position(**changes: Any) -> Position:
    """A position that is eligible."""
    usual = Position(
        residence_status="engineer_humanities_international",
        role="engineer",
        education="university",
        regular_employee=True,
        employer_is_applicant=True,
        place="長野県岡谷市",
    )
    return replace(usual, **changes)


USUAL: dict[str, Any] = {
    "legal_form": "kabushiki",
    "industry": "精密機械",
    "employees": 48,
    "website": "https://kakuu.example.jp",
    "placement_is_main_business": False,
    "passes_people_on": False,
    "only_for_subsidiary_abroad": False,
    "applicant_is_supported": True,
    "has_employed_graduates": True,
    "interested_in_global_south": True,
    "prefecture": "nagano",
    "field": "manufacturing",
    "languages": ("en",),
    "stage": "recruiting",
    "earlier_years": 0,
}
SECRETS = {
    "purpose": "海外営業の要となる技術者を迎えたい",
    "finances": "自己資本比率61%",
    "organisation": "人事2名、受入担当を置く",
}


def company_form(**changes: Any) -> SupportForm:
    """A form to which no ground speaks."""
    consents = support_rules().edition.consents
    said = {
        "positions": (position(),),
        "agreements": tuple(consents.agreements),
        "declarations": tuple(consents.declarations),
    }
    secrets = {field: closed(Confidential, text, "org-1", field) for field, text in SECRETS.items()}
    return SupportForm(**(USUAL | said | secrets | changes))


def secondee(
    subject: str = "person-1",
    *,
    birth: date = date(1992, 6, 15),
    toeic: int | None = 800,
    years: int = 8,
    healthy: bool = True,
    declared: tuple[str, ...] | None = None,
) -> Secondee:
    """A person to whom no clause speaks."""

    def personal(field: str, text: str) -> Personal:
        return closed(Personal, text, subject, field)

    return Secondee(
        secondee_id=subject,
        name=personal("name", "見本 太郎"),
        kana=personal("kana", "ミホン タロウ"),
        birth_date=personal("birth_date", birth.isoformat()),
        toeic=personal("toeic", "" if toeic is None else str(toeic)),
        experience_years=personal("experience_years", str(years)),
        health_declared=personal("health_declared", "yes" if healthy else "no"),
        declared=None if declared is None else personal("declared", ",".join(declared)),
    )


def submitted(kind: SecondmentForm | SupportForm, application: str = APPLICATION) -> intake.ApplicationSubmitted:
    """Intake's ApplicationSubmitted with this form."""
    support = isinstance(kind, SupportForm)
    return intake.ApplicationSubmitted(
        programme="support" if support else "secondment",
        fiscal_year=2026,
        application_id=application,
        receipt_number=f"S-2026-{application}",
        party=party(),
        received_at=FEBRUARY if support else NOVEMBER,
        edition="support/2026" if support else "secondment/2026",
        **{"support" if support else "secondment": kind},  # type: ignore[arg-type]  # one of the two fields
    )


def amended(kind: SecondmentForm | SupportForm, revision: int = 1) -> intake.ApplicationAmended:
    """Intake's ApplicationAmended with this form."""
    support = isinstance(kind, SupportForm)
    return intake.ApplicationAmended(
        programme="support" if support else "secondment",
        fiscal_year=2026,
        application_id=APPLICATION,
        receipt_number=f"S-2026-{APPLICATION}",
        revision=revision,
        party=party(),
        edition="support/2026" if support else "secondment/2026",
        **{"support" if support else "secondment": kind},  # type: ignore[arg-type]  # one of the two fields
    )


def withdrawn(at: datetime = NOVEMBER) -> intake.ApplicationWithdrawn:
    """Intake's ApplicationWithdrawn."""
    return intake.ApplicationWithdrawn(
        programme="secondment",
        fiscal_year=2026,
        application_id=APPLICATION,
        receipt_number=f"S-2026-{APPLICATION}",
        withdrawn_at=at,
    )


def named(who: Secondee, secondment_id: str = SECONDMENT) -> intake.SecondeeNamed:
    """Intake's SecondeeNamed."""
    return intake.SecondeeNamed(
        programme="secondment",
        fiscal_year=2026,
        application_id=APPLICATION,
        secondment_id=secondment_id,
        secondee=who,
    )


def accepted(*sites: str, secondment_id: str = SECONDMENT) -> placement.PlacementAccepted:
    """Placement's PlacementAccepted, a year at each of these sites."""
    return placement.PlacementAccepted(
        programme="secondment",
        fiscal_year=2026,
        application_id=APPLICATION,
        secondment_id=secondment_id,
        party=party(),
        proposal_id=f"proposal-{secondment_id}/1",
        stays=tuple(Stay(fiscal_year=2026 + number, site=site) for number, site in enumerate(sites)),
        papers_by=date(2026, 2, 24),
    )


def papers(
    on: date, *, without: tuple[str, ...] = (), secondment_id: str | None = SECONDMENT
) -> list[intake.PaperReceived]:
    """Every paper of the edition in both forms, without those of ``without`` (kind/form), arrived on a day."""
    kinds = [f"{kind}/{form}" for kind in secondment_rules().edition.papers.root for form in ("original", "data")]
    return [paper(kind, on, secondment_id) for kind in kinds if kind not in without]


def paper(kind_and_form: str, on: date, secondment_id: str | None = SECONDMENT) -> intake.PaperReceived:
    """One arrival."""
    kind, _, how = kind_and_form.partition("/")
    return intake.PaperReceived(
        programme="secondment",
        fiscal_year=2026,
        application_id=APPLICATION,
        paper_id=f"{kind_and_form} {on} {secondment_id}",
        secondment_id=secondment_id,
        kind=kind,
        form="original" if how == "original" else "data",
        digest=None,
        arrived_on=on,
    )
