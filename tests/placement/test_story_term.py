"""Changed terms, leave, work for the sender and the checklist, in process."""

from __future__ import annotations

from datetime import date

import pytest

from kernel.refusals import Refused
from schemas import placement as said
from schemas.values import Stay
from services.placement.app.conduct import Leave
from tests.placement.office import Office
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


@pytest.mark.clause("S-LI-9")
async def test_leave_is_granted_while_the_secondment_runs() -> None:
    office = Office()
    await running(office)
    conducts = office.app.conducts
    await conducts.grant_leave("app-1.1", Leave("childbirth", 1, date(2026, 6, 1), 2), OFFICER)
    with pytest.raises(Refused, match="S-LI-9"):
        await conducts.grant_leave("app-1.1", Leave("childbirth", 1, date(2026, 6, 3), 1), OFFICER)
    with pytest.raises(Refused, match="S-LI-3"):
        await conducts.grant_leave("app-1.1", Leave("childcare", 1, date(2028, 4, 1), 1), OFFICER)
    await conducts.take_back_leave("app-1.1", "childbirth", 1, 1, OFFICER)
    await conducts.grant_leave("app-1.1", Leave("childbirth", 1, date(2026, 6, 3), 1), OFFICER)


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
    assert await office.app.conducts.preparation("app-1.1") == {"visa": date(2026, 4, 1)}
    at_home = Office()
    await at_home.hear(passed(1, request("osaka")))
    await at_home.run_round()
    await at_home.do.accept("app-1.1", OFFICER)
    with pytest.raises(Refused, match="S-LI-4"):
        await at_home.app.conducts.tick("app-1.1", "visa", "done", date(2026, 1, 1), OFFICER)
