"""A form and its newer one posted until all five services are done, beside the same system in the careful usual way.

Of what senders post, a newer form is what every service hears: intake takes it, screening examines it again, placement
and billing learn of it, notify writes. (What comes between – judging, placing, departing – waits for officers.) Each
side is measured on services started anew: first so many at once, for the throughput; then half of what it managed,
evenly, for the time until all is done. What was done when is read from MongoDB's log of operations afterwards.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

import uvloop
from pymongo import MongoClient

from benchmarks.bench import Bench
from benchmarks.history import LOG, Forms, forms_in
from benchmarks.posting import Sender, Taken
from benchmarks.result import ACKNOWLEDGED, JOURNALLED, Goal, Result, paired, percentiles
from benchmarks.system import running
from infra.local.ports import SERVICES
from infra.local.stack import Stack

ROUNDS, CONNECTIONS = 2, 64
FIRST, MOST, BURST = 60, 5_000, 8.0
"""So many forms tell how many go in so many seconds; these are then measured."""
HALF, LEAST = 10.0, 20
"""Seconds under half load, and the least forms in it."""
RESTS, REST_WITHIN = 3.0, 120.0
"""Seconds without a new entry that count as rest; and how long it may take."""
USUAL = "the same system with one message, one transaction, one acknowledgement"


@dataclass(frozen=True)
class Turn:
    """One side, once: cases a second, p50 and p99 in milliseconds at half of that, whether all was done."""

    rate: float
    p50: float
    p99: float
    complete: bool


def turn(bench: Bench, mode: str) -> Turn:
    """Start the services, measure, stop them."""
    with running(bench, mode) as stack:
        return travelled(bench, stack, [stack.addresses.services["intake"]], mode)


def travelled(bench: Bench, stack: Stack, intakes: Sequence[str], what: str) -> Turn:
    """Measure services that are ready; the forms go to all intakes in turn."""
    sender = Sender(intakes, amends=True)
    uvloop.run(sender.as_many(4 * len(intakes), most=20 * len(intakes)))  # what is made at the first time is made now
    rest(stack)
    bench.say(f"{what}: as many as go")
    _, rate = at_once(stack, sender, bench.size(FIRST, 10))
    forms = min(MOST, max(FIRST, int(rate * bench.seconds(BURST))))
    busy, rate = at_once(stack, sender, forms)
    bench.say(f"{what}: half load, {rate / 2:.1f} cases/s")
    calm, late = evenly(bench, stack, sender, rate / 2)
    p50, p99 = percentiles([calm.done[form.id] - form.sent for form in late if form.id in calm.done])
    measured = sender.taken[-forms - len(late) :]
    return Turn(rate, p50, p99, all(whole(busy, form.id) or whole(calm, form.id) for form in measured))


def whole(forms: Forms, id: str) -> bool:
    """Whether every service has dealt with a form."""
    return forms.services.get(id, set()) == set(SERVICES)


def at_once(stack: Stack, sender: Sender, forms: int) -> tuple[Forms, float]:
    """So many as quickly as they are accepted, and all that they lead to; cases a second until the last is done."""
    begun = time.time()
    uvloop.run(sender.as_many(CONNECTIONS, most=forms))
    rest(stack)
    found = forms_in(stack.addresses.mongo, stack.addresses.prefix, begun)
    return found, forms / (found.last - begun)


def evenly(bench: Bench, stack: Stack, sender: Sender, rate: float) -> tuple[Forms, list[Taken]]:
    """So many a second for a while, and all that they lead to; and the forms."""
    begun, count = time.time(), len(sender.taken)
    uvloop.run(sender.at_rate(rate, max(bench.seconds(HALF), LEAST / rate), CONNECTIONS))
    rest(stack)
    return forms_in(stack.addresses.mongo, stack.addresses.prefix, begun), sender.taken[count:]


def rest(stack: Stack) -> None:
    """Until no log has grown for a while."""
    until, before, since = time.time() + REST_WITHIN, list[object](), time.time()
    with MongoClient[dict[str, object]](stack.addresses.mongo) as client:
        logs = [client[f"{stack.addresses.prefix}_{name}"][LOG] for name in SERVICES]
        while time.time() - since < RESTS and time.time() < until:
            ends = [log.find_one({}, {"_id": 1}, sort=[("_id", -1)]) for log in logs]
            if ends != before:
                before, since = list(ends), time.time()
            time.sleep(0.5)


def run(bench: Bench) -> Iterator[Result]:
    """Some four minutes, most of it starts."""
    turns = []
    for number in range(ROUNDS):
        bench.say(f"the whole road, turn {number + 1} of {ROUNDS}: starting the services")
        turns.append((turn(bench, "product"), turn(bench, "usual")))
    durability = f"{JOURNALLED}; {ACKNOWLEDGED}; acknowledged after the commit"
    complete = {"all done in all five": all(side.complete for pair in turns for side in pair)}
    p50, p99 = (median(getattr(ours, name) for ours, _ in turns) for name in ("p50", "p99"))
    yield Result(
        "form and newer form posted until all five services are done", "cases/s",
        paired([(ours.rate, usual.rate) for ours, usual in turns]), goal=Goal(10), durability=durability,
        against=USUAL, p50=p50, p99=p99, conditions=complete, more={"p50 and p99 are of": "half load"},
    )  # fmt: skip
    yield Result(
        "the same, p99 under half load", "ms", paired([(ours.p99, usual.p99) for ours, usual in turns]),
        goal=Goal(1 / 3, least=False), durability=durability, against=f"{USUAL}, each at half of its own throughput",
        p50=p50, p99=p99, more={"p50 beside": median(usual.p50 for _, usual in turns)},
    )  # fmt: skip
