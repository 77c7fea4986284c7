"""What a check of a result says: each claim by name, proved, refuted with a counterexample, or left open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from services.placement.engine.model import Aim, Option

Verdict = Literal["passed", "failed", "not_proved", "not_claimed"]
"""A claim that the result does not make ("not_claimed") is not held against it; its check says how far it holds."""

Moves = tuple[tuple[str, Option | None], ...]
"""(seeker id, the option it would have instead, or None for no place)"""


@dataclass(frozen=True)
class Check:
    """One claim about a result.

    A failed one names what is wrong in `detail`; where the assignment could be better, `moves` turns it into
    one that is. Of a claim that is not made, they say who would have what. Details name seekers by id: they are
    for officers, never for a letter (S-PL-9).
    """

    name: str
    clause: str
    verdict: Verdict
    detail: str = ""
    moves: Moves = ()


@dataclass(frozen=True)
class Certificate:
    """All checks of one result: feasible, signature, lottery, no_waste, no_justified_envy, optimal,
    tie_break. "optimal" means: by the `aim` that the result claims.
    """

    checks: tuple[Check, ...]
    aim: Aim = "rule"

    @property
    def proved(self) -> bool:
        """Whether every check passed of what the result claims."""
        return all(check.verdict in ("passed", "not_claimed") for check in self.checks)

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
