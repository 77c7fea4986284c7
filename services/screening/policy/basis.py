"""What every decision rests on: an edition, read on a day, at a moment; and how a decision is written down (G-6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from kernel.sealing import Confidential
from policies.edition import Edition
from policies.parameters import Read
from schemas.values import Decision, Outcome, Scalar, day_in_tokyo

E_co = TypeVar("E_co", bound=Edition, covariant=True)


@dataclass(frozen=True)
class Basis(Generic[E_co]):
    """The edition (版) of a case and the moment of the decision, in UTC."""

    edition: E_co
    at: datetime

    @property
    def on(self) -> date:
        """The day on which parameters are read: that of the decision, in Tokyo."""
        return day_in_tokyo(self.at)

    def read(self, name: str) -> Read:
        """A parameter with its provenance. Raises UnknownParameter, NotYetHolding."""
        return self.edition.value(name, self.on)

    def rule(self, clause: str, outcome: Outcome, facts: Mapping[str, Any], *reads: Read) -> Decision:
        """A decision that the rule takes by itself."""
        return self._decision(clause, outcome, facts, "rule", *reads)

    def word(
        self, clause: str, outcome: Outcome, facts: Mapping[str, Any], *, by: str, reason: Confidential | None = None
    ) -> Decision:
        """A decision that an officer takes. ``reason`` is sealed; None where the decision is sealed as a whole."""
        return self._decision(clause, outcome, facts, by, reason=reason)

    def _decision(
        self,
        clause: str,
        outcome: Outcome,
        facts: Mapping[str, Any],
        by: str,
        *reads: Read,
        reason: Confidential | None = None,
    ) -> Decision:
        return Decision(
            clause=clause,
            outcome=outcome,
            edition=self.edition.id,
            by=by,
            at=self.at.isoformat(),
            facts=dict(facts),
            parameters=tuple(read.parameter for read in reads),
            reason=reason,
        )


@dataclass(frozen=True)
class PersonDecision:
    """A decision on a person and those facts of it that must be sealed before it is kept."""

    decision: Decision
    facts: Mapping[str, Scalar] = field(default_factory=dict)
