"""The published language down to its leaves: each field of each event, its type, and whether it is always there.

`published.lock.json` keeps what is published. What is in it stays: a field is not removed, not given another type, not
made optional and not newly required, for the topics are kept for ever and others read them. What may come: an event, an
optional field, a word of a closed list. Anything else is a new version of the event, beside the old one.
"""

from __future__ import annotations

import json
import types
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from kernel.sealing import Sealed
from schemas.base import Published
from schemas.events import all_events

LOCK = Path(__file__).parent / "published.lock.json"
ONE_OF, OR_NULL, OPTIONAL = "one of ", " or null", ", optional"
NAMES = {"str": "text", "int": "whole number", "bool": "yes or no", "datetime": "moment", "NoneType": "null"}

Shape = dict[str, str]
"""Path to type, such as ``party.name`` to ``sealed contact``; a list's entries are at ``wishes[]``."""


def shape(kind: type[Published]) -> Shape:
    """Every field of an event, and every field of its fields; at ``@topic`` where it is published."""
    found: Shape = {"@topic": kind.TOPIC}
    hints = get_type_hints(kind, include_extras=True)
    for name, field in kind.model_fields.items():
        _walk(name, hints[name], found, optional=not field.is_required())
    return found


def published() -> dict[str, Shape]:
    """The language as the models have it now, by event and version."""
    return {f"{kind.NAME}.v{kind.VERSION}": shape(kind) for kind in all_events()}


def locked() -> dict[str, Shape]:
    """The language as it was published."""
    kept: dict[str, Shape] = json.loads(LOCK.read_text(encoding="utf-8")) if LOCK.exists() else {}
    return kept


def lock(language: Mapping[str, Shape]) -> None:
    """Keep the language as published."""
    LOCK.write_text(json.dumps(language, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def broken(before: Mapping[str, Shape], now: Mapping[str, Shape]) -> list[str]:
    """What readers of ``before`` could not bear: one line for each fault, with its remedy."""
    faults = []
    for event, shape_before in before.items():
        if event not in now:
            faults.append(f"{event} is gone. It stays as it is; write the new meaning down as another event.")
            continue
        faults += [f"{event}: {fault}. Put it back, and make a v2." for fault in _faults(shape_before, now[event])]
    return faults


def _faults(before: Shape, now: Shape) -> list[str]:
    faults = [f"the field {path} is removed" for path in before if path not in now]
    for path in before.keys() & now.keys():
        was, what = before[path], now[path]
        if was != what and not _longer_list(was, what):
            faults.append(f"{path} was {was!r} and is {what!r}")
    for path in now.keys() - before.keys():
        if not now[path].endswith(OPTIONAL) and _parent(path) in (before.keys() | {""}):
            faults.append(f"the field {path} is newly required, and the events on the topics do not have it")
    return sorted(faults)


def _longer_list(was: str, what: str) -> bool:
    return was.startswith(ONE_OF) and _rest(was) == _rest(what) and _words(was) < _words(what)


def _words(text: str) -> set[str]:
    return set(text.removesuffix(OPTIONAL).removesuffix(OR_NULL).removeprefix(ONE_OF).split(", "))


def _rest(text: str) -> tuple[bool, bool, bool]:
    return text.startswith(ONE_OF), text.endswith(OPTIONAL), text.removesuffix(OPTIONAL).endswith(OR_NULL)


def _parent(path: str) -> str:
    return path[:-2] if path.endswith("[]") else path.rpartition(".")[0]


def _walk(path: str, hint: Any, found: Shape, *, optional: bool = False) -> None:
    core, nullable = _core(hint)
    found[path] = _named(core) + (OR_NULL if nullable else "") + (OPTIONAL if optional else "")
    if get_origin(core) is tuple:
        _walk(f"{path}[]", get_args(core)[0], found)
    elif is_dataclass(core):
        hints = get_type_hints(core, include_extras=True)
        for field in fields(core):
            given = field.default is not MISSING or field.default_factory is not MISSING
            _walk(f"{path}.{field.name}", hints[field.name], found, optional=given)


def _core(hint: Any) -> tuple[Any, bool]:
    """The type without annotations and without null, and whether null is allowed."""
    if get_origin(hint) is Annotated:
        return _core(get_args(hint)[0])
    if get_origin(hint) in (Union, types.UnionType):
        kinds = [kind for kind in get_args(hint) if kind is not types.NoneType]
        if len(kinds) == 1:
            return _core(kinds[0])[0], True
    return hint, False


def _named(core: Any) -> str:
    origin = get_origin(core)
    if origin is Literal:
        return ONE_OF + ", ".join(sorted(map(str, get_args(core))))
    if origin in (Union, types.UnionType):
        return " or ".join(sorted(_named(_core(kind)[0]) for kind in get_args(core)))
    if origin is not None:
        return "list" if origin is tuple else "map"
    if isinstance(core, type) and issubclass(core, Sealed):
        return f"sealed {core.KIND}"
    return "structure" if is_dataclass(core) else NAMES.get(core.__name__, core.__name__)
