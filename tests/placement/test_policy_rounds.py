"""How a round is posed, what its results say, and what a change by hand costs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import msgspec
import pytest

from policies import editions
from schemas.values import ExplainedWish, Stay
from services.placement.domain import Seats, Site
from services.placement.domain.values import Assigned, Candidate, PassedOver
from services.placement.engine import Reoffer, lottery, solve, verify
from services.placement.policy.by_hand import s_pl_8_price
from services.placement.policy.results import as_run, assigned, s_pl_9_reasons, told_again, told_by_hand
from services.placement.policy.rounds import Posed, as_option, pose, s_pl_4_classes
from services.placement.policy.wishes import NOT_WISHED, claims, s_in_4_route, s_pl_6_stays
from tests.placement.senders import candidate, request, tokyo

EDITION = editions.load("secondment", 2026)
NOW = tokyo(2025, 12, 22)


def sites(*ids: str) -> dict[str, Site]:
    """These sites as the edition has them."""
    made = {}
    for id in ids:
        capacity = dict(EDITION.site(id).capacity)
        seats = Seats(capacity, {year: EDITION.taken(id, year) for year in EDITION.edition.years})
        overseas = EDITION.site(id).overseas
        made[id] = Site.designate(id, overseas=overseas, seats=seats, edition=EDITION.id, at=NOW)
    return made


def posed(*candidates: Candidate, at: Iterable[str] = ()) -> Posed:
    """The round of these candidates, at these sites or at all."""
    return pose(EDITION, candidates, sites(*(at or EDITION.sites)))


def results(round: Posed, seed: str = "seed") -> dict[str, Assigned]:
    """What the rule gives, by the number of the sender and of the request; certified."""
    result = solve(round.problem, lottery(round.asked, seed))
    reasons, told = s_pl_9_reasons(round.problem, result)
    run = as_run(result, verify(round.problem, result, seed=seed), seed, EDITION.id, told)
    assert not run.refuted
    return {each.seeker.removeprefix("S2026-000"): each for each in assigned(EDITION, round, result, reasons, at=NOW)}


@pytest.mark.clause("S-PL-6")
def test_a_bundle_takes_the_domestic_place_first_and_the_office_in_the_years_after() -> None:
    def years(stays: tuple[Stay, ...]) -> list[tuple[int, str]]:
        return [(stay.fiscal_year, stay.site) for stay in stays]

    two, three = (s_pl_6_stays(EDITION, "osaka", "hanoi", n) for n in (2, 3))
    assert years(two) == [(2026, "osaka"), (2027, "hanoi")]
    assert years(three) == [(2026, "osaka"), (2027, "hanoi"), (2028, "hanoi")]
    assert years(s_pl_6_stays(EDITION, "osaka", None, 2)) == [(2026, "osaka"), (2027, "osaka")]


@pytest.mark.clause("S-PL-6")
def test_a_team_also_takes_a_place_of_its_unit() -> None:
    team = "hq.research.europe.russia"
    assert claims(EDITION, [Stay(fiscal_year=2026, site=team)]) == ((team, 2026), ("hq.research.europe", 2026))


@pytest.mark.clause("S-PL-4")
def test_second_requests_come_after_everybodys_first_and_those_placed_before_after_the_new() -> None:
    new = candidate(1, request("osaka"), request("osaka", number=2))
    known = candidate(2, request("osaka"), placed_before=True)
    assert s_pl_4_classes(EDITION, posed(new, known).asked.values()) == {
        "S2026-0001.1": 0,
        "S2026-0002.1": 1,
        "S2026-0001.2": 2,
    }


@pytest.mark.clause("S-IN-4")
def test_a_wish_that_does_not_fit_its_route_is_not_eligible() -> None:
    unit = "hq.research.china-north-asia"
    headquarters = request("osaka", unit, route="headquarters")
    assert s_in_4_route(EDITION, headquarters, headquarters.wishes[0]) == "domestic_place_of_another_route"
    assert s_in_4_route(EDITION, headquarters, headquarters.wishes[1]) == ""
    home = request("osaka", route="domestic_then_overseas")
    assert s_in_4_route(EDITION, home, home.wishes[0]) == "overseas_place_of_another_route"
    away = request("osaka>sendai")
    assert s_in_4_route(EDITION, away, away.wishes[0]) == "not_an_overseas_office"
    got = results(posed(candidate(1, headquarters)))["1.1"]
    assert (got.stays[0].site, got.rank) == (unit, 2)
    assert [(wish.site, wish.code) for wish in got.explanation] == [("osaka", "not_eligible")]


@pytest.mark.clause("S-PL-1")
def test_units_that_do_not_accept_and_offices_without_a_seat_are_closed() -> None:
    got = results(posed(candidate(1, request("hq.research.americas", "hq.innovation.strategy", route="headquarters"))))
    assert [(wish.site, wish.code) for wish in got["1.1"].explanation] == [("hq.research.americas", "closed")]
    singapore = results(posed(candidate(1, request("osaka>singapore"))))["1.1"]
    assert (singapore.stays, [wish.code for wish in singapore.explanation]) == ((), ["closed"])
    unknown = results(posed(candidate(1, request("atlantis"))))["1.1"]
    assert [wish.code for wish in unknown.explanation] == ["closed"]


@pytest.mark.clause("S-PL-6")
def test_whom_earlier_rounds_placed_counts_and_whom_this_round_placed_does_not() -> None:
    known = sites("osaka", "hanoi", "seoul")
    known["hanoi"].claim("earlier.1", (2027,), at=NOW)
    known["seoul"].claim("app-1.1", (2027,), at=NOW)
    round = pose(EDITION, [candidate(1, request("osaka>hanoi", "osaka>seoul"))], known, ours=["app-1.1"])
    assert round.problem.incumbents["hanoi", 2027] == 1
    assert round.problem.incumbents["seoul", 2027] == 0
    assert results(round)["1.1"].stays[-1].site == "seoul"


@pytest.mark.clause("S-PL-9")
def test_reasons_are_codes_and_counts_and_name_nobody() -> None:
    wish = request("sendai", "osaka", years=1)
    round = posed(candidate(1, wish), candidate(2, wish), candidate(3, request("osaka", "sendai", years=1)))
    got = results(round)
    first, second = sorted((got["1.1"], got["2.1"]), key=lambda each: each.rank or 0)
    assert (first.rank, second.rank) == (1, 2)
    lost = ExplainedWish(rank=1, site="sendai", code="lost_tie_break", count=1, one_more_place=True)
    assert second.explanation == (lost,)
    assert first.explanation == ()


@pytest.mark.clause("S-PL-9")
def test_the_place_that_was_in_the_way_is_named_and_one_more_there_is_said_to_do_once() -> None:
    abroad, home = request("naha>hanoi"), request("naha", years=1)
    got = results(posed(candidate(1, home), candidate(2, abroad, placed_before=True)))
    assert [each.rank for each in got.values()] == [1, None]
    taken = ExplainedWish(rank=1, site="naha", code="taken_by_unplaced_senders", count=1, one_more_place=True)
    assert got["2.1"].explanation == (taken,)
    behind = results(posed(candidate(1, home), candidate(2, abroad, placed_before=True), candidate(3, home)))
    assert behind["2.1"].explanation == (replace(taken, one_more_place=None),)


@pytest.mark.clause("S-PL-9")
def test_reasons_are_checked_by_a_hand_of_their_own_before_a_run_is_kept() -> None:
    wish = request("sendai", "osaka", years=1)
    round = posed(candidate(1, wish), candidate(2, wish))
    result = solve(round.problem, lottery(round.asked, "seed"))
    _, told = s_pl_9_reasons(round.problem, result)
    assert (told.name, told.clause, told.verdict, told.detail) == ("explanations", "S-PL-9", "passed", "")
    run = as_run(
        result, verify(round.problem, result), "seed", EDITION.id, msgspec.structs.replace(told, verdict="failed")
    )
    assert [check.clause for check in run.refuted] == ["S-PL-9"]


@pytest.mark.clause("S-PL-3")
@pytest.mark.clause("G-6")
def test_every_result_says_by_which_clauses_on_which_facts_and_under_which_edition() -> None:
    wish = request("osaka>bangkok", "osaka>hanoi")
    got = results(posed(candidate(1, wish), candidate(2, wish, placed_before=True)))
    words = {word.clause: word for word in got["2.1"].decisions}
    assert words["S-PL-4"].facts == {"class": 1, "placed_before": True, "request": 1}
    assert words["S-PL-3"].facts == {"rank": 2, "site": "hanoi"}
    assert words["S-PL-6"].facts == {"places": ["osaka 2026", "hanoi 2027"]}
    assert {word.edition for word in words.values()} == {"secondment/2026"}
    assert [parameter.name for parameter in words["S-PL-4"].parameters] == ["tiebreak.priority_scope"]
    assert "S-PL-5" not in words


@pytest.mark.clause("S-PL-5")
def test_who_lost_the_lottery_is_told_its_place_in_it() -> None:
    wish = request("sendai", "osaka", years=1)
    got = results(posed(candidate(1, wish), candidate(2, wish)))
    (loser,) = [each for each in got.values() if each.rank == 2]
    (word,) = [word for word in loser.decisions if word.clause == "S-PL-5"]
    assert word.facts == {"lottery_position": 2, "of": 2}


@pytest.mark.clause("S-PL-8")
def test_the_price_counts_whom_a_hand_passes_over_by_class_rank_and_lottery() -> None:
    wish = request("osaka>bangkok")
    round = posed(
        candidate(1, request("osaka>hanoi", "osaka>bangkok"), placed_before=True),
        candidate(2, wish),
        candidate(3, wish, placed_before=True),
        candidate(4, request("osaka>hanoi", "osaka>bangkok"), placed_before=True),
        candidate(5, request("osaka>seoul")),
    )
    order = ["S2026-0004.1", "S2026-0001.1", "S2026-0002.1", "S2026-0003.1", "S2026-0005.1"]
    nobody = dict.fromkeys(order)
    bangkok = as_option(EDITION, s_pl_6_stays(EDITION, "osaka", "bangkok", 2), 2)
    price = s_pl_8_price(round.problem, nobody, order, "S2026-0001.1", bangkok)
    assert {each.kind: (each.clause, each.count, each.claims) for each in price} == {
        "unplaced_senders_passed_over": ("S-PL-3", 1, (PassedOver(seeker="S2026-0002.1", rank=1),)),
        "higher_ranks_passed_over": ("S-PL-3", 1, (PassedOver(seeker="S2026-0003.1", rank=1),)),
        "lottery_passed_over": ("S-PL-5", 1, (PassedOver(seeker="S2026-0004.1", rank=2),)),
    }
    hanoi = as_option(EDITION, s_pl_6_stays(EDITION, "osaka", "hanoi", 2), 1)
    seoul = as_option(EDITION, s_pl_6_stays(EDITION, "osaka", "seoul", 2), None)
    first = as_option(EDITION, s_pl_6_stays(EDITION, "osaka", "bangkok", 2), 1)
    served = nobody | {"S2026-0004.1": hanoi, "S2026-0002.1": first, "S2026-0003.1": seoul}
    (left,) = s_pl_8_price(round.problem, served, order, "S2026-0001.1", bangkok)
    assert left.claims == (PassedOver(seeker="S2026-0003.1", rank=1, has=None),)


@pytest.mark.clause("S-PL-8")
def test_what_the_rule_would_have_given_costs_nothing() -> None:
    round = posed(candidate(1, request("osaka>bangkok")), candidate(2, request("osaka>bangkok"), placed_before=True))
    bangkok = as_option(EDITION, s_pl_6_stays(EDITION, "osaka", "bangkok", 2), 1)
    names = list(round.asked)
    assert s_pl_8_price(round.problem, dict.fromkeys(names), names, "S2026-0001.1", bangkok) == ()
    standing = {"S2026-0001.1": bangkok, "S2026-0002.1": None}
    (gone,) = s_pl_8_price(round.problem, standing, names, "S2026-0001.1", None)
    own = PassedOver(seeker="S2026-0001.1", rank=1, has=1)
    assert (gone.kind, gone.count, gone.claims) == ("own_higher_wish_given_up", 1, (own,))
    sendai = as_option(EDITION, s_pl_6_stays(EDITION, "sendai", None, 1), None)
    assert sendai is not None
    assert sendai.rank == NOT_WISHED


@pytest.mark.clause("S-PL-9")
def test_a_change_by_hand_is_called_so_from_the_rank_that_the_rule_had_given() -> None:
    asked = next(iter(posed(candidate(1, request("osaka>bangkok", "osaka>hanoi", "osaka>seoul"))).asked.values()))
    told = (ExplainedWish(rank=1, site="bangkok", code="taken_by_higher_rank", count=1),)
    after = told_by_hand(asked, told, 2, 3)
    assert [(wish.site, wish.code) for wish in after] == [
        ("bangkok", "taken_by_higher_rank"),
        ("hanoi", "changed_by_hand"),
    ]
    assert told_by_hand(asked, told, 2, 1) == ()
    nothing = [wish.code for wish in told_by_hand(asked, told, 2, None)]
    assert nothing == ["taken_by_higher_rank", "changed_by_hand", "changed_by_hand"]


@pytest.mark.clause("S-PL-9")
def test_in_an_offer_made_again_a_holder_that_goes_first_is_counted_as_such() -> None:
    wish = request("osaka>bangkok", "osaka>hanoi", "osaka>seoul")
    round = posed(candidate(1, wish), candidate(2, request("osaka>hanoi")))
    seoul, hanoi = (
        as_option(EDITION, s_pl_6_stays(EDITION, "osaka", at, 2), n) for at, n in (("seoul", 3), ("hanoi", 1))
    )
    assert seoul is not None
    again = Reoffer(
        {"S2026-0001.1": seoul, "S2026-0002.1": hanoi}, {"S2026-0001.1": seoul}, "exact", {"S2026-0001.1": 1}
    )
    refused = {"S2026-0001.1": (1,)}
    told, checked = told_again(round, again, {"S2026-0001.1"}, refused)
    assert told == {"S2026-0001.1": (ExplainedWish(rank=2, site="hanoi", code="taken_by_higher_rank", count=1),)}
    assert checked.verdict == "passed"
    given, checked = told_again(round, again, {"S2026-0001.1"}, refused, by_hand={"S2026-0002.1"})
    assert [(wish.code, wish.count) for wish in given["S2026-0001.1"]] == [("taken_meanwhile", 1)]
    assert checked.verdict == "passed"
