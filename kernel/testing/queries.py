"""The few query and update operators of MongoDB that the kernel and the services use, in memory."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Mapping
from typing import Any

MISSING = object()

TESTS: dict[str, Callable[[Any, Any], bool]] = {
    "$eq": lambda value, wanted: _is(value, wanted),
    "$ne": lambda value, wanted: not _is(value, wanted),
    "$in": lambda value, wanted: any(_is(value, each) for each in wanted),
    "$nin": lambda value, wanted: not any(_is(value, each) for each in wanted),
    "$exists": lambda value, wanted: (value is not MISSING) == bool(wanted),
    "$lt": lambda value, limit: _comparable(value) and value < limit,
    "$lte": lambda value, limit: _comparable(value) and value <= limit,
    "$gt": lambda value, limit: _comparable(value) and value > limit,
    "$gte": lambda value, limit: _comparable(value) and value >= limit,
    "$regex": lambda value, pattern: isinstance(value, str) and re.search(pattern, value) is not None,
    "$elemMatch": lambda value, query: isinstance(value, list) and any(matching(each, query) for each in value),
}


def lookup(document: Any, path: str) -> Any:
    """The value at a dotted path, None where there is none."""
    value = _at(document, path)
    return None if value is MISSING else value


def matching(document: Mapping[str, Any], query: Mapping[str, Any]) -> bool:
    """Whether a document matches. Raises NotImplementedError for operators that are not known here."""
    return all(_meets(document, term, wanted) for term, wanted in query.items())


def updated(document: Mapping[str, Any], change: Mapping[str, Any], *, new: bool) -> dict[str, Any]:
    """The document after an update."""
    made = copy.deepcopy(dict(document))
    for operator, fields in change.items():
        for name, value in fields.items():
            if operator == "$set" or (operator == "$setOnInsert" and new):
                made[name] = copy.deepcopy(value)
            elif operator == "$unset":
                made.pop(name, None)
            elif operator == "$inc":
                made[name] = made.get(name, 0) + value
            elif operator == "$max":
                made[name] = max(made.get(name, value), value)
            elif operator != "$setOnInsert":
                raise NotImplementedError(operator)
    return made


def _meets(document: Mapping[str, Any], term: str, wanted: Any) -> bool:
    if term in ("$or", "$and"):
        return (any if term == "$or" else all)(matching(document, each) for each in wanted)
    value = _at(document, term)
    if isinstance(wanted, Mapping) and wanted and all(name.startswith("$") for name in wanted):
        unknown = wanted.keys() - TESTS.keys()
        if unknown:
            raise NotImplementedError(", ".join(sorted(unknown)))
        return all(TESTS[operator](value, operand) for operator, operand in wanted.items())
    if term.startswith("$"):
        raise NotImplementedError(term)
    return _is(value, wanted)


def _at(document: Any, path: str) -> Any:
    value = document
    for name in path.split("."):
        if isinstance(value, list):
            found = [each[name] for each in value if isinstance(each, Mapping) and name in each]
            value = found or MISSING
        elif isinstance(value, Mapping):
            value = value.get(name, MISSING)
        else:
            return MISSING
    return value


def _is(value: Any, wanted: Any) -> bool:
    if wanted is None:
        return value is None or value is MISSING
    return bool(value == wanted or (isinstance(value, list) and wanted in value))


def _comparable(value: Any) -> bool:
    return value is not None and value is not MISSING
