"""What placement's private events are made of."""

from __future__ import annotations

import hashlib
from datetime import date

import msgspec

from schemas.values import Decision, ExplainedWish, Party, SecondmentRequest, Stay


class CaseOf(msgspec.Struct, frozen=True, kw_only=True):
    """Which requested secondment of which application it is about, and whose."""

    fiscal_year: int
    application_id: str
    secondment_id: str
    receipt_number: str
    number: int
    party: Party


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """An application that passed screening and takes part in a round. Remarks stay with intake and screening (G-7)."""

    application_id: str
    receipt_number: str
    party: Party
    requests: tuple[SecondmentRequest, ...]
    placed_before: bool

    @property
    def digest(self) -> str:
        """What of it a run goes by: whose it is, whether placed before, the wishes; not who answers the telephone."""
        seen = [self.party.organisation_id, self.placed_before]
        seen += [
            (r.number, r.route, r.years, [(w.rank, w.domestic, w.overseas) for w in r.wishes]) for r in self.requests
        ]
        return hashlib.sha256(msgspec.json.encode(seen)).hexdigest()[:16]


class Ground(msgspec.Struct, frozen=True, kw_only=True):
    """What a run went by: each candidate's digest, and how many seats were free where somebody wishes to be.

    ``free`` is by site and fiscal year, with a blank between them.
    """

    candidates: dict[str, str]
    free: dict[str, int]


class Assigned(msgspec.Struct, frozen=True, kw_only=True):
    """What a round gives one requested secondment; without ``stays`` there is no place for it.

    ``seeker`` is the receipt number and the request's number: the name that goes into the lottery (S-PL-5). ``rank`` is
    None for what was given by hand and not wished. ``decisions`` say by which clauses.
    """

    seeker: str
    secondment_id: str
    application_id: str
    number: int
    stays: tuple[Stay, ...] = ()
    rank: int | None = None
    explanation: tuple[ExplainedWish, ...] = ()
    decisions: tuple[Decision, ...] = ()
    by_hand: bool = False


class Checked(msgspec.Struct, frozen=True):
    """One check of the certificate that goes with a run. ``detail`` names seekers: for officers only."""

    name: str
    clause: str
    verdict: str
    detail: str = ""


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """A run of the rule as it is kept: how many were placed at (class, rank), by which lottery, proved how far."""

    signature: tuple[tuple[int, int, int], ...]
    order: tuple[str, ...]
    proof: str
    checks: tuple[Checked, ...]
    seed: str
    edition: str

    @property
    def refuted(self) -> tuple[Checked, ...]:
        """The checks that found the result wrong."""
        return tuple(check for check in self.checks if check.verdict == "failed")


class PassedOver(msgspec.Struct, frozen=True, kw_only=True):
    """Whose claim a change by hand passes over: receipt and request, the rank of its wish there, the rank that it has.

    ``rank`` is None where it wished nothing there, ``has`` where it has no place, or one that it did not wish.
    """

    seeker: str
    rank: int | None = None
    has: int | None = None


class Price(msgspec.Struct, frozen=True):
    """What a change by hand breaks (S-PL-8): how many claims are passed over, by the clause of each, and whose.

    For officers alone: no public event and no letter has it (S-PL-9). Older prices name no claims.
    """

    clause: str
    kind: str
    count: int
    claims: tuple[PassedOver, ...] = ()


class Appraised(msgspec.Struct, frozen=True):
    """How far a fiscal year's appraisal is (S-LI-8): the day of each step, and the day on which it was reported."""

    goals_on: date | None = None
    reviewed_on: date | None = None
    assessed_on: date | None = None
    reported_on: date | None = None


def secondment_of(application_id: str, number: int) -> str:
    """The id of an application's requested secondment."""
    return f"{application_id}.{number}"


def seeker_of(receipt_number: str, number: int) -> str:
    """The name under which a requested secondment takes part in the lottery; the same in every rehearsal (S-PL-5)."""
    return f"{receipt_number}.{number}"
