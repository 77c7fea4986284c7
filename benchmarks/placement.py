"""Placement by the rule (S-PL-3…6), with its proof, beside the chain of linear programmes where that can do it.

Each size runs in a process of its own, so that its peak of memory is its own. Times are of one thread; beside them
stand the processor's seconds, and the machine's load, without which a time on a busy machine says little.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks import naive
from services.placement.engine import Option, Place, Problem, Seeker, lottery, solve, verify

YEARS = (2026, 2027, 2028)
NAIVE_SECONDS = 120.0
SEED = "benchmark"


@dataclass(frozen=True)
class Size:
    """A round to be placed, and what is to be reached: seconds with proof, peak in megabytes."""

    made: Callable[[], Problem]
    seconds: float
    megabytes: float
    beside: bool


def single(seekers: int, places: int) -> Problem:
    """Single places in one fiscal year, up to ten wishes each; a few places are wished for by many."""
    draw = random.Random(f"{seekers}x{places}")
    ids = [f"p{number:05}" for number in range(places)]
    popular = [1.0 / (number + 5) for number in range(places)]
    sites = tuple(Place(id, id, {2026: draw.choice((1, 1, 1, 2, 3)) * max(1, seekers // places // 3)}) for id in ids)
    people = []
    for number in range(seekers):
        wished = list(dict.fromkeys(draw.choices(ids, popular, k=draw.randint(1, 10))))
        options = tuple(Option(rank, ((id, 2026),)) for rank, id in enumerate(wished, 1))
        people.append(Seeker(f"s{number:06}", f"o{number:06}", options, draw.choice((0, 0, 1, 2))))
    return Problem(sites, tuple(people))


def bundles(seekers: int, offices: int) -> Problem:
    """A domestic place in the first fiscal year, an office with one place in the one or two years after (S-PL-6)."""
    draw = random.Random(f"{seekers}b{offices}")
    homes = [f"home{number:03}" for number in range(60)]
    abroad = [f"office{number:03}" for number in range(offices)]
    sites = tuple(Place(id, id, {YEARS[0]: draw.choice((2, 4, 8))}) for id in homes)
    sites += tuple(Place(id, id, dict.fromkeys(YEARS[1:], 1)) for id in abroad)
    people = []
    for number in range(seekers):
        years = YEARS[: draw.choice((2, 3))]
        pairs = dict.fromkeys((draw.choice(homes), draw.choice(abroad)) for _ in range(draw.randint(1, 10)))
        options = tuple(
            Option(rank, ((home, years[0]), *((office, year) for year in years[1:])))
            for rank, (home, office) in enumerate(pairs, 1)
        )
        people.append(Seeker(f"s{number:04}", f"o{number:04}", options, draw.choice((0, 0, 1))))
    return Problem(sites, tuple(people))


SIZES: dict[str, Size] = {
    "74 x 60": Size(lambda: single(74, 60), 1.0, 300, beside=True),
    "5,000 x 500": Size(lambda: single(5_000, 500), 1.0, 300, beside=True),
    "100,000 x 5,000": Size(lambda: single(100_000, 5_000), 60.0, 4_096, beside=False),
    "bundles 500 x 100 x 3 years": Size(lambda: bundles(500, 100), 60.0, 1_024, beside=False),
}


def measure(name: str) -> dict[str, Any]:
    """One size, in this process: seconds to solve and to verify, peak memory, what was proved."""
    problem = SIZES[name].made()
    order = lottery([seeker.id for seeker in problem.seekers], SEED)
    busy, began = time.process_time(), time.perf_counter()
    result = solve(problem, order)
    solved = time.perf_counter()
    certificate = verify(problem, result, seed=SEED)
    verified = time.perf_counter()
    peak = _peak_megabytes()
    wanted = SIZES[name]
    ours = verified - began
    return {
        "name": f"placement {name}",
        "ours": round(ours, 3),
        "unit": "s, solved and verified",
        "solve": round(solved - began, 3),
        "verify": round(verified - solved, 3),
        "cpu": round(time.process_time() - busy, 3),
        "load": round(os.getloadavg()[0], 1),
        "peak_mb": round(peak),
        "placed": sum(option is not None for option in result.assignment.values()),
        "proof": result.proof,
        "gap": None if result.gap is None else f"{result.gap.step}: {result.gap.achieved} of {result.gap.bound}",
        "verdict": "certified" if certificate.proved else "not proved",
        "checks": {check.name: check.verdict for check in certificate.checks},
        "reached": ours < wanted.seconds and peak < wanted.megabytes,
    }


def _peak_megabytes() -> float:
    """The most memory that this process has held. (What getrusage says includes the process it was forked from.)"""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) / 1024


def measure_beside(name: str) -> dict[str, Any]:
    """The chain of linear programmes on the same round: its seconds, and whether it counts the same."""
    problem = SIZES[name].made()
    order = lottery([seeker.id for seeker in problem.seekers], SEED)
    ours = [count for _, _, count in solve(problem, order).signature]
    began = time.perf_counter()
    found = naive.signature(problem, NAIVE_SECONDS)
    took = time.perf_counter() - began
    return {"beside": round(took, 3) if found is not None else None, "same_counts": found == ours}


def main() -> None:
    """Measure every size and show the table."""
    console = Console(stderr=True, width=None if sys.stderr.isatty() else 110)
    rows = []
    with console.status("") as status:
        for name, size in SIZES.items():
            status.update(f"placement {name} …")
            row = _apart("measure", name)
            row |= {"beside": None, "ratio": None}
            if size.beside:
                status.update(f"placement {name}, the chain of linear programmes …")
                row |= _apart("measure_beside", name)
                row["ratio"] = round(row["beside"] / row["ours"], 1) if row["beside"] else None
            print(json.dumps(row, ensure_ascii=False), flush=True)
            rows.append(row)
    _show(console, rows)


def _apart(what: str, name: str) -> dict[str, Any]:
    code = f"import json; from benchmarks import placement; print(json.dumps(placement.{what}({name!r})))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def _show(console: Console, rows: list[dict[str, Any]]) -> None:
    table = Table(title="Placement, solved and certified", title_justify="left")
    for column in ("", "solve s", "verify s", "cpu s", "load", "peak MB", "proof", "verdict", "beside s", "reached"):
        table.add_column(column, justify="left" if column in ("", "proof", "verdict") else "right")
    for row in rows:
        beside = row.get("beside")
        table.add_row(
            row["name"].removeprefix("placement "),
            *(f"{row[name]:.3f}" for name in ("solve", "verify", "cpu")), f"{row['load']}",
            f"{row['peak_mb']:,}", row["gap"] or row["proof"], row["verdict"],
            "–" if beside is None else f"{beside:.1f}",
            "yes" if row["reached"] else "no",
        )  # fmt: skip
    console.print(table)


if __name__ == "__main__":
    main()
