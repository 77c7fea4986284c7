"""Faults of a service's own work: a timer, letters, an event that nobody can read, a number that is missing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from tests.drill.scene import AT, PREFIX, Scene

WITHIN = 30.0
SAID = {"by": "operator-1", "reason": "訓練"}


@contextmanager
def timer(scene: Scene) -> Iterator[None]:
    """A deadline has passed whose handling fails each time."""
    timers, due = scene.database[f"{PREFIX}_placement"]["timers"], AT - timedelta(minutes=10)
    failing = {"_id": "drill|nobody", "name": "drill", "subject": "nobody", "due": due, "position": 0, "place": 0}
    timers.insert_one(failing | {"fired": False, "timer": "drill"})
    try:
        yield
    finally:
        timers.delete_one({"_id": "drill|nobody"})


@contextmanager
def mail_refused(scene: Scene) -> Iterator[None]:
    """The mail server refuses a company's mail for now."""
    at = f"{scene.at.mail}/refusals/{scene.address()}"
    scene.http.put(at, params={"code": 451}).raise_for_status()
    try:
        scene.form()
        yield
    finally:
        scene.http.delete(at).raise_for_status()


@contextmanager
def mail_server_gone(scene: Scene) -> Iterator[None]:
    """The mail server is stopped, and a company applies."""
    scene.stack.keeper.end("mail")
    try:
        scene.form()
        yield
    finally:
        scene.stack.keeper.begin("mail")
        scene.stack.await_ready("mail")


@contextmanager
def letter_come_back(scene: Scene) -> Iterator[None]:
    """A letter that was sent comes back; an officer sends it again."""
    at, version = come_back(scene)
    try:
        yield
    finally:
        scene.http.post(f"{at}/retry", json=SAID | {"seen_version": version}).raise_for_status()


def come_back(scene: Scene) -> tuple[str, int]:
    """Record of a letter that was sent that it came back: its address at notify, and its version."""
    letter = _sent(scene)
    at = f"{scene.at.services['notify']}/v1/letters/{letter['id']}"
    said = SAID | {"seen_version": letter["version"], "mail_status": "5.1.1"}
    done = scene.http.post(f"{at}/bounce", json=said).raise_for_status().json()
    return at, int(done["version"])


def _sent(scene: Scene) -> dict[str, Any]:
    found: list[dict[str, Any]] = []

    def there() -> bool:
        answer = scene.http.get(f"{scene.at.services['notify']}/v1/letters", params={"status": "sent", "size": 1})
        found[:] = answer.raise_for_status().json()["items"]
        return bool(found)

    scene.monitor.until(there, WITHIN, "a letter that was sent")
    return found[0]


@contextmanager
def event_unreadable(scene: Scene) -> Iterator[None]:
    """Billing's log holds an event that this version of billing knows nothing of."""
    log = scene.database[f"{PREFIX}_billing"]["log"]
    last = log.find_one(sort=[("_id", -1)])
    place = last["_id"] + last["n"] if last else 1
    event = {"s": "drill", "v": 1, "t": "billing.from_another_version.v9", "d": b"{}"}
    log.insert_one({"_id": place, "n": 1, "c": "drill", "at": AT, "e": [event]})
    try:
        yield
    finally:
        log.delete_one({"_id": place})
        scene.stack.restart("billing")


@contextmanager
def number_missing(scene: Scene) -> Iterator[None]:
    """Billing's invoices show a second number of a series, and no first."""
    invoices = scene.database[f"{PREFIX}_billing"]["view.invoices.v2"]
    invoices.insert_one({"_id": "drill", "number": "DRILL-000002", "_position": 0})
    try:
        yield
    finally:
        invoices.delete_one({"_id": "drill"})
