"""How placement writes a decision down (G-6)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from kernel.sealing import Confidential
from policies.parameters import Read
from schemas.values import Decision, Outcome

RULE = "rule"
"""Who decided, where no officer did."""


def decided(
    clause: str,
    outcome: Outcome,
    *,
    edition: str,
    at: datetime,
    facts: dict[str, Any],
    read: Sequence[Read] = (),
    by: str = RULE,
    reason: Confidential | None = None,
) -> Decision:
    """A decision with what it saw and read; ``facts`` hold nothing personal."""
    return Decision(
        clause=clause,
        outcome=outcome,
        edition=edition,
        by=by,
        at=at.isoformat(),
        facts=facts,
        parameters=tuple(each.parameter for each in read),
        reason=reason,
    )
