"""What a judge says is wrong."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Violation:
    """One thing that is wrong: which promise, and where it was seen."""

    promise: str
    where: str

    def __str__(self) -> str:
        return f"{self.promise}: {self.where}"
