"""S-PL-7: where the wished offices cannot take anybody, a domestic place alone: to whom, which, proposed, and told."""

from __future__ import annotations

from typing import Any

import pytest

from schemas import placement as said
from schemas.values import Stay
from services.placement.app.standing import ByHand
from services.placement.domain import Proposal
from services.placement.policy.home_instead import FreeHome, HomeInstead, ShutOffice
from tests.placement.office import Office, web
from tests.placement.senders import OFFICER, passed, request

WHO = {"X-Officer": "hr-01"}
PATH = "/v1/rounds/secondment/2026/domestic-instead"


async def two_for_hanoi(*more: Any, announced: bool = True) -> Office:
    """A new sender and one placed before want Hanoi, with one place free; the latter and another want Bangkok."""
    office = Office()
    await office.hear(
        passed(1, request("osaka>hanoi", "sendai>bangkok", years=3), placed_before=True),
        passed(2, request("osaka>hanoi", years=3)),
        passed(3, request("osaka>bangkok", years=3)),
        *more,
    )
    await office.do.record_seed(2026, None, OFFICER)
    await office.do.run(2026, OFFICER)
    if announced:
        await office.do.announce(2026, OFFICER)
    await office.company.run()
    return office


async def listed(office: Office) -> tuple[HomeInstead, ...]:
    _, found = await office.app.what_ifs.home_instead(2026)
    return found


async def proposals(office: Office) -> list[said.PlacementProposed]:
    return [event for event in await office.said(said.PlacementProposed) if isinstance(event, said.PlacementProposed)]


async def offered(office: Office, secondment_id: str) -> Proposal:
    return await office.do.get(Proposal, Proposal.stream(secondment_id))


@pytest.mark.clause("S-PL-7")
@pytest.mark.parametrize("announced", [False, True])
async def test_who_has_no_place_is_listed_with_its_own_domestic_places_first(announced: bool) -> None:
    office = await two_for_hanoi(announced=announced)
    (one,) = await listed(office)
    assert (one.secondment_id, one.receipt_number) == ("app-1.1", "S2026-0001")
    assert one.offices == (ShutOffice(1, "hanoi", "full"), ShutOffice(2, "bangkok", "full"))
    assert one.places[:2] == (FreeHome("osaka", "大阪本部", 1, 2), FreeHome("sendai", "仙台貿易情報センター", 2, 2))
    assert {place.wished_rank for place in one.places[2:]} == {None}
    names = [place.site for place in one.places]
    assert len(names) == len(set(names)) > 10
    assert not {"hanoi", "seoul"} & set(names)


@pytest.mark.clause("S-PL-7")
async def test_places_that_others_took_are_not_free_and_years_are_counted_from_the_first() -> None:
    taken = [passed(n, request("sendai", years=2)) for n in (4,)] + [passed(5, request("fukushima", years=1))]
    office = await two_for_hanoi(*taken)
    (one,) = await listed(office)
    assert "sendai" not in [place.site for place in one.places]
    assert "fukushima" not in [place.site for place in one.places]
    await office.app.change_capacity(2027, "osaka", 0, OFFICER)
    (one,) = await listed(office)
    assert one.places[0] == FreeHome("osaka", "大阪本部", 1, 1)


@pytest.mark.clause("S-PL-7")
async def test_an_office_that_was_closed_by_hand_cannot_take_anybody_and_one_that_opens_can() -> None:
    office = await two_for_hanoi()
    await office.app.change_capacity(2027, "hanoi", 2, OFFICER)
    await office.app.change_capacity(2028, "hanoi", 2, OFFICER)
    assert await listed(office) == ()
    closed = await two_for_hanoi(passed(4, request("osaka>seoul")), announced=False)
    await closed.do.adjust(2026, ByHand("app-4.1", None), OFFICER)
    assert [each.secondment_id for each in await listed(closed)] == ["app-1.1"]
    await closed.app.change_capacity(2027, "seoul", 0, OFFICER)
    found = {each.secondment_id: each.offices for each in await listed(closed)}
    assert found["app-4.1"] == (ShutOffice(1, "seoul", "closed"),)


