"""The catalogue of an edition's letters: which there are, what makes each go out, and what each may say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field, RootModel

from policies.parameters import Section
from schemas.values import ClauseId


class LetterEntry(Section):
    """A letter (通知). ``event`` is the published event that makes it go out, ``when`` what its fields must be.

    Without ``sent`` it goes out at once; else ``sent`` names the parameter that says when: a day, or days before or
    after the day that the letter is about. ``variables`` are those of variables.yaml that it needs. ``enclosed`` names
    the parameter that says in which layout the paper that goes with it is set.
    """

    clause: ClauseId
    event: str
    when: dict[str, str | int | bool] = Field(default_factory=dict)
    sent: str | None = None
    enclosed: Literal["invoice.layout", "adoption.layout"] | None = None
    variables: tuple[str, ...] = ()


class Letters(RootModel[dict[str, LetterEntry]]):
    """The letters by code. Of several for one event the first that fits goes out."""

    def for_event(self, event: str, facts: Mapping[str, Any]) -> str | None:
        """The letter that goes out at once on an event with these fields, None where there is none."""
        for code, entry in self.root.items():
            if entry.event == event and entry.sent is None and _fits(entry, facts):
                return code
        return None

    def later(self, event: str, facts: Mapping[str, Any]) -> tuple[str, ...]:
        """The letters that an event sets for later days, such as reminders."""
        entries = self.root.items()
        return tuple(code for code, entry in entries if entry.event == event and entry.sent and _fits(entry, facts))


class Variable(Section):
    """What a letter may be told: its meaning and a sample, which the tests render and a clerk can preview."""

    meaning: str
    sample: Any


class Variables(RootModel[dict[str, Variable]]):
    """All variables of an edition's letters by name."""


COMMON = ("organisation", "person", "written_on")
"""Variables that every letter needs: whom it is addressed to, and its day."""

FROM_EDITION = ("institution", "office", "title", "fiscal_year")
"""What every letter knows from the edition itself."""


def _fits(entry: LetterEntry, facts: Mapping[str, Any]) -> bool:
    return all(facts.get(field) == wanted for field, wanted in entry.when.items())
