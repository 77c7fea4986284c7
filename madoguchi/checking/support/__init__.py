"""Cases of 伴走型支援, by what they are about."""

from __future__ import annotations

from madoguchi.checking.rules import Rules
from madoguchi.checking.support import company, coordinator, counter, life, money, screened
from policies.support.edition import SupportEdition

RULES: Rules[SupportEdition] = {
    **counter.RULES,
    **company.RULES,
    **screened.RULES,
    **coordinator.RULES,
    **life.RULES,
    **money.RULES,
}
"""How the facts of each kind of case are put to the services' rules."""
