"""Reception (受付) of one programme's fiscal year: when it is open, the receipt numbers, and how many it lets in."""

from __future__ import annotations

from dataclasses import field
from datetime import datetime
from typing import Literal, Self

from kernel.aggregate import Aggregate, Created, Event
from kernel.refusals import Refused
from policies.support.sections import Counted
from schemas.values import TOKYO, Programme

Reason = Literal["deadline", "full"]
LETTERS: dict[Programme, str] = {"secondment": "S", "support": "C"}
OPENS: dict[Programme, str] = {"secondment": "S-IN-1", "support": "C-IN-3"}
"""The clause under which a programme's reception opens and closes."""


class ReceptionOpened(Created, frozen=True, kw_only=True):
    """A fiscal year's edition is there: forms are taken from ``opens_at`` until before ``closes_at`` (UTC; 24:00, G-1).

    ``places`` is how many complete applications are let in (C-IN-3); None where there is no such bound. ``counted`` is
    the reading: whether one that was withdrawn gives its place back.
    """

    TOPIC = "intake.reception_opened.v1"
    programme: Programme
    fiscal_year: int
    edition: str
    opens_at: datetime
    closes_at: datetime | None
    places: int | None
    counted: Counted = "complete_and_standing"


class Numbered(Event, frozen=True, kw_only=True):
    """A form got the next receipt number (受付番号)."""

    TOPIC = "intake.numbered.v1"
    application_id: str
    number: int

    def apply(self, reception: Reception) -> None:
        reception.last_number = self.number


class Admitted(Event, frozen=True, kw_only=True):
    """A complete application stands; it is the ``standing``-th."""

    TOPIC = "intake.admitted.v1"
    application_id: str
    standing: int

    def apply(self, reception: Reception) -> None:
        reception.standing = self.standing
        reception.complete += 1


class FoundFull(Event, frozen=True, kw_only=True):
    """An application was turned away because reception was full (C-IN-3).

    It is kept here too, so that the log has one order of who was turned away, let in, and gave a place back: a process
    that does not know yet of a place given back cannot turn anybody away.
    """

    TOPIC = "intake.found_full.v1"
    application_id: str

    def apply(self, reception: Reception) -> None:
        pass


class ConsentCameAhead(Event, frozen=True, kw_only=True):
    """A consent form is here before its registration (C-IN-1); kept here too, so that neither misses the other."""

    TOPIC = "intake.consent_came_ahead.v1"
    paper_id: str

    def apply(self, reception: Reception) -> None:
        reception.ahead.append(self.paper_id)


class PlaceGivenBack(Event, frozen=True, kw_only=True):
    """An application no longer stands. ``undone``: it was not complete after all, so no reading counts it (C-IN-1)."""

    TOPIC = "intake.place_given_back.v1"
    application_id: str
    standing: int
    undone: bool = False

    def apply(self, reception: Reception) -> None:
        reception.standing = self.standing
        reception.complete -= self.undone


class ReceptionClosed(Event, frozen=True, kw_only=True):
    """Reception is over: the deadline has passed, or the number is reached."""

    TOPIC = "intake.reception_closed.v1"
    programme: Programme
    fiscal_year: int
    reason: Reason
    standing: int

    def apply(self, reception: Reception) -> None:
        reception.closed = self.reason


class ReceptionReopened(Event, frozen=True, kw_only=True):
    """A place was given back before the deadline (C-IN-3)."""

    TOPIC = "intake.reception_reopened.v1"
    programme: Programme
    fiscal_year: int
    standing: int

    def apply(self, reception: Reception) -> None:
        reception.closed = None


