"""What notify (通知) publishes."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from schemas.base import OfCase

TOPIC = "notify"


class LetterSent(OfCase):
    """A letter was handed to the mail server under its one Message-ID (S-NO-2).

    ``letter`` is the edition's name for it, ``clause`` the one that asks for it.
    """

    TOPIC: ClassVar[str] = TOPIC
    letter_id: str
    letter: str
    clause: str
    message_id: str
    sent_at: datetime


class LetterFailed(OfCase):
    """A try to send a letter failed; it is tried again (S-NO-2).

    ``tries`` counts them; ``reason`` is a code, such as the mail server's: ``smtp-451``.
    """

    TOPIC: ClassVar[str] = TOPIC
    letter_id: str
    letter: str
    tries: int
    reason: str
