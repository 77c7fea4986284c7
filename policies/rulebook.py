"""The rulebook (規則集) in short: what each clause says, in Japanese and English."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter
from ruamel.yaml import YAML

Kind = Literal["hard", "soft", "officer", "param", "hard/param", "hard/soft", "hard/officer", "soft/param"]


class Clause(BaseModel):
    """A clause (条項). ``claimed`` says that it is claimed as done, so that a test must prove it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Kind
    claimed: bool
    ja: str
    en: str


@cache
def rulebook() -> dict[str, Clause]:
    """Every clause by its id."""
    text = (Path(__file__).parent / "rulebook.yaml").read_text(encoding="utf-8")
    return TypeAdapter(dict[str, Clause]).validate_python(YAML(typ="safe").load(text))
