"""Which of notify's streams are written together: an application's letters and their recipient."""

from __future__ import annotations

import hashlib

from services.notify.domain.recipient import stream

LETTER = "letter-"
HOME = 8
"""Hexadecimal digits of a letter's id that say whose it is. Ids of before they did so have no second hyphen."""


def letter_id(application_id: str, cause: str, code: str) -> str:
    """The id of the letter with that code that a message or timer leads to: the same however often it is asked for."""
    return f"{LETTER}{_digest(application_id)[:HOME]}-{_digest(f'{cause}|{code}')[:24]}"


def home(key: str) -> str:
    """The home of a stream, or of what a message leads to: its key is the application's id.

    "" for a letter of before its id said whose it is.
    """
    if not key.startswith(LETTER):
        return _digest(key.removeprefix(stream("")))[:HOME]
    said, hyphen, _ = key.removeprefix(LETTER).partition("-")
    return said if hyphen else ""


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
