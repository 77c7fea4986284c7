"""Cases of 出向者受入制度, by what they are about."""

from __future__ import annotations

from madoguchi.checking.rules import Rules
from madoguchi.checking.secondment import billing, form, living, person, placing, request
from policies.secondment.edition import SecondmentEdition

RULES: Rules[SecondmentEdition] = {
    **form.RULES,
    **request.RULES,
    **person.RULES,
    **placing.RULES,
    **living.RULES,
    **billing.RULES,
}
"""How the facts of each kind of case are put to the services' rules."""
