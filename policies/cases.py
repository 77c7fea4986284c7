"""Cases (事例) beside each edition: facts in, outcome and clause out, in words that a clerk can write.

``cases.yaml`` is a mapping from a sentence that says what happens to:

- ``clause``   the clause that decides it,
- ``about``    what is decided, one of the keys of FACTS,
- ``facts``    what is known; only names that FACTS lists for ``about``. Days as 2026-04-01, moments with their offset
               (2025-12-05T23:59:59+09:00), codes as the edition has them,
- ``outcome``  passed 認める, refused 断る, waiver_asked 免除を求める, waived 理由を付けて認める,
               held 保留・判断を待つ, or computed 計算する,
- ``gives``    what is computed; with ``computed`` and only then.

This module validates what is written; `madoguchi.checking` puts it to the services' own rules.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import Field, RootModel

from policies.documents import Document
from policies.editions import FOLDER
from policies.faults import EditionError, EditionFault
from policies.parameters import Section
from policies.reading import fault_at, section, unknown_clauses
from schemas.values import ClauseId, Programme, Scalar

COMPANY = frozenset(
    {"legal_form", "website", "placement_is_main_business", "passes_people_on", "only_for_subsidiary_abroad"}
    | {"has_employed_graduates", "interested_in_global_south", "applicant_is_supported"}
)
POSITION = frozenset({"residence_status", "role", "education", "regular_employee", "employer_is_applicant"})
"""What a registration says of the company, and of a position; lists say it of several positions."""
FACTS: dict[Programme, dict[str, frozenset[str]]] = {
    "secondment": {
        "reception": frozenset({"received_at", "admitted_by_hr"}),
        "form": frozenset({"no_wish", "purpose", "requests", "ranks", "same_site_twice", "corporate_number"}),
        "amendment": frozenset({"amended_at", "same_form"}),
        "withdrawal": frozenset({"withdrawn_at"}),
        "senders": frozenset(
            {"name", "kana", "address", "corporate_number"}
            | {"other_name", "other_kana", "other_address", "other_corporate_number"}
        ),
        "purpose": frozenset({"fits"}),
        "request": frozenset({"route", "years", "third_year_agreed", "domestic", "overseas", "unit_agrees", "officer"}),
        "person": frozenset(
            {"starts", "birth_date", "experience_years", "toeic", "overseas", "domestic", "health_declared", "officer"}
            | {"cooperation_declared", "health_declared_by_secondee", "cooperation_declared_by_secondee"}
        ),
        "papers": frozenset({"original", "data", "officer"}),
        "place": frozenset({"site", "fiscal_year"}),
        "bundle": frozenset({"domestic", "overseas", "years"}),
        "collision": frozenset(
            {"site", "placed_before", "asks", "rank", "receipt_number"}
            | {"rival_placed_before", "rival_asks", "rival_rank", "rival_receipt_number"}
        ),
        "announcement": frozenset({"announced_on", "officer"}),
        "answer": frozenset({"offered_on", "answered_at"}),
        "memorandum": frozenset({"returned_on", "starts", "secondee", "papers"}),
        "departure": frozenset({"started", "departs", "until", "visa", "health_check_on", "reported", "trained"}),
        "postponement": frozenset({"planned_for", "domestic", "overseas", "at_home", "years"}),
        "term": frozenset({"new_until", "domestic", "overseas", "at_home", "years"}),
        "end": frozenset({"ended_on", "departed_on", "domestic", "overseas", "at_home", "years"}),
        "sender_work": frozenset({"kind", "recognised"}),
        "leave": frozenset({"kind", "days", "taken"}),
        "appraisal": frozenset({"appraised_year"}),
        "cost": frozenset({"cost", "paid_by"}),
        "fees": frozenset(
            {"office", "departs", "until", "fiscal_year", "yen_per_dollar", "quoted_on"}
            | {"postponed_to", "cancelled", "new_until", "amended_on", "ended_on"}
        ),
        "totals": frozenset({"taxed", "outside"}),
        "payment": frozenset({"issued_on", "paid"}),
    },
    "support": {
        "application": frozenset({"registered_at", "consent_at"}),
        "session": frozenset({"opened_at", "confirmed_at", "draft_saved_at", "resumed_at", "sent_at"}),
        "reception": frozenset({"asked_at", "standing", "withdrawn"}),
        "withdrawal": frozenset({"consent_missing", "decided"}),
        "silence": frozenset({"missed_on", "moved_on", "reminders", "confirmed_at"}),
        "amendment": frozenset({"same_form"}),
        "company": COMPANY,
        "position": POSITION,
        "consent": frozenset({"agreements", "declarations"}),
        "stage_one": frozenset({"strong", "officer"}),
        "interview": frozenset({"papers_here_on", "told_on", "moved"}),
        "notice": frozenset({"papers_here_on", "decided_on", "stage", "field"}),
        "change": frozenset({"adopted"}) | COMPANY | POSITION,
        "disclosure": frozenset({"ground", "disclosed_on", "owner_agreed_on"}),
        "coordinator": frozenset({"prefecture", "field", "languages", "coordinator", "full", "companies"}),
        "period": frozenset({"started_on", "until"}),
        "menu": frozenset({"menu", "times", "granted_before", "earlier_years", "officer"}),
        "request": frozenset({"request"}),
        "service": frozenset({"service", "quantity", "used_on", "agreed_on"}),
        "surveys": frozenset({"started_on", "until", "survey"}),
        "end": frozenset({"ended_on", "ground"}),
        "cancellation": frozenset({"costs", "visit_on", "cancelled_on"}),
    },
}
"""The facts that a case may state, by what it is about."""

Fact = Scalar | tuple[Scalar, ...] | dict[str, Scalar]


class Case(Section):
    """One case; its name is the key in the file."""

    clause: ClauseId
    about: str
    facts: dict[str, Fact] = Field(min_length=1)
    outcome: Literal["passed", "refused", "waiver_asked", "waived", "held", "computed"]
    gives: dict[str, Scalar] = Field(default_factory=dict)


class Cases(RootModel[dict[str, Case]]):
    """The cases of an edition by their sentence."""


@lru_cache
def load_cases(programme: Programme, fiscal_year: int, root: Path | None = None) -> Cases:
    """The cases beside an edition. Raises EditionError with file, line and clause of every mistake."""
    document = _document(programme, fiscal_year, root)
    cases = section(document, Cases)
    if faults := [*unknown_clauses(document, programme), *_faults(document, cases, FACTS[programme])]:
        raise EditionError(faults)
    return cases


def case_lines(programme: Programme, fiscal_year: int, root: Path | None = None) -> dict[str, int]:
    """The line, from 1, on which each case of an edition stands. Raises EditionError."""
    document = _document(programme, fiscal_year, root)
    return {str(name): document.line((name,)) for name in document.data}


def _document(programme: Programme, fiscal_year: int, root: Path | None) -> Document:
    file = f"{programme}/{fiscal_year}/cases.yaml"
    path = (root or FOLDER) / file
    if not path.is_file():
        raise EditionError([EditionFault(file, 1, "G-6", "事例のファイルがありません。", "There are no cases.")])
    return Document(path, file)


def _faults(document: Document, cases: Cases, known: dict[str, frozenset[str]]) -> Iterator[EditionFault]:
    for name, case in cases.root.items():
        if case.about not in known:
            ja, en = f"about は {'、'.join(known)} のいずれかです。", f"about is one of {', '.join(known)}."
            yield fault_at(document, (name, "about"), ja, en)
        for fact in case.facts.keys() - known.get(case.about, case.facts.keys()):
            ja, en = f"この about に {fact} という事実はありません。", f"{fact} is no fact of what this is about."
            yield fault_at(document, (name, "facts", fact), ja, en)
        if (case.outcome == "computed") != bool(case.gives):
            ja, en = "gives は computed のときに限り、必ず書いてください。", "gives goes with computed, and only then."
            yield fault_at(document, (name, "outcome"), ja, en)
