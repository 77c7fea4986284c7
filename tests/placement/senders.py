"""What placement's tests speak with: senders, their forms as screening passes them on, adopted companies, officers."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, TypeVar

from kernel.ciphers import seal
from kernel.log import Context
from kernel.publishing import Message
from kernel.sealing import Confidential, Contact, Personal, Sealed
from kernel.testing import sealed
from schemas.base import Published
from schemas.intake import ApplicationWithdrawn
from schemas.screening import CompanyAdopted, ScreeningPassed, ScreeningRefused, ScreeningReopened
from schemas.values import TOKYO, Party, Secondee, SecondmentRequest, SupportForm, Wish
from services.placement.app import Order
from services.placement.domain.values import Candidate, CaseOf

S = TypeVar("S", bound=Sealed)
OFFICER = Order("hr-01", "年度の調整")


def tokyo(year: int, month: int, day: int, hour: int = 10, minute: int = 0) -> datetime:
    """A moment of Tokyo, in UTC."""
    return datetime(year, month, day, hour, minute, tzinfo=TOKYO).astimezone(UTC)


def closed(kind: type[S], text: str, subject: str, field: str) -> S:
    """Sealed for good, as it comes over a topic."""
    return kind(seal(sealed(kind, text, subject=subject, field=field), "intake/1"))


def party(subject: str = "org-1", name: str = "架空商事株式会社") -> Party:
    """A sender or a company."""
    texts = {"name": name, "kana": "カクウ", "person": "見本 花子", "email": "a@example.jp", "address": "見本町1-1"}
    contacts: dict[str, Any] = {field: closed(Contact, text, subject, field) for field, text in texts.items()}
    return Party(organisation_id=subject, kind="company", corporate_number="7000012050002", **contacts)


def request(*wishes: str, number: int = 1, years: int = 2, route: str | None = None) -> SecondmentRequest:
    """A requested secondment with ranked wishes such as ``osaka`` or ``osaka>bangkok``."""
    pairs = [wish.partition(">") for wish in wishes]
    ranked = tuple(Wish(rank=n, domestic=home, overseas=abroad or None) for n, (home, _, abroad) in enumerate(pairs, 1))
    usual = "domestic_then_overseas" if ranked[0].overseas else "domestic"
    usual = "headquarters" if ranked[0].domestic.startswith("hq.") and not ranked[0].overseas else usual
    return SecondmentRequest(number=number, route=route or usual, years=years, wishes=ranked)  # type: ignore[arg-type]  # a route


def passed(number: int, *requests: SecondmentRequest, placed_before: bool = False) -> ScreeningPassed:
    """Screening's word that the form of the sender with that number is passed."""
    return ScreeningPassed(
        programme="secondment",
        fiscal_year=2026,
        application_id=f"app-{number}",
        stage="form",
        receipt_number=f"S2026-{number:04}",
        party=party(f"org-{number}"),
        requests=requests,
        placed_before=placed_before,
        edition="secondment/2026",
    )


def screened(number: int, stage: str = "person", request_number: int = 1) -> ScreeningPassed:
    """Screening's word on the secondee or the papers of a sender's secondment."""
    about = passed(number)
    who = secondee(f"person-{number}") if stage == "person" else None
    return about.model_copy(update={"stage": stage, "secondment_id": f"app-{number}.{request_number}", "secondee": who})


def refused(number: int, stage: str, *clauses: str, secondment: str | None = None) -> ScreeningRefused:
    """Screening's word that a sender's form, or a secondment's person or papers, is refused."""
    about = passed(number).model_dump(include={"programme", "fiscal_year", "application_id", "receipt_number"})
    fields: dict[str, Any] = {"stage": stage, "secondment_id": secondment, "clauses": clauses}
    return ScreeningRefused(**about, **fields, party=party(f"org-{number}"), edition="secondment/2026")


def reopened(number: int) -> ScreeningReopened:
    """Screening's word that it looks at a newer form of a sender."""
    return ScreeningReopened(programme="secondment", fiscal_year=2026, application_id=f"app-{number}")


def secondee(subject: str) -> Secondee:
    """A person."""
    fields = {
        "name": "見本 太郎",
        "kana": "ミホン",
        "birth_date": "1992-06-15",
        "toeic": "800",
        "experience_years": "8",
        "health_declared": "yes",
    }
    made: dict[str, Any] = {field: closed(Personal, text, subject, field) for field, text in fields.items()}
    return Secondee(secondee_id=subject, **made)


def withdrawn(number: int) -> ApplicationWithdrawn:
    """Intake's word that a sender gives its application up."""
    return ApplicationWithdrawn(
        programme="secondment",
        fiscal_year=2026,
        application_id=f"app-{number}",
        receipt_number=f"S2026-{number:04}",
        withdrawn_at=tokyo(2025, 12, 20),
    )


def adopted(number: int, **changes: Any) -> CompanyAdopted:
    """Screening's word that a company is adopted: a maker in Nagano that needs English, unless said otherwise."""
    subject = f"org-{number}"

    def secret(field: str) -> Confidential:
        return closed(Confidential, "秘密", subject, field)

    usual: dict[str, Any] = {
        "legal_form": "kabushiki",
        "industry": "精密機械",
        "employees": 48,
        "website": "https://kakuu.example.jp",
        "placement_is_main_business": False,
        "passes_people_on": False,
        "only_for_subsidiary_abroad": False,
        "applicant_is_supported": True,
        "positions": (),
        "has_employed_graduates": True,
        "interested_in_global_south": True,
        "agreements": (),
        "declarations": (),
        "prefecture": "nagano",
        "field": "manufacturing",
        "languages": ("en",),
        "stage": "recruiting",
        "earlier_years": 0,
    }
    secrets = {field: secret(field) for field in ("purpose", "finances", "organisation")}
    return CompanyAdopted(
        programme="support",
        fiscal_year=2026,
        application_id=f"app-{number}",
        receipt_number=f"C2026-{number:04}",
        party=party(subject),
        adopted_on=date(2026, 4, 10),
        support=SupportForm(**(usual | changes | secrets)),
        edition="support/2026",
    )


def message(event: Published, name: str = "") -> Message:
    """The event on the wire; the same event is the same message."""
    body = event.model_dump_json().encode()
    return Message(
        id=name or f"{event.NAME}:{hash(body)}",
        name=event.NAME,
        version=event.VERSION,
        source="screening",
        topic=event.TOPIC,
        key=event.key,
        time=tokyo(2025, 12, 10),
        position=1,
        context=Context(),
        data=body,
    )


def candidate(number: int, *requests: SecondmentRequest, placed_before: bool = False) -> Candidate:
    """A candidate as the round knows it."""
    return Candidate(
        application_id=f"app-{number}",
        receipt_number=f"S2026-{number:04}",
        party=party(f"org-{number}"),
        requests=requests,
        placed_before=placed_before,
    )


def case(number: int = 1, request_number: int = 1) -> CaseOf:
    """A requested secondment's case."""
    return CaseOf(
        fiscal_year=2026,
        application_id=f"app-{number}",
        secondment_id=f"app-{number}.{request_number}",
        receipt_number=f"S2026-{number:04}",
        number=request_number,
        party=party(f"org-{number}"),
    )
