"""Each request acts once: Idempotency-Keys, two at once, many at once."""

from __future__ import annotations

import asyncio
from functools import partial

import pytest

from schemas import intake as said
from tests.intake import forms
from tests.intake.support import DEADLINE, SUPPORT_OPEN, Counter, clauses
from tests.intake.test_cap import filled


@pytest.mark.clause("S-IN-6")
async def test_the_same_key_and_body_get_the_same_answer() -> None:
    counter = Counter()
    first = await counter.sends(key="one")
    await counter.ask("PUT", first.headers["location"].removeprefix("/v1"), json=forms.secondment(purpose="改めて。"))
    again = await counter.sends(key="one")
    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["location"] == first.headers["location"]
    assert len(counter.heard(said.ApplicationSubmitted)) == 1


async def test_the_same_key_with_another_body_is_refused() -> None:
    counter = Counter()
    await counter.sends(key="one")
    other = await counter.sends(forms.secondment(2), key="one")
    assert (other.status_code, clauses(other)) == (422, [("/idempotency-key", "G-8")])
    assert "Idempotency-Key" in other.json()["title"]
    assert len(counter.heard(said.ApplicationSubmitted)) == 1


async def test_two_at_once_under_one_key_get_one_answer() -> None:
    counter = Counter()
    answers = await asyncio.gather(*(counter.sends(key="one") for _ in range(4)))
    assert {answer.status_code for answer in answers} <= {200, 201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert len(counter.heard(said.ApplicationSubmitted)) == 1


async def test_a_refusal_is_repeated_too() -> None:
    counter = Counter(DEADLINE)
    first = await counter.sends(key="one")
    again = await counter.sends(key="one")
    assert (again.status_code, again.json()) == (409, first.json())
    assert len(counter.heard(said.ApplicationRefused)) == 1


@pytest.mark.clause("S-LI-1")
async def test_what_changed_nothing_is_answered_alike_when_it_comes_again() -> None:
    counter = Counter()
    where = (await counter.sends()).headers["location"].removeprefix("/v1")
    await counter.places(1)
    named = [
        await counter.ask("POST", f"{where}/secondee", json=forms.secondee(request=1), key=key)
        for key in ("one", "two", "two")
    ]
    assert [answer.json() for answer in named] == [named[0].json()] * 3
    assert named[0].json().keys() == {"id", "version"}


@pytest.mark.clause("S-IN-6")
async def test_a_withdrawal_that_comes_again_or_twice_at_once_is_answered_alike() -> None:
    counter = Counter()
    where = (await counter.sends()).headers["location"].removeprefix("/v1")
    ask = partial(counter.ask, "POST", f"{where}/withdrawal", json={}, key="one")
    answers = [*await asyncio.gather(*(ask() for _ in range(3))), await ask()]
    assert [(each.status_code, each.json()) for each in answers] == [(200, answers[0].json())] * 4
    assert answers[0].json().keys() == {"id", "receipt_number", "status", "revision", "version"}
    assert answers[-1].headers["location"].removeprefix("/v1") == where
    other = await counter.ask("POST", f"{where}/withdrawal", json={"by": "applicant", "assumed": False}, key="one")
    assert clauses(other) == [("/idempotency-key", "G-8")]
    assert len(counter.heard(said.ApplicationWithdrawn)) == 1


@pytest.mark.clause("G-6")
async def test_an_officers_withdrawal_is_answered_alike_though_its_own_change_made_it_stale() -> None:
    counter = Counter(SUPPORT_OPEN)
    where = (await counter.sends(programme="support")).headers["location"].removeprefix("/v1")
    body = {"by": "kodo-01", "reason": "事情が変わったため", "seen_version": 1}
    ask = partial(counter.ask, "POST", f"{where}/withdrawal", json=body, key="one")
    answers = [*await asyncio.gather(*(ask() for _ in range(3))), await ask()]
    assert [(each.status_code, each.json()) for each in answers] == [(200, answers[0].json())] * 4
    assert answers[0].json()["status"] == "withdrawn"


@pytest.mark.clause("S-IN-6")
async def test_an_amendment_that_comes_again_is_told_what_it_was_told_whatever_came_after() -> None:
    counter = Counter()
    where = (await counter.sends()).headers["location"].removeprefix("/v1")
    ask = partial(counter.ask, "PUT", where, json=forms.secondment(purpose="改めて。"), key="one")
    first = await ask()
    await counter.ask("PUT", where, json=forms.secondment(purpose="もう一度。"), key="two")
    assert (await ask()).json() == first.json()
    assert first.json()["revision"] == 2


async def test_a_paper_under_one_key_is_one_paper() -> None:
    counter = Counter(SUPPORT_OPEN)
    where = (await counter.sends(programme="support")).headers["location"]
    first = await counter.lays(where, key="paper")
    again = await counter.lays(where, key="paper")
    assert again.json() == first.json()
    state = await counter.ask("GET", where.removeprefix("/v1"))
    assert (first.json()["version"], first.json()["status"]) == (state.json()["version"], "submitted")
    other = await counter.lays(where, raw=forms.PDF + b"more", key="paper")
    assert other.status_code == 422
    assert len(counter.heard(said.PaperReceived)) == 1


async def test_a_form_needs_a_key() -> None:
    counter = Counter()
    async with counter.client() as client:
        answer = await client.post("/v1/secondment/2026/applications", json=forms.secondment())
    assert (answer.status_code, clauses(answer)) == (422, [("/idempotency-key", "S-IN-3")])


@pytest.mark.clause("G-8")
async def test_many_at_once_all_get_in_each_with_a_number_of_its_own() -> None:
    counter = Counter()
    answers = await asyncio.gather(*(counter.sends(forms.secondment(n)) for n in range(1, 51)))
    assert {answer.status_code for answer in answers} == {201}
    numbers = sorted(answer.json()["receipt_number"] for answer in answers)
    assert numbers == [f"S2026-{n:04d}" for n in range(1, 51)]


async def test_what_is_too_large_or_of_unknown_length_is_not_read() -> None:
    counter = Counter()
    big = await counter.sends(forms.secondment(purpose="長" * 400_000))
    assert (big.status_code, clauses(big)) == (413, [("", "S-IN-3")])

    async def trickle() -> object:
        yield b"{}"

    unknown = await counter.ask("POST", "/secondment/2026/applications", content=trickle())
    assert unknown.status_code == 411


async def test_a_year_without_an_edition_is_not_found() -> None:
    counter = Counter()
    answer = await counter.ask("POST", "/secondment/2031/applications", json=forms.secondment())
    assert answer.status_code == 404
    here = (await counter.sends()).headers["location"].removeprefix("/v1/secondment")
    assert (await counter.ask("GET", f"/support{here}")).status_code == 404


@pytest.mark.clause("C-IN-1")
async def test_a_consent_that_is_mailed_twice_at_once_under_one_key_gets_one_answer() -> None:
    counter = Counter(SUPPORT_OPEN)
    headers = {"Content-Digest": forms.digest(forms.PDF), "Content-Type": "application/pdf"}
    asked = f"/support/2026/consents?corporate_number={forms.number(4)}&by=kodo-01"
    answers = await asyncio.gather(
        *(counter.ask("POST", asked, content=forms.PDF, headers=headers, key="one") for _ in range(4))
    )
    assert [(each.status_code, each.json()["status"]) for each in answers] == [(201, "waiting")] * 4
    assert len({each.json()["paper_id"] for each in answers}) == 1
    raw = forms.consent("別の版")
    other = await counter.ask(
        "POST", asked, content=raw, headers={**headers, "Content-Digest": forms.digest(raw)}, key="two"
    )
    assert clauses(other) == [("", "C-IN-1")]


@pytest.mark.clause("C-IN-3")
async def test_a_consent_that_is_turned_away_is_so_for_its_twin_too() -> None:
    counter = Counter(SUPPORT_OPEN)
    await filled(counter, less=1)
    first, second = [(await counter.sends(forms.support(n), programme="support")).headers["location"] for n in (1, 2)]
    await counter.lays(first)
    answers = await asyncio.gather(*(counter.lays(second, key="one") for _ in range(4)))
    assert [(each.status_code, clauses(each)) for each in answers] == [(409, [("", "C-IN-3")])] * 4
    assert len({each.json()["instance"] for each in answers}) == 1
