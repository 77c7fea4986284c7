"""The register of disclosures: nothing secret goes out without a ground that allows it (C-CO-1)."""

from __future__ import annotations

from typing import Any

import pytest

from policies.editions import load
from tests.screening.desk import CASE, Desk, problem
from tests.screening.forms import FEBRUARY, company_form, form, submitted, support_rules

EXCEPTIONS = load("support", 2026).confidentiality.exceptions
PATH = f"{CASE}/disclosures"
TOLD: dict[str, Any] = {
    "by": "officer-1",
    "reason": "面談の調整のため",
    "on": "2026-02-02",
    "what": "採用の予定人数と職種",
    "to": "見本大学 就職課",
    "ground": "arranging_a_meeting",
}


async def tell(desk: Desk, **changes: Any) -> Any:
    """An officer records a disclosure, having read the register."""
    seen = (await desk.client.get(PATH, headers={"X-Officer": "officer-1"})).json()["version"]
    return await desk.client.post(PATH, json=TOLD | {"seen_version": seen} | changes)


async def register(desk: Desk, officer: str = "officer-1") -> Any:
    """The register, opened."""
    return await desk.client.get(f"{PATH}?open=true", headers={"X-Officer": officer})


def clause(answer: Any) -> str:
    """The clause that refused."""
    return problem(answer.json())[0]


def test_there_are_seven_exceptions() -> None:
    assert len(EXCEPTIONS) == 7


@pytest.mark.clause("C-CO-1")
@pytest.mark.parametrize("exception", EXCEPTIONS)
async def test_each_exception_allows_a_disclosure_and_is_kept_with_it(exception: str) -> None:
    desk = await Desk.open(FEBRUARY, submitted(company_form()))
    assert (await tell(desk, ground=exception)).status_code == 200
    (entry,) = (await register(desk)).json()["items"]
    assert (entry["ground"], entry["what"], entry["to"]) == (exception, TOLD["what"], TOLD["to"])


@pytest.mark.clause("C-CO-1")
async def test_the_owners_consent_counts_if_it_came_before() -> None:
    desk = await Desk.open(FEBRUARY, submitted(company_form()))
    consent = {"ground": "owner_agreed"}
    for late in ({}, {"owner_agreed_on": "2026-02-03"}):
        assert clause(await tell(desk, **consent, **late)) == "C-CO-1"
    assert (await tell(desk, **consent, owner_agreed_on="2026-02-02")).status_code == 200
    assert (await register(desk)).json()["total"] == 1


@pytest.mark.clause("C-CO-1")
async def test_without_a_ground_nothing_is_disclosed_and_nothing_kept() -> None:
    desk = await Desk.open(FEBRUARY, submitted(company_form()))
    assert clause(await tell(desk, ground="curiosity")) == "C-CO-1"
    assert clause(await tell(desk, on="2026-12-31")) == "G-1"
    assert (await register(desk)).json()["total"] == 0


@pytest.mark.clause("C-CO-1", "C-SC-16")
async def test_the_register_is_closed_to_officers_with_an_interest_and_read_nowhere_else() -> None:
    desk = await Desk.open(FEBRUARY, submitted(company_form()))
    await tell(desk)
    await desk.client.post(f"{CASE}/conflicts", json={"by": "officer-9", "reason": "親族が役員"})
    await desk.company.run()
    assert (await register(desk, "officer-9")).status_code == 403
    log = "/operations/log/disclosures-app-1"
    assert (await desk.client.get(log, headers={"X-Officer": "officer-9"})).status_code == 403
    whole = (await desk.client.get("/operations/log?limit=100", headers={"X-Officer": "officer-9"})).json()
    assert {each["name"] for each in whole} == {"closed"}
    kept = [event.state for at in await desk.world.log.read(0, 1000) for event in at.commit.events]
    said = [message.data for message in desk.company.published]
    assert not [each for each in (*kept, *said) if TOLD["what"].encode() in each or TOLD["to"].encode() in each]


async def test_a_sender_of_secondees_has_no_such_register() -> None:
    desk = await Desk.open(FEBRUARY, submitted(form()))
    assert (await desk.client.get(PATH, headers={"X-Officer": "officer-1"})).status_code == 409
    assert support_rules().edition.id == "support/2026"
