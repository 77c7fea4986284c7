"""A body that fits for every command, made from what the service itself documents (OpenAPI)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.intake import forms

Schema = Mapping[str, Any]
Place = tuple[str | int, ...]
WHOLE: dict[str, dict[str, Any]] = {
    "SecondmentApplication": forms.secondment(),
    "SupportApplication": forms.support(),
    "SecondeeForm": forms.secondee(),
    "PartyForm": forms.party(),
}
"""Forms, of which one field depends on another."""
FIELDS: dict[str, Any] = {
    "by": "jinji-01",
    "reason": "電話で事情を確認した。",
    "other": "org-1",
    "subject": "org-1",
    "currency": "USD",
    "yen_per_unit": "149.83",
    "bank_reference": "furikomi-1",
    "link": "https://meeting.example.jp/1",
    "present": ["company", "jetro", "coordinator"],
    "kind": "resume",
    "starts_at": "2026-03-10T10:00:00+09:00",
    "corporate_number": forms.number(1),
    "kana": "カクウ",
    "email": "jinji@kakuu.example.jp",
    "seed": "抽選の種 第一号",
}
"""What a field of this name holds where its schema alone does not say it."""


@dataclass(frozen=True)
class Operation:
    """One operation of a service: where it is asked for, what it says of its body and its other parameters."""

    service: str
    method: str
    path: str
    spec: Schema
    api: Schema

    def __str__(self) -> str:
        return f"{self.service} {self.method.upper()} {self.path}"

    @property
    def body(self) -> Schema | None:
        """The schema of its JSON body."""
        content = self.spec.get("requestBody", {}).get("content", {})
        return resolved(self.api, content["application/json"]["schema"]) if "application/json" in content else None

    def parameters(self, where: str) -> dict[str, Schema]:
        """The parameters in the path, the query or the headers, by name."""
        found = {each["name"]: each["schema"] for each in self.spec.get("parameters", ()) if each["in"] == where}
        return {name: resolved(self.api, schema) for name, schema in found.items()}

    def address(self, **said: str) -> str:
        """Its path, with ids of the right form for what was not said."""
        ids = {"fiscal_year": "2026", "programme": "secondment", "clause": "S-SC-5", "application_id": f"app-{1:032x}"}
        ids |= {"session_id": f"session-{1:032x}", "subject": "org-1", "number": "1"}
        path = self.path
        for name in self.parameters("path"):
            usual = "org-1" if name == "organisation_id" else f"app-{1:032x}.1"
            path = path.replace("{" + name + "}", said.get(name, ids.get(name, usual)))
        return path


def operations(api: Schema, service: str) -> Iterator[Operation]:
    """Every operation that a service documents."""
    for path, methods in api["paths"].items():
        for method, spec in methods.items():
            yield Operation(service, method, path, spec, api)


def resolved(api: Schema, schema: Schema) -> Schema:
    """A schema without reference and without the choice of leaving it out."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        return {"name": name, **api["components"]["schemas"][name]}
    choices = [each for each in schema.get("anyOf", ()) if each.get("type") != "null"]
    if not choices:
        return schema
    if len(choices) > 1:  # a number, or the same as text
        return {"optional": len(choices) < len(schema["anyOf"]), "anyOf": choices, **choices[0]}
    return {"optional": True, **resolved(api, choices[0])}


def sample(api: Schema, schema: Schema, name: str = "") -> Any:
    """A value that fits."""
    schema = resolved(api, schema)
    if schema.get("name") in WHOLE:
        return WHOLE[schema["name"]]
    if name in FIELDS and schema.get("type") != "object" and "enum" not in schema:
        return FIELDS[name]
    if "enum" in schema:
        return schema["enum"][0]
    if "const" in schema:
        return schema["const"]
    match schema["type"]:
        case "object":
            return {name: sample(api, inner, name) for name, inner in schema.get("properties", {}).items()}
        case "array":
            return [sample(api, schema["items"], name)] * max(1, schema.get("minItems", 1))
        case "string" if schema.get("format") == "date":
            return "2026-04-01"
        case "string":
            return next(
                each for each in ("sample-1", "sample", "SAM", "5.1.1") if re.search(schema.get("pattern", ""), each)
            )
        case "boolean":
            return True
        case _:
            return int(max(schema.get("minimum", 1), 1))


def places(api: Schema, schema: Schema, value: Any, at: Place = ()) -> Iterator[tuple[Place, Schema]]:
    """Every field of a body, also within others; of arrays the first element."""
    schema = resolved(api, schema)
    if at:
        yield at, schema
    if schema.get("type") == "object" and isinstance(value, dict):
        for name, inner in schema.get("properties", {}).items():
            if name in value:
                yield from places(api, inner, value[name], (*at, name))
            else:
                yield (*at, name), resolved(api, inner)
    elif schema.get("type") == "array" and value:
        inner = schema["prefixItems"][0] if "prefixItems" in schema else schema["items"]
        yield from places(api, inner, value[0], (*at, 0))


def put(body: Any, place: Place, value: Any) -> Any:
    """The body with another value at a place."""
    if not place:
        return value
    step, *rest = place
    if isinstance(body, list):
        return [put(each, tuple(rest), value) if number == step else each for number, each in enumerate(body)]
    inner = body.get(step) if isinstance(body, dict) else None
    return {**body, step: put(inner, tuple(rest), value)}


def pointer(place: Place) -> str:
    """A place as a JSON pointer."""
    return "".join(f"/{step}" for step in place)
