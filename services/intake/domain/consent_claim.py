"""Whose a consent form is: the same bytes serve one company of a cycle, whoever of them was first (C-IN-1)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Self

from kernel.aggregate import Aggregate, Created, Event
from schemas.values import Programme
from services.intake.domain.refusals import of_another_company


class ConsentClaimed(Created, frozen=True, kw_only=True):
    """A company sent these bytes, the first to do so."""

    TOPIC = "intake.consent_claimed.v1"
    programme: Programme
    fiscal_year: int
    company: str


class ClaimGivenUp(Event, frozen=True, kw_only=True):
    """An officer saw that the form is another company's: that one may send it."""

    TOPIC = "intake.consent_claim_given_up.v1"

    def apply(self, claim: ConsentClaim) -> None:
        claim.company = ""


class ConsentClaimedAnew(Event, frozen=True, kw_only=True):
    """A company sent the bytes after the claim on them was given up."""

    TOPIC = "intake.consent_claimed_anew.v1"
    company: str

    def apply(self, claim: ConsentClaim) -> None:
        claim.company = self.company


class ConsentClaim(Aggregate):
    """The claim on certain bytes. ``company`` is the organisation's id, "" while nobody claims them."""

    TOPIC = "intake.consent_claim"
    programme: Programme
    fiscal_year: int
    company: str

    @staticmethod
    def stream(programme: Programme, fiscal_year: int, key: str) -> str:
        """The aggregate's id; ``key`` is a keyed hash of the bytes' digest."""
        return f"consent-claim-{programme}-{fiscal_year}-{key}"

    @classmethod
    def begin_with(cls, stream: str, company: str, *, programme: Programme, fiscal_year: int, at: datetime) -> Self:
        """The first company that sends the bytes."""
        fields = {"programme": programme, "fiscal_year": fiscal_year, "company": company}
        return cls.begin(ConsentClaimed, id=stream, at=at, **fields)

    def claim(self, companies: Collection[str], *, at: datetime) -> None:
        """A company sends the bytes; ``companies``: the ids under which it is known, its own first."""
        company, *_ = companies
        if not self.company:
            self.record(ConsentClaimedAnew, at=at, company=company)
        elif self.company not in companies:
            raise of_another_company()

    def give_up(self, companies: Collection[str], *, at: datetime) -> None:
        """It was not these companies' form. Nothing happens where they do not hold the claim."""
        if self.company and self.company in companies:
            self.record(ClaimGivenUp, at=at)
