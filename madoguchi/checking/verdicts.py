"""Every case of an edition put to the services' own rules, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

from pydantic import ValidationError

from kernel.refusals import Refused
from madoguchi.checking import secondment, support
from madoguchi.checking.facts import BadFacts, Facts
from madoguchi.checking.found import Found, found
from madoguchi.checking.rules import Rule
from policies.cases import Case, case_lines, load_cases
from policies.edition import Edition
from policies.editions import load
from policies.faults import NotYetHolding, UnknownParameter
from schemas.values import Programme, Scalar

State = Literal["kept", "broken"]
"""As the case says, or otherwise."""
OF_FORM: dict[Programme, str] = {"secondment": "S-IN-3", "support": "C-IN-8"}
"""The clause of what a form refuses by its shape alone, as the counter answers it."""


@dataclass(frozen=True)
class Verdict:
    """One case: where it stands, what it expects, what the rules said (None: not to be asked)."""

    name: str
    file: str
    line: int
    case: Case
    state: State
    found: Found | None = None
    fault: BadFacts | None = None


def run(programme: Programme, fiscal_year: int, root: Path | None = None) -> list[Verdict]:
    """All cases of an edition, in the order of the file. Raises EditionError where edition or cases are not valid."""
    edition = load(programme, fiscal_year, root)
    cases, lines = load_cases(programme, fiscal_year, root), case_lines(programme, fiscal_year, root)
    file = f"{programme}/{fiscal_year}/cases.yaml"
    return [judged(edition, name, file, lines[name], case) for name, case in cases.root.items()]


def judged(edition: Edition, name: str, file: str, line: int, case: Case) -> Verdict:
    """One case against the rules."""
    try:
        seen = _put(edition, case)
    except BadFacts as fault:
        return Verdict(name, file, line, case, "broken", fault=fault)
    return Verdict(name, file, line, case, "kept" if _agrees(case, seen) else "broken", seen)


def _put(edition: Edition, case: Case) -> Found:
    programme = edition.edition.programme
    rules = cast("Mapping[str, Rule[Edition]]", secondment.RULES if programme == "secondment" else support.RULES)
    try:
        return rules[case.about](edition, Facts(case.facts))
    except Refused as refused:
        return found("refused", refused.clause)
    except ValidationError as invalid:
        said = (each.get("ctx", {}).get("clause") for each in invalid.errors())
        return found("refused", *(clause or OF_FORM[programme] for clause in said))
    except (UnknownParameter, NotYetHolding):
        raise BadFacts(
            "facts", "この版にない名前か、まだ値のない日です。", "A name or a day that the edition does not have."
        ) from None


def _agrees(case: Case, seen: Found) -> bool:
    same = case.outcome == seen.outcome and case.clause in seen.clauses
    return same and all(name in seen.gives and equal(seen.gives[name], value) for name, value in case.gives.items())


def equal(one: Scalar, other: Scalar) -> bool:
    """The same value of the same kind: true is not 1."""
    return type(one) is type(other) and one == other
