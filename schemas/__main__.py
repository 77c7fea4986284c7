"""`python -m schemas`: write the JSON Schemas anew from the models, and say which examples are missing or wrong."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from pydantic import ValidationError

from schemas.base import Published
from schemas.events import all_events

HERE = Path(__file__).parent


def schema_file(kind: type[Published]) -> Path:
    """Where the JSON Schema of an event is kept."""
    return HERE / "json" / f"{kind.NAME}.v{kind.VERSION}.json"


def example_file(kind: type[Published]) -> Path:
    """Where the example of an event is kept: the producer's assertion and the consumer's start."""
    return HERE / "examples" / f"{kind.NAME}.v{kind.VERSION}.json"


def schema_text(kind: type[Published]) -> str:
    """The JSON Schema (2020-12) as committed."""
    schema = kind.model_json_schema(mode="serialization")
    named = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": f"{kind.NAME}.v{kind.VERSION}", **schema}
    return json.dumps(named, ensure_ascii=False, indent=2) + "\n"


def example(kind: type[Published]) -> Published:
    """The committed example. Raises FileNotFoundError or pydantic's ValidationError."""
    return kind.model_validate_json(example_file(kind).read_bytes())


def main() -> int:
    """Write the schemas; 1 if an example is missing or does not match."""
    faults = 0
    for kind in all_events():
        schema_file(kind).parent.mkdir(exist_ok=True)
        schema_file(kind).write_text(schema_text(kind), encoding="utf-8")
        try:
            example(kind)
        except FileNotFoundError:
            faults += 1
            print(f"{kind.NAME}: write an example to schemas/examples/{example_file(kind).name}")
        except ValidationError as wrong:
            faults += 1
            print(f"{kind.NAME}: the example does not match: {wrong.errors(include_input=False)}")
    print(f"{len(all_events())} schemas written; {faults} example(s) to mend.")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
