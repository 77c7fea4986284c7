"""Playing and judging one seed."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from dataclasses import dataclass

import structlog

from tests.simulation.course import play
from tests.simulation.gather import gather
from tests.simulation.judge import judge
from tests.simulation.plan import Plan, plan
from tests.simulation.variants import VARIANTS


@dataclass(frozen=True)
class Verdict:
    """What a seed led to; ``violations`` are promise and place. ``seconds`` are the processor's."""

    seed: int
    chapter: str
    trace: int
    steps: int
    virtual: float
    requests: int
    faults: int
    violations: tuple[tuple[str, str], ...]
    seconds: float

    @property
    def promises(self) -> frozenset[str]:
        """Which were broken."""
        return frozenset(promise for promise, _ in self.violations)


def quiet() -> None:
    """Keep the services' own lines out of the report."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    logging.disable(logging.CRITICAL)


def verdict(seed: int, without: Iterable[str] = (), variant: str = "") -> Verdict:
    """The verdict on a seed, with some of its plan left out, on the product or a broken variant of it."""
    return judged(plan(seed).without(without), variant)


def judged(of: Plan, variant: str = "") -> Verdict:
    """The verdict on a plan. What breaks the course itself is a violation too."""
    begun = time.process_time()
    try:
        course = play(of, VARIANTS[variant] if variant else None)
        found = tuple((each.promise, each.where) for each in judge(gather(course)))
        told = (course.trace, course.steps, course.seconds, len(course.told))
    except Exception as broken:  # noqa: BLE001  # whatever ends a course is what was looked for
        found, told = (("a course comes to its end", f"{type(broken).__name__}: {broken}"),), (0, 0, 0.0, 0)
    trace, steps, virtual, requests = told
    took = time.process_time() - begun
    return Verdict(of.seed, of.chapter, trace, steps, virtual, requests, len(of.faults), found, took)
