"""What a run went by is no longer so (S-PL-3): nothing is announced until it is run again, and HR sees why."""

from __future__ import annotations

from typing import Any

import pytest

from kernel.refusals import Refused
from schemas import placement as said
from services.placement.app.standing import ByHand
from services.placement.domain.round_events import RoundAnnounced
from tests.placement.office import Office, web
from tests.placement.senders import OFFICER, passed, request, tokyo, withdrawn

HANOI = request("osaka>hanoi")
WHO = {"X-Officer": "hr-01"}


async def two_for_hanoi() -> tuple[Office, int, int]:
    """Two senders want the one place of Hanoi: the office after the run, who won, who lost."""
    office = Office()
    await office.hear(passed(1, HANOI), passed(2, HANOI))
    await office.do.record_seed(2026, None, OFFICER)
    await office.do.run(2026, OFFICER)
    won = next(each.application_id for each in (await office.do.round(2026)).assigned.values() if each.stays)
    winner = int(won.removeprefix("app-"))
    return office, winner, 3 - winner


async def told(office: Office) -> dict[str, Any]:
    """What each application was told last."""
    events: Any = await office.said(said.PlacementProposed, said.PlacementNotPossible)
    return {event.application_id: event for event in events}


async def waits(office: Office) -> list[dict[str, str]]:
    """What HR reads that the announcement waits for."""
    return await office.do.waits(await office.do.round_so_far(2026), await office.do.candidates(2026))


async def on_the_day(office: Office) -> str:
    """The day of the announcement comes; what the round waits for then."""
    await office.move(tokyo(2026, 1, 15, 0, 0))
    return (await office.do.round(2026)).held


@pytest.mark.clause("S-IN-6")
@pytest.mark.clause("S-PL-3")
@pytest.mark.clause("S-PL-9")
async def test_who_lost_to_one_that_withdrew_is_not_told_so_and_gets_the_place_by_a_new_run() -> None:
    office, winner, loser = await two_for_hanoi()
    await office.hear(withdrawn(winner))
    with pytest.raises(Refused, match="S-PL-3"):
        await office.do.announce(2026, OFFICER)
    assert (await on_the_day(office), await told(office)) == ("run_again", {})
    async with web(office) as client:
        body = (await client.get("/v1/rounds/secondment/2026", headers=WHO)).json()
    assert (body["held"], body["waits"]) == ("run_again", [{"why": "gone", "about": f"S2026-000{winner}"}])
    await office.do.run(2026, OFFICER)
    assert ((await office.do.round(2026)).held, await waits(office)) == ("", [{"why": "announce", "about": ""}])
    await office.do.announce(2026, OFFICER)
    (proposed,) = (await told(office)).values()
    assert (proposed.application_id, proposed.stays[-1].site, proposed.explanation) == (f"app-{loser}", "hanoi", ())


@pytest.mark.clause("S-PL-3")
@pytest.mark.clause("S-PL-4")
async def test_who_turns_out_to_have_been_placed_before_does_not_keep_the_place_from_one_who_never_was() -> None:
    office, winner, loser = await two_for_hanoi()
    await office.hear(passed(winner, HANOI, placed_before=True))
    assert (await on_the_day(office), await told(office)) == ("run_again", {})
    assert await waits(office) == [{"why": "changed", "about": f"S2026-000{winner}"}]
    await office.do.run(2026, OFFICER)
    await office.do.announce(2026, OFFICER)
    assert (await told(office))[f"app-{loser}"].stays[-1].site == "hanoi"


@pytest.mark.clause("S-IN-6")
async def test_the_last_form_counts_also_where_it_came_after_the_run() -> None:
    office, winner, _ = await two_for_hanoi()
    await office.hear(passed(winner, request("sapporo>seoul")))
    assert (await on_the_day(office), await told(office)) == ("run_again", {})
    await office.do.run(2026, OFFICER)
    await office.do.announce(2026, OFFICER)
    assert {each.stays[-1].site for each in (await told(office)).values()} == {"hanoi", "seoul"}


@pytest.mark.clause("S-PL-3")
@pytest.mark.clause("S-PL-9")
async def test_nobody_is_refused_for_a_seat_that_was_opened_after_the_run() -> None:
    office, _, _ = await two_for_hanoi()
    await office.app.change_capacity(2027, "hanoi", 2, OFFICER)
    assert (await on_the_day(office), await told(office)) == ("run_again", {})
    assert await waits(office) == [{"why": "seats", "about": "hanoi 2027"}]
    await office.do.run(2026, OFFICER)
    await office.do.announce(2026, OFFICER)
    assert {each.stays[-1].site for each in (await told(office)).values()} == {"hanoi"}


@pytest.mark.clause("S-PL-10")
async def test_what_changes_nothing_holds_nothing_up() -> None:
    office, _, _ = await two_for_hanoi()
    await office.hear(passed(1, HANOI))
    await office.app.change_capacity(2027, "seoul", 0, OFFICER)
    assert await waits(office) == []
    assert (await on_the_day(office), len(await told(office))) == ("", 2)


@pytest.mark.clause("S-PL-10")
async def test_what_a_round_waits_for_is_said_from_its_beginning_to_after_its_announcement() -> None:
    office = Office()
    assert await waits(office) == [{"why": "seed", "about": ""}]
    await office.hear(passed(1, HANOI))
    await office.do.record_seed(2026, None, OFFICER)
    assert await waits(office) == [{"why": "run", "about": ""}]
    await office.do.run(2026, OFFICER)
    await office.hear(passed(2, HANOI))
    assert await waits(office) == [{"why": "came", "about": "S2026-0002"}]
    await office.do.run(2026, OFFICER)
    await office.do.announce(2026, OFFICER)
    assert await waits(office) == []
    await office.hear(passed(3, request("sapporo>seoul")))
    assert await waits(office) == [{"why": "late", "about": "S2026-0003"}]
    await office.do.adjust(2026, ByHand("app-3.1", "sapporo", "seoul"), OFFICER)
    assert await waits(office) == []


@pytest.mark.clause("S-PL-10")
async def test_a_result_that_would_go_out_too_late_waits_for_an_officers_word() -> None:
    office, _, _ = await two_for_hanoi()
    office.company.clock.at = tokyo(2026, 2, 10)  # nothing ran in between
    await office.company.run()
    assert ((await office.do.round(2026)).held, await waits(office)) == ("notice", [{"why": "notice", "about": ""}])


@pytest.mark.clause("S-IN-1")
@pytest.mark.clause("S-PL-10")
async def test_a_round_is_run_when_the_reception_is_over_and_announced_before_its_day_as_a_waiver() -> None:
    office = Office(tokyo(2025, 11, 10))
    await office.hear(passed(1, HANOI))
    await office.do.record_seed(2026, None, OFFICER)
    await office.move(tokyo(2025, 12, 5, 23, 59))
    with pytest.raises(Refused, match="S-IN-1"):
        await office.do.run(2026, OFFICER)
    await office.move(tokyo(2025, 12, 6, 0))
    await office.do.run(2026, OFFICER)
    await office.do.announce(2026, OFFICER)
    story = await office.service.world.events("round-secondment-2026")
    (word,) = [each.decision for each in story if isinstance(each, RoundAnnounced)]
    assert (word.clause, word.outcome, word.by) == ("S-PL-10", "waived", "hr-01")
    assert word.reason is not None
