"""The few aggregation expressions of MongoDB that the kernel uses in queries and updates, in memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from kernel.testing.queries import lookup

Document = Mapping[str, Any]


def evaluated(expression: Any, document: Document, now: datetime) -> Any:
    """What an expression says of a document; ``now`` is the server's time. Raises NotImplementedError."""
    if isinstance(expression, str) and expression.startswith("$"):
        known = {"$$NOW": now, "$$ROOT": document}
        return known[expression] if expression in known else lookup(document, expression[1:])
    if not isinstance(expression, Mapping):
        return expression
    ((operator, operand),) = expression.items()
    if operator == "$literal":
        return operand
    if operator not in OPERATORS:
        raise NotImplementedError(operator)
    return OPERATORS[operator]([evaluated(each, document, now) for each in operand])


def piped(document: Document, stages: Sequence[Mapping[str, Any]], now: datetime) -> dict[str, Any]:
    """The document after an update by a pipeline; of stages, `$set` and `$replaceWith` are known."""
    made = dict(document)
    for stage in stages:
        ((name, fields),) = stage.items()
        if name == "$replaceWith":
            made = dict(evaluated(fields, made, now))
        elif name == "$set":
            made |= {field: evaluated(expression, made, now) for field, expression in fields.items()}
        else:
            raise NotImplementedError(name)
    return made


def _sum(values: list[Any]) -> Any:
    first, *others = values
    for each in others:
        first += timedelta(milliseconds=each) if isinstance(first, datetime) else each
    return first


OPERATORS: dict[str, Callable[[list[Any]], Any]] = {
    "$eq": lambda values: values[0] == values[1],
    "$gt": lambda values: values[1] is None or (values[0] is not None and values[0] > values[1]),
    "$lte": lambda values: values[0] is None or (values[1] is not None and values[0] <= values[1]),
    "$or": any,
    "$add": _sum,
    "$cond": lambda values: values[1] if values[0] else values[2],
    "$ifNull": lambda values: values[0] if values[0] is not None else values[1],
}
"""A missing value sorts before all others, as MongoDB has it."""
