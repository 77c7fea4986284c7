"""A look at the bytes of a PDF that renders nothing, follows nothing and runs nothing (C-IN-1).

Fixed patterns pass over the bytes once; what lies in object streams is inflated up to a total bound. There is no
recursion and no reference is resolved, so the time grows with the bytes alone, whoever made them
(docs/decisions/0013). What cannot be seen through is flagged, never guessed.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Literal

Fault = Literal["not_pdf", "truncated", "encrypted", "empty"]
HEADER_WITHIN = EOF_WITHIN = 1024
"""Readers look for the header and the end within so many bytes."""
INFLATED_MOST = 4 << 20
"""Bytes of all object streams together."""
STREAMS_MOST = 10_000
MARKS_MOST = 16
MARK = "madoguchi-form:"
"""What a form that we hand out says of itself in its document information (Keywords)."""
SHAPE = re.compile(rf"{MARK}((?:secondment|support)/[0-9]{{4}}/[a-z][a-z-]{{0,30}}(?![a-z0-9/-]))?")
BLANK = rb"[\x00\t\n\x0c\r ]*+"
END = rb"(?=[\x00\t\n\x0c\r ()<>\[\]{}/%]|\Z)"


def _name(text: str) -> bytes:
    """A name as it may be written: any letter of it as #xx."""
    return b"/" + b"".join(rb"(?:%c|#%s)" % (ord(each), _hex(ord(each))) for each in text) + END


def _hex(code: int) -> bytes:
    return b"".join(b"[%c%c]" % (ord(d.upper()), ord(d)) if d.isalpha() else d.encode() for d in f"{code:02x}")


LOUD = {
    "javascript": re.compile(_name("JavaScript")),
    "launch": re.compile(_name("Launch")),
    # An array is a place in the document to begin at: that does nothing.
    "open_action": re.compile(_name("OpenAction") + BLANK + rb"(?!\[)"),
    "embedded_file": re.compile(_name("EmbeddedFile") + b"|" + _name("EmbeddedFiles")),
    "rich_media": re.compile(_name("RichMedia")),
}
"""What makes a document do something: long names, looked for in all bytes."""
QUIET = {
    "javascript": re.compile(_name("JS")),
    "additional_action": re.compile(_name("AA")),
    "xfa": re.compile(_name("XFA")),
}
"""Names so short that a picture's bytes hold them by chance: looked for outside streams."""
STREAM = re.compile(rb">>" + BLANK + rb"stream(?:\r\n|\n|\r)")
OBJECTS = re.compile(_name("Type") + BLANK + _name("ObjStm"))
PAGE = re.compile(_name("Type") + BLANK + _name("Page"))
ENCRYPTED = re.compile(_name("Encrypt"))
FILTER = re.compile(_name("Filter"))
FLATE = re.compile(_name("Filter") + BLANK + rb"\[?" + BLANK + _name("FlateDecode") + BLANK + rb"(?:\]|(?!/\w+Decode))")
PARAMETERS = re.compile(_name("DecodeParms"))
MARKED = re.compile(MARK.encode() + rb"[\x21-\x7e]{0,100}")
KEYWORDS = re.compile(
    _name("Keywords") + BLANK + rb"(?:\(((?:[^()\\]|\\.){0,2000})|<([0-9A-Fa-f\s]{0,2000})>)", re.DOTALL
)
ESCAPE = re.compile(rb"\\(?:([0-7]{1,3})|(.))", re.DOTALL)


@dataclass(frozen=True)
class Look:
    """What was seen: why it cannot be taken, what in it is active, and as which forms it marks itself.

    ``unread`` among the flags: something could not be looked into. A form is "" where its mark is none of ours.
    """

    fault: Fault | None
    flags: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Parts:
    """The bytes outside streams, what the object streams hold, and whether all was found whole and looked into."""

    outside: bytes
    inside: bytes
    whole: bool
    unread: bool


def look(raw: bytes) -> Look:
    """What the bytes are. Never raises."""
    if not raw:
        return Look("empty")
    if b"%PDF-" not in raw[: HEADER_WITHIN + 5]:
        return Look("not_pdf")
    parts = _parts(raw)
    if not parts.whole or b"%%EOF" not in raw.rstrip(b"\x00\t\n\x0c\r ")[-EOF_WITHIN:]:
        return Look("truncated")
    if ENCRYPTED.search(parts.outside):
        return Look("encrypted")
    paged = PAGE.search(parts.outside) or PAGE.search(parts.inside)
    if not paged and not parts.unread:
        return Look("empty")
    return Look(None, tuple(sorted(_flags(raw, parts))), tuple(sorted(set(_forms(raw, parts)))))


def _parts(raw: bytes) -> _Parts:
    outside, inside, at, left, unread = list[bytes](), list[bytes](), 0, INFLATED_MOST, False
    for _ in range(STREAMS_MOST):
        begin = STREAM.search(raw, at)
        if begin is None:
            break
        before, end = raw[at : begin.start() + 2], raw.find(b"endstream", begin.end())
        if end < 0:
            return _Parts(b"", b"", whole=False, unread=False)
        said = before[max(before.rfind(b"obj"), 0) :]
        if OBJECTS.search(said):
            text = _inflated(said, raw[begin.end() : end], left)
            unread = unread or text is None
            inside.append(text or b"")
            left -= len(inside[-1])
        outside.append(before)
        at = end + len(b"endstream")
    else:
        unread = True
    return _Parts(b"\n".join([*outside, raw[at:]]), b"\n".join(inside), whole=True, unread=unread)


def _inflated(said: bytes, data: bytes, most: int) -> bytes | None:
    """What an object stream holds; None where it is kept in another way, broken, or more than is inflated."""
    if PARAMETERS.search(said):
        return None
    if not FILTER.search(said):
        return data if len(data) <= most else None
    if not FLATE.search(said):
        return None
    opening = zlib.decompressobj()
    try:
        text = opening.decompress(data, most + 1)
    except zlib.error:
        return None
    return text if len(text) <= most and opening.eof else None


def _flags(raw: bytes, parts: _Parts) -> set[str]:
    loud = {flag for flag, name in LOUD.items() if name.search(raw) or name.search(parts.inside)}
    quiet = {flag for flag, name in QUIET.items() if name.search(parts.outside) or name.search(parts.inside)}
    return loud | quiet | ({"unread"} if parts.unread else set())


def _forms(raw: bytes, parts: _Parts) -> Iterator[str]:
    """Its marks: as they stand (also in XMP), and in Keywords however a program wrote them."""
    for text in (raw, parts.inside):
        for found in islice(MARKED.finditer(text), MARKS_MOST):
            yield _form(found[0].decode("latin-1"))
        for found in islice(KEYWORDS.finditer(text), MARKS_MOST):
            said = _text(_unescaped(found[1]) if found[1] is not None else _from_hex(found[2]))
            if MARK in said:
                yield _form(said[said.index(MARK) :])


def _unescaped(literal: bytes) -> bytes:
    return ESCAPE.sub(lambda found: bytes([int(found[1], 8) & 0xFF]) if found[1] else found[2], literal)


def _from_hex(digits: bytes) -> bytes:
    bare = re.sub(rb"\s", b"", digits)
    return bytes.fromhex((bare + b"0" * (len(bare) % 2)).decode())


def _text(held: bytes) -> str:
    return held[2:].decode("utf-16-be", "replace") if held.startswith(b"\xfe\xff") else held.decode("latin-1")


def _form(text: str) -> str:
    found = SHAPE.match(text)
    return (found[1] or "") if found else ""