class Reception(Aggregate):
    """The reception. ``closed`` says why it is closed, None while it takes forms.

    ``standing`` is how many complete applications stand, ``complete`` how many there ever were; ``ahead`` are the
    consent forms that came before their registration.
    """

    TOPIC = "intake.reception"
    programme: Programme
    fiscal_year: int
    edition: str
    opens_at: datetime
    closes_at: datetime | None
    places: int | None
    counted: Counted = "complete_and_standing"
    last_number: int = 0
    standing: int = 0
    complete: int = 0
    ahead: list[str] = field(default_factory=list)
    closed: Reason | None = None

    @staticmethod
    def stream(programme: Programme, fiscal_year: int) -> str:
        """The aggregate's id."""
        return f"reception-{programme}-{fiscal_year}"

    @classmethod
    def open(
        cls,
        programme: Programme,
        fiscal_year: int,
        *,
        edition: str,
        opens_at: datetime,
        closes_at: datetime | None,
        places: int | None,
        counted: Counted = "complete_and_standing",
        at: datetime,
    ) -> Self:
        """A reception as the edition has it."""
        return cls.begin(
            ReceptionOpened,
            id=cls.stream(programme, fiscal_year),
            at=at,
            programme=programme,
            fiscal_year=fiscal_year,
            edition=edition,
            opens_at=opens_at,
            closes_at=closes_at,
            places=places,
            counted=counted,
        )

    def late(self, at: datetime) -> bool:
        """Whether what arrives at that moment is late: the deadline is kept by what comes strictly before it (G-1)."""
        return self.closes_at is not None and at >= self.closes_at

    @property
    def reopens(self) -> bool:
        """Whether an application that is given up gives its place back (C-IN-3)."""
        return self.counted == "complete_and_standing"

    @property
    def taken(self) -> int:
        """How many places are taken, as the reading counts them (C-IN-3)."""
        return self.standing if self.reopens else self.complete

    @property
    def full(self) -> bool:
        """Whether as many applications are in as are let in (C-IN-3)."""
        return self.places is not None and self.taken >= self.places

    def must_have_opened(self, at: datetime) -> None:
        """Guard: forms are taken from the day of opening on."""
        if at < self.opens_at:
            day = self.opens_at.astimezone(TOKYO).date()
            raise Refused(
                OPENS[self.programme],
                f"受付は{day.year}年{day.month}月{day.day}日に始まります。それ以降にお申し込みください。",
                f"Reception opens on {day.isoformat()} (Tokyo). Apply from that day on.",
            )

    def number(self, application_id: str, *, at: datetime) -> str:
        """The next receipt number, such as S2026-0001; no number is left out."""
        self.record(Numbered, at=at, application_id=application_id, number=self.last_number + 1)
        return f"{LETTERS[self.programme]}{self.fiscal_year}-{self.last_number:04d}"

    def admit(self, application_id: str, *, at: datetime) -> None:
        """Let a complete application in; with the last place reception closes. Refuses when it is full (C-IN-3)."""
        if self.full:
            raise full(reopens=self.reopens)
        last = self.taken + 1 == self.places
        self.record(Admitted, at=at, application_id=application_id, standing=self.standing + 1)
        if last:
            self._close("full", at)

    def turn_away(self, application_id: str, *, at: datetime) -> None:
        """Turn an application away because reception is full (C-IN-3). Refuses while there is a place."""
        if not self.full:
            raise Refused("C-IN-3", "受付にはまだ空きがあります。", "There is still a place: let the application in.")
        self.record(FoundFull, at=at, application_id=application_id)

    def note_consent(self, paper_id: str, *, at: datetime) -> None:
        """Note a consent form that came before its registration (C-IN-1)."""
        self.record(ConsentCameAhead, at=at, paper_id=paper_id)

    def give_back(self, application_id: str, *, undone: bool = False, at: datetime) -> None:
        """An application that stood no longer does; a reception that was full opens again if it reads so."""
        told = {"application_id": application_id, "standing": self.standing - 1, "undone": undone}
        self.record(PlaceGivenBack, at=at, **told)
        if self.closed == "full" and not self.full:
            fields = {"programme": self.programme, "fiscal_year": self.fiscal_year}
            self.record(ReceptionReopened, at=at, standing=self.standing, **fields)

    def close_at_deadline(self, *, at: datetime) -> None:
        """The deadline has passed. Happens once."""
        if self.closed != "deadline":
            self._close("deadline", at)

    def _close(self, reason: Reason, at: datetime) -> None:
        fields = {"programme": self.programme, "fiscal_year": self.fiscal_year}
        self.record(ReceptionClosed, at=at, reason=reason, standing=self.standing, **fields)


def full(*, reopens: bool) -> Refused:
    """What the applicant after the last place is told."""
    then_ja = "辞退により枠が空いた場合は受付を再開します。" if reopens else "辞退があっても受付は再開しません。"
    then_en = "It opens again if a place is given back." if reopens else "It does not open again."
    return Refused(
        "C-IN-3",
        f"受付件数が上限に達したため、受付を終了しています。{then_ja}",
        f"Reception is closed: the number of companies is reached. {then_en}",
    )
