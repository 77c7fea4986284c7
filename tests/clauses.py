"""`make clauses`: clause → code → tests; fails where a clause that is claimed as done has no test of its own."""

from __future__ import annotations

import sys

from rich.console import Console
from rich.table import Table

from madoguchi.clauses import Places, survey
from policies.rulebook import rulebook


def unproved(found: dict[str, Places]) -> list[str]:
    """The clauses that are claimed as done and that no test is marked with."""
    return [id for id, clause in rulebook().items() if clause.claimed and not found[id].tests]


def undecided(found: dict[str, Places]) -> list[str]:
    """The clauses that are claimed as done and that neither code nor an edition names."""
    return [id for id, clause in rulebook().items() if clause.claimed and not found[id].files]


def unknown(found: dict[str, Places]) -> list[str]:
    """What a mark or a predicate's name takes for a clause, and the rulebook does not have."""
    return sorted(found.keys() - rulebook().keys())


def main() -> int:
    """Print the table; the exit status."""
    found = survey()
    console = Console(width=160)
    table = Table("clause", "says", "decided in", "cited in", "tests", title="Clauses", title_justify="left")
    for id, clause in rulebook().items():
        places = found[id]
        mark = "" if clause.claimed else " (later)"
        cited = f"{len(places.files)} files"
        table.add_row(id + mark, clause.ja, "\n".join(places.predicates[:3]) or "―", cited, str(len(places.tests)))
    console.print(table)
    for id in unproved(found):
        console.print(f"[red]{id} is claimed as done, and no test is marked with it.[/red]")
    for id in undecided(found):
        console.print(f"[red]{id} is claimed as done, and neither code nor an edition names it.[/red]")
    for id in unknown(found):
        where = ", ".join([*found[id].predicates, *found[id].tests])
        console.print(f"[red]{id}: the rulebook has no such clause; see {where}.[/red]")
    claimed = sum(clause.claimed for clause in rulebook().values())
    console.print(f"{claimed} of {len(rulebook())} clauses claimed, {claimed - len(unproved(found))} of them proved.")
    return 1 if unproved(found) or undecided(found) or unknown(found) else 0


if __name__ == "__main__":
    sys.exit(main())
