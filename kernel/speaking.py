"""Who speaks in a command: the caller's own id, which ``by`` may repeat or leave out, and may not contradict (G-6)."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Annotated

from fastapi import Query
from fastapi.exceptions import RequestValidationError
from pydantic import BeforeValidator, Field
from pydantic_core import PydanticKnownError

from kernel.denials import somebody_else

SPEAKER: ContextVar[str | None] = ContextVar("speaker", default=None)
"""The id of the officer whose token it is, during one request; None where a rehearsal trusts whoever is named."""
NOBODY = ""
"""Speaks in a request of an applicant or a form: no officer."""
OFFICER = r"^[a-z0-9-]+$"


def spoken(said: object) -> object:
    """The id that counts for what ``by`` says. Raises `Forbidden` where it is another's."""
    speaker = SPEAKER.get()
    if speaker is None or said is None:
        return speaker if said is None else said
    if said != speaker:
        raise somebody_else()
    return said


def _must_be_somebody(said: object) -> object:
    speaker = spoken(said)
    if speaker is None:
        raise PydanticKnownError("missing")
    return speaker


def _nobody() -> str:
    return None  # type: ignore[return-value]  # the validator puts the speaker in its place, or refuses


By = Annotated[
    str,
    BeforeValidator(_must_be_somebody),
    Field(
        min_length=1, max_length=64, pattern=OFFICER, default_factory=_nobody, validate_default=True,
        description="担当者ID（省けば、サインインしている本人）",
    ),
]  # fmt: skip
"""Who says something: an officer's id."""


async def by_in_query(
    by: Annotated[str | None, Query(min_length=1, max_length=64, pattern=OFFICER, description="担当者ID")] = None,
) -> str:
    """Dependency: the same where the body is a file and ``by`` stands in the address."""
    speaker = spoken(by)
    if speaker is None:
        raise RequestValidationError([{"type": "missing", "loc": ("query", "by"), "msg": "", "input": None}])
    return str(speaker)
