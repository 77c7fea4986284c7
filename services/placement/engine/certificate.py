"""What a check of a result says: each claim by name, proved, refuted with a counterexample, or left open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from services.placement.engine.model import Option

Verdict = Literal["passed", "failed", "not_proved"]

Moves = tuple[tuple[str, Option | None], ...]
"""(seeker id, the option it would have instead, or None for no place)"""


@dataclass(frozen=True)
class Check:
    """One claim about a result.

    A failed one names what is wrong in `detail`; where the assignment could be better, `moves` turns it into
    one that is. Details name seekers by id: they are for officers, never for a letter (S-PL-9).
    """

    name: str
    clause: str
    verdict: Verdict
    detail: str = ""
    moves: Moves = ()


@dataclass(frozen=True)
class Certificate:
    """All checks of one result: feasible, signature, lottery, no_waste, no_justified_envy, optimal,
    tie_break.
    """

    checks: tuple[Check, ...]

    @property
    def proved(self) -> bool:
        """Whether every check passed."""
        return all(check.verdict == "passed" for check in self.checks)

    @property
    def refuted(self) -> bool:
        """Whether any check failed; a certificate can be neither proved nor refuted."""
        return any(check.verdict == "failed" for check in self.checks)

    def __getitem__(self, name: str) -> Check:
        """The check of that name; `KeyError` if there is none."""
        for check in self.checks:
            if check.name == name:
                return check
        raise KeyError(name)
