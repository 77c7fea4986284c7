"""The roster (候補者名簿): who takes part in a round, on many pages, so that candidates never wait for one another."""

from __future__ import annotations

import hashlib
from dataclasses import field
from datetime import datetime
from typing import Self

from kernel.aggregate import Aggregate, Created, Event
from schemas.values import Programme
from services.placement.domain.values import Candidate

PAGES = 256
"""Pages of a roster: two candidates seldom meet on one, and all are still read with one query."""


class PageOpened(Created, frozen=True, kw_only=True):
    """The first word on an application of this page."""

    TOPIC = "placement.roster_page_opened.v1"
    programme: Programme
    fiscal_year: int
    page: int


class CandidateRegistered(Event, frozen=True, kw_only=True):
    """An application passed screening; a later word on the same application replaces the one before."""

    TOPIC = "placement.candidate_registered.v1"
    candidate: Candidate

    def apply(self, roster: Roster) -> None:
        roster.candidates = roster.candidates | {self.candidate.application_id: self.candidate}


class CandidateWithdrawn(Event, frozen=True, kw_only=True):
    """The sender gave its application up (S-IN-6), perhaps before it was known here."""

    TOPIC = "placement.candidate_withdrawn.v1"
    application_id: str

    def apply(self, roster: Roster) -> None:
        roster.withdrawn = (*roster.withdrawn, self.application_id)
        roster.candidates = {i: c for i, c in roster.candidates.items() if i != self.application_id}


class PageAnnounced(Event, frozen=True, kw_only=True):
    """The round was announced with this page as it stood: a withdrawal comes wholly before or wholly after."""

    TOPIC = "placement.roster_page_announced.v1"

    def apply(self, roster: Roster) -> None:
        roster.announced = True


class Roster(Aggregate):
    """One page of a fiscal year's roster."""

    TOPIC = "placement.roster"
    programme: Programme
    fiscal_year: int
    page: int
    candidates: dict[str, Candidate] = field(default_factory=dict)
    withdrawn: tuple[str, ...] = ()
    announced: bool = False

    @staticmethod
    def stream(programme: Programme, fiscal_year: int, page: int) -> str:
        """The aggregate's id."""
        return f"roster-{programme}-{fiscal_year}-{page:03}"

    @staticmethod
    def page_of(application_id: str) -> int:
        """The page on which an application is kept."""
        return hashlib.sha256(application_id.encode()).digest()[0] % PAGES

    @classmethod
    def open(cls, programme: Programme, fiscal_year: int, page: int, *, at: datetime) -> Self:
        """A blank page."""
        fields = {"programme": programme, "fiscal_year": fiscal_year, "page": page}
        return cls.begin(PageOpened, id=cls.stream(programme, fiscal_year, page), at=at, **fields)

    def register(self, candidate: Candidate, *, at: datetime) -> None:
        """An application passed screening. One that was withdrawn, before or after, stays out (S-IN-6)."""
        known = self.candidates.get(candidate.application_id)
        if candidate.application_id not in self.withdrawn and known != candidate:
            self.record(CandidateRegistered, at=at, candidate=candidate)

    def withdraw(self, application_id: str, *, at: datetime) -> None:
        """The sender gave its application up."""
        if application_id not in self.withdrawn:
            self.record(CandidateWithdrawn, at=at, application_id=application_id)

    def announce(self, *, at: datetime) -> None:
        """The round is announced."""
        if not self.announced:
            self.record(PageAnnounced, at=at)
