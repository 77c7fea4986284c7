"""The lottery's seed is the one that was published before anybody's wishes were known (S-PL-5)."""

from __future__ import annotations

import pytest

from kernel.refusals import Refused
from policies.editions import load
from services.placement.domain import Round
from services.placement.domain.round_events import SeedRecorded
from tests.placement.office import Office, web
from tests.placement.senders import OFFICER, passed, request

PUBLISHED = load("secondment", 2026).tiebreak.seed.first


async def two_for_hanoi() -> Office:
    """Two want the one place of Hanoi: the seed decides."""
    office = Office()
    await office.hear(passed(1, request("osaka>hanoi")), passed(2, request("osaka>hanoi")))
    return office


async def certified(office: Office) -> tuple[str, str]:
    """What the run's certificate says of the seed."""
    await office.do.run(2026, OFFICER)
    outcome = (await office.do.round(2026)).outcome
    assert outcome is not None
    (check,) = [each for each in outcome.checks if each.name == "seed"]
    assert (check.clause, outcome.refuted) == ("S-PL-5", ())
    return check.verdict, check.detail


async def recorded(office: Office) -> tuple[str, str, object]:
    """The seed and the decision on it."""
    story = await office.service.world.events(Round.stream("secondment", 2026))
    (seed,) = [each for each in story if isinstance(each, SeedRecorded)]
    return seed.seed, seed.decision.outcome, seed.decision.facts["as_published"]


@pytest.mark.clause("S-PL-5")
async def test_a_seed_that_is_picked_when_the_wishes_are_known_is_refused() -> None:
    office = await two_for_hanoi()
    with pytest.raises(Refused, match="S-PL-5") as refusal:
        await office.do.record_seed(2026, "picked-by-hand", OFFICER)
    assert refusal.value.pointer == "/seed"
    assert (await office.do.round(2026)).seed is None


@pytest.mark.clause("S-PL-5")
@pytest.mark.parametrize("said", [None, PUBLISHED])
async def test_the_published_seed_is_taken_said_or_not_and_certified(said: str | None) -> None:
    office = await two_for_hanoi()
    await office.do.record_seed(2026, said, OFFICER)
    assert await recorded(office) == (PUBLISHED, "passed", True)
    assert await certified(office) == ("passed", "")


@pytest.mark.clause("S-PL-5")
async def test_another_seed_is_a_waiver_for_all_to_see_and_no_certificate_hides_it() -> None:
    office = await two_for_hanoi()
    async with web(office) as client:
        version = (await office.do.round(2026)).version
        body = {"by": "hr-01", "reason": "公表した種を紛失した", "seen_version": version, "seed": "picked-by-hand"}
        refused = await client.post("/v1/rounds/secondment/2026/seed", json=body)
        answer = await client.post("/v1/rounds/secondment/2026/seed", json=body | {"unpublished": True})
    assert (refused.status_code, answer.status_code) == (409, 200)
    assert await recorded(office) == ("picked-by-hand", "waived", False)
    assert await certified(office) == ("not_proved", "seed not as published")
