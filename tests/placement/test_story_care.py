"""Limited services screened one by one, reviews, and nothing promised for the next year, in process."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from kernel.refusals import Refused
from policies.editions import load
from schemas import placement as said
from schemas.intake import ApplicationAmended
from schemas.screening import DisclosureRecorded
from services.placement.app.support_care import ReviewSaid
from services.placement.app.supports import Contact, KickOff
from services.placement.domain import Menu, Support
from services.placement.domain.support_events import MenuJudged, ReviewHeld
from tests.placement.office import Office, web
from tests.placement.senders import OFFICER, adopted, tokyo
from tests.placement.test_story_support import events_of, running

MOST = load("support", 2026).life.menus["trip_together"].first


async def used(office: Office) -> int:
    """How often the trip together was granted to all."""
    found = await office.service.world.repository.find(Menu, Menu.stream(2026, "trip_together"))
    return found.total if found else 0


async def judge(office: Office, times: int = 1, *, granted: bool = True, earlier: int = 0) -> None:
    """The officer's word on a trip together."""
    await office.app.support_care.judge_menu("app-1", "trip_together", times, earlier, granted, OFFICER)


@pytest.mark.clause("C-LI-3")
async def test_a_limited_service_is_screened_by_itself_with_the_earlier_years_in_view() -> None:
    office = await running()
    await judge(office, 2, earlier=3)
    await judge(office, granted=False)
    kept = events_of(await office.service.world.events("support-app-1"), MenuJudged)
    assert [each.decision.outcome for each in kept] == ["passed", "refused"]
    assert kept[0].decision.facts == {
        "menu": "trip_together", "times": 2, "company_so_far": 0, "total": 0, "years_supported": 3,
    }  # fmt: skip
    assert kept[1].decision.facts["company_so_far"] == 2
    assert await used(office) == 2
    support = await office.service.world.repository.get(Support, "support-app-1")
    assert support.menus == {"trip_together": 2}


@pytest.mark.clause("C-LI-3")
async def test_what_is_left_of_each_limited_service_can_be_read() -> None:
    office = await running()
    await judge(office, 3)
    async with web(office) as client:
        told = (await client.get("/v1/menus?fiscal_year=2026")).json()["items"]
    assert {each["id"] for each in told} == load("support", 2026).life.menus.keys()
    (trip,) = (each for each in told if each["id"] == "trip_together")
    assert trip == {"id": "trip_together", "most": MOST, "granted": 3, "left": MOST - 3}


@pytest.mark.clause("C-LI-3")
async def test_nobody_is_granted_more_than_the_fiscal_years_number_over_all_companies() -> None:
    office = await running()
    menu = Menu.open(2026, "trip_together", at=tokyo(2026, 5, 1))
    menu.grant("app-2", MOST - 1, MOST, at=tokyo(2026, 5, 1))
    await office.service.world.repository.save(menu)
    with pytest.raises(Refused, match="C-LI-3"):
        await judge(office, 2)
    await judge(office, 1)
    with pytest.raises(Refused, match="C-LI-3"):
        await judge(office, 1)
    assert await used(office) == MOST
    with pytest.raises(Refused, match="C-LI-3"):
        await office.app.support_care.judge_menu("app-1", "cruise", 1, 0, True, OFFICER)


@pytest.mark.clause("C-LI-3")
async def test_a_visit_that_was_made_is_told_by_its_contact() -> None:
    office = await running()
    _, visit = await office.supports.fix_visit("app-1", date(2026, 5, 1), OFFICER)
    await office.supports.record_contact("app-1", Contact("visit", date(2026, 5, 1), "工場を見学", visit), OFFICER)
    support = await office.service.world.repository.get(Support, "support-app-1")
    assert support.visits[visit].state == "made"
    for unknown in (visit, "visit-9"):
        with pytest.raises(Refused, match="C-LI-3"):
            await office.supports.record_contact("app-1", Contact("visit", date(2026, 5, 1), "再訪", unknown), OFFICER)


@pytest.mark.clause("C-LI-5")
async def test_a_review_changes_what_it_names_and_nothing_else() -> None:
    office = await running()
    await office.move(tokyo(2026, 9, 1))
    review = ReviewSaid(date(2026, 9, 1), "採用が前倒しで進んだ", stage="retention", until=date(2026, 12, 31))
    await office.app.support_care.review("app-1", review, OFFICER)
    support = await office.service.world.repository.get(Support, "support-app-1")
    assert (support.stage, support.until, support.reviews) == ("retention", date(2026, 12, 31), (date(2026, 9, 1),))
    (kept,) = events_of(await office.service.world.events("support-app-1"), ReviewHeld)
    assert kept.decision.facts["changes"] == ["stage", "until"]
    assert "採用が前倒し".encode() not in repr(kept).encode()
    await office.move(tokyo(2027, 1, 1))
    (over,) = await office.said(said.SupportEnded)
    assert isinstance(over, said.SupportEnded)
    assert (over.ended_on, over.early) == (date(2026, 12, 31), False)


@pytest.mark.clause("C-LI-7")
async def test_a_review_that_moves_the_last_day_sets_the_surveys_of_the_new_period() -> None:
    """Shortened, the survey for its end falls away; extended again, it is asked on its day, and no other twice."""
    office = await running()
    for at, until in ((tokyo(2026, 8, 1), date(2026, 12, 31)), (tokyo(2026, 12, 1), date(2027, 3, 31))):
        await office.move(at)
        await office.app.support_care.review("app-1", ReviewSaid(at.date(), "期間の見直し", until=until), OFFICER)
        support = await office.service.world.repository.get(Support, "support-app-1")
        whole = until > date(2027, 1, 1)
        assert [each.name for each in support.surveys] == ["half_way", *["year_end"][: int(whole)], "follow_up"]
    await office.move(tokyo(2027, 10, 1))
    asked = [each.survey for each in await office.said(said.SurveyAsked) if isinstance(each, said.SurveyAsked)]
    assert asked == ["half_way", "year_end", "follow_up"]


