"""Officers' commands over HTTP: stale, repeated, faulty, for the wrong case."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.screening.desk import CASE, Desk, plain, problem
from tests.screening.forms import NOVEMBER, OSAKA, company_form, form, request, submitted, tokyo

JUDGED = {"by": "o-1", "reason": "趣旨に合致", "outcome": "passed", "seen_version": 1}


@pytest.mark.clause("G-6")
async def test_a_stale_command_is_refused() -> None:
    desk = await Desk.open(NOVEMBER, submitted(form()))
    version = await desk.version()
    assert problem(await desk.order("purpose", outcome="passed", seen_version=version - 1, status=412)) == ("G-6", "")
    done = await desk.order("purpose", outcome="passed", seen_version=version)
    assert done == {"id": "screening-app-1", "version": version + 2}
    (item,) = (await desk.get("/v1/screenings"))["items"]
    assert item["version"] == version + 2


@pytest.mark.clause("G-8")
async def test_a_command_with_a_key_acts_once() -> None:
    desk = await Desk.open(NOVEMBER, submitted(form()))
    key, judged = {"Idempotency-Key": "k-1"}, JUDGED | {"seen_version": await desk.version()}
    first = await desk.client.post(f"{CASE}/purpose", json=judged, headers=key)
    again = await desk.client.post(f"{CASE}/purpose", json=judged, headers=key)
    other = await desk.client.post(f"{CASE}/purpose", json={**judged, "outcome": "refused"}, headers=key)
    assert (first.status_code, again.status_code, other.status_code) == (200, 200, 422)
    assert again.json() == first.json()


@pytest.mark.clause("G-8")
async def test_a_command_that_comes_twice_at_once_is_answered_alike() -> None:
    desk = await Desk.open(NOVEMBER, submitted(form()))
    key, judged = {"Idempotency-Key": "k-1"}, JUDGED | {"seen_version": await desk.version()}
    twins = await asyncio.gather(*(desk.client.post(f"{CASE}/purpose", json=judged, headers=key) for _ in range(4)))
    assert [answer.status_code for answer in twins] == [200] * 4
    assert len({answer.text for answer in twins}) == 1
    late = await desk.client.post(f"{CASE}/purpose", json=judged, headers={"Idempotency-Key": "k-2"})
    assert late.status_code == 412


@pytest.mark.clause("G-6")
async def test_a_command_says_who_and_why_and_what_was_seen() -> None:
    desk = await Desk.open(NOVEMBER, submitted(form()))
    answer = await desk.client.post(
        f"{CASE}/purpose", json={"by": "Z!", "reason": " ", "outcome": "maybe", "x": "秘密"}
    )
    assert answer.status_code == 422
    assert {error["pointer"] for error in answer.json()["errors"]} == {
        "/by", "/reason", "/seen_version", "/outcome", "/x",
    }  # fmt: skip
    assert "秘密" not in answer.text
    assert "maybe" not in answer.text


@pytest.mark.parametrize(
    "body",
    [
        {"starts_at": "2026-02-20T14:00:00"},
        {"starts_at": "2026-02-30T14:00:00+09:00"},
        {"starts_at": "2026-02-20T14:00:00+09:00", "minutes": 5},
        {"starts_at": "2026-02-20T14:00:00+09:00", "link": "javascript:alert(1)"},
        {"starts_at": "2026-02-20T14:00:00+09:00", "mode": "fax"},
    ],
)
async def test_a_faulty_interview_names_the_clause(body: dict[str, Any]) -> None:
    desk = await Desk.open(tokyo(2026, 2, 10), submitted(company_form()))
    assert problem(await desk.order("interview", status=422, **body))[0] == "C-SC-14"


async def test_commands_of_the_other_programme_and_of_no_case() -> None:
    desk = await Desk.open(NOVEMBER, submitted(form()))
    assert problem(await desk.order("stage-two", outcome="passed", status=409)) == ("G-6", "")
    assert problem(await desk.order("waivers/C-SC-1", outcome="granted", status=409)) == ("G-6", "")
    await desk.order("waivers/X-1", outcome="granted", status=422)
    await desk.get("/v1/screenings/app-unknown", status=404)
    answer = await desk.client.post("/v1/screenings/app-unknown/purpose", json=JUDGED)
    assert answer.status_code == 404


@pytest.mark.clause("S-SC-2")
async def test_a_secondment_must_be_named_where_there_are_several() -> None:
    third = {"route": "domestic", "years": 3, "wishes": OSAKA}
    desk = await Desk.open(NOVEMBER, submitted(form(request(1, **third), request(2, **third))))
    assert problem(await desk.order("third-year", outcome="passed", status=409)) == ("S-IN-3", "/secondment_id")
    for number in (1, 2):
        await desk.order("third-year", outcome="passed", unit_agrees=True, secondment_id=f"app-1.{number}")
    await desk.order("purpose", outcome="passed")
    assert desk.names() == ["ScreeningPassed"]


@pytest.mark.clause("S-SC-1")
async def test_work_lists_are_filtered_sorted_and_paged() -> None:
    desk = await Desk.open(NOVEMBER)
    for number in (3, 1, 2):
        desk.company.clock.at = tokyo(2025, 11, 20 + number)
        await desk.hear(submitted(form(), f"app-{number}"))
    page = await desk.get("/v1/screenings?status=to_judge&programme=secondment&sort=receipt_number&size=2&page=2")
    assert ([item["application_id"] for item in page["items"]], page["total"], page["page"]) == (["app-3"], 3, 2)
    page = await desk.get("/v1/screenings?sort=-received_at")
    assert [item["application_id"] for item in page["items"]] == ["app-3", "app-2", "app-1"]
    assert (await desk.get("/v1/screenings?programme=support"))["total"] == 0
    await desk.get("/v1/screenings?status=lunch", status=422)


@pytest.mark.clause("G-7")
async def test_names_are_shown_only_where_asked_for() -> None:
    desk = await Desk.open(NOVEMBER, submitted(form()))
    assert "架空商事" not in plain(await desk.get("/v1/screenings"))
    assert "架空商事株式会社" in plain(await desk.get("/v1/screenings?open=true"))
    await desk.world.vault.erase("org-1", at=NOVEMBER)
    assert "（消去済み）" in plain(await desk.get(f"{CASE}?open=true"))
