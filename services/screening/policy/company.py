"""A company's form by rule: the grounds of C-SC-1…8, 10 and 11, and what of C-SC-9 an officer is asked.

Every position that the form names has to qualify: the support is for the people meant, all of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from policies.support.edition import SupportEdition
from schemas.values import Decision, Outcome, Position, SupportForm
from services.screening.policy.basis import Basis

Rules = Basis[SupportEdition]


def examine(form: SupportForm, basis: Rules) -> tuple[Decision, ...]:
    """Every decision on a form. None of this may reach the applicant (C-SC-15)."""
    return (
        c_sc_1_professionals(form.positions, basis),
        c_sc_2_legal_form(form, basis),
        c_sc_3_passing_on(form, basis),
        c_sc_4_website(form, basis),
        c_sc_5_subsidiary_abroad(form, basis),
        c_sc_6_regular_employees(form.positions, basis),
        c_sc_7_graduates(form, basis),
        c_sc_8_own_employment(form, basis),
        c_sc_9_strength(form, basis),
        c_sc_10_agreements(form, basis),
        c_sc_11_declarations(form, basis),
    )


def c_sc_1_professionals(positions: tuple[Position, ...], basis: Rules) -> Decision:
    """C-SC-1: residence status, role and education of a highly skilled professional (高度外国人材), all three.

    A status outside the list asks for a waiver, since the list holds in principle; three of them never qualify.
    """
    known = basis.edition.eligibility.residence_statuses
    codes = sorted({p.residence_status for p in positions} & known.keys())
    reads = [basis.read(f"eligibility.residence_statuses.{code}") for code in codes]
    kinds = {code: read.text for code, read in zip(codes, reads, strict=True)}
    never = _numbers(kinds.get(p.residence_status, "never") == "never" for p in positions)
    other = _numbers(kinds.get(p.residence_status) == "other" for p in positions)
    role = _numbers(not _qualifies(basis, "roles", p.role) for p in positions)
    education = _numbers(not _qualifies(basis, "educations", p.education) for p in positions)
    facts = {"status_never": never, "status_not_listed": other, "role": role, "education": education}
    if never or role or education:
        return basis.rule("C-SC-1", "refused", facts, *reads)
    return basis.rule("C-SC-1", "waiver_asked" if other else "passed", facts, *reads)


def c_sc_2_legal_form(form: SupportForm, basis: Rules) -> Decision:
    """C-SC-2: registered as 株式会社, 有限会社 or 合同会社."""
    read = basis.read(f"eligibility.legal_forms.{form.legal_form}")
    return basis.rule("C-SC-2", _passed(read.flag), {"legal_form": form.legal_form}, read)


def c_sc_3_passing_on(form: SupportForm, basis: Rules) -> Decision:
    """C-SC-3: not one whose main business is job placement and who would pass the people on."""
    facts = {"placement_is_main_business": form.placement_is_main_business, "passes_people_on": form.passes_people_on}
    return basis.rule("C-SC-3", _passed(not all(facts.values())), facts)


def c_sc_4_website(form: SupportForm, basis: Rules) -> Decision:
    """C-SC-4: a website of its own."""
    return basis.rule("C-SC-4", _passed(form.website is not None), {"website": form.website is not None})


def c_sc_5_subsidiary_abroad(form: SupportForm, basis: Rules) -> Decision:
    """C-SC-5: hiring not meant for a subsidiary abroad alone."""
    facts = {"only_for_subsidiary_abroad": form.only_for_subsidiary_abroad}
    return basis.rule("C-SC-5", _passed(not form.only_for_subsidiary_abroad), facts)


def c_sc_6_regular_employees(positions: tuple[Position, ...], basis: Rules) -> Decision:
    """C-SC-6: regular employees (正社員). That the people are as in C-SC-1 is decided there."""
    others = _numbers(not p.regular_employee for p in positions)
    return basis.rule("C-SC-6", _passed(not others), {"not_regular": others})


def c_sc_7_graduates(form: SupportForm, basis: Rules) -> Decision:
    """C-SC-7: has employed a graduate with specialist knowledge, the position sought included."""
    facts = {"has_employed_graduates": form.has_employed_graduates}
    return basis.rule("C-SC-7", _passed(form.has_employed_graduates), facts)


def c_sc_8_own_employment(form: SupportForm, basis: Rules) -> Decision:
    """C-SC-8: employed by the applicant itself, and interested in people from the Global South."""
    elsewhere = _numbers(not p.employer_is_applicant for p in form.positions)
    facts = {"employed_elsewhere": elsewhere, "interested_in_global_south": form.interested_in_global_south}
    return basis.rule("C-SC-8", _passed(not elsewhere and form.interested_in_global_south), facts)


def c_sc_9_strength(form: SupportForm, basis: Rules) -> Decision:
    """C-SC-9: finances, organisation, and whether the applicant is the one to be supported: an officer judges."""
    return basis.rule("C-SC-9", "held", {"for": "officer", "applicant_is_supported": form.applicant_is_supported})


def c_sc_10_agreements(form: SupportForm, basis: Rules) -> Decision:
    """C-SC-10: agrees to everything that the edition asks for."""
    missing = sorted(basis.edition.consents.agreements.keys() - set(form.agreements))
    return basis.rule("C-SC-10", _passed(not missing), {"missing": missing})


def c_sc_11_declarations(form: SupportForm, basis: Rules) -> Decision:
    """C-SC-11: declares everything that the edition asks for."""
    missing = sorted(basis.edition.consents.declarations.keys() - set(form.declarations))
    return basis.rule("C-SC-11", _passed(not missing), {"missing": missing})


def _qualifies(basis: Rules, section: Literal["roles", "educations"], code: str) -> bool:
    known = code in getattr(basis.edition.eligibility, section)
    return known and basis.read(f"eligibility.{section}.{code}").flag


def _numbers(which: Iterable[bool]) -> list[int]:
    return [number for number, true in enumerate(which, 1) if true]


def _passed(kept: bool) -> Outcome:
    return "passed" if kept else "refused"
