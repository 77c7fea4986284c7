"""The session of an online form (入力画面): what was typed lives as long as it does, a draft saved on purpose longer.

Two hours after it was opened or last confirmed it is void, and what was typed is gone (C-IN-2): the key that it was
sealed under is destroyed as soon as that is recorded. Both are by the server's clock.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Literal, Self

import msgspec

from kernel.aggregate import Aggregate, Created, Event
from kernel.refusals import Refused
from kernel.sealing import Contact


def void() -> Refused:
    """Nothing goes on with a form whose time is over, or that was sent."""
    ja = "確認されないまま2時間を過ぎたか、送信済みのため、この入力は無効です。"
    ja += "保存した下書きがあれば再開し、なければ新しく入力を始めてください。"
    en = "This form is void: its time is over, or it was sent. Go on from a saved draft, or open it anew."
    return Refused("C-IN-2", ja, en)


class Lasting(msgspec.Struct, frozen=True):
    """How long a session lasts: the moments of the warning and of the end, UTC."""

    warn_at: datetime
    expires_at: datetime


class SessionOpened(Created, frozen=True, kw_only=True):
    """Somebody began to fill in the form. ``opened_by``: who, as a keyed hash; older events do not say it."""

    TOPIC: ClassVar[str] = "intake.session_opened.v1"
    fiscal_year: int
    lasting: Lasting
    opened_by: str | None = None


class SessionConfirmed(Event, frozen=True, kw_only=True):
    """What was typed so far was confirmed (確認): the time runs anew."""

    TOPIC: ClassVar[str] = "intake.session_confirmed.v1"
    typed: Contact
    lasting: Lasting

    def apply(self, session: FormSession) -> None:
        session.typed, session.lasting = self.typed, self.lasting


class DraftSaved(Event, frozen=True, kw_only=True):
    """A draft was saved on purpose: it stays when the session is void."""

    TOPIC: ClassVar[str] = "intake.draft_saved.v1"
    draft: Contact

    def apply(self, session: FormSession) -> None:
        session.draft = self.draft


class SessionResumed(Event, frozen=True, kw_only=True):
    """The form is gone on with from its draft: the time runs anew, and what was typed before is gone."""

    TOPIC: ClassVar[str] = "intake.session_resumed.v1"
    lasting: Lasting

    def apply(self, session: FormSession) -> None:
        session.state, session.typed, session.lasting = "open", None, self.lasting
        session.round += 1


class SessionVoided(Event, frozen=True, kw_only=True):
    """The time is over: what was typed is void."""

    TOPIC: ClassVar[str] = "intake.session_voided.v1"

    def apply(self, session: FormSession) -> None:
        session.state, session.typed = "void", None


class SessionUsed(Event, frozen=True, kw_only=True):
    """The form was sent: neither what was typed nor a draft is needed any more."""

    TOPIC: ClassVar[str] = "intake.session_used.v1"

    def apply(self, session: FormSession) -> None:
        session.state, session.typed, session.draft = "used", None, None


class FormSession(Aggregate):
    """One filling-in of the form; ``round`` counts how often it was begun or gone on with from its draft."""

    TOPIC: ClassVar[str] = "intake.form_session"
    fiscal_year: int
    lasting: Lasting
    opened_by: str | None = None
    typed: Contact | None = None
    draft: Contact | None = None
    state: Literal["open", "void", "used"] = "open"
    round: int = 1

    @property
    def subject(self) -> str:
        """Whose key what is typed is sealed under; a form that was gone on with has another."""
        return f"{self.id}.{self.round}"

    @classmethod
    def open(cls, id: str, fiscal_year: int, lasting: Lasting, *, at: datetime, opened_by: str | None = None) -> Self:
        """The form is opened."""
        said = {"fiscal_year": fiscal_year, "lasting": lasting, "opened_by": opened_by}
        return cls.begin(SessionOpened, id=id, at=at, **said)

    def is_of(self, who: str | None) -> bool:
        """Whether it is theirs, by their keyed hash; None is nobody who is known."""
        return who is None or self.opened_by in (None, who)

    def alive(self, at: datetime) -> bool:
        """Whether what was typed still counts; at the very moment of the end it does not."""
        return self.state == "open" and at < self.lasting.expires_at

    @property
    def given_up(self) -> tuple[str, ...]:
        """The subjects of what was typed and is void: of every round, but for one that is open."""
        rounds = range(1, self.round + (self.state != "open"))
        return tuple(f"{self.id}.{number}" for number in rounds)

    def must_be_alive(self, at: datetime) -> None:
        """Guard of everything that goes on with what was typed."""
        if not self.alive(at):
            raise void()

    def confirm(self, typed: Contact, lasting: Lasting, *, at: datetime) -> None:
        """Confirm what was typed; the time runs anew. Refused on a void form."""
        self.must_be_alive(at)
        self.record(SessionConfirmed, at=at, typed=typed, lasting=lasting)

    def save_draft(self, draft: Contact, *, at: datetime) -> None:
        """Save a draft. Refused on a void form, of which nothing is left to save."""
        self.must_be_alive(at)
        self.record(DraftSaved, at=at, draft=draft)

    def resume(self, lasting: Lasting, *, at: datetime) -> None:
        """Go on from the draft; what was typed since it was saved is void, whether the form was or not."""
        if self.draft is None or self.state == "used":
            ja = "再開できる下書きがありません。新しく入力を始めてください。"
            raise Refused("C-IN-2", ja, "There is no draft to go on from. Open the form anew.")
        self.record(SessionResumed, at=at, lasting=lasting)

    def void(self, *, at: datetime) -> bool:
        """The time has come; False where it was confirmed in between, or is over already."""
        if self.state != "open" or at < self.lasting.expires_at:
            return False
        self.record(SessionVoided, at=at)
        return True

    def use(self, *, at: datetime) -> None:
        """The form was sent; once more changes nothing."""
        if self.state != "used":
            self.record(SessionUsed, at=at)
