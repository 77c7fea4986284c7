"""What every refusal must be: one problem document that says where, by which clause, and what would be right."""

from __future__ import annotations

import re

import httpx

from tests.bad_input.badness import CANARY

JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龠]")
POINTER = re.compile(r"(/[A-Za-z0-9_?-]+)*")
CLAUSE = re.compile(r"[SCG]-(?:[A-Z]{2}-)?\d+")
ABSTRACT = re.compile(r"[Tt]raceback|[Ee]xception|\bNone\b|pydantic|<class")
"""What a program says to itself."""


def refusal(answer: httpx.Response, *statuses: int) -> list[str]:
    """Where a refusal sees its faults, found to be as it must."""
    assert 400 <= answer.status_code < 500, f"{answer.status_code}: {answer.text[:300]}"
    assert not statuses or answer.status_code in statuses, f"{answer.status_code}: {answer.text[:300]}"
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    assert told["status"] == answer.status_code
    assert told["title"]
    assert JAPANESE.search(told["title_ja"])
    assert told["errors"]
    for error in told["errors"]:
        assert POINTER.fullmatch(error["pointer"]), error
        assert CLAUSE.fullmatch(error["clause"]), error
        assert JAPANESE.search(error["ja"]), error
        assert error["en"].isascii() or "…" in error["en"] or JAPANESE.search(error["en"]) is None, error
        assert not ABSTRACT.search(error["en"]), error
    assert CANARY not in answer.text
    assert len(answer.text) < 60_000
    return [error["pointer"] for error in told["errors"]]
