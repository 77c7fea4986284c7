"""The bodies of officers' commands, beside who, why and the version seen (G-6)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt

from kernel.http import Command, FirstCommand
from schemas.plain import Code, Day, Moment, Note
from services.screening.app.disclosures import Disclosure
from services.screening.app.supports import Mark
from services.screening.domain.support_events import Doubt

SecondmentId = Annotated[Code | None, Field(description="出向番号。希望が1件の申請では省略できます。")]


class Judgement(Command):
    """A yes or no: the clause is met, or the case fails on it."""

    outcome: Literal["passed", "refused"]


class Review(Judgement):
    """On an adoption that is looked at again; ``clause`` may be left out where one matter alone is open.

    C-IN-7: changed facts. C-IN-5, C-IN-1: a withdrawal, or a returned consent, that crossed the adoption.
    """

    clause: Doubt | None = None


class OnSecondment(Judgement):
    """A judgement on one secondment of a form."""

    secondment_id: SecondmentId = None


class ThirdYear(OnSecondment):
    """On a third year (S-SC-2); ``unit_agrees`` is the unit's word, as the officer heard it."""

    unit_agrees: StrictBool = False


class Waiver(Command):
    """On a soft clause: granted, or refused, which ends the case."""

    outcome: Literal["granted", "refused"]
    secondment_id: SecondmentId = None


class Marked(BaseModel):
    """One criterion: met or not, and why."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, hide_input_in_errors=True)
    met: StrictBool
    note: Note

    def mark(self) -> Mark:
        """The same for the desk."""
        return Mark(self.met, self.note)


class StageOne(Judgement):
    """Stage one, on paper: the edition's criteria by code (C-SC-12), and C-SC-9 as ``strength``."""

    criteria: Annotated[dict[Annotated[str, Field(max_length=80)], Marked], Field(max_length=20)]
    strength: Marked


class DisclosureSaid(FirstCommand):
    """Something secret was told (C-CO-1): ``ground`` is ``owner_agreed`` or one of the edition's exceptions.

    ``what`` and ``to`` are sealed. ``seen_version`` is the register's.
    """

    on: Day
    ground: Code
    what: Note
    to: Note
    owner_agreed_on: Day | None = None

    def disclosure(self) -> Disclosure:
        """The same for the desk."""
        return Disclosure(self.on, self.ground, self.what, self.to, self.owner_agreed_on)


class InterviewDate(Command):
    """The date of stage two (C-SC-13, C-SC-14); giving another one moves it."""

    starts_at: Moment
    minutes: Annotated[StrictInt | None, Field(ge=10, le=240)] = None
    mode: Literal["online", "telephone"] = "online"
    link: Annotated[str | None, Field(max_length=500, pattern=r"^https://[^\s<>\"]+$")] = None
