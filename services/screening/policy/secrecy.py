"""Whether something secret may be disclosed (C-CO-1)."""

from __future__ import annotations

from datetime import date

from kernel.sealing import Confidential
from policies.support.edition import SupportEdition
from schemas.values import Decision
from services.screening.domain.disclosure import OWNER_AGREED
from services.screening.policy.basis import Basis


def c_co_1_disclosure(
    ground: str,
    on: date,
    owner_agreed_on: date | None,
    basis: Basis[SupportEdition],
    *,
    by: str,
    reason: Confidential | None = None,
) -> Decision:
    """Passed where the owner agreed no later than the disclosure, or an exception of the edition is named."""
    facts = {"ground": ground, "on": on.isoformat()}
    if ground == OWNER_AGREED:
        agreed = owner_agreed_on is not None and owner_agreed_on <= on
        return basis.word("C-CO-1", "passed" if agreed else "refused", facts, by=by, reason=reason)
    known = ground in basis.edition.confidentiality.exceptions
    return basis.word("C-CO-1", "passed" if known else "refused", facts, by=by, reason=reason)
