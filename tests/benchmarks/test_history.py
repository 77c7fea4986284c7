"""Which form an entry of a log belongs to."""

from __future__ import annotations

from typing import Any

from benchmarks.history import forms_of


def entry(*streams: str, causes: tuple[str, ...] = (), correlation: str = "") -> dict[str, Any]:
    made: dict[str, Any] = {"e": [{"s": stream, "v": 1, "t": "some.event.v1"} for stream in streams]}
    made["k"] = [{"c": "service", "m": cause} for cause in causes]
    return made | ({"m": {"co": correlation}} if correlation else {})


def test_the_road_of_a_form_is_found_from_its_entry_to_the_last_settlement() -> None:
    owner: dict[str, str] = {}
    road = [
        entry("reception", "app-1", "organisation-1"),
        entry("screening-1", causes=("intake:app-1/1",), correlation="app-1"),
        entry("letter-1", causes=("intake:app-1/1",), correlation="app-1"),
        entry("letter-1"),  # it was sent
        entry(causes=("notify:letter-1/2",)),  # intake has heard of it
    ]
    assert [forms_of(each, owner) for each in road] == [{"app-1"}] * 5


def test_what_settles_messages_of_several_forms_belongs_to_all_of_them() -> None:
    owner: dict[str, str] = {}
    forms_of(entry("app-1"), owner)
    forms_of(entry("app-2"), owner)
    assert forms_of(entry(causes=("intake:app-1/1", "intake:app-2/1+1")), owner) == {"app-1", "app-2"}


def test_a_stream_that_forms_share_is_not_taken_over_by_the_next() -> None:
    owner: dict[str, str] = {}
    forms_of(entry("reception", "app-1"), owner)
    forms_of(entry("reception", "app-2"), owner)
    assert owner["reception"] == "app-1"


def test_what_is_about_no_form_belongs_to_none() -> None:
    assert forms_of(entry("reception"), {}) == set()
