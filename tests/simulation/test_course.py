"""Courses: a seed repeats itself step by step in another process, and faults break no promise."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from tests.simulation.shrinking import shrunk
from tests.simulation.variants.caught import CAUGHT
from tests.simulation.verdict import judged, verdict

ROOT = Path(__file__).parents[2]
QUICK = range(1, 8)
"""Seeds that `make test` plays; `make simulate` plays thousands."""


@pytest.fixture(autouse=True)
def _quietly() -> Iterator[None]:
    """The services' own lines are not kept: there are thousands."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    yield
    structlog.configure(**before)


def replayed(seed: int, hashing: str) -> dict[str, object]:
    """A seed in a process of its own, with another order of sets."""
    told = {"PYTHONHASHSEED": hashing, "SEED": str(seed)}
    done = subprocess.run(
        [sys.executable, "-m", "tests.simulation"], cwd=ROOT, env=os.environ | told, capture_output=True, check=False,
        timeout=90,
    )  # fmt: skip
    found: dict[str, object] = json.loads(done.stdout)
    return found


def test_a_seed_takes_the_same_course_in_another_process_whatever_the_order_of_sets() -> None:
    there = replayed(9, "1")
    assert there["trace"] == verdict(9).trace
    assert there["trace"] != verdict(10).trace


@pytest.mark.parametrize("seed", QUICK)
def test_a_course_with_faults_keeps_every_promise(seed: int) -> None:
    found = verdict(seed)
    assert found.violations == ()


@pytest.mark.parametrize("seed", QUICK)
def test_a_course_on_logs_that_are_split_keeps_every_promise(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHARDS", "2")
    assert verdict(seed).violations == ()


def test_a_failing_course_shrinks_and_still_fails() -> None:
    variant = "answer-first"
    known = CAUGHT[variant]
    course, promise = known.course(known.seeds[0]), known.promises[0]
    small = shrunk(course, promise, variant, within=5)
    assert len(small.names) < len(course.names)
    assert promise in judged(small, variant).promises
