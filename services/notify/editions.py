"""Under which edition a letter is written."""

from __future__ import annotations

from policies.edition import Edition
from policies.editions import load
from schemas.base import OfCase


def edition_of(event: OfCase) -> Edition:
    """The edition that the event was decided under, else that of its programme and fiscal year."""
    named = getattr(event, "edition", "")
    return edition_named(named) if named else load(event.programme, event.fiscal_year)


def edition_named(id: str) -> Edition:
    """The edition with that id, such as ``secondment/2026``."""
    programme, _, year = id.partition("/")
    return load("support", int(year)) if programme == "support" else load("secondment", int(year))
