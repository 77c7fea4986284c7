"""Nobody in particular: the sender and the person whom a case is about. Cases state no names; rules ask for none."""

from __future__ import annotations

from typing import TypeVar

from kernel.sealing import Confidential, Contact, Personal, Sealed
from schemas.values import Party, Secondee

S = TypeVar("S", bound=Sealed)
APPLICATION = "app-case"
SECONDMENT = f"{APPLICATION}.1"
OFFICER = "officer-case"


def party(organisation_id: str = "org-case") -> Party:
    """A sender or company; its fields are never opened and never kept."""
    texts = {name: _closed(Contact, organisation_id, name) for name in ("name", "kana", "person", "email", "address")}
    return Party(organisation_id=organisation_id, kind="company", corporate_number=None, **texts)


def secondee() -> Secondee:
    """A person; what a case states of one goes to the rules in plain."""
    names = ("name", "kana", "birth_date", "toeic", "experience_years", "health_declared")
    return Secondee(secondee_id="secondee-case", **{name: _closed(Personal, "secondee-case", name) for name in names})


def unread(field: str) -> Confidential:
    """A purpose, a reason: words that only people judge."""
    return _closed(Confidential, "org-case", field)


def _closed(kind: type[S], subject: str, field: str) -> S:
    made: S = kind.fresh("", subject=subject, field=field, key=bytes(32))
    return made
