"""Cases of what a company says of itself, its positions and its consent (C-SC-1…11)."""

from __future__ import annotations

from madoguchi.checking.facts import Facts
from madoguchi.checking.found import Found, decisive
from madoguchi.checking.rules import Rules
from madoguchi.checking.support.form import basis, form
from policies.support.edition import SupportEdition
from services.screening.policy import company as policy


def company(edition: SupportEdition, facts: Facts) -> Found:
    """C-SC-2…5, 7, 8, 9: the rules about what the case states of the company."""
    said, on = form(edition, facts), basis(edition)
    rules = {
        "legal_form": policy.c_sc_2_legal_form,
        "passes_people_on": policy.c_sc_3_passing_on,
        "website": policy.c_sc_4_website,
        "only_for_subsidiary_abroad": policy.c_sc_5_subsidiary_abroad,
        "has_employed_graduates": policy.c_sc_7_graduates,
        "interested_in_global_south": policy.c_sc_8_own_employment,
        "applicant_is_supported": policy.c_sc_9_strength,
    }
    return decisive(rule(said, on) for fact, rule in rules.items() if fact in facts)


def position(edition: SupportEdition, facts: Facts) -> Found:
    """C-SC-1, C-SC-6, C-SC-8: the rules about what the case states of a position, or of several."""
    said, on = form(edition, facts), basis(edition)
    made = []
    if any(fact in facts for fact in ("residence_status", "role", "education")):
        made.append(policy.c_sc_1_professionals(said.positions, on))
    if "regular_employee" in facts:
        made.append(policy.c_sc_6_regular_employees(said.positions, on))
    if "employer_is_applicant" in facts:
        made.append(policy.c_sc_8_own_employment(said, on))
    return decisive(made)


def consent(edition: SupportEdition, facts: Facts) -> Found:
    """C-SC-10, C-SC-11: what is agreed to and declared."""
    said, on = form(edition, facts), basis(edition)
    made = [policy.c_sc_10_agreements(said, on)] if "agreements" in facts else []
    made += [policy.c_sc_11_declarations(said, on)] if "declarations" in facts else []
    return decisive(made)


RULES: Rules[SupportEdition] = {"company": company, "position": position, "consent": consent}
