"""`make mutants`: every declared mutation, and which test kills it; fails where one survives."""

from __future__ import annotations

import queue
import sys
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tests.mutations.declared import Mutation, declared
from tests.mutations.running import Copy, Fate, NotFit, fit, killers


def _nobody(fate: Fate) -> None:
    """Tells nobody."""


def unmutated_is_green(mutations: Sequence[Mutation], copy: Copy) -> str:
    """What is red before anything was broken; empty if nothing is."""
    tests = sorted({test for mutation in mutations for test in killers(mutation)})
    status, told = copy.run(tests)
    return "" if status == 0 else told


def fates(
    mutations: Sequence[Mutation], folder: Path, *, side_by_side: int = 2, tell: Callable[[Fate], None] = _nobody
) -> list[Fate]:
    """What becomes of each, in the order given. Raises `NotFit` before any is tried, and where tests cannot run."""
    for mutation in mutations:
        fit(mutation), killers(mutation)
    copies: queue.SimpleQueue[Copy] = queue.SimpleQueue()
    for number in range(side_by_side):
        copies.put(Copy(folder / str(number)))

    def one(mutation: Mutation) -> Fate:
        copy = copies.get()
        try:
            fate = copy.fate(mutation)
        finally:
            copies.put(copy)
        tell(fate)
        return fate

    with ThreadPoolExecutor(side_by_side) as pool:
        return list(pool.map(one, mutations))


def _mark(console: Console, fate: Fate) -> None:
    console.print("." if fate.killed_by else "S", end="")


def main() -> int:
    """Print the table; the exit status."""
    console = Console(width=180)
    wanted = [each for each in declared() if not sys.argv[1:] or each.clause in sys.argv[1:]]
    with tempfile.TemporaryDirectory(prefix="mutants-") as name:
        try:
            red = unmutated_is_green(wanted, Copy(Path(name) / "whole"))
            found = (
                fates(wanted, Path(name), tell=lambda fate: console.print("." if fate.killed_by else "S", end=""))
                if not red
                else []
            )
        except NotFit as unfit:
            console.print(f"[red]{unfit}[/red]", markup=True)
            return 1
    if red:
        console.print(f"[red]Before anything is broken, these tests are red:[/red]\n{red}")
        return 1
    table = Table("clause", "broken in", "taken out", "instead", "killed by", title="Mutants", title_justify="left")
    for fate in found:
        made = fate.mutation
        killed = (fate.killed_by or "[red]SURVIVED[/red]").replace("tests/", "", 1)
        row = (made.clause, made.file, made.text.strip(), made.instead.strip() or "―")
        table.add_row(*(escape(each) for each in row), killed)
    console.print(table)
    survived = [fate for fate in found if fate.killed_by is None]
    clauses = {fate.mutation.clause for fate in found if fate.killed_by}
    console.print(f"{len(found) - len(survived)} of {len(found)} mutants killed, of {len(clauses)} clauses.")
    return 1 if survived else 0


if __name__ == "__main__":
    sys.exit(main())
