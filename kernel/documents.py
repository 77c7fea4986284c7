"""Documents as the bytes that MongoDB keeps (BSON): read without being taken apart, written in the same form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC
from typing import IO, Any

import bson
from bson.codec_options import CodecOptions
from bson.errors import InvalidBSON
from bson.raw_bson import RawBSONDocument

RAW: CodecOptions[Any] = CodecOptions(document_class=RawBSONDocument)
WHOLE: CodecOptions[Any] = CodecOptions(tz_aware=True, tzinfo=UTC)
ZONELESS: CodecOptions[Any] = CodecOptions()
"""Moments are in UTC without saying so: to give each its zone takes longer than all the rest of a document."""
HEAD = 4
"""Bytes of a document's own length, with which it begins."""
FEW = 200
"""Documents of an answer that are decoded at once."""


class Torn(ValueError):
    """The bytes are no sequence of documents."""


def raw(collection: Any) -> Any:
    """The collection, giving and taking documents as their bytes."""
    return collection.with_options(codec_options=RAW)


def bytes_of(document: Any) -> bytes:
    """The bytes of a document that was read by `raw`."""
    return bytes(document.raw)


def unread(content: bytes) -> Any:
    """The document of these bytes, to be written by `raw` as it is."""
    return RawBSONDocument(content, codec_options=RAW)


def decoded(content: bytes) -> dict[str, Any]:
    """The document of these bytes; moments in UTC. Raises `Torn`."""
    try:
        made: dict[str, Any] = bson.decode(content, codec_options=WHOLE)
    except InvalidBSON:
        raise Torn("no document") from None
    return made


def answered(batch: bytes) -> Iterator[dict[str, Any]]:
    """The documents of an answer as the database sent it, one after the other; moments without a zone, in UTC.

    They are decoded a few at a time: so each is used and let go while the processor's cache still has it. Raises
    `Torn`, or bson's InvalidBSON, where the bytes are something else.
    """
    begin = end = many = 0
    while end < len(batch):
        size = int.from_bytes(batch[end : end + HEAD], "little")
        if size <= HEAD:
            raise Torn("an answer holds something else than documents")
        end, many = end + size, many + 1
        if many == FEW or end >= len(batch):
            yield from bson.decode_all(batch[begin:end], ZONELESS)
            begin, many = end, 0


def encoded(document: dict[str, Any]) -> bytes:
    """The bytes of a document."""
    return bson.encode(document)


def joined(documents: Iterable[bytes]) -> bytes:
    """Several documents, one after the other."""
    return b"".join(documents)


def split(file: IO[bytes]) -> Iterator[bytes]:
    """The documents of a file, one after the other. Raises `Torn` where it ends within one."""
    while head := file.read(HEAD):
        size = int.from_bytes(head, "little")
        rest = file.read(max(0, size - HEAD)) if len(head) == HEAD else b""
        if size < HEAD + 1 or len(rest) != size - HEAD:
            raise Torn("the file ends within a document")
        yield head + rest
