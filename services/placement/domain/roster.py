"""The roster (候補者名簿): who takes part in a round, on many pages, so that candidates never wait for one another."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import field
from datetime import datetime
from typing import Self

import msgspec

from kernel.aggregate import Aggregate, Created, Event
from schemas.values import Programme
from services.placement.domain.values import Candidate, secondment_of

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


class CandidateDropped(Event, frozen=True, kw_only=True):
    """Screening looks at its form again, or refused it, in whole or in part (S-SC-1…9, S-IN-6).

    ``for_good`` where the person or the papers were refused: a later word on the form does not bring these back.
    """

    TOPIC = "placement.candidate_dropped.v1"
    application_id: str
    secondment_ids: tuple[str, ...]
    for_good: bool

    def apply(self, roster: Roster) -> None:
        if self.for_good:
            roster.refused = (*roster.refused, *self.secondment_ids)
        known = roster.candidates.get(self.application_id)
        left = without(known, self.secondment_ids) if known else None
        others = {i: c for i, c in roster.candidates.items() if i != self.application_id}
        roster.candidates = others | ({self.application_id: left} if left else {})


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
    refused: tuple[str, ...] = ()
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
        """An application passed screening. What was withdrawn, before or after, or refused, stays out (S-IN-6)."""
        known, left = self.candidates.get(candidate.application_id), without(candidate, self.refused)
        if candidate.application_id not in self.withdrawn and left is not None and known != left:
            self.record(CandidateRegistered, at=at, candidate=left)

    def withdraw(self, application_id: str, *, at: datetime) -> None:
        """The sender gave its application up."""
        if application_id not in self.withdrawn:
            self.record(CandidateWithdrawn, at=at, application_id=application_id)

    def drop(self, application_id: str, secondment_ids: Iterable[str], *, for_good: bool, at: datetime) -> None:
        """Screening looks at these again, or refused them; once more, or of one that is not known, changes nothing."""
        known = self.candidates.get(application_id)
        here = {secondment_of(application_id, each.number) for each in known.requests} if known else set()
        news = {*secondment_ids} - {*self.refused}
        if news and (for_good or news & here):
            fields = {"application_id": application_id, "secondment_ids": tuple(sorted(news)), "for_good": for_good}
            self.record(CandidateDropped, at=at, **fields)

    def announce(self, *, at: datetime) -> None:
        """The round is announced."""
        if not self.announced:
            self.record(PageAnnounced, at=at)


def without(candidate: Candidate, secondment_ids: Collection[str]) -> Candidate | None:
    """The candidate without some of the secondments that it asks for; None where it asks for no other."""
    kept = [r for r in candidate.requests if secondment_of(candidate.application_id, r.number) not in secondment_ids]
    return msgspec.structs.replace(candidate, requests=tuple(kept)) if kept else None
