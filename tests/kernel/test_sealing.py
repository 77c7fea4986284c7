"""Sealed fields: what is inside is shown to nobody, and a token opens only with what it was made for."""

from __future__ import annotations

import base64
import json
import os

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from kernel.ciphers import seal, unseal
from kernel.sealing import PREFIX, Confidential, NotSealed, Personal, Sealed

KEY = os.urandom(32)
SECRET = "港区の花子"


def fresh(text: str = SECRET, key: bytes = KEY) -> Personal:
    made: Personal = Personal.fresh(text, subject="ann", field="name", key=key)
    return made


@given(st.text())
def test_what_was_sealed_comes_out_again(text: str) -> None:
    assert unseal(Personal(seal(fresh(text), "book/1")), KEY) == text


def test_a_token_is_made_once_and_goes_with_the_value() -> None:
    value = fresh()
    assert seal(value, "book/1") == seal(value, "book/2")


def test_equal_values_have_different_tokens() -> None:
    assert seal(fresh(), "book/1") != seal(fresh(), "book/1")


def test_the_length_of_a_token_does_not_tell_short_values_apart() -> None:
    tokens = [seal(fresh(text), "book/1") for text in ("", "900", "illness", "breach", "sender_request")]
    assert len({len(token) for token in tokens}) == 1


def test_another_key_does_not_open_it() -> None:
    with pytest.raises(NotSealed):
        unseal(Personal(seal(fresh(), "book/1")), os.urandom(32))


@pytest.mark.parametrize("part", ["kind", "subject", "field", "event"])
def test_a_token_that_claims_to_be_of_another_place_does_not_open(part: str) -> None:
    prefix, version, named, box = seal(fresh(), "book/1").split(":")
    header = json.loads(base64.urlsafe_b64decode(named + "=="))
    header[part] = "confidential" if part == "kind" else "other"
    forged = base64.urlsafe_b64encode(json.dumps(header, separators=(",", ":"), sort_keys=True).encode()).decode()
    kind: type[Sealed] = Confidential if part == "kind" else Personal
    with pytest.raises(NotSealed):
        unseal(kind(f"{prefix}:{version}:{forged.rstrip('=')}:{box}"), KEY)


def test_a_cut_or_changed_box_does_not_open() -> None:
    token = seal(fresh(), "book/1")
    named, box = token.rsplit(":", 1)
    for broken in (box[:8], box[:-2], ("B" if box[20] == "A" else "A").join((box[:20], box[21:]))):
        with pytest.raises(NotSealed):
            unseal(Personal(f"{named}:{broken}"), KEY)


def test_a_token_of_another_kind_is_refused() -> None:
    with pytest.raises(NotSealed, match="another kind"):
        Confidential(seal(fresh(), "book/1"))


@given(
    st.text()
    | st.text().map(PREFIX.__add__)
    | st.text().map(lambda t: f"{PREFIX}{base64.b64encode(t.encode()).decode()}:x")
)
def test_what_is_no_token_is_refused_as_such(text: str) -> None:
    with pytest.raises(NotSealed):
        Personal(text)


def test_a_header_without_its_names_is_refused() -> None:
    named = base64.urlsafe_b64encode(b'{"kind":"personal"}').decode().rstrip("=")
    with pytest.raises(NotSealed):
        Personal(f"{PREFIX}{named}:x")


def test_it_never_shows_the_value(capsys: pytest.CaptureFixture[str]) -> None:
    for value in (fresh(), Personal(seal(fresh(), "book/1"))):
        structlog.get_logger().warning("logged", value=value)
        shown = [repr(value), str(value), f"{value}", "%s" % value, repr([value]), repr({"v": value})]  # noqa: UP031
        shown += [capsys.readouterr().out]
        assert not any(SECRET in text or "花子" in text for text in shown)


def test_a_fresh_value_cannot_be_published() -> None:
    class Public(BaseModel):
        name: Personal

    with pytest.raises(Exception, match="fresh value cannot leave"):
        Public(name=fresh()).model_dump_json()


def test_a_published_field_is_opaque_text_and_nothing_else() -> None:
    class Public(BaseModel):
        name: Personal

    token = seal(fresh(), "book/1")
    published = Public(name=Personal(token)).model_dump_json()
    assert json.loads(published) == {"name": token}
    assert unseal(Public.model_validate_json(published).name, KEY) == SECRET
    for bad in ("花子", token.replace("sealed:1", "sealed:2"), f"{PREFIX}e30:x", f"{PREFIX}bnVsbA:x"):
        with pytest.raises(ValidationError):
            Public.model_validate({"name": bad})
