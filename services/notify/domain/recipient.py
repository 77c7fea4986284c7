"""The recipient (宛先) of a case's letters: its address once it is known, and the letters that wait or are planned.

Events of different services overtake each other. So a letter that is asked for before the address is known waits here,
and a reminder whose matter is over already is never planned.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

import msgspec

from kernel.aggregate import Aggregate, Created, Event
from schemas.values import Party, day_in_tokyo
from services.notify.domain.values import Case, Planned, Request


class RecipientOpened(Created, frozen=True, kw_only=True):
    """The first that is heard of a case."""

    TOPIC = "notify.recipient_opened.v1"
    case: Case


class AddressLearnt(Event, frozen=True, kw_only=True):
    """Who is written to, and the number on the receipt ("" while unknown)."""

    TOPIC = "notify.address_learnt.v1"
    party: Party | None
    receipt_number: str
    from_counter: bool

    def apply(self, aggregate: Recipient) -> None:
        aggregate.party, aggregate.receipt_number = self.party, self.receipt_number
        aggregate.from_counter = self.from_counter


class LetterAwaits(Event, frozen=True, kw_only=True):
    """A letter waits until the address is known."""

    TOPIC = "notify.letter_awaits.v1"
    case: Case
    request: Request

    def apply(self, aggregate: Recipient) -> None:
        aggregate.waiting = {**aggregate.waiting, self.request.letter_id: self.request}


class LetterReleased(Event, frozen=True, kw_only=True):
    """A letter that waited was written; ``withheld`` where its addressee had been erased meanwhile."""

    TOPIC = "notify.letter_released.v1"
    letter_id: str
    withheld: bool = False

    def apply(self, aggregate: Recipient) -> None:
        aggregate.waiting = {id: each for id, each in aggregate.waiting.items() if id != self.letter_id}


class LettersPlanned(Event, frozen=True, kw_only=True):
    """Letters were set for later moments; those planned before for the same matter, ``dropped``, are not."""

    TOPIC = "notify.letters_planned.v1"
    case: Case
    planned: tuple[Planned, ...]
    dropped: tuple[Planned, ...]

    def apply(self, aggregate: Recipient) -> None:
        gone = {each.key for each in self.dropped}
        kept = {key: each for key, each in aggregate.planned.items() if key not in gone}
        aggregate.planned = kept | {each.key: each for each in self.planned}


class MatterOver(Event, frozen=True, kw_only=True):
    """No letter with these codes is ever to be planned for the subject: its matter came to its end."""

    TOPIC = "notify.matter_over.v1"
    codes: tuple[str, ...]
    subject: str

    def apply(self, aggregate: Recipient) -> None:
        aggregate.over = tuple(sorted({*aggregate.over, *(f"{code}|{self.subject}" for code in self.codes)}))


class PlanMet(Event, frozen=True, kw_only=True):
    """The moment of a planned letter has come; ``needless`` where nothing was left to say."""

    TOPIC = "notify.plan_met.v1"
    key: str
    needless: bool

    def apply(self, aggregate: Recipient) -> None:
        aggregate.planned = {key: each for key, each in aggregate.planned.items() if key != self.key}
        if not self.needless:
            aggregate.met = {**aggregate.met, _matter(self.key): day_in_tokyo(self.timestamp)}


class PaperNoted(Event, frozen=True, kw_only=True):
    """A paper of a secondment arrived in a form; letters about missing papers leave it out."""

    TOPIC = "notify.paper_noted.v1"
    subject: str
    paper: str

    def apply(self, aggregate: Recipient) -> None:
        here = aggregate.papers.get(self.subject, ())
        aggregate.papers = {**aggregate.papers, self.subject: tuple(sorted({*here, self.paper}))}


class Recipient(Aggregate):
    """Stream ``recipient-<application_id>``.

    ``met`` is the day of Tokyo on which a planned letter was last written, by its code and subject.
    """

    TOPIC = "notify.recipient"
    case: Case
    party: Party | None = None
    receipt_number: str = ""
    from_counter: bool = False
    waiting: dict[str, Request] = field(default_factory=dict)
    planned: dict[str, Planned] = field(default_factory=dict)
    met: dict[str, date] = field(default_factory=dict)
    over: tuple[str, ...] = ()
    papers: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def open(cls, case: Case, at: datetime) -> Recipient:
        """A new recipient."""
        return cls.begin(RecipientOpened, id=stream(case.application_id), at=at, case=case)

    def learn(self, party: Party | None, receipt_number: str, *, from_counter: bool, at: datetime) -> None:
        """Take note of an address and a receipt number. What the counter said is not overwritten by others."""
        newer = party is not None and (from_counter or not self.from_counter)
        now = party if newer else self.party
        number = receipt_number or self.receipt_number
        if now != self.party or number != self.receipt_number:
            counter = self.from_counter or (newer and from_counter)
            self.record(AddressLearnt, at=at, party=now, receipt_number=number, from_counter=counter)

    def knows_enough(self, wanted: Iterable[str]) -> bool:
        """Whether a letter that is told these variables can be written now."""
        return self.party is not None and ("receipt_number" not in wanted or bool(self.receipt_number))

    def wait(self, request: Request, at: datetime) -> None:
        """The letter waits; once."""
        if request.letter_id not in self.waiting:
            self.record(LetterAwaits, at=at, case=self.case, request=request)

    def release(self, letter_id: str, at: datetime, *, withheld: bool = False) -> None:
        """The letter waits no longer; nothing happens if it did not wait."""
        if letter_id in self.waiting:
            self.record(LetterReleased, at=at, letter_id=letter_id, withheld=withheld)

    def plan(self, planned: Sequence[Planned], code: str, subject: str, at: datetime) -> None:
        """Set the letters of a code for a subject, in place of those set before; none where the matter is over."""
        over = {f"{code}|{subject}", f"{code}|{self.case.application_id}"} & {*self.over}
        wanted = () if over else tuple(planned)
        before = tuple(each for each in self.planned.values() if (each.code, each.subject) == (code, subject))
        if before != wanted:
            self.record(LettersPlanned, at=at, case=self.case, planned=wanted, dropped=before)

    def conclude(
        self,
        codes: Sequence[str],
        subject: str,
        at: datetime,
        *,
        for_good: bool,
        saying: Mapping[str, Any] = MappingProxyType({}),
    ) -> None:
        """Nothing of these codes is planned any more for the subject; ``for_good``: nor will it ever be.

        The application as the subject stands for all its secondments. ``saying``: only letters that are told as much.
        """
        whole = subject == self.case.application_id
        meant = [each for each in self.planned.values() if saying.items() <= each.told.items()]
        for code, about in sorted({(each.code, each.subject) for each in meant}):
            if code in codes and (whole or about == subject):
                self.plan((), code, about, at)
        if for_good and not {f"{code}|{subject}" for code in codes} <= {*self.over}:
            self.record(MatterOver, at=at, codes=tuple(codes), subject=subject)

    def last_met(self, planned: Planned) -> date | None:
        """The day of Tokyo on which a planned letter of this code was last written for its subject."""
        return self.met.get(_matter(planned.key))

    def put_off(self, planned: Planned, due: datetime, at: datetime) -> None:
        """A planned letter goes out later than it was planned."""
        later = msgspec.structs.replace(planned, due=due)
        self.record(LettersPlanned, at=at, case=self.case, planned=(later,), dropped=(planned,))

    def meet(self, key: str, at: datetime, *, needless: bool) -> None:
        """The moment of a planned letter has come."""
        self.record(PlanMet, at=at, key=key, needless=needless)

    def note_paper(self, subject: str, paper: str, at: datetime) -> None:
        """A paper arrived (``kind/form``)."""
        if paper not in self.papers.get(subject, ()):
            self.record(PaperNoted, at=at, subject=subject, paper=paper)


def stream(application_id: str) -> str:
    """The recipient's stream."""
    return f"recipient-{application_id}"


def _matter(key: str) -> str:
    """The code and subject of a planned letter's key, which ends in its number."""
    return key.rpartition("|")[0]
