"""What the steps of a script say, as the forms that they are posted as."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from madoguchi.rehearsal.script import Script, Step
from schemas.forms import SecondeeForm, SecondmentApplication, SupportApplication

FOLDER = Path(__file__).parents[2] / "examples" / "2026"
SENT = {"apply", "amend"}


def named(step: Step) -> str:
    """A step, so that who wrote it finds it."""
    return f"{step.programme}/{step.case or 'officers'} {step.at:%Y-%m-%dT%H:%M} {step.do}"


def steps(script: Script, *actions: str) -> Iterator[Step]:
    """The steps of these actions."""
    return (step for step in script.steps if step.do in actions)


def form(step: Step) -> SecondmentApplication | SupportApplication | SecondeeForm:
    """The step's body as intake reads it from JSON. Raises pydantic's ValidationError."""
    sent = json.dumps(step.body)
    if step.do == "name-secondee":
        return SecondeeForm.model_validate_json(sent)
    kind = SecondmentApplication if step.programme == "secondment" else SupportApplication
    return kind.model_validate_json(sent)


def applications(script: Script) -> list[tuple[Step, Any]]:
    """Every form sent or sent anew, with its step."""
    return [(step, form(step)) for step in steps(script, *SENT)]
