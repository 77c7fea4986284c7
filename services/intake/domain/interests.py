"""Who has an interest in a company's case (利害関係), as screening tells it (C-SC-16).

It is kept apart from the application: an applicant who reads its version would see that something was declared.
"""

from __future__ import annotations

from datetime import datetime
from typing import Self

from kernel.aggregate import Aggregate, Created, Event


class InterestsOpened(Created, frozen=True, kw_only=True):
    """The first interest in this application's case was declared."""

    TOPIC = "intake.interests_opened.v1"
    application_id: str


class InterestHeard(Event, frozen=True, kw_only=True):
    """An officer declared an interest; ``to`` is the keyed hash that `CaseClosed` tells."""

    TOPIC = "intake.interest_heard.v1"
    to: str

    def apply(self, interests: Interests) -> None:
        interests.closed_to = (*interests.closed_to, self.to)


class Interests(Aggregate):
    """The officers, as keyed hashes, to whom one application is closed."""

    TOPIC = "intake.interests"
    application_id: str
    closed_to: tuple[str, ...] = ()

    @staticmethod
    def stream(application_id: str) -> str:
        """The aggregate's id."""
        return f"interests-{application_id}"

    @classmethod
    def open(cls, application_id: str, *, at: datetime) -> Self:
        """Nobody has declared any yet."""
        return cls.begin(InterestsOpened, id=cls.stream(application_id), at=at, application_id=application_id)

    def close_to(self, officer: str, *, at: datetime) -> None:
        """An officer declared an interest; once. ``officer`` is the keyed hash."""
        if officer not in self.closed_to:
            self.record(InterestHeard, at=at, to=officer)
