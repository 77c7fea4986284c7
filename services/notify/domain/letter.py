"""The letter (通知): composed with its text, sent under one Message-ID, or failed and tried again (S-NO-2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import msgspec

from kernel.aggregate import Aggregate, Created, Event
from kernel.refusals import Refused
from kernel.sealing import Confidential, Contact
from schemas.values import ClauseId, Party
from services.notify.domain.values import CalendarMethod, Case, Request

PAUSES = (1.0, 5.0, 30.0, 120.0, 600.0, 3600.0)
"""Seconds of real time between the tries for one letter; after as many failures and one more it is given up."""


class Enclosure(msgspec.Struct, frozen=True, kw_only=True):
    """A paper (書面) that goes with a letter: not its bytes but what makes them again, and their SHA-256 in hex.

    ``told`` is what the edition's layout was told, as JSON, sealed under the organisation.
    """

    layout: str
    name: str
    digest: str
    told: Contact


class LetterComposed(Created, frozen=True, kw_only=True):
    """The letter is written. Address, subject, body and calendar entry are kept sealed under the organisation.

    ``calendar_method`` is what the entry asks of calendars; None without one, or of before it was kept.
    """

    TOPIC = "notify.letter_composed.v1"
    case: Case
    code: str
    clause: ClauseId
    about: str
    edition: str
    message_id: str
    sender_name: str
    organisation: Contact
    person: Contact
    email: Contact
    title: Contact
    body: Contact
    calendar: Contact | None
    calendar_method: CalendarMethod | None = None
    enclosure: Enclosure | None = None


class LetterSent(Event, frozen=True, kw_only=True):
    """The mail server has taken it."""

    TOPIC = "notify.letter_sent.v1"
    case: Case
    code: str
    clause: ClauseId
    message_id: str

    def apply(self, aggregate: Letter) -> None:
        aggregate.status = "sent"


class SendingFailed(Event, frozen=True, kw_only=True):
    """A try failed; ``reason`` is a code, never a name or an address. ``given_up``: no further try by itself."""

    TOPIC = "notify.sending_failed.v1"
    case: Case
    code: str
    tries: int
    reason: str
    given_up: bool

    def apply(self, aggregate: Letter) -> None:
        aggregate.status, aggregate.tries, aggregate.given_up = "failed", self.tries, self.given_up


class LetterBounced(Event, frozen=True, kw_only=True):
    """A letter that the mail server had taken came back (不達); ``status`` is the mail's own code, such as 5.1.1."""

    TOPIC = "notify.letter_bounced.v1"
    case: Case
    code: str
    tries: int
    status: str
    by: str
    reason: Confidential | None

    def apply(self, aggregate: Letter) -> None:
        aggregate.status, aggregate.given_up = "failed", True


class RetryAsked(Event, frozen=True, kw_only=True):
    """An officer had it tried again, to the address that is known now."""

    TOPIC = "notify.retry_asked.v1"
    by: str
    reason: Confidential
    organisation: Contact
    person: Contact
    email: Contact

    def apply(self, aggregate: Letter) -> None:
        aggregate.status, aggregate.tries, aggregate.given_up = "composed", 0, False
        aggregate.organisation, aggregate.person, aggregate.email = self.organisation, self.person, self.email


@dataclass(frozen=True, kw_only=True)
class Texts:
    """What a letter says, sealed; ``sender_name`` is the institution's."""

    sender_name: str
    title: Contact
    body: Contact
    calendar: Contact | None
    calendar_method: CalendarMethod | None = None
    enclosure: Enclosure | None = None


class Letter(Aggregate):
    """Stream ``letter-<digest of the application>-<digest of cause and code>``; see `homes`."""

    TOPIC = "notify.letter"
    case: Case
    code: str
    clause: ClauseId
    about: str
    edition: str
    message_id: str
    sender_name: str
    organisation: Contact
    person: Contact
    email: Contact
    title: Contact
    body: Contact
    calendar: Contact | None = None
    calendar_method: CalendarMethod | None = None
    enclosure: Enclosure | None = None
    status: Literal["composed", "sent", "failed"] = "composed"
    tries: int = 0
    given_up: bool = False

    @classmethod
    def compose(cls, request: Request, case: Case, party: Party, texts: Texts, *, domain: str, at: datetime) -> Letter:
        """A letter that is written; its Message-ID follows from its id."""
        return cls.begin(
            LetterComposed,
            id=request.letter_id,
            at=at,
            case=case,
            code=request.code,
            clause=request.clause,
            about=request.subject,
            edition=request.edition,
            message_id=f"<{request.letter_id}@{domain}>",
            organisation=party.name,
            person=party.person,
            email=party.email,
            sender_name=texts.sender_name,
            title=texts.title,
            body=texts.body,
            calendar=texts.calendar,
            calendar_method=texts.calendar_method,
            enclosure=texts.enclosure,
        )

    @property
    def to_send(self) -> bool:
        """Whether the postman still has to do with it."""
        return self.status == "composed" or (self.status == "failed" and not self.given_up)

    def mark_sent(self, at: datetime) -> None:
        """The mail server has taken it; noted once."""
        if self.status != "sent":
            self.record(
                LetterSent, at=at, case=self.case, code=self.code, clause=self.clause, message_id=self.message_id
            )

    def mark_failed(self, reason: str, at: datetime, *, hopeless: bool = False) -> None:
        """A try failed; ``hopeless`` gives it up at once."""
        tries = self.tries + 1
        given_up = hopeless or tries > len(PAUSES)
        self.record(SendingFailed, at=at, case=self.case, code=self.code, tries=tries, reason=reason, given_up=given_up)

    def bounce(self, status: str, *, by: str, reason: Confidential | None, at: datetime) -> None:
        """It came back: it is a failed letter from now on, until its address is mended. Refused before it went out."""
        if self.status != "sent":
            raise Refused(
                "S-NO-2",
                "送信済みでない通知について、不達は記録できません。通知の状態をご確認ください。",
                "Only a letter that was sent can come back. Look at its state.",
            )
        more = {"case": self.case, "code": self.code, "tries": self.tries + 1}
        self.record(LetterBounced, at=at, status=status, by=by, reason=reason, **more)

    def retry(
        self, organisation: Contact, person: Contact, email: Contact, *, by: str, reason: Confidential, at: datetime
    ) -> None:
        """Try again at an officer's word. Refused for a letter that is not failed."""
        if self.status != "failed":
            raise Refused(
                "S-NO-2",
                "この通知は送信に失敗していません。再送できるのは、送信に失敗した通知だけです。",
                "This letter has not failed. Only failed letters can be sent again.",
            )
        self.record(RetryAsked, at=at, by=by, reason=reason, organisation=organisation, person=person, email=email)


def pause(tries: int) -> float:
    """Seconds of real time until the next try, after so many failures."""
    return PAUSES[min(tries, len(PAUSES)) - 1] if tries else 0.0
