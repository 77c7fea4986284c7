"""What notify's tests speak with: the committed examples under one address, and a mail server of the tests' own."""

from __future__ import annotations

import itertools
import json
from datetime import datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr
from typing import Any, TypeVar

import httpx
from aiosmtplib.email import flatten_message
from fastapi import FastAPI

from kernel import http
from kernel.access import Trusting
from kernel.ciphers import seal
from kernel.log import Context
from kernel.publishing import Message
from kernel.sealing import Contact
from kernel.testing import Company
from kernel.vault import Vault
from schemas.__main__ import example
from schemas.base import OfCase, Published
from schemas.values import TOKYO, Party
from services.notify.main import SPEC
from services.notify.sending import Outage, Postman, Refusal

E = TypeVar("E", bound=OfCase)
NUMBERS = itertools.count(1)
APPLICATION = "app-1"
SECONDMENT = "app-1.1"


def tokyo(year: int, month: int, day: int, hour: int = 10) -> datetime:
    return datetime(year, month, day, hour, tzinfo=TOKYO)


async def party_in(
    vault: Vault, email: str = "jinji@kakuu.example.jp", name: str = "架空商事株式会社", organisation_id: str = "org-1"
) -> Party:
    """An address as it comes over a topic: sealed for good."""
    sealer = await vault.sealer(organisation_id)
    texts = {"name": name, "kana": "カクウ", "person": "見本 花子", "email": email, "address": "東京都"}
    sealed = {field: Contact(seal(sealer.contact(field, text), "it/1")) for field, text in texts.items()}
    return Party(organisation_id=organisation_id, kind="company", corporate_number=None, **sealed)


def message(event: Published, id: str | None = None) -> Message:
    """The event as its service's relay would have sent it."""
    number = next(NUMBERS)
    return Message(
        id=id or f"{event.TOPIC}:test/{number}",
        name=event.NAME,
        version=event.VERSION,
        source=event.TOPIC,
        topic=event.TOPIC,
        key=event.key,
        time=tokyo(2026, 1, 1),
        position=number,
        context=Context(),
        data=event.model_dump_json().encode(),
        partition=0,
        offset=number,
    )


def beside(mail: EmailMessage, header: str) -> str:
    """The name beside a mail's address, as mail programs show it: encoded words side by side are one text (RFC 2047).

    The library's own reading of an address puts a blank between them.
    """
    read = message_from_bytes(flatten_message(mail))
    return str(make_header(decode_header(parseaddr(read[header])[0])))


class MailServer:
    """Keeps what it is handed; or is away, or refuses."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.away = False
        self.refuses: dict[str, str] = {}

    async def deliver(self, message: EmailMessage) -> None:
        """See `services.notify.sending.Transport`."""
        if self.away:
            raise Outage
        refusal = self.refuses.get(message["To"].addresses[0].addr_spec)
        if refusal:
            raise Refusal(refusal)
        self.mails.append(message)


class Desk:
    """A story's notify: hears events, lets time pass, sends its post."""

    def __init__(self, at: datetime) -> None:
        self.company = Company(SPEC, at=at)
        self.notify = self.company["notify"]
        self.server, self.seconds = MailServer(), 0.0
        self.postman = Postman(self.notify.application, self.server, now=lambda: self.seconds)
        self._party: Party | None = None

    async def party(self) -> Party:
        """The address of this story's case."""
        self._party = self._party or await party_in(self.notify.world.vault)
        return self._party

    async def told(self, kind: type[E], /, **fields: Any) -> E:
        """The committed example of an event, about this story's case."""
        given: dict[str, Any] = {"application_id": APPLICATION, **fields}
        if "party" in kind.model_fields and "party" not in fields:
            given["party"] = await self.party()
        if "secondment_id" in kind.model_fields and "secondment_id" not in fields:
            given["secondment_id"] = SECONDMENT
        told: E = example(kind).model_copy(update=given)
        return told

    async def hears(self, kind: type[OfCase], /, *, id: str | None = None, **fields: Any) -> None:
        """One event comes in on its topic."""
        await self.takes(message(await self.told(kind, **fields), id))

    async def takes(self, *messages: Message) -> None:
        await self.notify.consumer.take(messages)
        parked = await self.notify.parking.listed()
        assert not parked, parked
        await self.company.run()

    async def letters(self, **where: Any) -> list[dict[str, Any]]:
        """The letters so far, as officers' list has them."""
        await self.company.run()
        found: list[dict[str, Any]] = await self.notify.application.kernel.views.all("letters", where)
        return found

    async def codes(self, **where: Any) -> list[str]:
        found = await self.letters(**where)
        return [each["code"] for each in sorted(found, key=lambda each: each["_position"])]

    async def sends(self) -> int:
        """The postman goes once; how many letters were tried."""
        await self.company.run()
        tried = await self.postman.round()
        await self.company.run()
        return tried

    def published(self, name: str) -> list[dict[str, Any]]:
        return [json.loads(each.data) for each in self.company.published if each.name == name]

    def client(self) -> httpx.AsyncClient:
        """Notify's API on the same log."""
        app = FastAPI()
        app.state.application = self.notify.application
        app.state.kernel = self.notify.application.kernel
        http.install(app, Trusting())
        for router in SPEC.routers:
            app.include_router(router)
        return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://notify")
