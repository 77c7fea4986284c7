"""Changed terms, leave, work for the sender and the checklist, in process."""

from __future__ import annotations

from datetime import date

import pytest

from kernel.mapper import store
from kernel.refusals import Refused
from schemas import placement as said
from schemas.values import Stay
from services.placement.app.conduct import Checklist, Leave
from services.placement.domain import Secondment
from tests.placement.office import Office, web
from tests.placement.senders import OFFICER, passed, request, tokyo
from tests.placement.test_story_secondment import READY, opened_by_notify, running

LONGER, SHORTER = date(2029, 3, 31), date(2027, 9, 30)


async def asked(office: Office, until: date = LONGER) -> None:
    """A change is asked for on the day of the story."""
    today = (await office.do.now()).date()
    await office.app.amendments.ask("app-1.1", until, "sender", today, OFFICER)


async def concluded(office: Office, until: date = LONGER) -> None:
    """A change is asked for, agreed by all and concluded on one day."""
    await asked(office, until)
    today = (await office.do.now()).date()
    for party in ("sender", "secondee", "unit"):
        await office.app.amendments.agree("app-1.1", party, today, OFFICER)
    await office.app.amendments.conclude("app-1.1", today, OFFICER)


async def held_at(office: Office, site: str) -> dict[str, tuple[int, ...]]:
    """Who holds a site's places."""
    return {each.site_id: dict(each.claims) for each in await office.app.occupation(2026)}[site]


@pytest.mark.clause("S-LI-5")
async def test_an_extension_takes_the_places_of_the_year_that_comes_to_it_and_ends_later() -> None:
    office = Office()
    await running(office)
    await office.move(tokyo(2027, 4, 1))
    await office.do.depart("app-1.1", READY, OFFICER)
    await office.move(tokyo(2027, 12, 1))
    await concluded(office)
    (changed,) = await office.said(said.TermChanged)
    assert isinstance(changed, said.TermChanged)
    assert (changed.before, changed.until, changed.concluded_on) == (date(2028, 3, 31), LONGER, date(2027, 12, 1))
    assert changed.stays[-1] == Stay(fiscal_year=2028, site="hanoi")
    assert await held_at(office, "hanoi") == {"app-1.1": (2027, 2028)}
    await office.move(tokyo(2028, 7, 1))
    assert await office.said(said.SecondmentEnded) == []
    await office.move(tokyo(2029, 7, 1))
    (over,) = await office.said(said.SecondmentEnded)
    assert isinstance(over, said.SecondmentEnded)
    assert (over.ended_on, over.early) == (LONGER, False)


@pytest.mark.clause("S-LI-5")
async def test_a_shorter_term_frees_the_places_of_the_years_that_fall_away() -> None:
    office = Office()
    await running(office, years=3)
    await office.move(tokyo(2027, 4, 1))
    await office.do.depart("app-1.1", READY, OFFICER)
    await concluded(office, SHORTER)
    assert await held_at(office, "hanoi") == {"app-1.1": (2027,)}
    await office.move(tokyo(2027, 10, 1))
    (over,) = await office.said(said.SecondmentEnded)
    assert isinstance(over, said.SecondmentEnded)
    assert (over.ended_on, over.early) == (SHORTER, False)
    await office.move(tokyo(2029, 7, 1))
    assert len(await office.said(said.SecondmentEnded)) == 1


@pytest.mark.clause("S-LI-5", "S-PL-6")
async def test_nobody_stays_longer_where_the_place_is_taken() -> None:
    office = Office()
    await running(office)
    await office.move(tokyo(2027, 4, 2))
    site = next(each for each in await office.app.occupation(2026) if each.site_id == "hanoi")
    site.claim("app-2.1", [2028], at=await office.do.now())
    await office.service.world.repository.save(site)
    with pytest.raises(Refused, match="S-PL-2"):
        await asked(office)
    assert await office.said(said.AmendmentAsked) == []


@pytest.mark.clause("S-LI-5")
async def test_an_extension_beyond_the_longest_stay_is_refused_by_its_clause() -> None:
    office = Office()
    await running(office, years=3)
    with pytest.raises(Refused, match="S-SC-3"):
        await asked(office, date(2029, 4, 1))


@pytest.mark.clause("S-LI-5", "G-7")
async def test_a_change_that_is_dropped_tells_the_sender_why_and_the_term_stays() -> None:
    office = Office()
    await running(office)
    await asked(office)
    await office.app.amendments.drop("app-1.1", OFFICER)
    (dropped,) = await office.said(said.AmendmentDropped)
    assert isinstance(dropped, said.AmendmentDropped)
    assert await opened_by_notify(office, dropped.reason) == OFFICER.reason
    await office.move(tokyo(2028, 4, 1))
    (over,) = await office.said(said.SecondmentEnded)
    assert isinstance(over, said.SecondmentEnded)
    assert over.ended_on == date(2028, 3, 31)


@pytest.mark.clause("S-SC-2")
async def test_a_stay_in_japan_is_not_shortened_below_a_year_by_amendment() -> None:
    office = Office()
    await running(office, "osaka", years=2)
    with pytest.raises(Refused, match="S-SC-2") as refused:
        await asked(office, date(2026, 4, 10))
    assert "S-LI-6" in refused.value.en
    with pytest.raises(Refused, match="S-SC-2") as refused:
        await asked(office, date(2029, 4, 1))
    assert "3 years at most" in refused.value.en
    await asked(office, date(2027, 3, 31))


