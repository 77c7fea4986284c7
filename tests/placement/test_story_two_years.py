"""Two fiscal years' rounds one after the other: who was placed in the first is there in the second (S-PL-6)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from kernel.refusals import Refused
from policies.editions import load
from schemas import placement as said
from schemas.screening import ScreeningPassed
from schemas.values import SecondmentRequest
from services.placement.domain import Site
from tests.placement.office import Office
from tests.placement.senders import OFFICER, passed, request, screened, tokyo

ANNOUNCED: datetime = tokyo(2027, 1, 14, 10)


def of_2027(number: int, *requests: SecondmentRequest, placed_before: bool = False) -> ScreeningPassed:
    """Screening's word on a form of fiscal 2027."""
    form = passed(number, *requests, placed_before=placed_before)
    changed = {"fiscal_year": 2027, "receipt_number": f"S2027-{number:04}", "edition": "secondment/2027"}
    return form.model_copy(update=changed)


async def round_of_2026() -> Office:
    """One sender got Osaka and three years, two of them in Hanoi; another the startup unit for two years."""
    office = Office()
    await office.hear(
        passed(1, request("osaka>hanoi", years=3)),
        passed(2, request("hq.innovation.startup", years=2)),
    )
    await office.run_round()
    for number in (1, 2):
        await office.do.accept(f"app-{number}.1", OFFICER)
    return office


async def round_of_2027(office: Office, *forms: ScreeningPassed) -> dict[str, said.PlacementProposed]:
    """The second round; what it proposed to whom."""
    await office.move(tokyo(2026, 12, 20))
    await office.hear(*forms)
    await office.do.record_seed(2027, None, OFFICER)
    await office.do.run(2027, OFFICER)
    await office.move(ANNOUNCED)
    await office.company.run()
    proposed: Any = await office.said(said.PlacementProposed)
    return {each.secondment_id: each for each in proposed if each.fiscal_year == 2027}


async def site(office: Office, id: str, edition: int = 2027) -> Site:
    """A site as the commands of an edition's cases see it."""
    return next(each for each in await office.app.occupation(edition) if each.site_id == id)


@pytest.mark.clause("S-PL-6")
async def test_who_was_placed_the_year_before_is_already_there_and_counted_once() -> None:
    office = await round_of_2026()
    proposed = await round_of_2027(office, of_2027(7, request("osaka>hanoi", "osaka>riyadh")))
    assert [(stay.fiscal_year, stay.site) for stay in proposed["app-7.1"].stays] == [(2027, "osaka"), (2028, "riyadh")]
    assert [(why.site, why.code) for why in proposed["app-7.1"].explanation] == [("hanoi", "closed")]
    hanoi = await site(office, "hanoi")
    assert [hanoi.taken(year) for year in (2027, 2028, 2029)] == [1, 1, 0]
    assert load("secondment", 2027).taken("hanoi", 2028) == 0  # the edition does not say it a second time


@pytest.mark.clause("S-PL-6")
async def test_a_place_given_back_by_an_earlier_years_secondee_is_free_in_the_next_round() -> None:
    office = await round_of_2026()
    await office.hear(screened(1), screened(1, "papers"))
    await office.move(tokyo(2026, 3, 20))
    await office.do.command(
        "app-1.1", OFFICER, lambda each, at: each.send_memorandum(tokyo(2026, 3, 2).date(), "hr-01", at=at)
    )
    await office.do.command(
        "app-1.1", OFFICER, lambda each, at: each.return_memorandum(tokyo(2026, 3, 20).date(), "hr-01", at=at)
    )
    await office.move(tokyo(2026, 10, 1))
    await office.do.end_early("app-1.1", tokyo(2026, 9, 30).date(), "sender_request", OFFICER)
    proposed = await round_of_2027(office, of_2027(7, request("osaka>hanoi", "osaka>riyadh")))
    assert proposed["app-7.1"].rank == 1


@pytest.mark.clause("S-PL-1")
async def test_what_the_later_edition_says_of_places_holds_for_earlier_cases_once_it_is_announced() -> None:
    office = await round_of_2026()
    before = await site(office, "hq.innovation.startup", 2026)
    assert [before.free(year) for year in (2026, 2027, 2028)] == [1, 1, 2]
    await round_of_2027(office, of_2027(7, request("sapporo", years=1)))
    after = await site(office, "hq.innovation.startup", 2026)  # nobody of 2027 was placed there
    assert [after.free(year) for year in (2026, 2027, 2028)] == [1, 0, 0]
    assert after.claims == {"app-2.1": (2026, 2027)}  # who is there stays
    with pytest.raises(Refused, match="S-PL-6"):
        after.claim("app-1.1", (2028,), at=ANNOUNCED)
    los_angeles = await site(office, "los-angeles", 2026)  # somebody came there by another way
    assert [los_angeles.free(year) for year in (2026, 2027, 2028)] == [1, 0, 0]


@pytest.mark.clause("S-PL-4")
@pytest.mark.parametrize(("year", "first"), [(2026, "app-8.1"), (2027, "app-7.1")])
async def test_each_round_counts_so_far_as_its_own_edition_says(year: int, first: str) -> None:
    """2026 counts all years: who was never placed goes first. 2027 counts its own round: the lottery decides."""
    office = Office()
    await office.move(tokyo(year - 1, 12, 20))
    make = passed if year == 2026 else of_2027
    await office.hear(
        make(7, request("osaka>seoul"), placed_before=True),
        make(8, request("osaka>seoul")),
    )
    await office.do.record_seed(year, "seed-0001", OFFICER, unpublished=True)
    await office.do.run(year, OFFICER)
    results = (await office.do.round(year)).assigned
    assert [id for id, each in results.items() if each.stays] == [first]
    assert results[first].decisions[0].edition == f"secondment/{year}"


@pytest.mark.clause("S-PL-1")
async def test_a_place_opened_by_hand_is_decided_under_the_edition_that_is_out() -> None:
    office = await round_of_2026()
    opened = await office.app.change_capacity(2027, "bangkok", 2, OFFICER)
    assert (opened.edition, opened.capacity[2027]) == ("secondment/2026", 2)
    await office.move(tokyo(2026, 12, 1))
    opened = await office.app.change_capacity(2027, "seoul", 2, OFFICER)
    assert (opened.edition, opened.capacity[2027]) == ("secondment/2027", 2)
    with pytest.raises(Refused, match="G-6"):
        await office.app.change_capacity(2031, "seoul", 2, OFFICER)
