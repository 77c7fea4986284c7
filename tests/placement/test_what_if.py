"""What if: asked of a round in process and by HTTP, beside the official results, which stay as they are (S-PL-8)."""

from __future__ import annotations

from typing import Any

import pytest

from kernel.refusals import Refused
from services.placement.app.standing import ByHand
from services.placement.policy.what_if import Compared, Got, MorePlaces, WhatIf
from tests.placement.office import Office, web
from tests.placement.senders import OFFICER, passed, request, tokyo

WHO = {"X-Officer": "hr-01"}
PATH = "/v1/rounds/secondment/2026/what-if"


async def run_and_not_announced() -> Office:
    """Two new senders and one placed before want Bangkok and Hanoi, where one place each is free from 2027."""
    office = Office()
    await office.hear(
        passed(1, request("osaka>bangkok", "osaka>hanoi"), placed_before=True),
        passed(2, request("osaka>hanoi", "osaka>bangkok")),
        passed(3, request("osaka>bangkok", "osaka>seoul")),
    )
    await office.do.record_seed(2026, None, OFFICER)
    await office.do.run(2026, OFFICER)
    await office.company.run()
    return office


async def asked(office: Office, **what: Any) -> Compared:
    _, found = await office.app.what_ifs.what_if(2026, WhatIf(**what))
    assert found.certificate.proved
    return found


def sides(found: Compared) -> dict[str, tuple[str | None, str | None, str]]:
    return {row.secondment_id: (site(row.official), site(row.what_if), row.change) for row in found.rows}


def site(got: Got | None) -> str | None:
    return got.site if got else None


@pytest.mark.clause("S-PL-8")
async def test_one_more_place_in_bangkok() -> None:
    office = await run_and_not_announced()
    found = await asked(office, places=(MorePlaces("bangkok", 1),))
    assert sides(found) == {
        "app-1.1": (None, "bangkok", "better"),
        "app-2.1": ("hanoi", "hanoi", "same"),
        "app-3.1": ("bangkok", "bangkok", "same"),
    }
    too_late = await asked(office, places=(MorePlaces("bangkok", 1, (2028,)),))
    assert sides(too_late)["app-1.1"] == (None, None, "same")


@pytest.mark.clause("S-PL-8")
async def test_fewer_places_and_more_than_are_there_are_taken_away_down_to_none() -> None:
    office = await run_and_not_announced()
    found = await asked(office, places=(MorePlaces("hanoi", -5),))
    assert sides(found) == {
        "app-1.1": (None, None, "same"),
        "app-2.1": ("hanoi", None, "worse"),
        "app-3.1": ("bangkok", "bangkok", "same"),
    }


@pytest.mark.clause("S-PL-8")
async def test_as_many_as_possible_may_put_one_worse_so_that_another_has_a_place() -> None:
    office = await run_and_not_announced()
    found = await asked(office, aim="most")
    assert sides(found) == {
        "app-1.1": (None, "bangkok", "better"),
        "app-2.1": ("hanoi", "hanoi", "same"),
        "app-3.1": ("bangkok", "seoul", "worse"),
    }
    assert found.certificate["no_justified_envy"].verdict == "not_claimed"
    assert len(found.certificate["no_justified_envy"].moves) == 1


@pytest.mark.clause("S-PL-4")
async def test_priority_counted_over_this_round_alone_forgets_earlier_years() -> None:
    office = await run_and_not_announced()
    found = await asked(office, priority="this_round")
    levels = {row.secondment_id: (row.official and row.official.level, row.what_if and row.what_if.level)
              for row in found.rows}  # fmt: skip
    assert levels == {"app-1.1": (1, 0), "app-2.1": (0, 0), "app-3.1": (0, 0)}
    same = await asked(office, priority="all_years")
    assert {row.change for row in same.rows} == {"same"}


@pytest.mark.clause("S-IN-6")
async def test_a_sender_thought_away_leaves_its_place_to_others() -> None:
    office = await run_and_not_announced()
    found = await asked(office, without=("S2026-0003",))
    assert sides(found) == {
        "app-1.1": (None, "bangkok", "better"),
        "app-2.1": ("hanoi", "hanoi", "same"),
        "app-3.1": ("bangkok", None, "gone"),
    }
    both = await asked(office, without=("S2026-0003",), places=(MorePlaces("bangkok", -1),), aim="most")
    assert sides(both)["app-1.1"] == (None, None, "same")


