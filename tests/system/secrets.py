"""What of a script is personal or confidential, and where bytes hold any of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from madoguchi.rehearsal.script import Script

OF_PARTY = ("name", "kana", "person", "email", "address")
OF_SECONDEE = ("name", "kana", "birth_date")
OF_FORM = ("purpose", "finances", "organisation", "remarks")
OF_COMMAND = ("plan", "result", "note")


def personal(script: Script) -> frozenset[str]:
    """Names, addresses, days of birth, purposes, grounds: every value of the script that must be sealed."""
    return frozenset(value for step in script.steps for value in _of(step.do, step.body) if len(value) > 3)


def _of(do: str, body: dict[str, Any]) -> Iterator[str]:
    if isinstance(body.get("party"), dict):
        yield from _named(body["party"], OF_PARTY)
        yield from _named(body, OF_FORM)
        for request in body.get("requests", ()):
            yield from _named(request, OF_FORM)
    elif do == "name-secondee":
        yield from _named(body, OF_SECONDEE)
    elif do in ("stage-one", "kick-off", "appraise", "contact"):
        yield from _named(body, OF_COMMAND)
        for marked in (*body.get("criteria", {}).values(), body.get("strength", {})):
            yield from _named(marked, OF_COMMAND)


def _named(values: dict[str, Any], names: Iterable[str]) -> Iterator[str]:
    yield from (values[name] for name in names if values.get(name))


def seen_in(raw: bytes, wanted: Iterable[str]) -> Iterator[str]:
    """The values that stand in the bytes, as UTF-8 or as JSON escapes them."""
    for value in wanted:
        if value.encode() in raw or json.dumps(value)[1:-1].encode() in raw:
            yield value
