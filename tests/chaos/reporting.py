"""What the trials of the whole system did, as a table for people and a line of JSON for machines."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from rich.console import Console
from rich.table import Table

from tests.chaos.campaign import Trial
from tests.chaos.judge.system.evidence import Evidence

SHOWN = 20
LOST = frozenset({"each 2xx has one outcome", "what was said is heard", "log and topic agree", "nothing is seen late"})
DOUBLE = frozenset({"a cause acts once", "one Idempotency-Key, one application", "one billable fact, one line"})
COLUMNS = (
    "fault", "requests", "sent_again", "losses", "doubles", "delivered_again", "quiet_s", "violations", "noticed",
    "letters", "invoices", "held_s", "load_s",
)  # fmt: skip


def figures(trial: Trial) -> dict[str, Any]:
    """The figures of a trial. Losses and doubles are violations of the promises that are about them."""
    found = trial.evidence
    broken = Counter(violation.promise for violation in trial.violations)
    return {
        "fault": trial.fault.name,
        "seed": trial.seed,
        "requests": len(found.replies),
        "sent_again": sum(reply.tries - 1 for reply in found.replies),
        "losses": sum(broken[promise] for promise in LOST),
        "doubles": sum(broken[promise] for promise in DOUBLE),
        "delivered_again": _again(found),
        "quiet_s": round(trial.quiet, 1),
        "violations": len(trial.violations),
        "letters": len(found.letters),
        "invoices": _count(found, "billing", "billing.invoice_issued.v1"),
        "placements": _count(found, "placement", "placement.offer_accepted.v1"),
        "events": sum(len(commit.events) for log in found.logs.values() for commit in log),
        "held_s": round(trial.held, 1),
        "noticed": trial.noticed,
        "died": sum(len(points) for points in trial.died.values()),
        "start_s": round(trial.seconds["start"], 1),
        "load_s": round(trial.seconds["load"], 1),
    }


def _again(found: Evidence) -> int:
    """Messages and mails that came more than once: allowed, since each is known by its id."""
    ids = Counter(p.record.id for p in found.topics if not p.topic.endswith(".dead-letters"))
    return sum(ids.values()) - len(ids) + sum(letter.deliveries - 1 for letter in found.letters)


def _count(found: Evidence, service: str, name: str) -> int:
    return sum(event.name == name for commit in found.logs[service] for event in commit.events)


def show(console: Console, trial: Trial) -> None:
    """What is wrong, and the line of JSON."""
    for violation in trial.violations[:SHOWN]:
        console.print(f"[red]✗[/red] {trial.fault.name}: {violation}", soft_wrap=True)
    print(json.dumps(figures(trial), ensure_ascii=False), flush=True)


def table(console: Console, trials: list[Trial]) -> None:
    """All of them."""
    shown = Table(title="whole system")
    for column in COLUMNS:
        shown.add_column(column.replace("_", " "), justify="left" if column == "fault" else "right")
    for trial in trials:
        made = figures(trial)
        shown.add_row(*(str(made[column]) for column in COLUMNS))
    console.print(shown)
