"""The round as a story of events: given – when – then."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from kernel.testing import event, given, like
from kernel.testing.happenings import Happening
from kernel.testing.scenario import Scenario
from schemas.values import Decision, Stay
from services.placement.domain.round import Round
from services.placement.domain.round_events import (
    AnnouncementHeld,
    CandidateRegistered,
    CandidateWithdrawn,
    LateResultAdded,
    ResultAdjusted,
    RoundAnnounced,
    RoundOpened,
    RoundRun,
    SeedRecorded,
)
from services.placement.domain.values import Assigned, Checked, Price, Run
from services.placement.policy.decisions import decided
from tests.placement.senders import candidate, request, tokyo

NOW = tokyo(2025, 12, 22)
WORD: Decision = decided("S-PL-3", "passed", edition="secondment/2026", at=NOW, facts={}, by="hr-01")
OPENED = event(RoundOpened, programme="secondment", fiscal_year=2026, announce_at=tokyo(2026, 1, 15, 0))
SENDER = candidate(1, request("osaka"))
REGISTERED = event(CandidateRegistered, candidate=SENDER)
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
ANNOUNCED = event(RoundAnnounced, answer_by=date(2026, 1, 29), decision=WORD)


def after(*events: Happening) -> Scenario:
    """An opened round to which this happened."""
    return given(OPENED, *events, of=Round, id="round-secondment-2026")


def test_a_candidate_is_registered_once_and_again_when_its_form_changed() -> None:
    other = candidate(1, request("sapporo"))
    after().when(Round.register, SENDER, at=NOW).then(REGISTERED)
    after(REGISTERED).when(Round.register, SENDER, at=NOW).then()
    after(REGISTERED).when(Round.register, other, at=NOW).then(event(CandidateRegistered, candidate=other))


@pytest.mark.clause("S-IN-6")
def test_who_withdrew_stays_out_whichever_word_came_first() -> None:
    gone = event(CandidateWithdrawn, application_id="app-1")
    after(REGISTERED).when(Round.withdraw, "app-1", at=NOW).then(gone).leaves(candidates={})
    after(gone).when(Round.register, SENDER, at=NOW).then()
    after(gone).when(Round.withdraw, "app-1", at=NOW).then()


@pytest.mark.clause("S-PL-5")
def test_the_seed_is_recorded_before_the_run_and_never_changed() -> None:
    after(REGISTERED).when(Round.settle, run(), (RESULT,), WORD, at=NOW).refused("S-PL-5")
    after().when(Round.record_seed, "published-seed", WORD, at=NOW).then(SEEDED)
    after(SEEDED).when(Round.record_seed, "another-seed", WORD, at=NOW).refused("S-PL-5")


@pytest.mark.clause("S-PL-3")
def test_a_run_needs_candidates_and_a_certificate_that_holds() -> None:
    after(SEEDED).when(Round.settle, run(), (), WORD, at=NOW).refused("S-PL-3")
    after(REGISTERED, SEEDED).when(Round.settle, run("failed"), (), WORD, at=NOW).refused("S-PL-3")
    after(REGISTERED, SEEDED).when(Round.settle, run("not_proved"), (RESULT,), WORD, at=NOW).then(like(RoundRun))
    after(REGISTERED, SEEDED).when(Round.settle, run(), (RESULT,), WORD, at=NOW).then(RAN)


@pytest.mark.clause("S-PL-10")
def test_results_are_announced_once_and_only_when_they_cover_everybody() -> None:
    late = event(CandidateRegistered, candidate=candidate(2, request("sapporo")))
    ready = (REGISTERED, SEEDED, RAN)
    announce: tuple[Any, ...] = (Round.announce, date(2026, 1, 29), WORD)
    after(REGISTERED, SEEDED).when(*announce, at=NOW).refused("S-PL-3")
    after(*ready, late).when(*announce, at=NOW).refused("S-PL-3")
    after(*ready).when(*announce, at=NOW).then(ANNOUNCED)
    after(*ready, ANNOUNCED).when(*announce, at=NOW).refused("S-PL-8")
    after(*ready, ANNOUNCED).when(Round.settle, run(), (RESULT,), WORD, at=NOW).refused("S-PL-8")


def test_an_announcement_that_is_not_ready_is_held_and_noted_once() -> None:
    held = event(AnnouncementHeld, missing="run")
    after(REGISTERED).when(Round.hold, "run", at=NOW).then(held)
    after(REGISTERED, held).when(Round.hold, "run", at=NOW).then()
    after(REGISTERED, SEEDED, RAN, ANNOUNCED).when(Round.hold, "run", at=NOW).then()


@pytest.mark.clause("S-PL-8")
def test_a_result_is_changed_by_hand_before_the_announcement_alone() -> None:
    price = (Price("S-PL-3", "higher_ranks_passed_over", 1),)
    changed = event(ResultAdjusted, assigned=RESULT, price=price, decision=WORD)
    after(REGISTERED, SEEDED).when(Round.adjust, RESULT, price, WORD, at=NOW).refused("S-PL-3")
    after(REGISTERED, SEEDED, RAN).when(Round.adjust, RESULT, price, WORD, at=NOW).then(changed)
    after(REGISTERED, SEEDED, RAN, ANNOUNCED).when(Round.adjust, RESULT, price, WORD, at=NOW).refused("S-PL-8")


def test_a_late_candidate_is_added_by_hand_after_the_announcement_alone() -> None:
    late = candidate(2, request("sapporo"))
    result = Assigned(seeker="S2026-0002.1", secondment_id="app-2.1", application_id="app-2", number=1, by_hand=True)
    story = (REGISTERED, SEEDED, RAN, ANNOUNCED, event(CandidateRegistered, candidate=late))
    added = event(LateResultAdded, assigned=result, price=(), decision=WORD)
    after(*story).when(Round.add_late, result, (), WORD, at=NOW).then(added)
    after(*story, added).when(Round.add_late, result, (), WORD, at=NOW).refused("G-8")
    after(REGISTERED, SEEDED, RAN).when(Round.add_late, result, (), WORD, at=NOW).refused("G-8")
