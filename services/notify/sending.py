"""The postman: takes composed letters, hands each to the mail server, notes how it went (S-NO-2).

A crash between handing over and noting leads to a second delivery under the same Message-ID and with the same bytes.
Tries wait in real time, not on the service's clock: a mail server that is down does not come back because a rehearsal
moves its clock, nor stays away because the clock stands still.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from email.message import EmailMessage
from typing import Any, Protocol

import aiosmtplib
import structlog

from kernel.log import EventStore
from kernel.outages import StorageAway
from kernel.vault import Erased
from services.notify.app import NotifyApp
from services.notify.domain.letter import Letter, pause
from services.notify.policy.mail import Undeliverable, mail

logger = structlog.get_logger(__name__)
IDLE = 0.2
FOLDED_WITHIN = 0.1
"""Seconds from a letter's commit until the read model shows it; where it takes longer the next look sees it."""
OUTAGE_PAUSES = (1.0, 2.0, 5.0, 10.0, 20.0)
"""Seconds between looks at a mail server that cannot be reached: it is seen within half a minute that it is back."""
TIMEOUT = 20.0
MOST = 100
ABREAST = 16
"""Cases whose letters are on their way at once."""


class Refusal(Exception):
    """The mail server refused this one letter; says the SMTP code."""


class Outage(Exception):
    """The mail server cannot be reached: no letter's fault."""


class Transport(Protocol):
    """Hands mails to a mail server."""

    async def deliver(self, message: EmailMessage) -> None:
        """Return when the server has taken it. Raises `Refusal` or `Outage`."""


class Smtp:
    """`Transport` by SMTP; connections stay open between mails, one for each mail that is on its way at once."""

    def __init__(self, server: str) -> None:
        self._host, _, self._port = server.rpartition(":")
        self._idle: list[aiosmtplib.SMTP] = []

    async def deliver(self, message: EmailMessage) -> None:
        """See `Transport.deliver`."""
        client = self._idle.pop() if self._idle else self._another()
        try:
            await _handed(client, message)
        except Refusal:
            self._idle.append(client)
            raise
        except BaseException:  # nobody knows in what state it was left
            client.close()
            raise
        self._idle.append(client)

    def _another(self) -> aiosmtplib.SMTP:
        return aiosmtplib.SMTP(hostname=self._host, port=int(self._port), timeout=TIMEOUT)


async def _handed(client: aiosmtplib.SMTP, message: EmailMessage) -> None:
    try:
        if client.is_connected:
            with contextlib.suppress(aiosmtplib.SMTPServerDisconnected):  # it hung up while nothing was to be sent
                await client.send_message(message)
                return
        await client.connect()
        await client.send_message(message)
    except aiosmtplib.SMTPRecipientsRefused as refused:
        raise Refusal(str(refused.recipients[0].code)) from None
    except (ConnectionError, TimeoutError, OSError) as away:
        raise Outage from away
    except aiosmtplib.SMTPResponseException as refused:
        raise Refusal(str(refused.code)) from None


class Postman:
    """Sends what is to be sent: several cases side by side, the letters of each in their order."""

    def __init__(
        self,
        app: NotifyApp,
        transport: Transport,
        *,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._app, self._transport, self._now, self._sleep = app, transport, now, sleep
        self._not_before: dict[tuple[str, int], float] = {}
        self._outages, self._away = 0, False

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                rest = IDLE if await self.round() == 0 else 0.0
                self._outages = 0
            except Outage:
                rest = OUTAGE_PAUSES[min(self._outages, len(OUTAGE_PAUSES) - 1)]
                self._outages += 1
                logger.warning("mail server away", pause=rest)
            except Exception as broken:  # noqa: BLE001  # storage away, say: letters wait, the postman stays
                rest = 1.0
                logger.warning("letters wait", why=type(broken).__name__)
            await self._sleep(rest)

    async def round(self) -> int:
        """Try every letter that is due once, in the order of the log; how many were tried. Raises `Outage`."""
        some = self._app.kernel.views.some
        composed = await some("letters", {"status": "composed"}, sort="_position", size=MOST)
        failed = await some("letters", {"status": "failed", "given_up": False}, sort="_position", size=MOST)
        cases: dict[str, list[Mapping[str, Any]]] = {}
        for document in (*composed, *failed):
            if not self._rests(document["_id"], document["tries"]):
                cases.setdefault(document["application_id"], []).append(document)
        self._away, turns = False, asyncio.Semaphore(ABREAST)
        done = await asyncio.gather(*(self._case(each, turns) for each in cases.values()), return_exceptions=True)
        for broken in done:
            if isinstance(broken, BaseException):
                raise broken
        return sum(tried for tried in done if isinstance(tried, int))

    async def _case(self, documents: Sequence[Mapping[str, Any]], turns: asyncio.Semaphore) -> int:
        """How many letters of one case were tried."""
        tried = 0
        async with turns:
            for document in documents:
                if self._away:
                    break
                letter = await self._app.kernel.repository.get(Letter, document["_id"])
                if letter.to_send and not self._rests(letter.id, letter.tries):
                    await self._try(letter)
                    tried += 1
        return tried

    def _rests(self, id: str, tries: int) -> bool:
        return self._now() < self._not_before.get((id, tries), 0.0)

    async def _try(self, letter: Letter) -> None:
        try:
            message = mail(await self._app.contents(letter))
        except StorageAway:
            raise
        except Erased:
            await self._app.mark(letter, "erased", hopeless=True)
            return
        except Undeliverable:
            await self._app.mark(letter, "address", hopeless=True)
            return
        except Exception as broken:  # noqa: BLE001  # one letter must not stop the others; it is seen as failed
            self._wait(await self._app.mark(letter, type(broken).__name__))
            return
        await self._deliver(letter, message)

    async def _deliver(self, letter: Letter, message: EmailMessage) -> None:
        try:
            with self._app.kernel.metrics.timed("mail"):
                await self._transport.deliver(message)
        except Refusal as refused:
            self._wait(await self._app.mark(letter, f"smtp-{refused}"))
        except Outage:
            first, self._away = not self._away, True
            if first and letter.tries == 0:  # seen on the first letter that met it; the loop paces the rest
                self._wait(await self._app.mark(letter, "unreachable"))
            raise
        else:
            await self._app.mark(letter, None)
            self._not_before = {key: at for key, at in self._not_before.items() if key[0] != letter.id}

    def _wait(self, letter: Letter) -> None:
        self._not_before[letter.id, letter.tries] = self._now() + pause(letter.tries)


def wakeful(log: EventStore) -> Callable[[float], Awaitable[None]]:
    """A sleep that ends early when the log grows and there was nothing to do: a letter may have been written.

    The pauses of an outage are slept through.
    """

    async def sleep(seconds: float) -> None:
        if seconds == IDLE:
            await log.appended(log.generation(), IDLE)
            seconds = FOLDED_WITHIN
        await asyncio.sleep(seconds)

    return sleep


async def send_letters(app: NotifyApp, transport: Transport | None = None) -> None:
    """The background work of the service: the postman, on the configured mail server unless another way is given."""
    sleep, now = wakeful(app.kernel.repository.log), asyncio.get_running_loop().time
    await Postman(app, transport or Smtp(app.kernel.settings.smtp), now=now, sleep=sleep).run()
