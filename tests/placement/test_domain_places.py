"""Sites and coordinators: never more than there is room for. Given – when – then."""

from __future__ import annotations

from datetime import datetime

import pytest

from kernel.testing import event, given
from kernel.testing.happenings import Happening
from kernel.testing.scenario import Scenario
from schemas.values import Decision
from services.placement.domain.coordinator import CompanyLeft, CompanyTaken, Coordinator, CoordinatorRegistered
from services.placement.domain.site import (
    CapacityChanged,
    PlaceClaimed,
    PlaceGivenBack,
    Seats,
    Site,
    SiteDesignated,
    SiteRevised,
)
from services.placement.policy.decisions import decided
from tests.placement.senders import tokyo

NOW: datetime = tokyo(2026, 1, 15)
WORD: Decision = decided("S-PL-2", "waived", edition="secondment/2026", at=NOW, facts={}, by="hr-01")


def site(*events: Happening, overseas: bool = True) -> Scenario:
    """An office with one place a year, taken in 2026 by somebody who was there before."""
    designated = event(
        SiteDesignated,
        site_id="bangkok",
        overseas=overseas,
        capacity={2026: 1, 2027: 1, 2028: 1},
        incumbents={2026: 1},
        edition="secondment/2026",
    )
    return given(designated, *events, of=Site, id="site-bangkok")


def claimed(who: str, *years: int) -> Happening:
    """Somebody took a place in these years."""
    return event(PlaceClaimed, secondment_id=who, fiscal_years=years)


@pytest.mark.clause("S-PL-2")
def test_an_overseas_office_takes_one_secondee_a_year() -> None:
    site().when(Site.claim, "a", (2027, 2028), at=NOW).then(claimed("a", 2027, 2028))
    site(claimed("a", 2028)).when(Site.claim, "b", (2027, 2028), at=NOW).refused("S-PL-2")
    site(claimed("a", 2028)).when(Site.claim, "b", (2027,), at=NOW).then(claimed("b", 2027))


@pytest.mark.clause("S-PL-6")
def test_those_already_there_count_and_a_claim_is_taken_whole_or_not_at_all() -> None:
    site(overseas=False).when(Site.claim, "a", (2026, 2027), at=NOW).refused("S-PL-6")
    site(claimed("a", 2027)).when(Site.claim, "a", (2027, 2028), at=NOW).then(claimed("a", 2028))


def test_a_year_without_places_takes_nobody() -> None:
    site().when(Site.claim, "a", (2029,), at=NOW).refused("S-PL-2")


def test_places_are_given_back_from_a_year_on() -> None:
    after = site(claimed("a", 2027, 2028)).when(Site.give_back, "a", since=2028, at=NOW)
    after.then(event(PlaceGivenBack, secondment_id="a", fiscal_years=(2028,))).leaves(claims={"a": (2027,)})
    site().when(Site.give_back, "a", at=NOW).then()


@pytest.mark.clause("S-PL-2")
def test_hr_opens_a_second_place_but_never_closes_one_that_is_taken() -> None:
    more = event(CapacityChanged, fiscal_year=2027, places=2, decision=WORD)
    site(claimed("a", 2027)).when(Site.change_capacity, 2027, 2, WORD, at=NOW).then(more)
    site(claimed("a", 2027), more).when(Site.claim, "b", (2027,), at=NOW).then(claimed("b", 2027))
    site(claimed("a", 2027)).when(Site.change_capacity, 2027, 0, WORD, at=NOW).refused("S-PL-6")


@pytest.mark.clause("S-PL-1")
def test_a_later_edition_adds_its_years_and_the_same_one_changes_nothing() -> None:
    seats = Seats({2027: 2, 2029: 1}, {2027: 0})
    revised = event(SiteRevised, capacity={2027: 2, 2029: 1}, incumbents={2027: 0}, edition="secondment/2027")
    after = site().when(Site.revise, seats, edition="secondment/2027", at=NOW)
    after.then(revised).leaves(capacity={2026: 1, 2027: 2, 2028: 1, 2029: 1})
    site().when(Site.revise, seats, edition="secondment/2026", at=NOW).then()


@pytest.mark.clause("S-PL-1")
def test_what_hr_opened_or_closed_by_hand_stands_also_when_a_later_edition_speaks_of_the_place() -> None:
    by_hand = event(CapacityChanged, fiscal_year=2027, places=0, decision=WORD)
    seats = Seats({2027: 2, 2029: 1}, {2027: 0})
    revised = event(SiteRevised, capacity={2029: 1}, incumbents={2027: 0}, edition="secondment/2027")
    after = site(by_hand).when(Site.revise, seats, edition="secondment/2027", at=NOW)
    after.then(revised).leaves(capacity={2026: 1, 2027: 0, 2028: 1, 2029: 1})
    again = event(CapacityChanged, fiscal_year=2027, places=2, decision=WORD)
    site(by_hand, revised).when(Site.change_capacity, 2027, 2, WORD, at=NOW).then(again)


def coordinator(*companies: str) -> Scenario:
    """A coordinator with room for two companies."""
    registered = event(CoordinatorRegistered, fiscal_year=2026, coordinator_id="coordinator-01", most=2)
    taken = [event(CompanyTaken, application_id=each) for each in companies]
    return given(registered, *taken, of=Coordinator, id="coordinator-2026-coordinator-01")


@pytest.mark.clause("C-PL-1")
def test_a_coordinator_takes_as_many_companies_as_the_load_allows() -> None:
    coordinator("a").when(Coordinator.take, "b", 2, at=NOW).then(event(CompanyTaken, application_id="b"))
    coordinator("a").when(Coordinator.take, "a", 0, at=NOW).then()
    coordinator("a", "b").when(Coordinator.take, "c", 2, at=NOW).refused("C-PL-1")
    coordinator("a", "b").when(Coordinator.take, "c", 3, at=NOW).then(event(CompanyTaken, application_id="c"))
    coordinator("a", "b").when(Coordinator.leave, "a", at=NOW).then(event(CompanyLeft, application_id="a"))
    coordinator().when(Coordinator.leave, "a", at=NOW).then()
