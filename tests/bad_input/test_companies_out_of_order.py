"""A company's commands too early, too late or twice: refused by their clause, and nothing is recorded of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from policies.editions import load
from schemas.values import TOKYO
from tests.bad_input.test_out_of_order import Case
from tests.bad_input.town import Town
from tests.intake import forms

APPLY = datetime(2026, 2, 10, 10, tzinfo=TOKYO)
LATER = datetime(2026, 5, 11, 10, tzinfo=TOKYO)
CRITERIA = {code: {"met": True, "note": "可"} for code in load("support", 2026).screening.criteria}
STAGE_ONE: dict[str, Any] = {"outcome": "passed", "criteria": CRITERIA, "strength": {"met": True, "note": "可"}}
MEETING = {"starts_at": "2026-02-20T14:00:00+09:00", "link": "https://meet.example/1"}
AGAIN = MEETING | {"starts_at": "2026-06-01T14:00:00+09:00"}
KICK: dict[str, Any] = {
    "held_on": "2026-05-11", "until": "2027-03-31", "stage": "recruiting", "plan": "計画",
    "present": ["company", "jetro", "coordinator"],
}  # fmt: skip
CONTACT = {"kind": "online", "on": "2026-05-11", "note": "記録"}
Row = tuple[str, str, dict[str, Any], str]


class Company(Case):
    """A company's application on its way."""

    def __init__(self) -> None:
        super().__init__()
        self.town = Town(APPLY)

    @property
    def places(self) -> dict[str, str]:
        """See `Case.places`."""
        return super().places | {"counter": f"intake /v1/support/2026/applications/{self.id}"}

    async def registered(self) -> Company:
        answer = await self.town.ask("intake", "POST", "/v1/support/2026/applications", json=forms.support())
        self.id = answer.json()["id"]
        return self

    async def complete(self) -> Company:
        await self.registered()
        service, path = self.places["counter"].split(" ")
        headers = {"Content-Digest": forms.digest(forms.PDF), "Content-Type": "application/pdf"}
        sent = await self.town.ask(service, "POST", f"{path}/papers?kind=consent", content=forms.PDF, headers=headers)
        assert sent.status_code == 201, sent.text
        screening, case = self.places["screening"].split(" ")
        for officer in ("o-1", "jinji-01"):
            await self.town.does(screening, f"{case}/no-interest", by=officer, reason="取引はない")
        return self

    async def passed(self) -> Company:
        await self.complete()
        await self.done("screening", "stage-one", **STAGE_ONE)
        return self

    async def adopted(self) -> Company:
        await self.passed()
        await self.done("screening", "interview", **MEETING)
        await self.town.company.move(LATER)
        await self.done("screening", "stage-two", outcome="passed")
        return self

    async def running(self) -> Company:
        await self.adopted()
        await self.done("support", "kick-off", **KICK)
        return self


