"""A mail server in memory: it refuses for now, is away, takes a mail and does not say so."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from email.message import EmailMessage

from services.notify.sending import Outage, Refusal
from tests.simulation.weather import Wire


@dataclass(frozen=True)
class Caught:
    """A mail as it lies in the mailbox; ``digest`` stands for all that it says."""

    message_id: str
    to: str
    digest: str
    text: str


def caught(message: EmailMessage) -> Caught:
    """What is kept of a mail. (Its bytes would say the same, but folding them takes longer than all the rest.)"""
    heads = (str(message[name]) for name in ("From", "To", "Subject", "Date"))
    parts = (str(part.get_payload()) for part in message.walk() if not part.is_multipart())
    digest = hashlib.sha256("\n".join((*heads, *parts)).encode()).hexdigest()
    body = message.get_body(("plain",))
    text = str(body.get_content()) if isinstance(body, EmailMessage) else ""
    return Caught(str(message["Message-ID"]), str(message["To"]), digest, text)


class RemoteMail:
    """`services.notify.sending.Transport` over a wire whose silence is an `Outage`."""

    def __init__(self, mailbox: list[Caught], wire: Wire) -> None:
        self._mailbox, self._wire = mailbox, wire

    async def deliver(self, message: EmailMessage) -> None:
        """See `Transport.deliver`."""
        taken = caught(message)
        refused = self._wire.weather.lost and self._wire.dice.random() < self._wire.weather.lost / 3

        def operation() -> None:
            if refused:
                raise Refusal("451")
            self._mailbox.append(taken)

        await self._wire.call(operation)


def outage() -> Exception:
    """What the postman sees of a silent server."""
    return Outage()
