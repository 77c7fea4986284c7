"""When each program of the stack is ready: it is asked, never waited for by the clock."""

from __future__ import annotations

import asyncio
import urllib.error
import urllib.request
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from infra.local import kafka, mongod
from infra.local.ports import Ports, is_listening
from infra.local.programs import Addresses

ANSWER_WITHIN = 2.0  # seconds
Probe = Callable[[], bool]


def probes(ports: Ports, addresses: Addresses) -> dict[str, Probe]:
    """For each program the question whether it is ready."""
    pages = {"mail": addresses.mail, "issuer": addresses.issuer, **addresses.services}
    return {
        "kafka": lambda: is_listening(ports.kafka) and _in_own_loop(kafka.is_ready(ports)),
        "mongod": partial(mongod.settle, ports),
        **{name: partial(answers, f"{url}/health/ready") for name, url in pages.items()},
    }


def answers(url: str) -> bool:
    """Whether a page is there by now."""
    try:
        with urllib.request.urlopen(url, timeout=ANSWER_WITHIN) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _in_own_loop(question: Coroutine[Any, Any, bool]) -> bool:
    """Ask in a thread of its own, for the caller may have a loop running."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, question).result()
