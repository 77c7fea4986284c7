"""A letter as a mail: UTF-8, a name beside each address, calendar entry or PDF attached. Same letter, same mail."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from schemas.values import TOKYO
from services.notify.domain.values import CalendarMethod
from services.notify.policy.headers import AS_WRITTEN, mailbox, text

ENTRY_NAME = "interview.ics"


class Undeliverable(Exception):
    """No mail can be made of it, however often it is tried: its address is not one."""


@dataclass(frozen=True, kw_only=True)
class Contents:
    """A letter with its texts opened. ``sender`` and ``to`` are name and address, ``enclosures`` PDFs by file name.

    ``method`` is what the calendar entry asks of calendars, None without one.
    """

    message_id: str
    sender: tuple[str, str]
    to: tuple[str, str]
    title: str
    body: str
    calendar: str | None
    method: CalendarMethod | None
    written_at: datetime
    enclosures: tuple[tuple[str, bytes], ...] = ()


def mail(contents: Contents) -> EmailMessage:
    """The mail. Raises `Undeliverable`."""
    message = EmailMessage(policy=AS_WRITTEN)
    message["From"] = _address("From", *contents.sender)
    message["To"] = _address("To", *contents.to)
    message["Subject"] = text("Subject", contents.title)
    message["Date"] = format_datetime(contents.written_at.astimezone(TOKYO))
    message["Message-ID"] = contents.message_id
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(contents.body, charset="utf-8")
    if contents.calendar is not None and contents.method is not None:
        message.add_attachment(
            contents.calendar.encode(),
            maintype="text",
            subtype="calendar",
            filename=ENTRY_NAME,
            params={"method": contents.method, "charset": "utf-8"},
        )
    for name, content in contents.enclosures:
        message.add_attachment(content, maintype="application", subtype="pdf", filename=name)
    if message.is_multipart():  # else the library would draw one by lot, another for each try
        message.set_boundary(f"=_{hashlib.sha256(contents.message_id.encode()).hexdigest()[:40]}")
    return message


def _address(header: str, name: str, address: str) -> str | Address:
    shown = "".join(each for each in " ".join(name.split()) if each.isprintable())
    if not address.isascii():
        raise Undeliverable
    try:
        return mailbox(header, shown, address)
    except (ValueError, IndexError):
        raise Undeliverable from None
