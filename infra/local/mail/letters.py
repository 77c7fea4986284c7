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
        date=str(message.get("Date", "")),
        message_id=str(message.get("Message-ID", "")).strip(),
        body=_body(message),
        attachments=tuple(_attachments(message)),
    )


def _decoded(raw: bytes, name: str) -> str:
    # The modern policy leaves a blank between two encoded words of a name; the older one joins them (RFC 2047, 6.2).
    folded = BytesHeaderParser(policy=compat32).parsebytes(raw).get(name, "")
    try:
        return str(make_header(decode_header(folded)))
    except (LookupError, UnicodeDecodeError, HeaderParseError):
        return str(folded)


def _body(message: EmailMessage) -> str:
    part = message.get_body(preferencelist=("plain", "html"))
    if part is None:
        return ""
    try:
        return str(part.get_content())
    except LookupError:  # a character set that nobody knows
        raw = part.get_payload(decode=True)
        return raw.decode("utf-8", "replace") if isinstance(raw, bytes) else ""


def _attachments(message: EmailMessage) -> Iterator[Attachment]:
    for place, part in enumerate(message.iter_attachments(), start=1):
        content: Any = part.get_payload(decode=True)
        data = content if isinstance(content, bytes) else part.as_bytes()  # a mail within the mail has no bytes
        yield Attachment(part.get_filename() or f"attachment-{place}", part.get_content_type(), data)
