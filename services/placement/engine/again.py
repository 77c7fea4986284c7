"""Why a seeker is not offered better after a decline (S-PL-8, S-PL-9): most places are held, and nobody is moved."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from services.placement.engine.explain import Code, Explanation, NotExplainableError, by_level, named_first
from services.placement.engine.faults import free_places
from services.placement.engine.model import Option, Problem, Seeker, Slot
from services.placement.engine.reoffer import Reoffer


@dataclass(frozen=True)
class _Holder:
    id: str
    level: tuple[int, int]


def explain_again(
    problem: Problem, again: Reoffer, names: Collection[str], by_hand: Collection[str] = ()
) -> dict[str, tuple[Explanation, ...]]:
    """Explain, for each of these, every option of theirs ranked above what they have now, best first.

    A holder that goes before by class or rank is counted as such, whenever it got the place, and so is one that was
    served in the same pass by the rule. Any other holds it because nobody is moved: `taken_meanwhile`. Those are
    holders level with the seeker or after it, and those to whom officers gave the place (`by_hand`).
    Raises `NotExplainableError` where nothing stands in the way.
    """
    view = _View(problem, again, by_hand)
    return {seeker.id: tuple(view.explain(seeker)) for seeker in problem.seekers if seeker.id in names}


class _View:
    def __init__(self, problem: Problem, again: Reoffer, by_hand: Collection[str]) -> None:
        self.again, self.by_hand, self.seats = again, by_hand, free_places(problem)
        self.holders: dict[Slot, list[_Holder]] = {}
        for seeker in problem.seekers:
            option = again.assignment.get(seeker.id)
            for slot in option.claims if option else ():
                level = (seeker.priority, option.rank if option else 0)
                self.holders.setdefault(slot, []).append(_Holder(seeker.id, level))

    def explain(self, seeker: Seeker) -> Iterator[Explanation]:
        final = self.again.assignment.get(seeker.id)
        for option in sorted(seeker.options, key=lambda each: each.rank):
            if final is not None and option.rank >= final.rank:
                continue
            closed = [slot for slot in named_first(option) if self.seats.get(slot, 0) == 0]
            if closed:
                yield Explanation(seeker.id, option, "closed", slot=closed[0])
            elif option.rank in seeker.ineligible:
                yield Explanation(seeker.id, option, "not_eligible", reason=seeker.ineligible[option.rank])
            else:
                yield self._taken(seeker, option)

    def _taken(self, seeker: Seeker, option: Option) -> Explanation:
        mine = (seeker.priority, option.rank)
        for slot in named_first(option):
            others = [
                each for each in self.holders.get(slot, ()) if each.id != seeker.id and not self._later(each, seeker)
            ]
            if len(others) < self.seats[slot] or any(
                self._beside(each, seeker) and each.level > mine for each in others
            ):
                continue
            meanwhile = [each for each in others if self._meanwhile(each, seeker, mine)]
            ahead = sorted(each.level for each in others if each not in meanwhile)
            counts: dict[Code, int] = {}
            for level in ahead:
                code = by_level(level, *mine)
                counts[code] = counts.get(code, 0) + 1
            if meanwhile:
                counts["taken_meanwhile"] = len(meanwhile)
            return Explanation(seeker.id, option, [*counts][-1], counts, slot)
        raise NotExplainableError(f"seeker {seeker.id}, rank {option.rank}: nothing stands in the way")

    def _beside(self, holder: _Holder, seeker: Seeker) -> bool:
        """Whether both were served in the same pass."""
        return self.again.served.get(holder.id, 0) == self.again.served.get(seeker.id, -1)

    def _later(self, holder: _Holder, seeker: Seeker) -> bool:
        """Whether it was served after the seeker: it has what was left, and stands in nobody's way."""
        return self.again.served.get(holder.id, 0) > self.again.served.get(seeker.id, 0)

    def _meanwhile(self, holder: _Holder, seeker: Seeker, mine: tuple[int, int]) -> bool:
        return not self._beside(holder, seeker) and (holder.id in self.by_hand or holder.level >= mine)
