"""A mail server in memory: it refuses for now, is away, takes a mail and does not say so."""

from __future__ import annotations

from dataclasses import dataclass
from email.message import EmailMessage

from services.notify.sending import Outage, Refusal
from tests.simulation.weather import Wire


@dataclass(frozen=True)
class Caught:
    """A mail as it lies in the mailbox."""

    message_id: str
    to: str
    subject: str
    raw: bytes


class RemoteMail:
    """`services.notify.sending.Transport` over a wire whose silence is an `Outage`."""

    def __init__(self, mailbox: list[Caught], wire: Wire) -> None:
        self._mailbox, self._wire = mailbox, wire

    async def deliver(self, message: EmailMessage) -> None:
        """See `Transport.deliver`."""
        caught = Caught(str(message["Message-ID"]), str(message["To"]), str(message["Subject"]), message.as_bytes())
        refused = self._wire.weather.lost and self._wire.dice.random() < self._wire.weather.lost / 3

        def operation() -> None:
            if refused:
                raise Refusal("451")
            self._mailbox.append(caught)

        await self._wire.call(operation)


def outage() -> Exception:
    """What the postman sees of a silent server."""
    return Outage()