SURVEY = {"survey": "half_way", "answered_on": "2026-05-11"}
COORDINATOR = {"coordinator_id": "coordinator-01"}
END = {"ended_on": "2026-05-11", "ground": "goal_reached"}
BEFORE_IT_IS_COMPLETE: list[Row] = [
    ("counter", "consent-return", {"ground": "not_sealed"}, "C-IN-1"),
    ("counter", "withdrawal", {"assumed": True}, "C-IN-6"),
    ("counter", "late-admission", {}, "C-IN-3"),
    ("screening", "stage-one", STAGE_ONE, "404"),
    ("support", "kick-off", KICK, "404"),
    ("support", "early-end", END, "404"),
]
BEFORE_STAGE_ONE: list[Row] = [
    ("screening", "waivers/C-SC-1", {"outcome": "granted"}, "C-SC-1"),
    ("screening", "interview", MEETING, "C-SC-14"),
    ("screening", "interview-cancellation", {}, "C-SC-14"),
    ("screening", "interview-absence", {}, "C-IN-6"),
    ("screening", "stage-two", {"outcome": "passed"}, "C-SC-14"),
    ("screening", "review", {"outcome": "passed"}, "C-IN-7"),
    ("screening", "purpose", {"outcome": "passed"}, "G-6"),
    ("screening", "third-year", {"outcome": "passed"}, "G-6"),
    ("support", "coordinator", COORDINATOR, "404"),
]
BEFORE_ITS_INTERVIEW: list[Row] = [
    ("screening", "stage-one", STAGE_ONE, "C-SC-12"),
    ("screening", "stage-two", {"outcome": "passed"}, "C-SC-14"),
    ("screening", "interview", MEETING | {"starts_at": "2026-02-09T10:00:00+09:00"}, "C-SC-14"),
    ("screening", "interview", {"starts_at": MEETING["starts_at"]}, "C-SC-14"),
]
AFTER_THE_ADOPTION: list[Row] = [
    ("counter", "withdrawal", {}, "C-IN-5"),
    ("counter", "consent-return", {"ground": "not_sealed"}, "C-IN-1"),
    ("screening", "stage-one", STAGE_ONE, "G-6"),
    ("screening", "stage-two", {"outcome": "refused"}, "G-6"),
    ("screening", "interview", AGAIN, "G-6"),
    ("screening", "interview-cancellation", {}, "G-6"),
    ("screening", "interview-absence", {}, "G-6"),
    ("support", "contacts", CONTACT, "C-LI-1"),
    ("support", "visits", {"on": "2026-06-01"}, "C-LI-1"),
    ("support", "requests", {"kind": "visit"}, "C-LI-1"),
    ("support", "menus", {"menu": "trip_together", "granted": True}, "C-LI-1"),
    ("support", "reviews", {"held_on": "2026-05-11", "finding": "所見"}, "C-LI-1"),
    ("support", "survey-answers", SURVEY, "C-LI-7"),
    ("support", "kick-off", KICK | {"until": "2027-04-01"}, "C-LI-1"),
    ("support", "kick-off", KICK | {"held_on": "2026-05-12"}, "G-1"),
    ("support", "visit-cancellation", {"visit_id": "v-1", "cancelled_on": "2026-05-11"}, "404"),
]
WHILE_IT_RUNS: list[Row] = [
    ("support", "kick-off", KICK, "C-LI-1"),
    ("support", "coordinator", COORDINATOR, "C-PL-1"),
    ("support", "coordinator", {"coordinator_id": "coordinator-99"}, "C-PL-1"),
    ("support", "contacts", CONTACT | {"kind": "referral"}, "C-CO-1"),
    ("support", "contacts", CONTACT | {"kind": "visit", "visit_id": "v-9"}, "C-LI-3"),
    ("support", "contacts", CONTACT | {"on": "2026-05-12"}, "G-1"),
    ("support", "visits", {"on": "2027-04-01"}, "C-LI-1"),
    ("support", "requests", {"kind": "miracle"}, "C-LI-4"),
    ("support", "menus", {"menu": "cruise", "granted": True}, "C-LI-3"),
    ("support", "reviews", {"held_on": "2026-05-11", "finding": "所見", "until": "2027-04-01"}, "C-LI-1"),
    ("support", "early-end", END | {"ended_on": "2026-05-12"}, "G-1"),
]
AFTER_THE_END: list[Row] = [
    ("support", "contacts", CONTACT, "C-LI-1"),
    ("support", "coordinator", COORDINATOR | {"handover": "引継ぎ"}, "C-LI-6"),
    ("support", "early-end", END, "C-LI-6"),
    ("support", "reviews", {"held_on": "2026-05-11", "finding": "所見"}, "C-LI-1"),
]


async def each(company: Case, rows: list[Row]) -> None:
    for row in rows:
        await company.must_refuse(*row)


@pytest.mark.clause("G-8")
@pytest.mark.clause("C-IN-1")
async def test_before_it_is_complete() -> None:
    await each(await Company().registered(), BEFORE_IT_IS_COMPLETE)


@pytest.mark.clause("G-8")
@pytest.mark.clause("C-SC-12")
async def test_before_and_after_stage_one() -> None:
    company = await Company().complete()
    await each(company, BEFORE_STAGE_ONE)
    await company.done("screening", "stage-one", **STAGE_ONE)
    await each(company, BEFORE_ITS_INTERVIEW)


@pytest.mark.clause("G-8")
@pytest.mark.clause("C-LI-1")
async def test_after_the_adoption_while_it_runs_and_after_its_end() -> None:
    company = await Company().adopted()
    await each(company, AFTER_THE_ADOPTION)
    await company.done("support", "kick-off", **KICK)
    await each(company, WHILE_IT_RUNS)
    await company.done("support", "early-end", **END)
    await each(company, AFTER_THE_END)


@pytest.mark.clause("C-SC-15")
async def test_a_refused_company_is_answered_like_one_that_waits_until_it_is_told() -> None:
    """Neither command nor read at the counter gives away that it is decided."""
    read, withdrawn = [], []
    for outcome in ("passed", "refused"):
        company = await Company().complete()
        await company.done("screening", "stage-one", **(STAGE_ONE | {"outcome": outcome}))
        service, path = company.places["counter"].split(" ")
        state = (await company.town.ask(service, "GET", path)).json()
        read.append({name: value for name, value in state.items() if name not in ("id", "papers")})
        gone = await company.town.ask(service, "POST", f"{path}/withdrawal", json={})
        withdrawn.append((gone.status_code, gone.json()["status"]))
    assert read[0] == read[1]
    assert withdrawn == [(200, "withdrawn")] * 2
