"""A script in which everything confidential is a canary: companies refused on every ground, and an adopted one.

Whatever an officer writes on a company's case holds a word that stands nowhere else, so that finding it tells where it
got out, and from which field.
"""

from __future__ import annotations

import copy
import itertools
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from stdnum.jp import cn

from infra.local.programs import PROJECT
from madoguchi.rehearsal.script import Case, Script, Step, read
from schemas.values import TOKYO

REFUSED = ("rule-website", "rule-form", "waiver", "paper", "too-weak", "interview", "facts")
"""Companies that are not adopted, by the ground."""
CASES = (*REFUSED, "adopted")
PASSING = ("interview", "facts", "adopted")
CRITERIA = ("understanding", "motive", "management", "structure", "effect")
OFFICER = "officer-05"


class Aviary:
    """Hands out canaries and knows them all: word to place."""

    def __init__(self) -> None:
        self.canaries: dict[str, str] = {}
        self._numbers = itertools.count(1)

    def bird(self, place: str) -> str:
        """A word that stands nowhere else."""
        word = f"kx{next(self._numbers):04d}zq"
        self.canaries[word] = place
        return f"審査の覚え {word}"


def script(aviary: Aviary) -> Script:
    """The whole road: registration, both stages, outcome, support."""
    steps = sorted(_steps(aviary), key=lambda step: step.at)
    cases = tuple(Case("support", 2026, name, f"{name}株式会社", "") for name in CASES)
    return Script(2026, cases, tuple(steps))


def _steps(aviary: Aviary) -> Iterator[Step]:
    form = next(step.body for step in read(PROJECT / "examples" / "2026").steps if step.case == "01-hitaki-seimitsu")
    for number, name in enumerate(CASES, 1):
        made = _Case(aviary, name, number)
        yield from made.arrives(form)
        yield from made.is_screened()
    yield from _Case(aviary, "adopted", 90).lives()


class _Case:
    """Makes the steps of one company."""

    def __init__(self, aviary: Aviary, name: str, number: int) -> None:
        self._aviary, self._name, self._base = aviary, name, number
        self._count = itertools.count(1)

    def arrives(self, form: dict[str, Any]) -> Iterator[Step]:
        """Form and consent."""
        body = copy.deepcopy(form)
        body["party"] |= {"corporate_number": _number(self._base), "name": f"{self._name}株式会社"}
        grounds: dict[str, dict[str, Any]] = {"rule-website": {"website": None}, "rule-form": {"legal_form": "other"}}
        body |= grounds.get(self._name, {})
        if self._name == "waiver":
            body["positions"][0]["residence_status"] = "student"
        yield self._step("02-10T10:00", "apply", body)
        yield self._step("02-10T11:00", "paper", {"kind": "consent", "text": f"同意書 {self._name}"})
        if self._name == "facts":
            yield self._step("02-18T10:00", "amend", body | {"website": None})

    def is_screened(self) -> Iterator[Step]:
        """What officers do with it."""
        yield self._order("02-12T09:00", "no-interest")
        yield self._order("02-12T09:30", "conflict", by="officer-07")
        if self._name == "waiver":
            yield self._order("02-12T10:00", "waive", place={"clause": "C-SC-1"}, outcome="refused")
        if self._name in ("paper", "too-weak"):
            yield self._stage_one("refused", strong=self._name == "paper")
        if self._name in PASSING:
            yield self._stage_one("passed", strong=True)
            at, link = "2026-02-20T14:00:00+09:00", "https://meet.example/kakuu"
            yield self._order("02-13T10:00", "interview", starts_at=at, link=link)
        if self._name in ("interview", "adopted"):
            outcome = "passed" if self._name == "adopted" else "refused"
            yield self._order("02-20T16:00", "stage-two", outcome=outcome)

    def lives(self) -> Iterator[Step]:
        """The support of the adopted company."""
        said = self._aviary.bird
        present = ["company", "jetro", "coordinator"]
        yield self._order(
            "04-10T10:00", "kick-off", held_on="2026-04-10", until="2027-03-31", stage="recruiting",
            plan=said("plan"), present=present,
        )  # fmt: skip
        yield self._order("05-11T10:00", "contact", kind="online", on="2026-05-11", note=said("contact.note"))
        yield self._order(
            "05-12T10:00", "disclose", on="2026-05-12", ground="public", what=said("disclosure.what"),
            to=said("disclosure.to"),
        )  # fmt: skip
        yield self._order("06-01T10:00", "review", held_on="2026-06-01", finding=said("review.finding"))
        yield self._order(
            "06-02T10:00", "replace-coordinator", coordinator_id="coordinator-10", handover=said("handover")
        )
        yield self._order("06-03T10:00", "refuse-request", kind="introduce_person")
        yield self._order("06-04T10:00", "menu", menu="trip_together", granted=True)
        yield self._order("06-30T10:00", "end-support", ended_on="2026-06-30", ground="goal_reached")

    def _stage_one(self, outcome: str, *, strong: bool) -> Step:
        met = outcome == "passed"
        marks = {each: {"met": met, "note": self._aviary.bird(f"{self._name}.{each}")} for each in CRITERIA}
        strength = {"met": strong, "note": self._aviary.bird(f"{self._name}.strength")}
        return self._order("02-12T11:00", "stage-one", outcome=outcome, criteria=marks, strength=strength)

    def _order(self, at: str, do: str, *, by: str = OFFICER, place: dict[str, str] | None = None, **body: Any) -> Step:
        reason = self._aviary.bird(f"{self._name}.{do}.reason")
        return self._step(at, do, {"by": by, "reason": reason} | body, place)

    def _step(self, at: str, do: str, body: dict[str, Any], place: dict[str, str] | None = None) -> Step:
        moment = datetime.fromisoformat(f"2026-{at}").replace(tzinfo=TOKYO)
        return Step(moment, "support", self._name, self._base * 100 + next(self._count), do, body, place or {})


def _number(number: int) -> str:
    """A corporate number with its check digit; nobody's."""
    digits = f"9990{number:08d}"
    return f"{cn.calc_check_digit(digits)}{digits}"
