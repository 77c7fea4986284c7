"""C-SC-15: grounds, notes and course of a company's screening cannot get out."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
import typing
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel

from kernel.sealing import Confidential
from schemas import screening as public
from schemas.base import REGISTRY, Published
from schemas.values import Decision, SecondmentForm, SecondmentRequest, SupportForm
from services.screening.domain import confidential, support_events
from services.screening.projections import PROJECTIONS
from services.screening.publish import TOLD, publish
from tests.screening.desk import CASE, Desk, plain
from tests.screening.forms import FEBRUARY, amended, company_form, position, submitted, support_rules, tokyo

PRIVATE = [
    each for each in vars(confidential).values() if isinstance(each, type) and each.__module__ == confidential.__name__
]
ABOUT_COMPANIES = (
    public.InterviewArranged, public.InterviewCancelled, public.InterviewMissed,
    public.InterviewAbsenceWithdrawn,
    public.CompanyAdopted, public.CompanyNotAdopted, public.CaseClosed,
)  # fmt: skip
WHAT_APPLICANTS_SAID = (SupportForm, SecondmentForm, SecondmentRequest)


def reachable(kind: Any, seen: set[Any] | None = None) -> set[Any]:
    """Every type that a value of this type may hold; what the applicant said itself is not looked into."""
    seen = set() if seen is None else seen
    if kind in seen or kind in WHAT_APPLICANTS_SAID:
        return seen
    seen.add(kind)
    for part in (*typing.get_args(kind), *_fields(kind)):
        reachable(part, seen)
    return seen


def _fields(kind: Any) -> Iterator[Any]:
    if isinstance(kind, type) and (dataclasses.is_dataclass(kind) or issubclass(kind, BaseModel)):
        hints = typing.get_type_hints(kind, include_extras=True)
        yield from (hint for name, hint in hints.items() if typing.get_origin(hint) is not typing.ClassVar)


@pytest.mark.clause("C-SC-15")
@pytest.mark.parametrize("event", [REGISTRY[name] for name in sorted(REGISTRY)])
def test_no_public_event_can_hold_a_decision_or_a_private_event(event: type[Published]) -> None:
    held = reachable(event)
    assert Decision not in held
    assert not held & set(PRIVATE)
    assert Confidential not in held


@pytest.mark.clause("C-SC-15")
def test_the_walk_finds_what_it_looks_for() -> None:
    assert {Decision, Confidential} <= reachable(tuple[Decision, ...] | None)


@pytest.mark.clause("C-SC-15")
def test_what_is_said_of_companies_names_no_clause() -> None:
    for event in ABOUT_COMPANIES:
        assert not {"clause", "clauses", "reason", "grounds", "stage", "decision", "decisions"} & set(
            event.model_fields
        )


@pytest.mark.clause("C-SC-15")
def test_publishing_never_loads_the_confidential_module() -> None:
    asked = "import sys, services.screening.publish; print('services.screening.domain.confidential' in sys.modules)"
    answer = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True, timeout=60)
    assert answer.stdout.strip() == "False"


@pytest.mark.clause("C-SC-15")
def test_no_confidential_event_is_told() -> None:
    assert PRIVATE
    assert not set(PRIVATE) & set(TOLD)
    told = {kind for kind in TOLD if kind.__module__ == support_events.__name__}
    # ClosedTo stands beside the confidential declaration and says a hash: no officer, no ground (C-SC-16).
    names = {
        "InterviewSet",
        "InterviewCancelled",
        "InterviewMissed",
        "InterviewAbsenceWithdrawn",
        "Adopted",
        "NotAdopted",
        "ClosedTo",
    }
    assert {each.__name__ for each in told} == names


CANARIES = {code: {"met": False, "note": f"canary-{code}"} for code in support_rules().edition.screening.criteria}


async def refused_in_stage_one() -> Desk:
    desk = await Desk.open(FEBRUARY, submitted(company_form(positions=(position(residence_status="student"),))))
    await desk.order("waivers/C-SC-1", outcome="granted", reason="canary-waiver")
    await desk.order("conflicts", by="o-9", reason="canary-conflict")
    strength = {"met": False, "note": "canary-strength"}
    await desk.order("stage-one", outcome="refused", criteria=CANARIES, strength=strength, reason="canary-reason")
    return desk


@pytest.mark.clause("C-SC-15")
async def test_canaries_are_found_by_officers_alone() -> None:
    desk = await refused_in_stage_one()
    opened = plain(await desk.history())
    for canary in ("waiver", "conflict", "strength", "reason", *CANARIES):
        assert f"canary-{canary}" in opened
    outside = [await desk.log_bytes(), plain([each.data.decode() for each in desk.company.published])]
    outside += [plain(await desk.get(CASE)), plain(await desk.get("/v1/screenings?open=true"))]
    outside += [plain(vars(desk.world.db[PROJECTIONS[0].collection]))]
    assert "app-1" in outside[-1]
    assert all("canary" not in text for text in outside)


@pytest.mark.clause("C-SC-15")
async def test_the_grounds_of_the_rule_are_sealed_too() -> None:
    desk = await Desk.open(FEBRUARY, submitted(company_form(website=None)))
    kept = await desk.log_bytes()
    assert "C-SC-" not in kept
    assert "refused" not in kept
    (examined,) = [e for e in await desk.history() if e["name"] == "screening.company_examined.v1"]
    grounds = {each["clause"]: each["outcome"] for each in examined["data"]["decisions"]}
    assert grounds["C-SC-4"] == "refused"
    assert grounds["C-SC-5"] == "passed"


@pytest.mark.clause("C-SC-15")
async def test_whatever_the_ground_what_is_told_looks_the_same() -> None:
    by_rule = await Desk.open(FEBRUARY, submitted(company_form(has_employed_graduates=False)))
    on_paper = await refused_in_stage_one()
    after = await Desk.open(FEBRUARY, submitted(company_form()))
    marks = {code: {"met": True, "note": "可"} for code in CANARIES}
    await after.order("stage-one", outcome="passed", criteria=marks, strength={"met": True, "note": "可"})
    await after.order("interview", starts_at="2026-02-20T14:00:00+09:00", link="https://teams.example.jp/1")
    await after.company.move(tokyo(2026, 2, 21))
    await after.order("stage-two", outcome="refused")
    for desk in (by_rule, on_paper, after):
        await desk.until_told()
    told = [desk.told()[-1] for desk in (by_rule, on_paper, after)]
    bare = [each.model_dump(exclude={"party"}) for each in told]
    assert bare[0] == bare[1] == bare[2]


async def _by_rule(desk: Desk) -> None:
    """The rules have refused on arrival."""


async def _by_waiver(desk: Desk) -> None:
    await desk.order("waivers/C-SC-1", outcome="refused")


async def _on_paper(desk: Desk) -> None:
    await desk.company.move(tokyo(2026, 2, 12, 17))
    await desk.order("stage-one", outcome="refused", criteria=CANARIES, strength={"met": False, "note": "弱い"})


async def _by_changed_facts(desk: Desk) -> None:
    await desk.hear(amended(company_form(website=None)))


async def _before_the_last_day(desk: Desk) -> None:
    await desk.company.move(tokyo(2026, 2, 25, 20))
    await desk.order("stage-one", outcome="refused", criteria=CANARIES, strength={"met": True, "note": "可"})


STUDENT = company_form(positions=(position(residence_status="student"),))


@pytest.mark.clause("C-SC-15")
@pytest.mark.parametrize(
    ("form", "course"),
    [
        (company_form(website=None), _by_rule),
        (company_form(legal_form="other"), _by_rule),
        (STUDENT, _by_waiver),
        (company_form(), _on_paper),
        (company_form(), _by_changed_facts),
        (company_form(), _before_the_last_day),
    ],
)
async def test_when_a_company_is_told_does_not_say_which_ground_it_was(form: SupportForm, course: Any) -> None:
    desk = await Desk.open(FEBRUARY, submitted(form))
    await course(desk)
    await desk.company.move(tokyo(2026, 2, 26, 8, 59))
    assert desk.names() == []
    assert (await desk.get(CASE))["status"] == "not_adopted"
    await desk.company.move(tokyo(2026, 2, 26, 9))
    assert desk.names() == ["CompanyNotAdopted"]


@pytest.mark.clause("C-SC-15")
async def test_one_that_is_decided_after_the_window_is_told_on_the_next_business_day() -> None:
    desk = await Desk.open(FEBRUARY, submitted(company_form()))
    await desk.company.move(tokyo(2026, 2, 27, 18))
    await desk.order("stage-one", outcome="refused", criteria=CANARIES, strength={"met": True, "note": "可"})
    await desk.company.move(tokyo(2026, 3, 2, 8, 59))  # over a weekend
    assert desk.names() == []
    await desk.company.move(tokyo(2026, 3, 2, 9))
    assert desk.names() == ["CompanyNotAdopted"]


def test_what_is_not_in_the_table_stays_private() -> None:
    assert publish(object()) == ()  # type: ignore[arg-type]  # anything at all