@pytest.mark.clause("S-LI-9")
async def test_leave_is_granted_while_the_secondment_runs() -> None:
    office = Office()
    await running(office)
    conducts = office.app.conducts
    await conducts.grant_leave("app-1.1", Leave("childbirth", 1, date(2026, 6, 1), 2, BORN), OFFICER)
    with pytest.raises(Refused, match="S-LI-9"):
        await conducts.grant_leave("app-1.1", Leave("childbirth", 1, date(2026, 6, 3), 1, BORN), OFFICER)
    with pytest.raises(Refused, match="S-LI-3"):
        await conducts.grant_leave("app-1.1", Leave("childcare", 1, date(2028, 4, 1), 1, BORN), OFFICER)
    await conducts.take_back_leave("app-1.1", "childbirth", 1, 1, OFFICER)
    await conducts.grant_leave("app-1.1", Leave("childbirth", 1, date(2026, 6, 3), 1, BORN), OFFICER)


BORN = date(2026, 6, 1)


@pytest.mark.clause("G-7")
async def test_leave_and_the_days_of_the_checklist_are_the_persons_and_go_with_its_key() -> None:
    office = Office()
    await running(office)
    conducts, world = office.app.conducts, office.service.world
    await office.move(tokyo(2027, 1, 25))
    await conducts.grant_leave("app-1.1", Leave("childbirth", 1, date(2026, 6, 3), 2, BORN), OFFICER)
    await conducts.tick("app-1.1", "health_check", "done", date(2027, 1, 20), OFFICER)
    secondment = await office.do.get(Secondment, "secondment-app-1.1")
    beside = await conducts.beside(secondment)
    assert beside["conduct"]["leave"] == {"childbirth/1": 2}
    days = {row["item"]: row["on"] for row in beside["preparation"]["items"]}
    assert (days["health_check"], days["visa"]) == ("2027-01-20", None)
    about = [*await world.events("conduct-app-1.1"), *await world.events("preparation-app-1.1")]
    kept = [store(event).state.decode() for event in about]
    for plain in ("childbirth", "2026-06", "2027-01-20", "leave."):
        assert not [text for text in kept if plain in text], plain
    await world.vault.erase("person-1", at=tokyo(2027, 2, 1))
    assert await conducts.preparation("app-1.1") == Checklist({}, frozenset())
    assert (await conducts.beside(secondment))["conduct"]["leave"] == {}


@pytest.mark.clause("S-LI-7")
async def test_work_for_the_sender_is_judged_by_the_head_and_told_to_nobody() -> None:
    office = Office()
    await running(office)
    before = len(await office.said())
    work = "自社の商談への同席"
    await office.app.conducts.judge_sender_work("app-1.1", "visitors", date(2026, 5, 1), work, False, OFFICER)
    assert len(await office.said()) == before
    log = [event.state for at in await office.service.world.log.read(0, 1000) for event in at.commit.events]
    assert all(work.encode() not in state for state in log)


@pytest.mark.clause("S-LI-4")
async def test_the_checklist_is_for_those_who_go_overseas_and_by_the_edition() -> None:
    office = Office()
    await running(office)
    tick = office.app.conducts.tick
    await tick("app-1.1", "visa", "done", date(2026, 4, 1), OFFICER)
    with pytest.raises(Refused, match="S-LI-4"):
        await tick("app-1.1", "passport", "done", date(2026, 4, 1), OFFICER)
    assert await office.app.conducts.preparation("app-1.1") == Checklist({"visa": date(2026, 4, 1)}, frozenset())
    await tick("app-1.1", "visa", "done", date(2026, 4, 1), OFFICER)
    assert len(await office.service.world.events("preparation-app-1.1")) == 2
    at_home = Office()
    await at_home.hear(passed(1, request("osaka")))
    await at_home.run_round()
    await at_home.do.accept("app-1.1", OFFICER)
    with pytest.raises(Refused, match="S-LI-4"):
        await at_home.app.conducts.tick("app-1.1", "visa", "done", date(2026, 1, 1), OFFICER)


@pytest.mark.clause("S-LI-4")
async def test_a_visa_that_the_checklist_has_open_again_is_not_granted_by_a_word_in_passing() -> None:
    office = Office()
    await running(office)
    await office.move(tokyo(2027, 4, 1))
    for state in ("done", "open"):
        await office.app.conducts.tick("app-1.1", "visa", state, date(2027, 4, 1), OFFICER)
    said_of_it = {"departed_on": "2027-04-01", "visa_granted": True, "health_check_on": "2027-01-20"}
    said_of_it |= {"health_result_reported": True, "safety_training_on": "2027-03-10"}
    async with web(office) as client:
        seen = (await client.get("/v1/secondments/app-1.1")).json()["version"]
        order = {"by": "hr-01", "reason": "赴任の報告を受けた", "seen_version": seen}
        barred = await client.post("/v1/secondments/app-1.1/departure", json=order | said_of_it)
        (error,) = barred.json()["errors"]
        assert (barred.status_code, error["clause"], error["pointer"]) == (409, "S-LI-4", "/visa_granted")
        await office.app.conducts.tick("app-1.1", "visa", "done", date(2027, 4, 1), OFFICER)
        gone = await client.post("/v1/secondments/app-1.1/departure", json=order | said_of_it)
        assert gone.status_code == 200, gone.text
