"""Faults of processes and of those who talk to them."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from tests.drill.scene import PREFIX, STANDBY, Scene

CRASHES = 4
SCRAPED = 1.5
"""Seconds in which a new process is surely scraped once."""
SLOW_CLIENTS, SENDS_FOR = 20, 8.0


@contextmanager
def killed(scene: Scene) -> Iterator[None]:
    """A service gets SIGKILL and is kept from starting again."""
    scene.stack.kill("screening")
    scene.stack.keeper.end("screening")
    try:
        yield
    finally:
        scene.stack.keeper.begin("screening")
        scene.stack.await_ready("screening")


@contextmanager
def crashing(scene: Scene) -> Iterator[None]:
    """A service gets SIGKILL as soon as it is up, several times."""
    for _ in range(CRASHES):
        scene.stack.await_restarted("billing", scene.stack.kill("billing"))
        time.sleep(SCRAPED)
    yield


@contextmanager
def stopped(scene: Scene) -> Iterator[None]:
    """The process that holds intake's lease hangs; the other takes over."""
    pid = scene.stack.pids()[_holder(scene)]
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def _holder(scene: Scene) -> str:
    (leading,) = scene.monitor.query('madoguchi_follows_log{service="intake"} == 1')
    return "intake" if leading["metric"]["instance"].endswith(f":{scene.ports.services['intake']}") else STANDBY


@contextmanager
def lease_held_elsewhere(scene: Scene) -> Iterator[None]:
    """Somebody who does nothing holds placement's lease: a process that hangs but renews it, say."""
    leases = scene.database[f"{PREFIX}_placement"]["leases"]
    taken = {"holder": "nobody", "until": datetime.now(UTC) + timedelta(hours=1)}
    leases.update_one({"_id": "log"}, {"$set": taken, "$inc": {"token": 1}})
    try:
        yield
    finally:
        leases.update_one({"_id": "log"}, {"$set": {"holder": "", "until": datetime.now(UTC)}})


@contextmanager
def slow_connections(scene: Scene) -> Iterator[None]:
    """Clients send their forms byte by byte."""
    over = threading.Event()
    clients = [threading.Thread(target=_send_slowly, args=(scene, over), daemon=True) for _ in range(SLOW_CLIENTS)]
    for each in clients:
        each.start()
    try:
        yield
    finally:
        over.set()
        for each in clients:
            each.join()


def _send_slowly(scene: Scene, over: threading.Event) -> None:
    at = urlsplit(scene.at.services["placement"])
    body = b'{"by": "clerk-1"}'
    head = f"POST /v1/none HTTP/1.1\r\nHost: {at.netloc}\r\nContent-Type: application/json\r\n"
    while not over.is_set():
        with socket.create_connection((str(at.hostname), int(at.port or 0)), timeout=30) as connection:
            connection.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode())
            for place in range(len(body)):
                connection.sendall(body[place : place + 1])
                over.wait(SENDS_FOR / len(body))
            connection.recv(1024)
