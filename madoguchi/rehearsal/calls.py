"""From an action and what is said with it to the HTTP request that it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from madoguchi.rehearsal.actions import Action, Ask


@dataclass(frozen=True)
class Call:
    """A request to a service: ``options`` are httpx's, the body among them.

    ``officer``: who sends it; None for a form. Empty where only the officer's own token says who that is.
    """

    service: str
    method: str
    path: str
    options: dict[str, Any]
    officer: str | None


async def prepared(action: Action, places: Mapping[str, str], body: Mapping[str, Any], key: str, ask: Ask) -> Call:
    """The request under an Idempotency-Key. Raises KeyError naming the place that was not given."""
    if action.find is not None:
        places = {**places, **await action.find(ask, places)}
    said = dict(body)
    for field, place in action.fill.items():
        if field not in said and place in places:
            said[field] = places[place]
    seen = await _version(action, places, ask)
    if seen is not None:
        said.setdefault("seen_version", seen)
    path = action.path.format(**places)
    asked = {name: said[name] for name in action.query if name in said}
    if asked:
        path += f"?{urlencode(asked)}"
    headers = {"Idempotency-Key": key}
    officer = str(said.get("by", "")) if action.officer or (action.either and "by" in said) else None
    if action.raw is not None:
        raw = {"headers": headers | action.raw.headers(said), "content": action.raw.content(said)}
        return Call(action.service, action.method, path, raw, officer)
    return Call(action.service, action.method, path, {"headers": headers, "json": said}, officer)


async def _version(action: Action, places: Mapping[str, str], ask: Ask) -> int | None:
    """The version of the first that exists; None before there is anything to be seen."""
    for path in action.seen:
        found = await ask(action.service, path.format(**places))
        part = found[action.within] if found and action.within else found
        if part is not None:
            return int(part["version"])
    return None
