"""The judge judged: every broken variant is caught by name in a seed that is known to, and the product stands the same.

The seeds are data (`variants/caught.py`), found by playing them in order; `make simulate VARIANT=name` looks further.
"""

from __future__ import annotations

import ast
import inspect
import os
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.simulation.judge import CHECKS
from tests.simulation.judge.places import RECEPTION, the_reception_keeps_its_places
from tests.simulation.variants import VARIANTS, told
from tests.simulation.variants.caught import CAUGHT, Caught
from tests.simulation.verdict import judged

ROOT = Path(__file__).parents[2]


@cache
def of_the_product(known: Caught, seed: int) -> tuple[tuple[str, str], ...]:
    """What the judge says of the unbroken code in that course."""
    return judged(known.course(seed)).violations


@pytest.mark.clause("G-8")
@pytest.mark.parametrize("name", VARIANTS)
def test_a_variant_is_caught_by_name_and_the_product_stands_the_same_course(name: str) -> None:
    known = CAUGHT[name]
    for seed in known.seeds:  # a course that has changed with the product may spare the variant by luck
        found = judged(known.course(seed), name).promises
        if known.promises[0] in found:
            break
    assert set(known.promises) <= found
    assert of_the_product(known, seed) == ()


def test_each_promise_that_the_judge_can_name_is_broken_by_a_variant() -> None:
    promises = {promise for check in _checks() for promise in _named_by(check)}
    assert len(promises) > 20
    assert promises == {each for known in CAUGHT.values() for each in known.promises}


def test_every_variant_has_its_seeds_and_says_what_is_broken() -> None:
    assert CAUGHT.keys() == VARIANTS.keys()
    assert all(told(variant).endswith(".") for variant in VARIANTS.values())
    assert all(known.tried in known.seeds for known in CAUGHT.values())


def test_an_unknown_variant_lists_those_there_are() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.simulation"], cwd=ROOT, env=os.environ | {"VARIANT": "no-such", "COLUMNS": "200"},
        capture_output=True, check=False, timeout=90, text=True,
    )  # fmt: skip
    assert done.returncode == 2
    assert [name for name in VARIANTS if name not in done.stderr] == []


def _checks() -> Iterator[Callable[..., Any]]:
    yield from (check for check in CHECKS if check is not the_reception_keeps_its_places)
    yield from RECEPTION


def _named_by(check: Callable[..., Any], seen: frozenset[str] = frozenset()) -> Iterator[str]:
    """The promises that stand in a check's source as what it reports, or in a function of its module that it calls."""
    there = inspect.getmodule(check)
    for node in ast.walk(ast.parse(textwrap.dedent(inspect.getsource(check)))):
        called = node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""
        if called == "Violation":
            assert isinstance(node, ast.Call)
            yield str(ast.literal_eval(node.args[0]))
        elif inspect.isfunction(helper := getattr(there, called, None)) and called not in seen:
            yield from _named_by(helper, seen | {called})
