"""`make simulate`: many seeds on all cores, or one of them again.

SEEDS=n so many, FROM=k beginning there, MINUTES=m no longer than that; SEED=k that one alone, WITHOUT="f0 a7" with some
of its faults and acts left out, VARIANT=name on a broken variant of the product (an unknown name lists them), SHARDS=n
with the logs of screening and notify split into so many. The last line is JSON; status 1 if a promise was broken, 2 if
there is no such variant.
"""

from __future__ import annotations

import itertools
import json
import math
import os
import sys
import time
from collections import Counter
from dataclasses import dataclass, field

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from tests.simulation.crowd import verdicts
from tests.simulation.plan import plan
from tests.simulation.shrinking import shrunk
from tests.simulation.variants import VARIANTS, told
from tests.simulation.variants.caught import CAUGHT
from tests.simulation.verdict import Verdict, quiet, verdict

SEEDS, SHOWN, TELL_EVERY = 1000, 3, 50
console = Console(stderr=True, highlight=False)


@dataclass
class Tally:
    """What the verdicts so far add up to."""

    begun: float = field(default_factory=time.monotonic)
    seeds: int = 0
    chapters: Counter[str] = field(default_factory=Counter)
    sums: Counter[str] = field(default_factory=Counter)
    failed: list[Verdict] = field(default_factory=list)

    def add(self, found: Verdict) -> None:
        """One more."""
        self.seeds += 1
        self.chapters[found.chapter] += 1
        self.sums.update(steps=found.steps, requests=found.requests, faults=found.faults)
        self.sums["virtual seconds"] += round(found.virtual)
        if found.violations:
            self.failed.append(found)

    @property
    def rate(self) -> float:
        """Seeds a second."""
        return self.seeds / max(time.monotonic() - self.begun, 0.001)


def _asked(name: str, otherwise: str = "") -> str:
    return os.environ.get(name, "").strip() or otherwise


def main() -> int:
    """What the environment asks for."""
    variant = _asked("VARIANT")
    if variant and variant not in VARIANTS:
        return _which(variant)
    if _asked("SEED"):
        return _one(int(_asked("SEED")), _asked("WITHOUT").split(), variant)
    return _many(int(_asked("SEEDS", str(SEEDS))), int(_asked("FROM", "1")), float(_asked("MINUTES", "inf")), variant)


def _which(unknown: str) -> int:
    """There is no such variant: which there are."""
    console.print(f"VARIANT={unknown} という変種はありません。次のいずれかを指定してください。")
    console.print(f"There is no variant {unknown}. These there are:")
    table = Table("VARIANT", "what is broken", "promise")
    for name, variant in VARIANTS.items():
        table.add_row(name, told(variant), "; ".join(CAUGHT[name].promises))
    console.print(table)
    return 2


def _one(seed: int, without: list[str], variant: str) -> int:
    quiet()
    found = verdict(seed, without, variant)
    course = plan(seed).without(without)
    console.print(f"seed {seed}: {found.chapter}, {course.places} places, {len(course.names)} acts and faults")
    _course(seed, without)
    for promise, where in found.violations:
        console.print(f"[red]✗[/red] {promise}: {where}", markup=True)
    print(json.dumps({"seed": seed, "trace": found.trace, "steps": found.steps, "violations": found.violations}))
    return int(bool(found.violations))


def _course(seed: int, without: list[str]) -> None:
    course = plan(seed).without(without)
    for day, acts in enumerate(course.days):
        faults = [fault for fault in course.faults if fault.day == day]
        for act in acts:
            step = act.step
            again = f" ×{act.copies}" if act.copies > 1 else ""
            console.print(f"  day {day:3} {act.name:5} {act.at:%Y-%m-%d %H:%M} {step.do} {step.case}{again}")
        for fault in faults:
            console.print(
                f"  day {day:3} {fault.name:5} +{fault.after:.2f}s {fault.kind} {fault.target} {fault.seconds}s"
            )


def _many(seeds: int, first: int, minutes: float, variant: str) -> int:
    tally = Tally()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("seeds", total=seeds)

        def tell(found: Verdict) -> None:
            tally.add(found)
            told = f"{tally.rate:.2f} seeds/s, {len(tally.failed)} with violations"
            progress.update(task, advance=1, description=told)
            if found.violations:
                console.print(f"seed {found.seed}: {found.violations[0][0]}: {found.violations[0][1][:200]}")
            if not console.is_terminal and tally.seeds % TELL_EVERY == 0:
                console.print(f"{tally.seeds} of {seeds} seeds, {told}")

        until = time.monotonic() + minutes * 60 if math.isfinite(minutes) else math.inf
        chosen = itertools.islice(itertools.count(first), seeds)
        verdicts(chosen, os.cpu_count() or 1, until, tell, variant)
    _report(tally)
    for found in sorted(tally.failed, key=lambda each: each.seed)[:SHOWN]:
        _explain(found, variant)
    print(json.dumps(_line(tally, first, variant)))
    return int(bool(tally.failed))


def _report(tally: Tally) -> None:
    table = Table("", "")
    table.add_row("seeds", f"{tally.seeds:,} ({', '.join(f'{n} {c}' for c, n in sorted(tally.chapters.items()))})")
    table.add_row("seeds/s", f"{tally.rate:.2f}")
    for name, total in tally.sums.items():
        table.add_row(name, f"{total:,}")
    table.add_row("seeds with violations", str(len(tally.failed)))
    for promise, count in Counter(p for found in tally.failed for p in found.promises).most_common():
        table.add_row(
            f"✗ {promise}", f"{count}, first seed {min(f.seed for f in tally.failed if promise in f.promises)}"
        )
    console.print(table)


def _explain(found: Verdict, variant: str) -> None:
    """Seed, promise, the shrunk course, and how to see it again."""
    promise, where = found.violations[0]
    console.print(f"seed {found.seed}: {promise}: {where}")
    quiet()
    with console.status("shrinking") as status:
        small = shrunk(
            plan(found.seed), promise, variant, tell=lambda left, of: status.update(f"shrinking: {left} of {of} left")
        )
    gone = [name for name in plan(found.seed).names if name not in small.names]
    _course(found.seed, gone)
    extra = f' VARIANT="{variant}"' if variant else ""
    console.print(f'  make simulate SEED={found.seed} WITHOUT="{" ".join(gone)}"{extra}')


def _line(tally: Tally, first: int, variant: str) -> dict[str, object]:
    return {
        "seeds": tally.seeds,
        "from": first,
        "variant": variant or None,
        "seconds": round(time.monotonic() - tally.begun, 1),
        "seeds_per_second": round(tally.rate, 2),
        **dict(tally.sums),
        "failed": sorted(found.seed for found in tally.failed)[:100],
        "promises": dict(Counter(p for found in tally.failed for p in found.promises)),
    }


if __name__ == "__main__":
    os.environ.setdefault("PYTHONHASHSEED", "0")
    sys.exit(main())