@pytest.mark.clause("S-PL-7")
async def test_who_never_asked_to_go_overseas_or_has_declined_is_not_listed() -> None:
    office = await two_for_hanoi(passed(4, request("sendai")), passed(5, request("sendai")))
    assert [each.secondment_id for each in await listed(office)] == ["app-1.1"]
    await office.do.adjust(2026, ByHand("app-1.1", "osaka"), OFFICER)
    assert await listed(office) == ()
    await office.do.decline("app-1.1", False, OFFICER)
    assert await listed(office) == ()


@pytest.mark.clause("S-PL-7")
@pytest.mark.parametrize("announced", [False, True])
async def test_hr_proposes_one_of_them_by_hand_and_the_sender_is_told_why(announced: bool) -> None:
    office = await two_for_hanoi(announced=announced)
    async with web(office) as client:
        (item,) = (await client.get(PATH, headers=WHO)).json()["items"]
        body = {"by": "hr-01", "reason": "海外事務所に空きがないため", "seen_version": item["version"]}
        body |= {"secondment_id": item["secondment_id"], "domestic": item["places"][0]["site"]}
        answer = await client.post("/v1/rounds/secondment/2026/adjust", json=body)
        assert answer.status_code == 200, answer.text
        stale = await client.post("/v1/rounds/secondment/2026/adjust", json=body)
        assert stale.status_code == 412
        assert (await client.get(PATH, headers=WHO)).json()["items"] == []
    if not announced:
        await office.do.announce(2026, OFFICER)
    (told,) = [event for event in await proposals(office) if event.secondment_id == "app-1.1"]
    osaka = tuple(Stay(fiscal_year=year, site="osaka") for year in (2026, 2027))
    assert (told.stays, told.by_hand, told.domestic_instead) == (osaka, True, True)
    proposal = await offered(office, "app-1.1")
    word = proposal.offer.decisions[-1]
    assert (word.clause, word.by) == ("S-PL-7", "hr-01")
    assert word.facts["offices"] == ["hanoi full", "bangkok full"]
    others = [event.domestic_instead for event in await proposals(office) if event.secondment_id != "app-1.1"]
    assert others == [None, None]


@pytest.mark.clause("S-PL-7")
@pytest.mark.clause("S-PL-8")
async def test_where_an_office_could_take_it_a_domestic_place_is_a_change_by_hand_and_not_s_pl_7() -> None:
    office = await two_for_hanoi()
    await office.do.adjust(2026, ByHand("app-3.1", "osaka"), OFFICER)
    told = (await proposals(office))[-1]
    assert (told.secondment_id, told.by_hand, told.domestic_instead) == ("app-3.1", True, None)
    assert (await offered(office, "app-3.1")).offer.decisions[-1].clause == "S-PL-8"


@pytest.mark.clause("S-PL-7")
async def test_hrs_later_word_on_the_same_secondment_counts() -> None:
    office = await two_for_hanoi(announced=False)
    await office.do.adjust(2026, ByHand("app-1.1", "osaka"), OFFICER)
    await office.do.adjust(2026, ByHand("app-3.1", None), OFFICER)
    await office.do.adjust(2026, ByHand("app-1.1", "sendai", "bangkok"), OFFICER)
    await office.do.announce(2026, OFFICER)
    (told,) = [event for event in await proposals(office) if event.secondment_id == "app-1.1"]
    assert (told.stays[-1].site, told.domestic_instead) == ("bangkok", None)


async def test_who_asks_is_said() -> None:
    office = await two_for_hanoi()
    async with web(office) as client:
        assert (await client.get(PATH)).status_code == 409
        assert (await client.get(PATH.replace("secondment", "support"), headers=WHO)).status_code == 404
