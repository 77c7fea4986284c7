"""Whether the system has come to rest: nothing unread, unsent, undelivered, overdue."""

from __future__ import annotations

from tests.simulation.deployment import PREFIX, SPECS, Deployment
from tests.simulation.store import at_once


def resting(deployment: Deployment) -> list[str]:
    """What still moves; empty at rest. Reads the servers, not the processes."""
    return [said for name in SPECS for said in _moving(deployment, name)]


def _moving(deployment: Deployment, name: str) -> list[str]:
    spec, found = SPECS[name], list[str]()
    tail, database = deployment.journals[name].tail - 1, deployment.database(name)
    checkpoints = {d["_id"]: d["position"] for d in at_once(database["checkpoints"].find().to_list())}
    for follower in ("relay", "timers", *(projection.collection for projection in spec.projections)):
        behind = tail - checkpoints.get(follower, 0)
        if behind:
            found.append(f"{name}: {follower} is {behind} behind")
    lag = deployment.broker.lag(f"{PREFIX}.{name}", spec.handlers.topics)
    if lag:
        found.append(f"{name}: {lag} messages behind")
    due = at_once(database["timers"].find({"fired": False}).to_list())
    found += [f"{name}: timer {d['name']} is due" for d in due if d["due"] <= deployment.calendar.now()]
    if name == "notify":
        letters = next(p.collection for p in spec.projections if p.name == "letters")
        waiting = at_once(database[letters].find({"status": "composed"}).to_list())
        found += [f"notify: {len(waiting)} letters to send"] if waiting else []
    return found
