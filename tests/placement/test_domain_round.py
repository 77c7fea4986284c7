"""The round as a story of events: given – when – then."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from kernel.testing import event, given, like
from kernel.testing.happenings import Happening
from kernel.testing.scenario import Scenario
from schemas.values import Decision, Stay
from services.placement.domain.round import MOST, Round, Stale
from services.placement.domain.round_events import (
    AnnouncementHeld,
    LateResultAdded,
    PartAnnounced,
    ResultAdjusted,
    RoundAnnounced,
    RoundOpened,
    RoundRun,
    SeedRecorded,
)
from services.placement.domain.values import Assigned, Checked, Ground, Price, Run
from services.placement.policy.decisions import decided
from tests.placement.senders import candidate, request, tokyo

NOW = tokyo(2025, 12, 22)
OVER = tokyo(2025, 12, 6, 0)
WORD: Decision = decided("S-PL-3", "passed", edition="secondment/2026", at=NOW, facts={}, by="hr-01")
OPENED = event(RoundOpened, programme="secondment", fiscal_year=2026, announce_at=tokyo(2026, 1, 15, 0))
SENDER = candidate(1, request("osaka"))
SENDERS = {"app-1": SENDER}
GROUND = Ground(candidates={"app-1": SENDER.digest}, free={"osaka 2026": 1, "osaka 2027": 1})
SEEDED = event(SeedRecorded, seed="published-seed", decision=WORD)
RESULT = Assigned(
    seeker="S2026-0001.1",
    secondment_id="app-1.1",
    application_id="app-1",
    number=1,
    stays=(Stay(fiscal_year=2026, site="osaka"), Stay(fiscal_year=2027, site="osaka")),
    rank=1,
)


def run(verdict: str = "passed") -> Run:
    """A run whose certificate has one check."""
    checks = (Checked("optimal", "S-PL-3", verdict),)
    order = ("S2026-0001.1",)
    return Run(signature=((0, 1, 1),), order=order, proof="exact", checks=checks, seed="s", edition="secondment/2026")


RAN = event(RoundRun, run=run(), assigned=(RESULT,), decision=WORD)
RAN_ON = event(RoundRun, run=run(), assigned=(RESULT,), decision=WORD, ground=GROUND)
ANNOUNCED = event(RoundAnnounced, answer_by=date(2026, 1, 29), decision=WORD)


def after(*events: Happening) -> Scenario:
    """An opened round to which this happened."""
    return given(OPENED, *events, of=Round, id="round-secondment-2026")


@pytest.mark.clause("S-PL-5")
def test_the_seed_is_recorded_before_the_run_and_never_changed() -> None:
    after().when(Round.ready_to_run, SENDERS, OVER, at=NOW).refused("S-PL-5")
    after().when(Round.record_seed, "published-seed", WORD, at=NOW).then(SEEDED)
    after(SEEDED).when(Round.record_seed, "another-seed", WORD, at=NOW).refused("S-PL-5")


@pytest.mark.clause("S-PL-3")
def test_a_run_needs_candidates_and_a_certificate_that_holds() -> None:
    after(SEEDED).when(Round.ready_to_run, {}, OVER, at=NOW).refused("S-PL-3")
    assert after(SEEDED).when(Round.ready_to_run, SENDERS, OVER, at=NOW).then().answer == "published-seed"
    after(SEEDED).when(Round.settle, run("failed"), (), WORD, GROUND, at=NOW).refused("S-PL-3")
    after(SEEDED).when(Round.settle, run("not_proved"), (RESULT,), WORD, GROUND, at=NOW).then(like(RoundRun))
    after(SEEDED).when(Round.settle, run(), (RESULT,), WORD, GROUND, at=NOW).then(RAN_ON)


@pytest.mark.clause("S-PL-10")
def test_results_are_announced_once_and_only_when_they_cover_everybody() -> None:
    late = replace(GROUND, candidates=GROUND.candidates | {"app-2": candidate(2, request("sapporo")).digest})
    ready = (SEEDED, RAN)
    announce: tuple[Any, ...] = (Round.announce, date(2026, 1, 29), WORD, GROUND, OVER)
    after(SEEDED).when(*announce, at=NOW).refused("S-PL-3")
    after(*ready).when(Round.announce, date(2026, 1, 29), WORD, late, OVER, at=NOW).refused("S-PL-3")
    after(*ready).when(*announce, at=NOW).then(ANNOUNCED)
    after(*ready, ANNOUNCED).when(*announce, at=NOW).refused("S-PL-8")
    after(*ready, ANNOUNCED).when(Round.settle, run(), (RESULT,), WORD, GROUND, at=NOW).refused("S-PL-8")


@pytest.mark.clause("S-IN-1")
@pytest.mark.clause("S-IN-6")
def test_nothing_is_run_or_announced_while_forms_still_come_and_change() -> None:
    last, over = tokyo(2025, 12, 5, 23, 59), OVER
    after(SEEDED).when(Round.ready_to_run, SENDERS, OVER, at=last).refused("S-IN-1")
    after(SEEDED).when(Round.ready_to_run, SENDERS, OVER, at=over).then()
    announce: tuple[Any, ...] = (Round.announce, date(2026, 1, 29), WORD, GROUND, OVER)
    after(SEEDED, RAN).when(*announce, at=last).refused("S-IN-1")
    after(SEEDED, RAN).when(*announce, at=over).then(like(RoundAnnounced))


OTHER_WISH = candidate(1, request("sapporo"))
OTHER_CLASS = candidate(1, request("osaka"), placed_before=True)
NEWER_CONTACT = candidate(1, request("osaka"))


@pytest.mark.clause("S-PL-3")
@pytest.mark.parametrize(
    ("now", "stale"),
    [
        (GROUND, Stale()),
        (replace(GROUND, candidates={"app-1": NEWER_CONTACT.digest}), Stale()),
        (replace(GROUND, candidates={}), Stale(gone=("app-1",))),
        (replace(GROUND, candidates={"app-1": OTHER_WISH.digest}), Stale(changed=("app-1",))),
        (replace(GROUND, candidates={"app-1": OTHER_CLASS.digest}), Stale(changed=("app-1",))),
        (replace(GROUND, candidates=GROUND.candidates | {"app-2": "x"}), Stale(came=("app-2",))),
        (replace(GROUND, free={"osaka 2026": 1, "osaka 2027": 0}), Stale(seats=("osaka 2027",))),
    ],
)
def test_a_result_is_announced_only_while_what_it_went_by_is_what_there_is(now: Ground, stale: Stale) -> None:
    assert after(SEEDED, RAN_ON).when(Round.stale, now).then().answer == stale
    announcing = after(SEEDED, RAN_ON).when(Round.announce, date(2026, 1, 29), WORD, now, OVER, at=NOW)
    if stale:
        announcing.refused("S-PL-3")
    else:
        announcing.then(ANNOUNCED)


@pytest.mark.clause("S-PL-3")
def test_of_a_run_of_old_it_is_known_who_came_and_who_is_gone() -> None:
    gone = replace(GROUND, candidates={})
    after(SEEDED, RAN).when(Round.announce, date(2026, 1, 29), WORD, gone, OVER, at=NOW).refused("S-PL-3")


@pytest.mark.clause("S-PL-10")
def test_a_large_round_goes_out_in_parts_until_no_page_is_left() -> None:
    begun = event(RoundAnnounced, answer_by=date(2026, 1, 29), decision=WORD, in_parts=True)
    more = event(PartAnnounced, pages=(3, 17), left=1)
    last = event(PartAnnounced, pages=(201,), left=0)
    story = (SEEDED, RAN)
    after(*story).when(Round.announce, date(2026, 1, 29), WORD, GROUND, OVER, in_parts=True, at=NOW).then(begun)
    after(*story, begun).when(Round.announce_part, (3, 17), 1, at=NOW).then(more).leaves(announcing=True)
    after(*story, begun, more).when(Round.announce_part, (201,), 0, at=NOW).then(last).leaves(announcing=False)
    after(*story, begun, more, last).when(Round.announce_part, (4,), 0, at=NOW).then()
    after(*story, ANNOUNCED).when(Round.announce_part, (4,), 0, at=NOW).then()
    after(*story, begun, more).when(Round.all_announced).refused("S-PL-10")
    after(*story, begun, more, last).when(Round.all_announced).then()


@pytest.mark.clause("S-PL-3")
def test_a_round_that_one_event_cannot_hold_is_refused_before_it_is_run() -> None:
    two = candidate(1, request("osaka"), request("osaka", number=2))
    many = {f"app-{n}": two for n in range(MOST // 2)}
    after(SEEDED).when(Round.ready_to_run, many, OVER, at=NOW).then()
    after(SEEDED).when(Round.ready_to_run, many | {"one-more": SENDER}, OVER, at=NOW).refused("S-PL-3")


def test_an_announcement_that_is_not_ready_is_held_and_noted_once() -> None:
    held = event(AnnouncementHeld, missing="run")
    after().when(Round.hold, "run", at=NOW).then(held)
    after(held).when(Round.hold, "run", at=NOW).then()
    after(SEEDED, RAN, ANNOUNCED).when(Round.hold, "run", at=NOW).then()


@pytest.mark.clause("S-PL-8")
def test_a_result_is_changed_by_hand_before_the_announcement_alone() -> None:
    price = (Price("S-PL-3", "higher_ranks_passed_over", 1),)
    changed = event(ResultAdjusted, assigned=RESULT, price=price, decision=WORD)
    after(SEEDED).when(Round.adjust, RESULT, price, WORD, at=NOW).refused("S-PL-3")
    after(SEEDED, RAN).when(Round.adjust, RESULT, price, WORD, at=NOW).then(changed)
    after(SEEDED, RAN, ANNOUNCED).when(Round.adjust, RESULT, price, WORD, at=NOW).refused("S-PL-8")


def test_a_late_candidate_is_added_by_hand_after_the_announcement_alone() -> None:
    result = Assigned(seeker="S2026-0002.1", secondment_id="app-2.1", application_id="app-2", number=1, by_hand=True)
    story = (SEEDED, RAN, ANNOUNCED)
    added = event(LateResultAdded, assigned=result, price=(), decision=WORD)
    after(*story).when(Round.add_late, result, (), WORD, at=NOW).then(added)
    after(*story, added).when(Round.add_late, result, (), WORD, at=NOW).refused("G-8")
    after(SEEDED, RAN).when(Round.add_late, result, (), WORD, at=NOW).refused("G-8")