@pytest.mark.clause("S-PL-8")
@pytest.mark.parametrize("announced", [False, True])
async def test_nothing_whatever_is_recorded(announced: bool) -> None:
    office = await run_and_not_announced()
    if announced:
        await office.do.announce(2026, OFFICER)
        await office.do.adjust(2026, ByHand("app-1.1", "sendai", None, 1), OFFICER)
        await office.hear(passed(4, request("osaka>seoul")))
    await office.company.run()
    world = office.service.world
    log, models = await world.log.read(0, 1000), await dump(world.db)
    said = len(office.company.published)
    async with web(office) as client:
        body = {"places": [{"site": "bangkok", "more": 2}], "as_many_as_possible": True, "without": ["S2026-0002"]}
        answer = await client.post(PATH, json=body, headers=WHO)
        assert answer.status_code == 200, answer.text
    await office.move(tokyo(2025, 12, 21))
    assert await world.log.read(0, 1000) == log
    assert await dump(world.db) == models
    assert {"rounds_1", "proposals_1", "timers"} & models.keys()
    assert len(office.company.published) == said


async def dump(db: Any) -> dict[str, list[Any]]:
    """Every document of every collection."""
    return {name: [document async for document in each.find()] for name, each in sorted(db._collections.items())}


@pytest.mark.clause("S-PL-8")
async def test_both_sides_are_told_with_totals_verdicts_and_what_changes() -> None:
    office = await run_and_not_announced()
    await office.do.adjust(2026, ByHand("app-2.1", "sendai", None, 1), OFFICER)
    await office.hear(passed(4, request("osaka>seoul")))
    async with web(office) as client:
        answer = (await client.post(PATH, json={"as_many_as_possible": True}, headers=WHO)).json()
    assert answer["official"] | {"checks": {}} == {
        "asked": 3, "placed": 2, "by_rank": {"1": 1}, "by_class": {"0": 2}, "not_wished": 1,
        "aim": "rule", "proof": "exact", "verdict": "passed", "checks": {}, "by_hand": 1,
    }  # fmt: skip
    thought = answer["what_if"]
    assert (thought["placed"], thought["aim"], thought["verdict"], thought["gap"]) == (3, "most", "passed", None)
    assert (thought["passed_over"], thought["checks"]["optimal"]) == (0, "passed")
    assert [row["change"] for row in answer["rows"]] == ["same", "better", "same", "new"]
    assert answer["changes"] == {"better": 1, "worse": 0, "same": 2, "gone": 0, "new": 1}
    assert [row["seeker"] for row in answer["rows"]] == [f"S2026-000{n}.1" for n in range(1, 5)]
    assert answer["rows"][3]["official"] is None


@pytest.mark.clause("S-PL-5")
async def test_before_the_run_there_is_no_what_if_that_would_show_the_lottery() -> None:
    office = Office()
    await office.hear(passed(1, request("osaka")))
    await office.do.record_seed(2026, None, OFFICER)
    with pytest.raises(Refused, match="S-PL-3"):
        await office.app.what_ifs.what_if(2026, WhatIf())


BAD: list[tuple[dict[str, Any], str]] = [
    ({"places": [{"site": "moon"}]}, "/places/0/site"),
    ({"places": [{"site": "bangkok", "fiscal_years": [2040]}]}, "/places/0/fiscal_years"),
    ({"places": [{"site": "bangkok", "more": 100}]}, "/places/0/more"),
    ({"places": [{"site": "bangkok", "more": True}]}, "/places/0/more"),
    ({"without": ["S2026-9999"]}, "/without/0"),
    ({"priority": "last_year"}, "/priority"),
    ({"as_many_as_possible": "perhaps"}, "/as_many_as_possible"),
    ({"record": True}, "/record"),
]


@pytest.mark.clause("G-8")
@pytest.mark.parametrize(("body", "pointer"), BAD)
async def test_a_question_that_makes_no_sense_is_refused_with_its_place(body: dict[str, Any], pointer: str) -> None:
    office = await run_and_not_announced()
    async with web(office) as client:
        answer = await client.post(PATH, json=body, headers=WHO)
    assert answer.status_code in (409, 422), answer.text
    (error,) = answer.json()["errors"]
    assert (error["pointer"], error["ja"].isascii()) == (pointer, False)


async def test_who_asks_is_said_and_no_other_programme_has_what_ifs() -> None:
    office = await run_and_not_announced()
    async with web(office) as client:
        nobody = await client.post(PATH, json={})
        other = await client.post("/v1/rounds/support/2026/what-if", json={}, headers=WHO)
        no_round = await client.post("/v1/rounds/secondment/2031/what-if", json={}, headers=WHO)
    assert (nobody.status_code, nobody.json()["errors"][0]["clause"]) == (409, "G-6")
    assert (other.status_code, no_round.status_code) == (404, 404)
