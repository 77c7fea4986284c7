"""The letter after a decline says what is so (S-PL-8, S-PL-9): who is in the way, not that the place was closed."""

from __future__ import annotations

from typing import Any

import pytest

from kernel.refusals import Refused
from schemas import placement as said
from services.placement.app import standing
from services.placement.app.standing import ByHand
from services.placement.domain.values import Checked
from tests.placement.office import Office
from tests.placement.senders import OFFICER, passed, request


async def reasons(office: Office) -> dict[str, list[tuple[str, str, int]]]:
    """What each secondment was told last: the place, the code, the count."""
    events: Any = await office.said(said.PlacementProposed, said.PlacementNotPossible)
    return {each.secondment_id: [(w.site, w.code, w.count) for w in each.explanation] for each in events}


async def three_senders() -> tuple[Office, str]:
    """Two want Hanoi first; the loser and a third want Seoul, which is the third's first. Returns the loser."""
    office = Office()
    await office.hear(
        passed(1, request("osaka>hanoi", "osaka>seoul")),
        passed(2, request("osaka>seoul", "osaka>hanoi", "osaka>sydney")),
        passed(3, request("osaka>hanoi", "osaka>seoul")),
    )
    await office.run_round()
    results = (await office.do.round(2026)).assigned
    return office, next(id for id in ("app-1.1", "app-3.1") if not results[id].stays)


@pytest.mark.clause("S-PL-9")
async def test_who_declined_is_told_of_the_holder_that_ranked_the_place_higher() -> None:
    office, loser = await three_senders()
    await office.do.decline("app-2.1", False, OFFICER)
    _, offered = await office.do.offer_again("app-2.1", OFFICER)
    assert offered == sorted(["app-2.1", loser])
    told = await reasons(office)
    assert told["app-2.1"] == [("hanoi", "taken_by_higher_rank", 1)]
    assert told[loser] == [("hanoi", "taken_meanwhile", 1)]  # level with it; nobody is moved


@pytest.mark.clause("S-PL-8")
async def test_who_declines_what_it_was_given_by_hand_is_served_first_and_leaves_the_place_to_others() -> None:
    office, loser = await three_senders()
    await office.do.adjust(2026, ByHand(loser, "sendai"), OFFICER)
    await office.do.decline(loser, False, OFFICER)
    await office.do.decline("app-2.1", True, OFFICER)
    _, offered = await office.do.offer_again(loser, OFFICER)
    assert offered == [loser]
    assert (await reasons(office))[loser] == [("hanoi", "taken_meanwhile", 1)]


@pytest.mark.clause("S-PL-9")
async def test_an_offer_whose_reasons_do_not_hold_goes_to_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    office, _ = await three_senders()
    await office.do.decline("app-2.1", False, OFFICER)
    before = await reasons(office)
    wrong = Checked("explanations", "S-PL-9", "failed", "S2026-0002.1, rank 2")
    monkeypatch.setattr(standing, "told_again", lambda *_: ({}, wrong))
    with pytest.raises(Refused, match="S-PL-9"):
        await office.do.offer_again("app-2.1", OFFICER)
    assert await reasons(office) == before
