"""`madoguchi do ACTION --fields`: what an action wants said, read from its service's own description."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from madoguchi.cli.field_words import MEANT, VALUES, field
from madoguchi.cli.support_fields import support_codes
from madoguchi.rehearsal.actions import Action
from policies.editions import load, years

NAMES = re.compile(r"\{[^}]*\}")
PLACES = re.compile(r"\{(\w+)\}")
OPTIONS = ("by", "reason")
"""Said by --by and --reason."""
SHAPES = {"integer": "整数", "number": "数", "boolean": "true / false", "string": "文字", "object": "{…}"}
CYCLE = {"programme", "year"}
BY_RECEIPT = {"application", "secondment", "organisation"}
"""What a receipt number stands for."""
BOTH = {"apply", "amend", "paper"}
"""Actions of both programmes that take other words in each."""
NUMBERED = {"to_number"}
"""Filled in a script that counts invoices; a clerk says the number."""


class Field(NamedTuple):
    """A field of a body: its name with those around it, whether it must be said, what it holds, what it means."""

    name: str
    needed: bool
    shape: str
    meaning: str


class Wanted(NamedTuple):
    """What an action does, under which clause, and what it wants said."""

    clause: str
    about: str
    fields: list[Field]


def wanted(name: str, action: Action, api: Mapping[str, Any], programme: str = "secondment") -> Wanted:
    """What the service's OpenAPI says of an action. Raises LookupError if the service has no such route."""
    route = _route(action, api, programme)
    found = [*_query(route, action), *_body(route, action, api)]
    codes = _codes(name, programme)
    meant = MEANT.get(name, {})
    fields = [each._replace(shape=_taken(codes, each), meaning=meant.get(each.name, each.meaning)) for each in found]
    return Wanted(route.get("x-clause", ""), str(route.get("description", "")).split("\n\n")[0], fields)


def places(action: Action) -> tuple[bool, list[str]]:
    """Whether a receipt number says where it goes, and which names are to be said besides."""
    named = [each for each in PLACES.findall(action.path) if each not in ("invoice_id", "visit_id", "use_id")]
    within = {*named, *action.fill.values()}
    by_receipt = action.find is not None or bool(BY_RECEIPT & within)
    return by_receipt, [each for each in named if each not in (BY_RECEIPT | CYCLE if by_receipt else BY_RECEIPT)]


def _route(action: Action, api: Mapping[str, Any], programme: str) -> Mapping[str, Any]:
    ways = [NAMES.sub("{}", action.path.replace("{programme}", each)) for each in (programme, "{programme}")]
    for path, methods in api["paths"].items():
        if NAMES.sub("{}", path) in ways and action.method.lower() in methods:
            route: Mapping[str, Any] = methods[action.method.lower()]
            return route
    raise LookupError(action.path)


def _query(route: Mapping[str, Any], action: Action) -> Iterator[Field]:
    for each in route.get("parameters", ()):
        if each["in"] == "query" and each["name"] in action.query:
            yield _field(each["name"], each["schema"], needed=each.get("required", False))


def _body(route: Mapping[str, Any], action: Action, api: Mapping[str, Any]) -> Iterator[Field]:
    content = route.get("requestBody", {}).get("content", {})
    if "application/json" in content:
        by_itself = action.fill.keys() - NUMBERED
        filled = {*by_itself, *(["seen_version"] if action.seen else []), *(OPTIONS if action.officer else ())}
        schema = content["application/json"]["schema"]
        yield from _members("", schema, api, filled)


def _members(prefix: str, schema: Mapping[str, Any], api: Mapping[str, Any], filled: set[str]) -> Iterator[Field]:
    schema = _plain(schema, api)
    for name, said in schema.get("properties", {}).items():
        if not prefix and name in filled:
            continue
        held = _plain(said, api)
        many = held.get("type") == "array"
        within = _plain(held.get("items", {}), api) if many else held
        shown = f"{prefix}{name}"
        needed = name in schema.get("required", ())
        yield _field(shown, within, needed=needed, many=many, meaning=field(name) or said.get("description", ""))
        yield from _members(f"{shown}[]." if many else f"{shown}.", within, api, set())


def _plain(schema: Mapping[str, Any], api: Mapping[str, Any]) -> Mapping[str, Any]:
    """Without references and without "or nothing"."""
    if "$ref" in schema:
        return _plain(api["components"]["schemas"][schema["$ref"].rpartition("/")[2]], api)
    choices = [each for each in schema.get("anyOf", ()) if each.get("type") != "null"]
    return _plain(choices[0], api) if choices else schema


def _field(name: str, held: Mapping[str, Any], *, needed: bool, many: bool = False, meaning: str = "") -> Field:
    shape = _shape(held)
    return Field(name, needed, f"[{shape}, …]" if many else shape, meaning or field(name))


def _shape(held: Mapping[str, Any]) -> str:
    if "enum" in held:
        return "、".join(f"{each}（{VALUES[each]}）" if each in VALUES else str(each) for each in held["enum"])
    if "anyOf" in held:
        return _shape(next(each for each in held["anyOf"] if each.get("type") != "null"))
    if held.get("format") in ("date", "date-time"):
        return "日付 2026-04-01" if held["format"] == "date" else "日時 2026-04-01T10:00:00+09:00"
    return SHAPES.get(str(held.get("type")), "")


def _taken(codes: Mapping[str, str], each: Field) -> str:
    """A field's shape with the words that it takes; a list of them still looks like one."""
    if each.name not in codes:
        return each.shape
    return f"[…]　{codes[each.name]}" if each.shape.startswith("[") else codes[each.name]


def _codes(name: str, programme: str) -> dict[str, str]:
    """What the first edition has for what a service takes as a code."""
    if support := support_codes(name) if programme == "support" or name not in BOTH else {}:
        return support
    edition = load("secondment", years("secondment")[0])
    lists: dict[str, tuple[str, Mapping[str, Any]]] = {
        "paper": ("kind", edition.papers.root),
        "original-paper": ("kind", edition.papers.root),
        "prepare": ("item", edition.departure.checklist),
        "cost": ("kind", edition.costs.root),
    }
    if name not in lists:
        return {}
    at, listed = lists[name]
    return {at: "、".join(f"{code}（{each.name}）" for code, each in listed.items())}
