"""What each programme costs in lines: `python -m tests.docs.cost` prints the table of docs/second-programme.md.

A line is one that is neither blank nor a comment. What is not named as one programme's own below is shared by both.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PARTS = {
    "policy: parameters, cases (YAML)": re.compile(r"^policies/.*\.yaml$"),
    "texts: letters, papers": re.compile(r"^policies/.*\.(txt|typ)$"),
    "predicates: services/*/policy": re.compile(r"^services/\w+/policy/.*\.py$"),
    "behaviour: domain, commands, routes, models": re.compile(r"^services/(?!\w+/policy/|placement/engine/).*\.py$"),
    "language: events, forms": re.compile(r"^schemas/[^/]+\.py$"),
    "editions as code sees them": re.compile(r"^policies/.*\.py$"),
    "machinery: kernel, placement engine": re.compile(r"^(kernel|services/placement/engine)/.*\.py$"),
    "command line, rehearsal, calendar, cases": re.compile(r"^madoguchi/.*\.py$"),
}
"""Part and which files are in it; the first that fits counts."""
SUPPORT = re.compile(
    r"policies/support/|madoguchi/.*/support|services/intake/.*(consent|session|silence|pdf|facts|claims|returning)"
    r"|services/screening/.*(support|company|confidential|disclosure|interview|outcome|secrecy|grounds)"
    r"|services/placement/.*(support|coordinator|menu|service)|services/billing/.*service"
)
SECONDMENT = re.compile(
    r"policies/secondment/|madoguchi/.*/secondment|madoguchi/cli/(what_if|forms)"
    r"|services/intake/.*(places|naming|spelling|variants|register|organisation|secondee)"
    r"|services/screening/.*(secondment|roads|policy/(form|person|papers))"
    r"|services/placement/(?!engine/|.*(support|coordinator|menu|service)|(__init__|main|publish|handlers|timers|projections)\.py)"
    r"|services/billing/.*(cost|rate|owed)"
)
WHOSE = ("both", "secondment", "support")


def whose(name: str) -> str:
    """Which programme a file is of."""
    if SUPPORT.search(name):
        return "support"
    return "secondment" if SECONDMENT.search(name) else "both"


def lines(path: Path) -> int:
    """How many lines say something."""
    mark = "#" if path.suffix in (".py", ".yaml") else "//"
    text = path.read_text(encoding="utf-8").splitlines()
    return sum(bool(line.strip()) and not line.strip().startswith(mark) for line in text)


def counted() -> dict[str, Counter[str]]:
    """Lines by part and programme. Editions count for their first year: a second year says only what changes."""
    found: dict[str, Counter[str]] = {part: Counter() for part in PARTS}
    for path, name in _files():
        part = next((part for part, fits in PARTS.items() if fits.match(name)), None)
        if part is not None and "/2027/" not in name:
            found[part][whose(name)] += lines(path)
    return found


def _files() -> Iterator[tuple[Path, str]]:
    for folder in ("kernel", "schemas", "policies", "services", "madoguchi"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                yield path, path.relative_to(ROOT).as_posix()


def table() -> str:
    """The table in Markdown."""
    rows = ["| lines | both | secondment alone | support alone |", "| --- | --: | --: | --: |"]
    total: Counter[str] = Counter()
    for part, by in counted().items():
        total += by
        rows.append(f"| {part} | " + " | ".join(f"{by[each]:,}" for each in WHOSE) + " |")
    rows.append("| **together** | " + " | ".join(f"**{total[each]:,}**" for each in WHOSE) + " |")
    return "\n".join(rows)


if __name__ == "__main__":
    print(table())
