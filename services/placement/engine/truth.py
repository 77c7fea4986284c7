"""Whether explanations are true (S-PL-9), by a checker that shares nothing with `explain` and `margins` but the data.

Counts are counted again from the result. "One more place there would have done" is settled by solving the changed
round again, and having that result certified. So is its denial.

What an explanation lets its reader infer, and why it may: how many hold the place that it wished, and for what reason
of the rule each of them goes first. That is what S-PL-9 says to tell. Where a place has one seat, the one who sits
there later is no secret, so that a count of one says of that one: no placement so far, or ranked this place higher, or
the same as the reader. No rule that answers "why not I" in these codes can hide that; nothing more is told, above all
not which other wishes anybody had, at what number, or how many were refused. That one more place would have done says
besides that nobody who waits goes before the reader there: a word on the reader's own turn, and on no particular other.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from services.placement.engine.explain import Explanation
from services.placement.engine.model import Option, Place, Problem, Result, Seeker, Slot
from services.placement.engine.reoffer import Reoffer
from services.placement.engine.solver import solve
from services.placement.engine.verify import verify

SECONDS = 10.0
Told = Mapping[str, Sequence[Explanation]]


@dataclass(frozen=True)
class Untruth:
    """An explanation that does not hold, or is missing; for officers and operators, never for a letter."""

    seeker: str
    rank: int
    why: str


def untruths(
    problem: Problem, result: Result, told: Told, by_hand: Mapping[str, Option | None] | None = None
) -> tuple[Untruth, ...]:
    """Everything that is wrong with what senders are told of a result; empty if all of it is true and complete."""
    desk = _Desk(problem, result, by_hand or {})
    return tuple(Untruth(seeker.id, rank, why) for seeker in problem.seekers for rank, why in desk.wrong(seeker, told))


def untruths_again(
    problem: Problem, again: Reoffer, told: Told, given_by_hand: Collection[str] = ()
) -> tuple[Untruth, ...]:
    """Everything that is wrong with what is told of offers made again (S-PL-8); of nobody to whom nothing is told."""
    everybody = {seeker.id: again.assignment.get(seeker.id) for seeker in problem.seekers}
    desk = _Desk(problem, Result(everybody, (), ()), {}, again.served, given_by_hand)
    concerned = (seeker for seeker in problem.seekers if seeker.id in told)
    return tuple(Untruth(seeker.id, rank, why) for seeker in concerned for rank, why in desk.wrong(seeker, told))


@dataclass
class _Desk:
    problem: Problem
    result: Result
    by_hand: Mapping[str, Option | None]
    served: Mapping[str, int] | None = None
    given_by_hand: Collection[str] = ()
    _again: dict[frozenset[Slot], Mapping[str, Option | None] | None] = field(default_factory=dict)
    _sitting: dict[Slot, list[tuple[str, tuple[int, int]]]] = field(default_factory=dict)
    _open: dict[Slot, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for place in self.problem.places:
            for period, seats in place.capacity.items():
                self._open[place.id, period] = seats - self.problem.incumbents.get((place.id, period), 0)
        for seeker in self.problem.seekers:
            got = self.result.assignment[seeker.id]
            for slot in got.claims if got else ():
                self._sitting.setdefault(slot, []).append((seeker.id, (seeker.priority, got.rank if got else 0)))

    def wrong(self, seeker: Seeker, told: Told) -> Iterator[tuple[int, str]]:
        final = self.by_hand.get(seeker.id, self.result.assignment[seeker.id])
        owed = [option for option in seeker.options if final is None or option.rank < final.rank]
        said = told.get(seeker.id, ())
        for option in owed:
            if sum(each.option == option for each in said) != owed.count(option):
                yield option.rank, "a wish ranked above the result is not explained, or more than once"
        for each in said:
            if each.seeker != seeker.id or each.option not in owed:
                yield each.option.rank, "this is explained to one whom it does not concern"
            elif why := self._why_wrong(seeker, each):
                yield each.option.rank, why

    def _why_wrong(self, seeker: Seeker, said: Explanation) -> str:
        got = self.result.assignment[seeker.id]
        full = [slot for slot in said.option.claims if self._seats(slot) < 1]
        if said.code == "closed":
            return "" if said.slot in full else "that place was open"
        if said.code == "not_eligible":
            return "" if seeker.ineligible.get(said.option.rank) == said.reason else "screening did not rule it out"
        if said.code == "changed_by_hand":
            computed = got is not None and got.rank <= said.option.rank
            return "" if computed and seeker.id in self.by_hand else "no hand took it away"
        if full or said.option.rank in seeker.ineligible:
            return "it was closed or ruled out, not taken"
        return self._taken(seeker, said) or self._one_more(seeker, said)

    def _taken(self, seeker: Seeker, said: Explanation) -> str:
        if said.slot is None or said.slot not in said.option.claims:
            return "the slot is none that the wish needs"
        mine, tally = (seeker.priority, said.option.rank), {"first": 0, "higher": 0, "tied": 0, "kept": 0}
        for other, theirs in self._sitting.get(said.slot, ()):
            if other == seeker.id:
                continue
            if self.served is not None and self.served.get(other, 0) > self.served.get(seeker.id, 0):
                return "one who holds it was served later"
            if self._kept(seeker.id, other, theirs >= mine):
                tally["kept"] += 1
                continue
            if theirs > mine:
                return "one who holds it comes after"
            tally["first" if theirs[0] < mine[0] else "higher" if theirs < mine else "tied"] += 1
        counts = {
            "taken_by_unplaced_senders": tally["first"],
            "taken_by_higher_rank": tally["higher"],
            "lost_tie_break": tally["tied"],
            "taken_meanwhile": tally["kept"],
        }
        if sum(tally.values()) != self._seats(said.slot):
            return "a seat was left"
        if dict(said.counts) != {code: count for code, count in counts.items() if count}:
            return "the counts are others"
        last = [code for code, count in counts.items() if count][-1]
        return "" if said.code == last else "another hurdle was the last one"

    def _kept(self, seeker: str, other: str, no_claim: bool) -> bool:
        """Whether another holds a place only because nobody is moved for an offer made again."""
        if self.served is None or (other in self.served and self.served[other] == self.served.get(seeker)):
            return False
        return no_claim or other in self.given_by_hand

    def _one_more(self, seeker: Seeker, said: Explanation) -> str:
        if said.one_more is None:
            return ""
        there = said.slot[0] if said.slot else ""
        more = frozenset(slot for slot in said.option.claims if slot[0] == there)
        if more not in self._again:
            self._again[more] = self._solved(more)
        outcome = self._again[more]
        if outcome is None:
            return "with one more place the round is not solved to the end: nothing may be said"
        got = outcome[seeker.id]
        would = got is not None and got.rank <= said.option.rank
        return "" if would == said.one_more else "one more place would " + ("" if would else "not ") + "have done"

    def _solved(self, more: frozenset[Slot]) -> Mapping[str, Option | None] | None:
        places = [
            Place(p.id, p.name, {year: n + 1 if (p.id, year) in more else n for year, n in p.capacity.items()})
            for p in self.problem.places
        ]
        changed = Problem(tuple(places), self.problem.seekers, self.problem.incumbents)
        result = solve(changed, self.result.order, seconds=SECONDS)
        return result.assignment if verify(changed, result).proved else None

    def _seats(self, slot: Slot) -> int:
        return self._open.get(slot, 0)
