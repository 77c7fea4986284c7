"""A page of the roster as a story of events: given – when – then."""

from __future__ import annotations

import pytest

from kernel.testing import event, given
from kernel.testing.happenings import Happening
from kernel.testing.scenario import Scenario
from services.placement.domain.roster import (
    PAGES,
    CandidateDropped,
    CandidateRegistered,
    CandidateWithdrawn,
    PageAnnounced,
    PageOpened,
    Roster,
)
from tests.placement.senders import candidate, request, tokyo

NOW = tokyo(2025, 12, 22)
SENDER = candidate(1, request("osaka"))
REGISTERED = event(CandidateRegistered, candidate=SENDER)


def after(*events: Happening) -> Scenario:
    """A page to which this happened."""
    opened = event(PageOpened, programme="secondment", fiscal_year=2026, page=7)
    return given(opened, *events, of=Roster, id="roster-secondment-2026-007")


def test_a_candidate_is_registered_once_and_again_when_its_form_changed() -> None:
    other = candidate(1, request("sapporo"))
    after().when(Roster.register, SENDER, at=NOW).then(REGISTERED)
    after(REGISTERED).when(Roster.register, SENDER, at=NOW).then()
    after(REGISTERED).when(Roster.register, other, at=NOW).then(event(CandidateRegistered, candidate=other))


@pytest.mark.clause("S-IN-6")
def test_who_withdrew_stays_out_whichever_word_came_first() -> None:
    gone = event(CandidateWithdrawn, application_id="app-1")
    after(REGISTERED).when(Roster.withdraw, "app-1", at=NOW).then(gone).leaves(candidates={})
    after(gone).when(Roster.register, SENDER, at=NOW).then()
    after(gone).when(Roster.withdraw, "app-1", at=NOW).then()


TWO = candidate(1, request("osaka"), request("sapporo", number=2))


@pytest.mark.clause("S-IN-6")
def test_a_form_that_is_looked_at_again_or_refused_is_out_until_it_is_passed() -> None:
    out = event(CandidateDropped, application_id="app-1", secondment_ids=("app-1.1",), for_good=False)
    drop = (Roster.drop, "app-1", ["app-1.1"])
    after(REGISTERED).when(*drop, for_good=False, at=NOW).then(out).leaves(candidates={})
    after().when(*drop, for_good=False, at=NOW).then()
    after(REGISTERED, out).when(*drop, for_good=False, at=NOW).then()
    after(REGISTERED, out).when(Roster.register, SENDER, at=NOW).then(REGISTERED).leaves(candidates={"app-1": SENDER})


@pytest.mark.clause("S-SC-5")
def test_a_refused_secondment_stays_out_and_its_sender_keeps_the_other() -> None:
    out = event(CandidateDropped, application_id="app-1", secondment_ids=("app-1.1",), for_good=True)
    other = candidate(1, request("sapporo", number=2))
    drop = (Roster.drop, "app-1", ["app-1.1"])
    both = event(CandidateRegistered, candidate=TWO)
    after(both).when(*drop, for_good=True, at=NOW).then(out).leaves(candidates={"app-1": other})
    after(both, out).when(*drop, for_good=True, at=NOW).then()
    after(both, out).when(Roster.register, TWO, at=NOW).then()
    after(out).when(Roster.register, TWO, at=NOW).then(event(CandidateRegistered, candidate=other))
    after(out).when(Roster.register, SENDER, at=NOW).then()


def test_the_announcement_is_noted_on_a_page_once() -> None:
    noted = event(PageAnnounced)
    after(REGISTERED).when(Roster.announce, at=NOW).then(noted).leaves(announced=True)
    after(REGISTERED, noted).when(Roster.announce, at=NOW).then()


def test_an_application_is_always_on_the_same_page() -> None:
    pages = {Roster.page_of(f"app-{number}") for number in range(2_000)}
    assert Roster.page_of("app-1") == Roster.page_of("app-1")
    assert pages == set(range(PAGES))
