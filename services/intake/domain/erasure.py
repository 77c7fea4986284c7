"""An erasure (消去), G-7: whose key was destroyed, by whom and why. The reason is sealed under a key of its own."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from kernel.aggregate import Aggregate, Created
from kernel.sealing import Confidential
from schemas.values import Programme


class SubjectErased(Created, frozen=True, kw_only=True):
    """The subject's sealed fields can be read by nobody any more. ``programme`` and ``fiscal_year``: its last case."""

    TOPIC = "intake.subject_erased.v1"
    subject: str
    programme: Programme
    fiscal_year: int
    by: str
    reason: Confidential


class Erasure(Aggregate):
    """One erasure."""

    TOPIC = "intake.erasure"
    subject: str
    programme: Programme
    fiscal_year: int
    by: str
    reason: Confidential

    @staticmethod
    def stream(subject: str) -> str:
        """The aggregate's id: a key can be destroyed once."""
        return f"erasure-{subject}"

    @classmethod
    def of(
        cls, subject: str, *, programme: Programme, fiscal_year: int, by: str, reason: Confidential, at: datetime
    ) -> Self:
        """The key has been destroyed."""
        case = {"programme": programme, "fiscal_year": fiscal_year}
        return cls.begin(SubjectErased, id=cls.stream(subject), at=at, subject=subject, by=by, reason=reason, **case)
