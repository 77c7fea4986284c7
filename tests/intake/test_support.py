"""The support at the counter, over HTTP, in memory: two halves, one application for each legal entity."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from schemas import intake as said
from services.intake.domain import Erasure
from tests.intake import forms
from tests.intake.support import SUPPORT_OPEN, Counter, clauses, officer


@pytest.mark.clause("C-IN-1")
async def test_registration_then_consent_makes_an_application_dated_by_the_later() -> None:
    counter = Counter(SUPPORT_OPEN)
    where = (await counter.sends(programme="support")).headers["location"]
    assert [each["receipt_number"] for each in counter.heard(said.ApplicationRegistered)] == ["C2026-0001"]
    await counter.company.move(SUPPORT_OPEN + timedelta(days=2))
    assert (await counter.lays(where, raw=b"GIF89a")).status_code == 409
    answer = await counter.lays(where)
    assert (answer.status_code, answer.json()["status"]) == (201, "submitted")
    (told,) = counter.heard(said.ApplicationSubmitted)
    assert told["received_at"] == "2026-02-12T01:00:00Z"
    assert [(each["kind"], each["form"]) for each in counter.heard(said.PaperReceived)] == [("consent", "data")]


@pytest.mark.clause("C-IN-1")
async def test_consent_then_registration_makes_an_application_too() -> None:
    counter = Counter(SUPPORT_OPEN)
    headers = {"Content-Digest": forms.digest(forms.PDF), "Content-Type": "application/pdf"}
    query = {"corporate_number": forms.number(1), "by": "kado-02"}
    mailed = await counter.ask("POST", "/support/2026/consents", content=forms.PDF, params=query, headers=headers)
    assert (mailed.status_code, mailed.json()["status"]) == (201, "waiting")
    assert not counter.heard()
    await counter.company.move(SUPPORT_OPEN + timedelta(days=1))
    assert (await counter.sends(programme="support")).json()["status"] == "submitted"
    assert [each["_"] for each in counter.heard()] == ["ApplicationSubmitted", "PaperReceived"]
    assert counter.heard(said.ApplicationSubmitted)[0]["received_at"] == "2026-02-11T01:00:00Z"


@pytest.mark.clause("C-IN-1")
async def test_a_mailed_consent_finds_the_registration_that_is_there() -> None:
    counter = Counter(SUPPORT_OPEN)
    await counter.sends(programme="support")
    headers = {"Content-Digest": forms.digest(forms.PDF)}
    query = {"corporate_number": forms.number(1), "by": "kado-02"}
    mailed = await counter.ask("POST", "/support/2026/consents", content=forms.PDF, params=query, headers=headers)
    assert mailed.json()["status"] == "submitted"


@pytest.mark.clause("C-IN-1")
@pytest.mark.parametrize("head_start", range(12))
async def test_the_two_halves_find_each_other_when_they_come_at_once(head_start: int) -> None:
    counter = Counter(SUPPORT_OPEN)
    headers = {"Content-Digest": forms.digest(forms.PDF)}
    query = {"corporate_number": forms.number(1), "by": "kado-02"}

    async def mail() -> None:
        for _ in range(head_start):
            await asyncio.sleep(0)
        await counter.ask("POST", "/support/2026/consents", content=forms.PDF, params=query, headers=headers)

    sent, _ = await asyncio.gather(counter.sends(programme="support"), mail())
    state = (await counter.ask("GET", sent.headers["location"].removeprefix("/v1"))).json()
    assert state["status"] == "submitted"


@pytest.mark.clause("C-IN-4")
async def test_one_legal_entity_one_application_but_each_company_of_a_group_its_own() -> None:
    counter = Counter(SUPPORT_OPEN)
    await counter.sends(forms.support(1), programme="support")
    second = await counter.sends(forms.support(1, field="it"), programme="support")
    assert (second.status_code, clauses(second)) == (409, [("", "C-IN-4")])
    assert (await counter.sends(forms.support(2), programme="support")).status_code == 201


@pytest.mark.clause("C-IN-4", "C-IN-3")
@pytest.mark.parametrize("complete", [False, True], ids=["registered", "complete"])
async def test_an_erased_company_has_no_application_that_stands_beside_the_one_it_comes_back_with(
    complete: bool,
) -> None:
    counter = Counter(SUPPORT_OPEN)
    where = (await counter.sends(programme="support")).headers["location"]
    if complete:
        await counter.lays(where)
    places = (await counter.ask("GET", "/support/2026/reception")).json()
    subject = f"org-{forms.number(1)}"
    answer = await counter.ask("POST", "/erasures", json=officer(subject=subject, by="jinji-02"))
    assert answer.status_code == 201
    (withdrawn,) = counter.heard(said.ApplicationWithdrawn)
    assert (withdrawn["application_id"], withdrawn["assumed"]) == (where.rpartition("/")[2], False)
    (erased,) = counter.heard(said.SubjectErased)
    assert (erased["subject"], erased["programme"], erased["fiscal_year"]) == (subject, "support", 2026)
    assert (await counter.ask("GET", where.removeprefix("/v1"))).json()["status"] == "withdrawn"
    now = (await counter.ask("GET", "/support/2026/reception")).json()
    assert now["standing"] == places["standing"] - complete == 0
    assert (await counter.sends(programme="support")).status_code == 201
    await counter.ask("POST", "/erasures", json=officer(subject=subject))
    assert len(counter.heard(said.ApplicationWithdrawn)) == 1


@pytest.mark.clause("G-7")
@pytest.mark.parametrize("reached", ["ordered", "destroyed", "withdrawn"])
async def test_an_erasure_that_a_crash_left_undone_is_carried_out_and_told_of_the_case_it_was_ordered_for(
    reached: str,
) -> None:
    counter = Counter(SUPPORT_OPEN)
    where = (await counter.sends(programme="support")).headers["location"]
    subject, vault = f"org-{forms.number(1)}", counter.world.vault
    case: dict[str, Any] = {"programme": "support", "fiscal_year": 2026, "by": "jinji-02"}
    grounds = (await vault.sealer("office-erasures")).confidential("reason", "依頼")
    await counter.world.repository.save(Erasure.order(subject, reason=grounds, at=SUPPORT_OPEN, **case))
    if reached != "ordered":
        await vault.erase(subject, at=SUPPORT_OPEN)
    if reached == "withdrawn":
        await counter.app.counter.withdraw_erased(2026, where.rpartition("/")[2], "jinji-02")
    await counter.company.run()
    (erased,) = counter.heard(said.SubjectErased)
    assert (erased["subject"], erased["programme"], erased["fiscal_year"]) == (subject, "support", 2026)
    state = (await counter.ask("GET", where.removeprefix("/v1"))).json()
    assert (state["status"], state["party"]["name"]) == ("withdrawn", "（消去済み）")
    assert len(counter.heard(said.ApplicationWithdrawn)) == 1


@pytest.mark.clause("C-IN-5", "C-IN-4")
async def test_an_erasure_takes_nothing_back_that_is_decided() -> None:
    counter = Counter(SUPPORT_OPEN)
    where = (await counter.sends(programme="support")).headers["location"]
    await counter.lays(where)
    await counter.world.repository.save(*await counter.app.know_outcome(where.rpartition("/")[2]))
    assert (await counter.ask("POST", "/erasures", json=officer(subject=f"org-{forms.number(1)}"))).status_code == 201
    assert (await counter.ask("GET", where.removeprefix("/v1"))).json()["status"] == "submitted"


@pytest.mark.clause("C-IN-5")
async def test_it_is_withdrawn_until_the_decision_and_not_after() -> None:
    counter = Counter(SUPPORT_OPEN)
    where = (await counter.sends(programme="support")).headers["location"]
    await counter.lays(where)
    application = where.rpartition("/")[2]
    for aggregate in [await counter.app.know_outcome(application)]:
        await counter.world.repository.save(*aggregate)
    answer = await counter.ask("POST", f"{where.removeprefix('/v1')}/withdrawal")
    assert (answer.status_code, clauses(answer)) == (409, [("", "C-IN-5")])


@pytest.mark.clause("C-IN-7")
async def test_changed_facts_are_reported_and_kept() -> None:
    counter = Counter(SUPPORT_OPEN)
    where = (await counter.sends(programme="support")).headers["location"]
    await counter.lays(where)
    answer = await counter.ask("PUT", where.removeprefix("/v1"), json=forms.support(employees=51))
    assert answer.json()["revision"] == 2
    assert [each["support"]["employees"] for each in counter.heard(said.ApplicationAmended)] == [51]


@pytest.mark.clause("C-IN-8")
async def test_codes_that_the_edition_does_not_have_are_all_named() -> None:
    counter = Counter(SUPPORT_OPEN)
    form = forms.support(prefecture="edo", languages=["ja", "tlh"], agreements=["everything"])
    answer = await counter.sends(form, programme="support")
    assert clauses(answer) == [("/prefecture", "C-IN-8"), ("/languages/1", "C-IN-8"), ("/agreements/0", "C-IN-8")]
