"""What is committed beside the models is what the models say, and what is published stays."""

from __future__ import annotations

import json

import pytest
from jsonschema import Draft202012Validator

from kernel.sealing import PATTERN
from schemas import shape
from schemas.__main__ import HERE, example, example_file, example_text, schema_file, schema_text
from schemas.base import Published
from schemas.events import TOPICS, all_events

EVENTS = pytest.mark.parametrize("kind", all_events(), ids=lambda kind: f"{kind.TOPIC}-{kind.NAME}")
REMEDY = "run `make schemas` and commit what it writes"


@EVENTS
def test_the_committed_schema_is_the_models(kind: type[Published]) -> None:
    assert schema_file(kind).exists(), REMEDY
    assert schema_file(kind).read_text(encoding="utf-8") == schema_text(kind), REMEDY
    Draft202012Validator.check_schema(json.loads(schema_text(kind)))


@EVENTS
def test_the_example_fits_the_model_and_comes_back_byte_for_byte(kind: type[Published]) -> None:
    assert example_file(kind).exists(), f"write {example_file(kind).name}: every event has an example"
    assert example_text(example(kind)) == example_file(kind).read_text(encoding="utf-8"), REMEDY


@EVENTS
def test_the_example_fits_the_committed_schema(kind: type[Published]) -> None:
    schema = json.loads(schema_file(kind).read_text(encoding="utf-8"))
    data = json.loads(example_file(kind).read_text(encoding="utf-8"))
    Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(data)


@EVENTS
def test_the_schema_would_notice_a_missing_and_a_wrong_field(kind: type[Published]) -> None:
    validator = Draft202012Validator(json.loads(schema_text(kind)))
    data = json.loads(example_file(kind).read_text(encoding="utf-8"))
    assert not validator.is_valid({name: value for name, value in data.items() if name != "fiscal_year"})
    assert not validator.is_valid(data | {"fiscal_year": "令和8年度"})


@EVENTS
def test_the_schema_bears_a_field_that_is_added_later(kind: type[Published]) -> None:
    data = json.loads(example_file(kind).read_text(encoding="utf-8"))
    Draft202012Validator(json.loads(schema_text(kind))).validate(data | {"said_since_next_year": True})


@EVENTS
def test_a_publisher_cannot_say_what_the_model_does_not_have(kind: type[Published]) -> None:
    data = json.loads(example_file(kind).read_text(encoding="utf-8"))
    with pytest.raises(ValueError, match="slipped_in"):
        kind.model_validate(data | {"slipped_in": True})


def test_no_file_is_left_over() -> None:
    wanted = {path for kind in all_events() for path in (schema_file(kind), example_file(kind))}
    assert {*HERE.glob("json/*"), *HERE.glob("examples/*")} == wanted


def test_every_event_says_what_it_means_and_is_on_a_topic() -> None:
    assert [kind.NAME for kind in all_events() if not kind.__doc__ or kind.TOPIC not in TOPICS] == []


@EVENTS
def test_a_sealed_field_is_opaque_text_in_the_schema(kind: type[Published]) -> None:
    schema = json.loads(schema_text(kind))
    sealed = [path for path, what in shape.shape(kind).items() if what.startswith("sealed ")]
    for path in sealed:
        found = _resolved(schema, path)
        assert (found["type"], found["pattern"]) == ("string", PATTERN), path


def test_what_is_published_stays() -> None:
    assert shape.locked(), REMEDY
    assert shape.broken(shape.locked(), shape.published()) == []


def test_what_is_added_is_published_with_the_change_that_adds_it() -> None:
    assert shape.locked() == shape.published(), REMEDY


def _resolved(schema: dict[str, object], path: str) -> dict[str, str]:
    """The schema of the field at a path of `schemas.shape`."""
    at: dict[str, object] = schema
    for step in path.replace("[]", ".[]").split("."):
        at = _open(schema, at)
        at = at["items"] if step == "[]" else at["properties"][step]  # type: ignore[assignment,index]  # plain JSON
    return _open(schema, at)  # type: ignore[return-value]  # plain JSON


def _open(schema: dict[str, object], at: dict[str, object]) -> dict[str, object]:
    """Through a reference, and to the filled one of "a value or null"."""
    while True:
        if "$ref" in at:
            at = schema["$defs"][str(at["$ref"]).rpartition("/")[2]]  # type: ignore[index]  # plain JSON
        elif "anyOf" in at:
            at = next(each for each in at["anyOf"] if each != {"type": "null"})  # type: ignore[attr-defined]  # plain JSON
        else:
            return at
