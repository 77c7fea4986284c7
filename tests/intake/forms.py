"""Forms as senders would write them; every name is invented."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from stdnum.jp import cn

from madoguchi.rehearsal.papers import small_pdf

PDF = small_pdf("見本の同意書")


def number(count: int) -> str:
    """The count-th invented corporate number, with its check digit."""
    rest = f"{990_000_000_000 + count:012d}"
    return f"{cn.calc_check_digit(rest)}{rest}"


def party(count: int = 1, **said: Any) -> dict[str, Any]:
    """An invented company."""
    return {
        "kind": "company",
        "corporate_number": number(count),
        "name": f"架空第{count}精機株式会社",
        "kana": "カクウセイキカブシキガイシャ",
        "person": "見本 花子",
        "email": f"shukko{count}@kakuu.example.jp",
        "address": f"長野県見本市架空町{count}番地",
    } | said


def request(*wishes: tuple[str, str | None], route: str = "domestic_then_overseas", **said: Any) -> dict[str, Any]:
    """A requested secondment, its wishes in the order of rank."""
    ranked = [{"rank": rank, "domestic": home, "overseas": abroad} for rank, (home, abroad) in enumerate(wishes, 1)]
    return {"route": route, "years": 2, "wishes": ranked} | said


def secondment(count: int = 1, **said: Any) -> dict[str, Any]:
    """A sender's form."""
    return {
        "party": party(count),
        "purpose": "海外市場の調査を担う人材を育てるため。",
        "requests": [request(("hq.research.asia-oceania", "bangkok"), ("osaka", "hanoi"))],
    } | said


def support(count: int = 1, **said: Any) -> dict[str, Any]:
    """A company's registration."""
    return {
        "party": party(count),
        "legal_form": "kabushiki",
        "industry": "金属加工",
        "employees": 48,
        "website": "https://kakuu.example.jp/",
        "placement_is_main_business": False,
        "passes_people_on": False,
        "only_for_subsidiary_abroad": False,
        "applicant_is_supported": True,
        "positions": [
            {
                "residence_status": "engineer_humanities_international",
                "role": "engineer",
                "education": "university",
                "regular_employee": True,
                "employer_is_applicant": True,
                "place": "長野県見本市",
            }
        ],
        "has_employed_graduates": True,
        "interested_in_global_south": True,
        "agreements": [
            "all_year_effort", "prompt_contact", "surveys", "publication", "use_in_talks", "prompt_changes",
        ],
        "declarations": ["lawful", "subsidies_act", "no_antisocial_forces"],
        "prefecture": "nagano",
        "field": "manufacturing",
        "languages": ["ja", "en"],
        "stage": "recruiting",
        "purpose": "海外営業を担う技術者を迎えるため。",
        "finances": "三期連続の黒字。",
        "organisation": "人事課長を責任者とする三名の体制。",
    } | said  # fmt: skip


def secondee(**said: Any) -> dict[str, Any]:
    """The person whom the sender names."""
    return {
        "name": "見本 太郎",
        "kana": "ミホン タロウ",
        "birth_date": "1992-05-06",
        "toeic": 780,
        "experience_years": 8,
        "health_declared": True,
        "cooperation_declared": True,
        "health_declared_by_secondee": True,
        "cooperation_declared_by_secondee": True,
    } | said


def consent(count: int | str = 1) -> bytes:
    """The consent form that a company scanned: the bytes are each company's own."""
    return small_pdf(f"見本の同意書 {count}")


def digest(raw: bytes) -> str:
    """The Content-Digest of bytes (RFC 9530)."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(raw).digest()).decode()}:"
