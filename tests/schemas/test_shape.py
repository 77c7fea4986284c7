"""What counts as an addition to the published language, and what breaks its readers."""

from __future__ import annotations

from typing import Literal

import pytest

from kernel.sealing import Contact
from schemas.base import Published
from schemas.shape import Shape, broken, shape
from schemas.values import Wish

BEFORE: dict[str, Shape] = {
    "LetterSent.v1": {
        "@topic": "notify",
        "letter": "text",
        "tries": "whole number, optional",
        "by": "one of mail, post",
        "places": "list",
        "places[]": "structure",
        "places[].site": "text",
    }
}


def changed(**fields: str | None) -> dict[str, Shape]:
    """The language with these fields instead; None takes one away."""
    now = BEFORE["LetterSent.v1"] | {name.replace("__", "."): what or "" for name, what in fields.items()}
    return {"LetterSent.v1": {path: what for path, what in now.items() if what}}


def test_the_same_language_breaks_nothing() -> None:
    assert broken(BEFORE, BEFORE) == []


@pytest.mark.parametrize(
    "now",
    [
        changed(read_at="moment, optional"),
        changed(by="one of fax, mail, post"),
        changed(sender="structure or null, optional", sender__name="text"),
        BEFORE | {"LetterRead.v1": {"letter": "text"}},
    ],
    ids=["an optional field", "a word of a list", "an optional structure with its fields", "an event"],
)
def test_an_addition_breaks_nothing(now: dict[str, Shape]) -> None:
    assert broken(BEFORE, now) == []


@pytest.mark.parametrize(
    ("now", "fault"),
    [
        (changed(letter=None), "letter is removed"),
        (changed(letter="whole number"), "letter was 'text' and is 'whole number'"),
        (changed(letter="text or null"), "letter was 'text' and is 'text or null'"),
        (changed(letter="text, optional"), "letter was 'text' and is 'text, optional'"),
        (changed(tries="whole number"), "tries was 'whole number, optional' and is 'whole number'"),
        (changed(by="one of mail"), "by was 'one of mail, post' and is 'one of mail'"),
        (changed(by="one of fax, mail, post, optional"), "by was"),
        (changed(read_at="moment"), "read_at is newly required"),
        ({"LetterSent.v1": BEFORE["LetterSent.v1"] | {"places[].years": "text"}}, "years is newly required"),
        ({"LetterSent.v1": BEFORE["LetterSent.v1"] | {"@topic": "mail"}}, "@topic was 'notify' and is 'mail'"),
    ],
)
def test_a_change_that_breaks_readers_asks_for_a_second_version(now: dict[str, Shape], fault: str) -> None:
    (told,) = broken(BEFORE, now)
    assert told.startswith("LetterSent.v1: ")
    assert fault in told
    assert told.endswith("Put it back, and make a v2.")


def test_an_event_cannot_go() -> None:
    (told,) = broken(BEFORE, {})
    assert told.startswith("LetterSent.v1 is gone.")


class _Sample(Published):
    """A sample of each kind of field; without a topic of its own it is no event of the language."""

    who: Contact
    wishes: tuple[Wish, ...] = ()
    by: Literal["post", "mail"] | None


def test_a_shape_goes_down_to_the_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_Sample, "TOPIC", "notify", raising=False)
    assert shape(_Sample) == {
        "@topic": "notify",
        "who": "sealed contact",
        "wishes": "list, optional",
        "wishes[]": "structure",
        "wishes[].rank": "whole number",
        "wishes[].domestic": "text",
        "wishes[].overseas": "text or null, optional",
        "by": "one of mail, post or null",
    }
