"""A large round goes out in parts (S-PL-10): whatever stops it half-way, each result goes out, and only once."""

from __future__ import annotations

from collections import Counter

import pytest

from kernel.refusals import Refused
from schemas import placement as said
from services.placement.app import announcements
from services.placement.app.standing import ByHand
from services.placement.domain import Proposal, Round
from tests.placement.office import Office
from tests.placement.senders import OFFICER, passed, request, tokyo

HOMES = ("osaka", "sapporo", "sendai", "fukushima", "nagoya", "kobe")
OFFICES = ("bangkok", "hanoi", "seoul", "jakarta", "manila", "mumbai")


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(announcements, "PART", 2)


async def nine_candidates() -> Office:
    """Nine senders, six of whom get a place; the round is run and not announced."""
    office = Office()
    wishes = [f"{home}>{site}" for home, site in zip(HOMES, OFFICES, strict=True)]
    await office.hear(*(passed(n, request(wishes[n % 6], wishes[(n + 1) % 6])) for n in range(1, 10)))
    await office.do.record_seed(2026, None, OFFICER)
    await office.do.run(2026, OFFICER)
    await office.company.run()
    return office


async def told(office: Office) -> Counter[str]:
    """How often each secondment was told of its result, with what."""
    events = await office.said(said.PlacementProposed, said.PlacementNotPossible)
    return Counter(f"{event.secondment_id} {event.NAME}" for event in events if isinstance(event, said.OfSecondment))


async def at_once() -> Counter[str]:
    """What is told where the round is small."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(announcements, "PART", 500)
        office = await nine_candidates()
        await office.do.announce(2026, OFFICER)
        assert not (await office.do.round(2026)).announcing
        return await told(office)


async def restarted(office: Office) -> Office:
    """The same log under a service that knows nothing but it: read models and timers are made anew."""
    fresh = Office(office.company.clock.at)
    fresh.service.world.log.__dict__.update(office.service.world.log.__dict__)
    return fresh


@pytest.mark.clause("S-PL-10")
async def test_all_results_go_out_once_and_the_same_as_in_one_piece() -> None:
    office = await nine_candidates()
    await office.do.announce(2026, OFFICER)
    first = await office.do.round(2026)
    assert (first.state, first.announcing) == ("announced", True)
    assert await office.app.kernel.repository.find(Proposal, "proposal-app-1.1") is None
    sites = {site.site_id: site for site in await office.app.occupation(2026)}
    assert sum(len(sites[each].claims) for each in OFFICES) == 6
    assert await told(office) == await at_once()
    assert not (await office.do.round(2026)).announcing
    parts = [event for event in await office.service.world.events(first.id) if type(event).__name__ == "PartAnnounced"]
    assert len(parts) >= 4


@pytest.mark.clause("S-PL-10")
async def test_on_its_day_it_goes_out_in_parts_by_itself() -> None:
    office = await nine_candidates()
    await office.move(tokyo(2026, 1, 15, 0, 0))
    assert await told(office) == await at_once()


@pytest.mark.clause("S-PL-10")
@pytest.mark.parametrize("parts", [0, 1, 2, 3])
async def test_a_crash_between_any_two_parts_loses_nothing_and_repeats_nothing(parts: int) -> None:
    office = await nine_candidates()
    await office.do.announce(2026, OFFICER)
    for _ in range(parts):
        aggregates = await office.do.announce_part(Round.stream("secondment", 2026))
        await office.app.kernel.repository.save(*aggregates)
    fresh = await restarted(office)
    assert (await fresh.do.round(2026)).announcing
    assert await told(fresh) == await at_once()
    assert not (await fresh.do.round(2026)).announcing
    assert await fresh.do.announce_part(Round.stream("secondment", 2026)) == []


@pytest.mark.clause("S-IN-6")
@pytest.mark.clause("S-PL-10")
async def test_who_withdraws_between_two_parts_is_told_nothing_and_its_place_is_free() -> None:
    office = await nine_candidates()
    await office.do.announce(2026, OFFICER)
    waiting = [page for page in await office.do.roster(2026) if not page.announced]
    placed = {each.application_id for each in (await office.do.round(2026)).assigned.values() if each.stays}
    leaver = next(id for page in waiting for id in page.candidates if id in placed)
    await office.app.kernel.repository.save(*await office.do.withdraw(2026, leaver))
    assert not [name for name in await told(office) if name.startswith(f"{leaver}.")]
    claims = {id for site in await office.app.occupation(2026) for id in site.claims}
    assert f"{leaver}.1" not in claims
    assert len(claims) == 5


@pytest.mark.clause("S-PL-10")
@pytest.mark.clause("S-SC-5")
async def test_who_is_refused_between_two_parts_is_proposed_nothing_and_its_place_is_free() -> None:
    office = await nine_candidates()
    await office.do.announce(2026, OFFICER)
    waiting = [page for page in await office.do.roster(2026) if not page.announced]
    placed = {each.application_id for each in (await office.do.round(2026)).assigned.values() if each.stays}
    out = next(id for page in waiting for id in page.candidates if id in placed)
    await office.app.kernel.repository.save(*await office.do.refuse(2026, out, f"{out}.1", for_good=True))
    assert not [name for name in await told(office) if name.startswith(f"{out}.")]
    claims = {id for site in await office.app.occupation(2026) for id in site.claims}
    assert f"{out}.1" not in claims
    assert len(claims) == 5


@pytest.mark.clause("S-PL-8")
async def test_what_is_not_out_yet_cannot_be_changed_or_offered_again_and_what_is_out_can_be_answered() -> None:
    office = await nine_candidates()
    await office.do.announce(2026, OFFICER)
    with pytest.raises(Refused, match="S-PL-10"):
        await office.do.adjust(2026, ByHand("app-1.1", "sendai", None, 1), OFFICER)
    aggregates = await office.do.announce_part(Round.stream("secondment", 2026))
    await office.app.kernel.repository.save(*aggregates)
    out = next(each for each in aggregates if isinstance(each, Proposal) and each.state == "proposed")
    await office.do.decline(out.case.secondment_id, False, OFFICER)
    with pytest.raises(Refused, match="S-PL-10"):
        await office.do.offer_again(out.case.secondment_id, OFFICER)
    await office.company.run()
    await office.do.offer_again(out.case.secondment_id, OFFICER)


@pytest.mark.clause("S-IN-1")
async def test_who_comes_between_two_parts_is_late_and_placed_by_hand() -> None:
    office = await nine_candidates()
    await office.do.announce(2026, OFFICER)
    await office.hear(passed(10, request("osaka>phnom-penh")))
    assert (await office.do.round(2026)).unsettled(await office.do.candidates(2026)) == ["app-10.1"]
    await office.do.adjust(2026, ByHand("app-10.1", "osaka", "phnom-penh"), OFFICER)
    assert (await told(office))["app-10.1 PlacementProposed"] == 1


@pytest.mark.clause("S-PL-8")
async def test_all_of_a_round_have_the_same_deadline_and_none_has_less_time_for_a_part_that_came_late() -> None:
    office = await nine_candidates()
    await office.do.announce(2026, OFFICER)
    for _ in range(3):
        aggregates = await office.do.announce_part(Round.stream("secondment", 2026))
        await office.app.kernel.repository.save(*aggregates)
    office.company.clock.at = tokyo(2025, 12, 23)
    await office.company.run()
    events = await office.said(said.PlacementProposed)
    deadlines = Counter(event.answer_by.isoformat() for event in events if isinstance(event, said.PlacementProposed))
    assert set(deadlines) == {"2026-01-03", "2026-01-06"}
