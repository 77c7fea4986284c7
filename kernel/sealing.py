"""Sealed fields: personal and confidential values that the log, topics, snapshots and logs only hold encrypted.

An event's class declares the kind once (`name: Personal`). A fresh value is sealed when its event is stored, with
AES-256-GCM under the subject's data key, bound to event id and field: the token names what it was made for, and the
name is authenticated. Opening needs the vault (`kernel.vault`); a destroyed key leaves `Erased` for ever. The cipher
itself is in `kernel.ciphers`: rooms that only pass sealed values on stay free of it.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from typing import Any, ClassVar

import msgspec
from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

PREFIX = "sealed:1:"
TOKENS = re.compile(rb"sealed:1:([A-Za-z0-9_-]+):")
PATTERN = r"^sealed:1:[A-Za-z0-9_-]+:[A-Za-z0-9_-]+$"


class NotSealed(ValueError):
    """A value that should be sealed is not; it is not shown."""


class Header(msgspec.Struct, frozen=True):
    """What a token says of itself: its kind, whose value, which field, and the event that it was made for."""

    kind: str
    subject: str
    field: str
    event: str


class Sealed:
    """A value that only the vault can read. Its text form never shows the value."""

    KIND: ClassVar[str] = "sealed"
    __slots__ = ("_key", "_plain", "field", "subject", "token")

    def __init__(self, token: str) -> None:
        self.token: str | None = token
        header = _header(token)
        if header.kind != self.KIND:
            raise NotSealed(f"a {self.KIND} field holds a token of another kind")
        self.subject: str = header.subject
        self.field: str = header.field
        self._plain: str | None = None
        self._key: bytes | None = None

    @classmethod
    def fresh(cls, plain: str, *, subject: str, field: str, key: bytes) -> Any:
        """A value on its way into its first event. ``key`` is the subject's data key."""
        made = cls.__new__(cls)
        made.token, made.subject, made.field, made._plain, made._key = None, subject, field, plain, key
        return made

    def lock(self, seal: Callable[[dict[str, str], str, bytes], str], event: str) -> str:
        """The token; made by ``seal`` (header, value, key) at the first call, for the event with that id."""
        if self.token is None:
            if self._plain is None or self._key is None:
                raise NotSealed(f"nothing to seal in a {self.KIND} field")
            header = {"kind": self.KIND, "subject": self.subject, "field": self.field, "event": event}
            self.token = seal(header, self._plain, self._key)
            self._plain = self._key = None
        return self.token

    def fresh_text(self) -> str | None:
        """The value while it is fresh; None once it has a token."""
        return self._plain

    def __repr__(self) -> str:
        return f"{type(self).__name__}(sealed)"

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self._identity() == other._identity()

    def __hash__(self) -> int:
        return hash(self._identity())

    def _identity(self) -> tuple[str | None, str | None, str]:
        return self.token, self._plain, self.field

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """In published events: opaque text of the token's form."""
        text = core_schema.str_schema(pattern=PATTERN)
        made = core_schema.no_info_after_validator_function(cls, text)
        return core_schema.json_or_python_schema(
            json_schema=made,
            python_schema=core_schema.union_schema([core_schema.is_instance_schema(cls), made]),
            serialization=core_schema.plain_serializer_function_ser_schema(_token_of, return_schema=text),
        )


class Personal(Sealed):
    """About a natural person (個人情報): a secondee, an applicant's staff."""

    KIND = "personal"


class Contact(Sealed):
    """How an organisation is reached: its name on letters, contact person, address, mail."""

    KIND = "contact"


class Confidential(Sealed):
    """Grounds, notes and course of a judgement (C-SC-15) and business secrets (C-CO-1)."""

    KIND = "confidential"


def unsealed_kind(token: str) -> type[Sealed]:
    """The class for a token. Raises `NotSealed`."""
    kinds: dict[str, type[Sealed]] = {kind.KIND: kind for kind in (Personal, Contact, Confidential)}
    kind = kinds.get(_header(token).kind)
    if kind is None:
        raise NotSealed("unknown kind")
    return kind


def subjects_in(state: bytes) -> set[str]:
    """Whose sealed values an event's stored state holds."""
    return {_header(f"{PREFIX}{found.decode()}:").subject for found in TOKENS.findall(state)}


_read = msgspec.json.Decoder(Header).decode


def _token_of(value: Sealed) -> str:
    if value.token is None:
        raise NotSealed("a fresh value cannot leave its service")
    return value.token


def _header(token: str) -> Header:
    if not token.startswith(PREFIX) or token.count(":") != 3:
        raise NotSealed("not a sealed value")
    try:
        return _read(_unbase(token.split(":")[2]))
    except (ValueError, msgspec.DecodeError):
        raise NotSealed("not a sealed value") from None


def unseal_hook(kind: type, value: Any) -> Any:
    """`msgspec` hook for sealed fields: tokens stay closed."""
    if issubclass(kind, Sealed):
        return kind(value)
    raise NotImplementedError(f"{kind.__name__} has no stored form")


def _unbase(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
