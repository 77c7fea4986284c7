"""Breaks one rule in a copy of the tree and runs the tests that are marked with its clause."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from madoguchi.clauses import ROOT, Places, survey
from tests.mutations.declared import Mutation

COPIED = (
    "kernel",
    "schemas",
    "policies",
    "services",
    "madoguchi",
    "infra",
    "examples",
    "docs",
    "tests",
    "pyproject.toml",
)
SLOW = re.compile(
    r"real_parts|under_load|test_running|brute_force|test_properties|test_verify|test_explain|typesetting|test_unknown"
    r"|tests/(system|infra|madoguchi|mutations|bad_input|kernel/(log|test_(rotation|backup|keyring)))"
    r"|policies/test_(letters|broken_editions)"
)
"""Tests that start Kafka, MongoDB or processes, or that try thousands of things: they need not kill a mutant here."""
ALONE = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
"""Half of the time of a short run goes into plugins that these tests do not need."""
SECONDS = 120
FAILED = re.compile(r"^FAILED (\S+)", re.MULTILINE)


class NotFit(Exception):
    """A declared mutation that says nothing: its text is not there once, or no test could kill it."""


@dataclass(frozen=True)
class Fate:
    """What became of a mutant: ``killed_by`` is the test that went red, None where it survived."""

    mutation: Mutation
    killed_by: str | None
    told: str = ""


def fit(mutation: Mutation, root: Path = ROOT) -> str:
    """The mutated file. Raises `NotFit`."""
    source = (root / mutation.file).read_text(encoding="utf-8")
    times = source.count(mutation.text)
    if times != 1:
        raise NotFit(f"{mutation.clause}: the text to be replaced stands {times} times in {mutation.file}")
    mutated = source.replace(mutation.text, mutation.instead)
    if mutated == source:
        raise NotFit(f"{mutation.clause}: the mutation in {mutation.file} changes nothing")
    if mutation.file.endswith(".py"):
        compile(mutated, mutation.file, "exec")  # what cannot be read would be red without proving anything
    return mutated


def killers(mutation: Mutation) -> list[str]:
    """The tests that may kill it: those marked with its clause that need no broker and no database."""
    found = _marked()[mutation.clause].tests
    fast = [test for test in found if not SLOW.search(test) and mutation.within in test]
    if not fast:
        raise NotFit(f"{mutation.clause}: no fast test is marked with it")
    return sorted(set(fast))


@cache
def _marked() -> dict[str, Places]:
    return survey()


class Copy:
    """A copy of the tree, to be broken again and again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in COPIED:
            source = ROOT / name
            if source.is_dir():
                shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__", ".*"))
            else:
                shutil.copy(source, folder / name)

    def fate(self, mutation: Mutation) -> Fate:
        """Break the rule, run the tests, mend it again."""
        place = self.folder / mutation.file
        whole, mutated = place.read_text(encoding="utf-8"), fit(mutation, self.folder)
        try:
            self._write(place, mutated)
            status, told = self.run(killers(mutation))
        finally:
            self._write(place, whole)
        if status not in (0, 1):
            raise NotFit(f"{mutation.clause}: the tests cannot be run with the mutant in {mutation.file}\n{told}")
        red = FAILED.search(told)
        return Fate(mutation, red[1] if red and status == 1 else None, told)

    def run(self, tests: Sequence[str]) -> tuple[int, str]:
        """pytest's exit status and what it printed."""
        options = ["-x", "-q", "-p", "no:cacheprovider", "-p", "asyncio", "-p", "timeout", "--tb=no", "--no-header"]
        environment = {
            **os.environ,
            "PYTHONPATH": str(self.folder),
            **ALONE,
            "HYPOTHESIS_STORAGE_DIRECTORY": str(self.folder),
        }
        ran = subprocess.run(
            [sys.executable, "-m", "pytest", *options, *tests], cwd=self.folder, env=environment, text=True,
            capture_output=True, timeout=SECONDS, check=False,
        )  # fmt: skip
        return ran.returncode, ran.stdout + ran.stderr

    def _write(self, place: Path, text: str) -> None:
        place.write_text(text, encoding="utf-8")
        for compiled in place.parent.glob(f"__pycache__/{place.stem}.*"):
            compiled.unlink()  # a change within the same second would not be seen
