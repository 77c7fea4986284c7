"""What is wrong with a problem, said all at once and before anything is computed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from services.placement.engine.model import Option, Place, Problem, Seeker, Slot


@dataclass(frozen=True)
class Fault:
    """One mistake: where it is, the clause, and what would be right, in both languages."""

    where: str
    clause: str
    ja: str
    en: str


class UnsoundProblemError(ValueError):
    """The problem cannot be solved as given; `faults` lists everything that is wrong with it."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(f"{f.where} ({f.clause}): {f.en} / {f.ja}" for f in self.faults))


def check(problem: Problem, order: Sequence[str]) -> None:
    """Raise `UnsoundProblemError` unless the problem is well formed and `order` names each seeker once
    (S-PL-5).
    """
    known = {place.id for place in problem.places}
    faults = [*_repeated(problem), *_places(problem.places), *_incumbents(problem, known)]
    for position, seeker in enumerate(problem.seekers):
        faults += _seeker(f"seekers/{position}", seeker, known)
    if sorted(order) != sorted(seeker.id for seeker in problem.seekers):
        faults.append(
            Fault(
                "order",
                "S-PL-5",
                "抽選順には各対象をちょうど一度ずつ含めてください",
                "name each seeker exactly once",
            )
        )
    if faults:
        raise UnsoundProblemError(faults)


def _repeated(problem: Problem) -> Iterator[Fault]:
    for kind, ids in (
        ("places", [p.id for p in problem.places]),
        ("seekers", [s.id for s in problem.seekers]),
    ):
        if any(times > 1 for times in Counter(ids).values()):
            yield Fault(kind, "S-PL-1", "識別子が重複しています。一つずつにしてください", "ids repeat: give each once")


def _places(places: Sequence[Place]) -> Iterator[Fault]:
    for position, place in enumerate(places):
        if any(count < 0 for count in place.capacity.values()):
            where = f"places/{position}/capacity"
            yield Fault(where, "S-PL-1", "受入人数は0以上にしてください", "capacity must be 0 or more")


def _incumbents(problem: Problem, known: set[str]) -> Iterator[Fault]:
    for slot, count in problem.incumbents.items():
        if count < 0 or slot[0] not in known:
            where = f"incumbents/{slot[0]}/{slot[1]}"
            yield Fault(
                where,
                "S-PL-6",
                "既存の人数は登録済みの受入先に0以上で",
                "count 0 or more, at a place that is given",
            )


def _seeker(where: str, seeker: Seeker, known: set[str]) -> Iterator[Fault]:
    if seeker.priority < 0:
        yield Fault(f"{where}/priority", "S-PL-3", "優先区分は0以上にしてください", "the class must be 0 or more")
    for position, option in enumerate(seeker.options):
        yield from _option(f"{where}/options/{position}", option, known)


def _option(where: str, option: Option, known: set[str]) -> Iterator[Fault]:
    if option.rank < 1:
        yield Fault(f"{where}/rank", "S-PL-3", "希望順位は1以上にしてください", "the rank must be 1 or more")
    if not option.claims:
        yield Fault(f"{where}/claims", "S-PL-6", "受入先を一つ以上指定してください", "name at least one place")
    if len(set(option.claims)) < len(option.claims):
        yield Fault(f"{where}/claims", "S-PL-6", "同じ年度の同じ受入先は一度だけ", "name a place once per period")
    if any(place not in known for place, _ in option.claims):
        yield Fault(f"{where}/claims", "S-PL-1", "登録済みの受入先を指定してください", "name places that are given")


def free_places(problem: Problem) -> dict[Slot, int]:
    """Places left per slot once those already there are counted (S-PL-6); never below 0."""
    return {
        (place.id, period): max(0, count - problem.incumbents.get((place.id, period), 0))
        for place in problem.places
        for period, count in place.capacity.items()
    }