@pytest.mark.clause("C-LI-7")
async def test_a_survey_that_only_a_longer_period_has_is_asked_on_its_day() -> None:
    office = Office(tokyo(2026, 4, 10))
    await office.hear(adopted(1))
    await office.move(tokyo(2026, 5, 1))
    await office.supports.kick_off("app-1", KickOff(date(2026, 5, 1), date(2026, 8, 31), "recruiting", "計画"), OFFICER)
    longer = ReviewSaid(date(2026, 5, 1), "延ばす", until=date(2026, 12, 31))
    await office.app.support_care.review("app-1", longer, OFFICER)
    await office.move(tokyo(2026, 9, 15))
    (asked,) = await office.said(said.SurveyAsked)
    assert isinstance(asked, said.SurveyAsked)
    assert asked.survey == "half_way"


@pytest.mark.clause("C-LI-5")
async def test_a_review_sets_no_day_that_has_passed() -> None:
    office = await running()
    await office.move(tokyo(2026, 9, 1))
    late = ReviewSaid(date(2026, 9, 1), "期間を縮める", until=date(2026, 8, 31))
    with pytest.raises(Refused, match="C-LI-5"):
        await office.app.support_care.review("app-1", late, OFFICER)


@pytest.mark.clause("C-LI-8", "C-LI-1")
async def test_neither_kick_off_nor_review_reaches_into_the_next_fiscal_year() -> None:
    office = Office(tokyo(2026, 4, 10))
    await office.hear(adopted(1))
    await office.move(tokyo(2026, 5, 1))
    beyond = date(2027, 4, 1)
    with pytest.raises(Refused, match="C-LI-1"):
        await office.supports.kick_off("app-1", KickOff(date(2026, 5, 1), beyond, "recruiting", "計画"), OFFICER)
    await office.supports.kick_off("app-1", KickOff(date(2026, 5, 1), date(2027, 3, 31), "recruiting", "計画"), OFFICER)
    with pytest.raises(Refused, match="C-LI-1"):
        await office.app.support_care.review("app-1", ReviewSaid(date(2026, 5, 1), "延ばす", until=beyond), OFFICER)


@pytest.mark.clause("C-LI-8")
@pytest.mark.parametrize("letter", ["adopted", "ended"])
def test_the_letters_of_adoption_and_end_promise_nothing(letter: str) -> None:
    text = load("support", 2026).texts[letter]
    assert "お約束するものではございません" in repr(text)


@pytest.mark.clause("C-LI-4")
async def test_a_request_is_answered_in_words_where_it_is_refused_and_with_no_number_where_it_is_not() -> None:
    office = await running()
    body = {"by": "officer-06", "reason": "尋ねられた"}
    answers = {}
    async with web(office) as client:
        for kind in ("introduce_person", "trip_together"):
            seen = await office.service.world.repository.get(Support, "support-app-1")
            asked = body | {"kind": kind, "seen_version": seen.version}
            answers[kind] = (await client.post("/v1/supports/app-1/requests", json=asked)).json()
    assert answers["introduce_person"]["outcome"] == "refused"
    assert answers["introduce_person"]["answer"].startswith("ジェトロは外国人材個人の紹介を行いません")
    assert (answers["trip_together"]["outcome"], answers["trip_together"]["answer"]) == ("passed", "")


@pytest.mark.clause("C-IN-7", "C-CO-1")
async def test_what_is_heard_before_the_adoption_is_taken_over_by_the_support() -> None:
    office, of = Office(tokyo(2026, 4, 10)), {"programme": "support", "fiscal_year": 2026, "application_id": "app-1"}
    newer = adopted(1, prefecture="hokkaido", field="food", languages=("zh",))
    about = of | {"receipt_number": "C2026-0001", "party": newer.party, "edition": "support/2026"}
    amended = [
        ApplicationAmended.model_validate(about | {"revision": number, "support": form})
        for number, form in ((3, newer.support), (2, adopted(1).support))
    ]
    noted = DisclosureRecorded.model_validate(of | {"number": 1, "disclosed_on": date(2026, 4, 9)})
    await office.hear(*amended, noted, adopted(1))
    support = await office.service.world.repository.get(Support, "support-app-1")
    assert (support.revision, support.needs.prefecture, support.coordinator_id) == (3, "hokkaido", "coordinator-01")
    assert support.disclosures == {1: date(2026, 4, 9)}


@pytest.mark.clause("C-IN-7", "C-PL-1")
async def test_what_was_heard_before_does_not_override_the_newer_form_that_an_adoption_brings() -> None:
    office, old = Office(tokyo(2026, 4, 10)), adopted(1)
    newer = adopted(1, prefecture="hokkaido", field="food", languages=("zh",)).model_copy(update={"revision": 3})
    heard: dict[str, Any] = {"programme": "support", "fiscal_year": 2026, "application_id": "app-1", "party": old.party}
    heard |= {"receipt_number": "C2026-0001", "edition": "support/2026"}
    second = ApplicationAmended.model_validate(heard | {"revision": 2, "support": old.support})
    third = ApplicationAmended.model_validate(heard | {"revision": 3, "support": newer.support})
    await office.hear(second, newer, third)
    support = await office.service.world.repository.get(Support, "support-app-1")
    assert (support.revision, support.needs.prefecture, support.coordinator_id) == (3, "hokkaido", "coordinator-01")
