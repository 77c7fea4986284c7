"""Cases (事例) beside each edition: facts in, outcome and clause out, in words that a clerk can write.

``cases.yaml`` is a mapping from a sentence that says what happens to:

- ``clause``   the clause that decides it,
- ``about``    what is decided, one of the keys of FACTS,
- ``facts``    what is known; only names that FACTS lists for ``about``. Days as 2026-04-01, moments with their offset
               (2025-12-05T23:59:59+09:00), codes as the edition has them,
- ``outcome``  passed 認める, refused 断る, waiver_asked 免除を求める, held 保留・判断を待つ, or computed 計算する,
- ``gives``    what is computed; with ``computed`` and only then.

This module validates what is written. What runs them against the services' rules comes with the services.
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

FACTS: dict[Programme, dict[str, frozenset[str]]] = {
    "secondment": {
        "reception": frozenset({"received_at"}),
        "request": frozenset({"route", "years", "third_year_agreed", "domestic", "overseas"}),
        "person": frozenset({"starts", "birth_date", "experience_years", "toeic", "overseas", "health_declared"}),
        "papers": frozenset({"original", "data"}),
        "departure": frozenset({"started", "departs", "until", "visa", "health_check_on", "reported", "trained"}),
        "memorandum": frozenset({"returned_on", "starts"}),
        "leave": frozenset({"kind", "days"}),
        "fees": frozenset({"office", "departs", "until", "fiscal_year", "yen_per_dollar"}),
        "payment": frozenset({"issued_on"}),
        "appraisal": frozenset({"appraised_year"}),
    },
    "support": {
        "application": frozenset({"registered_at", "consent_at"}),
        "session": frozenset({"opened_at", "confirmed_at", "sent_at"}),
        "reception": frozenset({"standing"}),
        "company": frozenset(
            {"legal_form", "website", "placement_is_main_business", "passes_people_on", "only_for_subsidiary_abroad"}
            | {"has_employed_graduates", "interested_in_global_south", "applicant_is_supported"}
        ),
        "position": frozenset({"residence_status", "role", "education", "regular_employee", "employer_is_applicant"}),
        "consent": frozenset({"agreements", "declarations"}),
        "interview": frozenset({"papers_here_on"}),
        "request": frozenset({"request"}),
        "cancellation": frozenset({"costs"}),
    },
}
"""The facts that a case may state, by what it is about."""

Fact = Scalar | tuple[Scalar, ...] | dict[str, Scalar]


class Case(Section):
    """One case; its name is the key in the file."""

    clause: ClauseId
    about: str
    facts: dict[str, Fact] = Field(min_length=1)
    outcome: Literal["passed", "refused", "waiver_asked", "held", "computed"]
    gives: dict[str, Scalar] = Field(default_factory=dict)


class Cases(RootModel[dict[str, Case]]):
    """The cases of an edition by their sentence."""


@lru_cache
def load_cases(programme: Programme, fiscal_year: int, root: Path | None = None) -> Cases:
    """The cases beside an edition. Raises EditionError with file, line and clause of every mistake."""
    file = f"{programme}/{fiscal_year}/cases.yaml"
    path = (root or FOLDER) / file
    if not path.is_file():
        raise EditionError([EditionFault(file, 1, "G-6", "事例のファイルがありません。", "There are no cases.")])
    document = Document(path, file)
    cases = section(document, Cases)
    if faults := [*unknown_clauses(document, programme), *_faults(document, cases, FACTS[programme])]:
        raise EditionError(faults)
    return cases


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
