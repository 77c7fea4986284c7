"""Events without identity, for tests: how they are written down, compared and shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

import msgspec

from kernel.aggregate import Aggregate, AnyEvent, Created
from kernel.ciphers import unseal
from kernel.sealing import NotSealed, Sealed

KEY = bytes(32)
"""The data key of every subject in given–when–then tests."""
AT = datetime(2027, 4, 1, tzinfo=UTC)
BASE = frozenset({"originator_id", "originator_version", "originator_topic", "timestamp"})
S = TypeVar("S", bound=Sealed)


@dataclass(frozen=True)
class Happening:
    """An event's class and domain fields. ``whole``: all fields are compared, else only those that are named."""

    kind: type[AnyEvent]
    fields: dict[str, Any]
    whole: bool
    at: datetime

    def made(self, kind: type[Aggregate] | None, id: str, version: int) -> AnyEvent:
        """The event as number ``version`` of the aggregate ``id``."""
        base: dict[str, Any] = {"originator_id": id, "originator_version": version, "timestamp": self.at}
        if issubclass(self.kind, Created):
            if kind is None:
                raise TypeError("given(...) needs of=, the aggregate's class")
            base["originator_topic"] = kind.TOPIC
        return self.kind(**base, **self.fields)


def event(kind: type[AnyEvent], /, *, at: datetime = AT, **fields: Any) -> Happening:
    """An event with these domain fields; fields left out have their defaults. ``at`` counts where it is given."""
    return Happening(kind, fields, whole=True, at=at)


def like(kind: type[AnyEvent], /, **fields: Any) -> Happening:
    """For `then`: an event of which these fields alone are compared."""
    return Happening(kind, fields, whole=False, at=AT)


def sealed(kind: type[S], text: str, *, subject: str = "somebody", field: str = "text") -> S:
    """A fresh sealed value; in comparisons it is its text."""
    made: S = kind.fresh(text, subject=subject, field=field, key=KEY)
    return made


def readable(value: Any) -> Any:
    """A value in JSON's types, sealed texts opened where the tests' key opens them."""
    plain = msgspec.to_builtins(value, str_keys=True, order="deterministic", enc_hook=_opened)
    return msgspec.json.decode(msgspec.json.encode(plain))


def shown(value: Any) -> str:
    """A value as one line."""
    return repr(readable(value))


def matches(was: AnyEvent, wanted: Happening) -> bool:
    """Whether an event is what was expected."""
    return type(was) is wanted.kind and not _differing(was, wanted)


def listed(events: Iterable[AnyEvent | Happening]) -> str:
    """Events, one a line, with their domain fields."""
    return "\n".join(f"  {_line(each)}" for each in events) or "  nothing"


def difference(was: Sequence[AnyEvent], wanted: Sequence[Happening]) -> str:
    """What was expected, what there was, and where the two part."""
    lines = [f"expected:\n{listed(wanted)}", f"but this happened:\n{listed(was)}"]
    for one, other in zip(was, wanted, strict=False):
        if type(one) is other.kind:
            lines += [f"{other.kind.__name__}.{differing}" for differing in _differing(one, other)]
    return "\n".join(lines)


def _differing(was: AnyEvent, wanted: Happening) -> list[str]:
    found = _domain(was)
    expected = {name: readable(value) for name, value in wanted.fields.items()}
    if wanted.whole:
        expected = _defaults(wanted.kind) | expected
    return [
        f"{name}: expected {expected.get(name, '(nothing said)')!r}, was {found.get(name, '(no such field)')!r}"
        for name in (found.keys() | expected.keys() if wanted.whole else expected.keys())
        if name not in found or name not in expected or found[name] != expected[name]
    ]


def _domain(event: AnyEvent) -> dict[str, Any]:
    return {name: readable(getattr(event, name)) for name in event.__struct_fields__ if name not in BASE}


def _defaults(kind: type[AnyEvent]) -> dict[str, Any]:
    made = {}
    for field in msgspec.structs.fields(kind):
        if field.default is not msgspec.NODEFAULT:
            made[field.name] = readable(field.default)
        elif field.default_factory is not msgspec.NODEFAULT:
            made[field.name] = readable(field.default_factory())
    return made


def _line(each: AnyEvent | Happening) -> str:
    if isinstance(each, Happening):
        kind, fields, rest = each.kind, readable(each.fields), "" if each.whole else ", …"
    else:
        kind, fields, rest = type(each), _domain(each), ""
    return f"{kind.__name__}({', '.join(f'{name}={value!r}' for name, value in fields.items())}{rest})"


def _opened(value: Any) -> Any:
    if isinstance(value, Sealed):
        try:
            return f"{type(value).__name__}:{unseal(value, KEY)}"
        except NotSealed:
            return value.token
    raise NotImplementedError(f"{type(value).__name__} has no readable form")
