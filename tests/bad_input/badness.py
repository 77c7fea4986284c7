"""Every kind of bad value that a field is tried with: wherever its schema promises something, what breaks it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.bad_input.samples import Schema

CANARY = "ひみつのひばり"
"""Stands in bad texts: no answer and no log may repeat it."""


class Verbatim(str):
    """JSON as it is written, where no Python value says it."""


@dataclass(frozen=True)
class Bad:
    """A bad value and what is bad about it."""

    what: str
    value: Any

    def __str__(self) -> str:
        return self.what


UNSEEN = {
    "NUL": "\x00",
    "a control character": "\x07",
    "an escape sequence": "\x1b[31m",
    "a right-to-left override": "\u202e",
    "a right-to-left isolate": "\u2067",
    "a zero-width space": "\u200b",
    "a byte order mark": "\ufeff",
    "a line separator": "\u2028",
    "a private character": "\ue000",
    "a broken character": "\ufffd",
}
DAYS = {
    "30 February": "2026-02-30",
    "29 February of a common year": "2027-02-29",
    "a thirteenth month": "2026-13-01",
    "day 0": "2026-04-00",
    "the year 0": "0000-01-01",
    "the year 1": "0001-01-01",
    "the last year of all": "9999-12-31",
    "a year of five digits": "12026-04-01",
    "slashes": "2026/04/01",
    "a Japanese era": "令和8年4月1日",
    "full-width digits": "２０２６-０４-０１",
    "seconds since 1970": 1_775_000_000,
    "a moment": "2026-04-01T00:00:00Z",
}
WRONG: dict[str, list[Bad]] = {
    "string": [Bad("a number", 5), Bad("true", True), Bad("a list", ["x"]), Bad("an object", {"x": "x"})],
    "integer": [
        Bad("text", "5"), Bad("a fraction", 1.5), Bad("a whole fraction", 2.0), Bad("true", True), Bad("a list", [5]),
        Bad("an object", {}), Bad("beyond 64 bits", 1 << 64), Bad("far beyond 64 bits", 10**300),
        Bad("far below", -(1 << 70)), Bad("1e400", Verbatim("1e400")),
    ],
    "boolean": [
        Bad("text", "true"), Bad("a word", "yes"), Bad("one", 1), Bad("nought", 0), Bad("a list", []),
        Bad("an object", {}),
    ],
    "array": [
        Bad("text", "x"), Bad("a number", 5), Bad("an object", {}), Bad("true", True), Bad("nested lists", [[[[]]]]),
    ],
    "object": [Bad("text", "x"), Bad("a number", 5), Bad("a list", []), Bad("true", True)],
    "number": [Bad("text", "x"), Bad("true", True), Bad("a list", []), Bad("below", -(10**9)), Bad("above", 10**300)],
}  # fmt: skip


def badnesses(schema: Schema) -> Iterator[Bad]:
    """Everything that a field of this schema must refuse."""
    kind = "number" if len(schema.get("anyOf", ())) > 1 else schema.get("type", "string")
    if not schema.get("optional") and "default" not in schema:
        yield Bad("null", None)
    yield from WRONG[kind]
    if kind == "string":
        yield from _texts(schema)
    if kind in {"integer", "number"}:
        yield from _numbers(schema)
    if kind == "array" and "maxItems" in schema:
        yield Bad("too many", ["x"] * (schema["maxItems"] + 1))
    if kind == "array" and schema.get("minItems"):
        yield Bad("none", [])


def _texts(schema: Schema) -> Iterator[Bad]:
    if schema.get("format") == "date":
        yield from (Bad(what, value) for what, value in DAYS.items())
        return
    if schema.get("format") == "date-time":
        yield from (Bad(what, value) for what, value in DAYS.items() if what != "a moment")
        yield Bad("no offset", "2026-04-01T10:00:00")
        yield Bad("hour 25", "2026-04-01T25:00:00+09:00")
        return
    yield from (Bad(what, f"{CANARY}{text}x") for what, text in UNSEEN.items())
    yield Bad("a lone surrogate", Verbatim(f'"{CANARY}\\ud800"'))
    yield Bad("too long", CANARY * 2_000)
    if "enum" in schema:
        yield Bad("an operator", "$ne")
    if not schema.get("optional"):
        yield Bad("nothing but blanks", " 　 ")


def _numbers(schema: Schema) -> Iterator[Bad]:
    if "minimum" in schema:
        yield Bad("below", int(schema["minimum"]) - 1)
    if "maximum" in schema:
        yield Bad("above", int(schema["maximum"]) + 1)


def written(value: Any) -> str:
    """A value as JSON."""
    if isinstance(value, Verbatim):
        return str.__str__(value)
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(name)}:{written(each)}" for name, each in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(written(each) for each in value) + "]"
    return json.dumps(value, ensure_ascii=False)
