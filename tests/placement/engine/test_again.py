"""What senders are told of an offer made again is true, and a checker that shares nothing with it sees what is not."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace

import pytest

from services.placement.engine import (
    Code,
    Explanation,
    Option,
    Place,
    Problem,
    Reoffer,
    Seeker,
    explain_again,
    lottery,
    reoffer,
    solve,
    untruths_again,
)

CASES = range(250)


def again(case: int) -> tuple[Problem, Reoffer, frozenset[str], frozenset[str]]:
    """A random round after some declined: the problem without the refused wishes, the offers, who is told, by hand."""
    draw = random.Random(case)
    homes, offices, years = ("home", "other"), ("bangkok", "hanoi", "seoul"), (1, 2)
    places = tuple(Place(id, id, {year: draw.randint(1, 3) for year in years}) for id in (*homes, *offices))
    seekers = []
    for number in range(draw.randint(3, 7)):
        wished = draw.sample(offices, draw.randint(1, 3))
        options = tuple(
            Option(rank, ((draw.choice(homes), 1), (office, 2)), office) for rank, office in enumerate(wished, 1)
        )
        seekers.append(Seeker(f"s{number}", f"o{number}", options, draw.randint(0, 1)))
    problem = Problem(places, tuple(seekers))
    order = lottery([each.id for each in seekers], str(case))
    standing = dict(solve(problem, order).assignment)
    placed = [id for id, option in standing.items() if option]
    gone = draw.sample(placed, draw.randint(1, len(placed)))
    refused = {id: (option.rank,) for id, option in standing.items() if option and id in gone}
    by_hand = frozenset(id for id in placed if id not in gone and draw.random() < 0.3)
    offers = reoffer(problem, standing, order, refused)
    left = tuple(
        replace(each, options=tuple(o for o in each.options if o.rank not in refused.get(each.id, ())))
        for each in seekers
    )
    return replace(problem, seekers=left), offers, frozenset({*offers.offered, *gone}), by_hand


Told = Mapping[str, tuple[Explanation, ...]]


def told(case: int) -> tuple[Problem, Reoffer, frozenset[str], Told]:
    """The reasons of such a round."""
    problem, offers, names, by_hand = again(case)
    return problem, offers, by_hand, explain_again(problem, offers, names, by_hand)


@pytest.mark.clause("S-PL-9")
@pytest.mark.parametrize("case", CASES)
def test_every_reason_of_an_offer_made_again_is_true_and_none_is_missing(case: int) -> None:
    problem, offers, by_hand, reasons = told(case)
    assert untruths_again(problem, offers, reasons, by_hand) == ()


@pytest.mark.clause("S-PL-9")
def test_each_reason_occurs_and_no_open_place_is_said_to_be_closed() -> None:
    codes = {code for case in CASES for said in told(case)[3].values() for each in said for code in each.counts}
    assert codes == {"taken_by_unplaced_senders", "taken_by_higher_rank", "lost_tie_break", "taken_meanwhile"}
    assert not [each for case in CASES for said in told(case)[3].values() for each in said if each.code == "closed"]


@pytest.mark.clause("S-PL-9")
def test_the_checker_sees_another_code_another_count_and_a_missing_reason() -> None:
    seen = 0
    for case in CASES:
        problem, offers, by_hand, reasons = told(case)
        for name, said in reasons.items():
            if not said:
                continue
            first, rest = said[0], said[1:]
            counted = {code: count + 1 for code, count in first.counts.items()}
            other: Code = "lost_tie_break" if "taken_meanwhile" in first.counts else "taken_meanwhile"
            for wrong in (
                (replace(first, code="closed", counts={}), *rest),
                (replace(first, counts=counted), *rest),
                (replace(first, code=other, counts={other: 1}), *rest),
                rest,
            ):
                assert untruths_again(problem, offers, {**reasons, name: wrong}, by_hand), (case, name, wrong)
                seen += 1
    assert seen > 400
