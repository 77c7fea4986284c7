"""What a person or a test wants to see of a caught mail: its headers and texts decoded, its attachments apart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from email.policy import compat32
from email.policy import default as modern
from typing import Any

BROKEN = (LookupError, ValueError, TypeError, AttributeError, HeaderParseError)
"""What the standard library raises at mails that keep to no rule: they are shown as far as they can be."""


@dataclass(frozen=True)
class Attachment:
    """A file that came with a mail."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True)
class Letter:
    """A mail as its reader sees it."""

    sender: str
    to: str
    subject: str
    date: str
    message_id: str
    body: str
    attachments: tuple[Attachment, ...]


def read(raw: bytes) -> Letter:
    """Decode a mail as it came over the wire."""
    message = message_from_bytes(raw, _class=EmailMessage, policy=modern)
    return Letter(
        sender=_decoded(raw, "From"),
        to=_decoded(raw, "To"),
        subject=_decoded(raw, "Subject"),
        date=_plain(raw, "Date"),
        message_id=_plain(raw, "Message-ID"),
        body=_body(message),
        attachments=tuple(_attachments(message)),
    )


def _plain(raw: bytes, name: str) -> str:
    # The modern policy takes an id apart as it reads it, and breaks on one that is none; the older one keeps it.
    return " ".join(str(BytesHeaderParser(policy=compat32).parsebytes(raw).get(name, "")).split())


def _decoded(raw: bytes, name: str) -> str:
    # The modern policy leaves a blank between two encoded words of a name; the older one joins them (RFC 2047, 6.2).
    folded = BytesHeaderParser(policy=compat32).parsebytes(raw).get(name, "")
    try:
        return str(make_header(decode_header(folded)))
    except BROKEN:
        return str(folded)


def _body(message: EmailMessage) -> str:
    try:
        part = message.get_body(preferencelist=("plain", "html"))
    except BROKEN:
        return ""
    if part is None:
        return ""
    try:
        return str(part.get_content())
    except BROKEN:  # such as a character set that nobody knows
        raw = part.get_payload(decode=True)
        return raw.decode("utf-8", "replace") if isinstance(raw, bytes) else ""


def _attachments(message: EmailMessage) -> Iterator[Attachment]:
    try:
        parts = list(message.iter_attachments())
    except BROKEN:
        return
    for place, part in enumerate(parts, start=1):
        content: Any = part.get_payload(decode=True)
        data = content if isinstance(content, bytes) else part.as_bytes()  # a mail within the mail has no bytes
        yield Attachment(part.get_filename() or f"attachment-{place}", part.get_content_type(), data)
