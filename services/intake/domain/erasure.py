"""An erasure (消去), G-7: whose key is destroyed, by whom and why. The reason is sealed under a key of its own.

It is ordered first and carried out after, so that a crash in between leaves an order that is still carried out.
"""

from __future__ import annotations

from datetime import datetime
from typing import Self

from kernel.aggregate import Aggregate, Created, Event
from kernel.sealing import Confidential
from schemas.values import Decision, Programme


class SubjectErased(Created, frozen=True, kw_only=True):
    """The subject's sealed fields can be read by nobody any more. ``programme`` and ``fiscal_year``: its last case.

    Of logs before there were orders; `Erased` says it since.
    """

    TOPIC = "intake.subject_erased.v1"
    subject: str
    programme: Programme
    fiscal_year: int
    by: str
    reason: Confidential


class ErasureOrdered(Created, frozen=True, kw_only=True):
    """The subject's key is to be destroyed. ``programme`` and ``fiscal_year``: its last case; ``done``: no.

    ``disposal`` is the decision by which its records were disposed of (廃棄); None where it was asked for (申し出).
    """

    TOPIC = "intake.erasure_ordered.v1"
    subject: str
    programme: Programme
    fiscal_year: int
    by: str
    reason: Confidential
    done: bool = False
    disposal: Decision | None = None


class Erased(Event, frozen=True, kw_only=True):
    """The key is destroyed: the subject's sealed fields can be read by nobody any more."""

    TOPIC = "intake.erased.v1"
    subject: str
    programme: Programme
    fiscal_year: int

    def apply(self, erasure: Erasure) -> None:
        erasure.done = True


class Erasure(Aggregate):
    """One erasure; ``done`` when the key is destroyed."""

    TOPIC = "intake.erasure"
    subject: str
    programme: Programme
    fiscal_year: int
    by: str
    reason: Confidential
    done: bool = True
    disposal: Decision | None = None

    @staticmethod
    def stream(subject: str) -> str:
        """The aggregate's id: a key can be destroyed once."""
        return f"erasure-{subject}"

    @classmethod
    def order(
        cls,
        subject: str,
        *,
        programme: Programme,
        fiscal_year: int,
        by: str,
        reason: Confidential,
        at: datetime,
        disposal: Decision | None = None,
    ) -> Self:
        """The key is to be destroyed."""
        said = {"programme": programme, "fiscal_year": fiscal_year, "by": by, "reason": reason, "disposal": disposal}
        return cls.begin(ErasureOrdered, id=cls.stream(subject), at=at, subject=subject, **said)

    def carry_out(self, *, at: datetime) -> None:
        """The key has been destroyed; once."""
        if not self.done:
            case = {"programme": self.programme, "fiscal_year": self.fiscal_year}
            self.record(Erased, at=at, subject=self.subject, **case)
