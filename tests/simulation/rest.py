"""Whether the system has come to rest: nothing unread, unsent, undelivered, overdue."""

from __future__ import annotations

from kernel.shards import named
from tests.simulation.deployment import PREFIX, SPECS, Deployment, logs
from tests.simulation.store import at_once


def resting(deployment: Deployment) -> list[str]:
    """What still moves; empty at rest. Reads the servers, not the processes."""
    return [said for name in SPECS for said in _moving(deployment, name)]


def _moving(deployment: Deployment, name: str) -> list[str]:
    spec, found = SPECS[name], list[str]()
    database = deployment.database(name)
    checkpoints = {d["_id"]: d["position"] for d in at_once(database["checkpoints"].find().to_list())}
    for shard, log in enumerate(logs(name)):
        tail = deployment.journals[log].tail - 1
        for what in ("relay", "timers", *(projection.collection for projection in spec.projections)):
            follower = named(what, shard)
            behind = tail - checkpoints.get(follower, 0)
            if behind:
                found.append(f"{name}: {follower} is {behind} behind")
    lag = deployment.broker.lag(f"{PREFIX}.{name}", spec.handlers.topics)
    if lag:
        found.append(f"{name}: {lag} messages behind")
    schedules = [database[named("timers", shard)] for shard in range(len(logs(name)))]
    due = [document for each in schedules for document in at_once(each.find({"fired": False}).to_list())]
    found += [f"{name}: timer {d['name']} is due" for d in due if d["due"] <= deployment.calendar.now()]
    if name == "notify":
        letters = next(p.collection for p in spec.projections if p.name == "letters")
        waiting = at_once(database[letters].find({"status": "composed"}).to_list())
        found += [f"notify: {len(waiting)} letters to send"] if waiting else []
    return found
