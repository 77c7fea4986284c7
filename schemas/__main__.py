"""`python -m schemas`: write what follows from the models: JSON Schemas, the examples' form, what is published."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from schemas import shape
from schemas.base import Published
from schemas.events import all_events

HERE = Path(__file__).parent
E = TypeVar("E", bound=Published)


def schema_file(kind: type[Published]) -> Path:
    """Where the JSON Schema of an event is kept."""
    return HERE / "json" / f"{kind.NAME}.v{kind.VERSION}.json"


def example_file(kind: type[Published]) -> Path:
    """Where the example of an event is kept: the producer's assertion and the consumer's start."""
    return HERE / "examples" / f"{kind.NAME}.v{kind.VERSION}.json"


def schema_text(kind: type[Published]) -> str:
    """The JSON Schema (2020-12) as committed.

    It allows fields that it does not name: a later event of the same version may have more of them, and who reads by
    this schema passes them over.
    """
    schema = _open(kind.model_json_schema(mode="serialization"))
    named = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": f"{kind.NAME}.v{kind.VERSION}", **schema}
    return json.dumps(named, ensure_ascii=False, indent=2) + "\n"


def _open(schema: Any) -> Any:
    if isinstance(schema, dict):
        return {name: _open(part) for name, part in schema.items() if (name, part) != ("additionalProperties", False)}
    return [_open(part) for part in schema] if isinstance(schema, list) else schema


def example(kind: type[E]) -> E:
    """The committed example. Raises FileNotFoundError or pydantic's ValidationError."""
    return kind.model_validate_json(example_file(kind).read_bytes())


def example_text(event: Published) -> str:
    """An event as an example is committed: every field, in the model's order."""
    return event.model_dump_json(indent=2) + "\n"


def main() -> int:
    """Write everything; 1 if an example is to be mended, or if the change is more than an addition."""
    faults = [fault for kind in all_events() for fault in _write(kind)]
    for name in _superfluous():
        faults.append(f"{name}: no event has this name. Remove the file.")
    breaks = shape.broken(shape.locked(), shape.published())
    if not breaks:
        shape.lock(shape.published())
    for fault in (*faults, *breaks):
        print(fault)
    print(f"{len(all_events())} schemas written; {len(faults)} file(s) to mend, {len(breaks)} change(s) to take back.")
    return 1 if faults or breaks else 0


def _write(kind: type[Published]) -> list[str]:
    schema_file(kind).parent.mkdir(exist_ok=True)
    schema_file(kind).write_text(schema_text(kind), encoding="utf-8")
    try:
        example_file(kind).write_text(example_text(example(kind)), encoding="utf-8")
    except FileNotFoundError:
        return [f"{kind.NAME}: write an example to schemas/examples/{example_file(kind).name}."]
    except ValidationError as wrong:
        places = [".".join(map(str, error["loc"])) for error in wrong.errors(include_input=False)]
        return [f"{kind.NAME}: the example does not match at {', '.join(places)}."]
    return []


def _superfluous() -> list[str]:
    wanted = {path for kind in all_events() for path in (schema_file(kind), example_file(kind))}
    return sorted(path.name for path in (*HERE.glob("json/*"), *HERE.glob("examples/*")) if path not in wanted)


if __name__ == "__main__":
    sys.exit(main())
