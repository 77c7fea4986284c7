"""The real Kafka and MongoDB of a test session: each starts when the first test asks, on free ports, and is stopped."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from infra.local.ports import Ports, free_ports
from infra.local.stack import Stack


def _part(folder: Path, part: str) -> Stack:
    return Stack(folder, Ports.free(), prefix="test", clock="system", services=(), parts=(part,))


@pytest.fixture(scope="session")
def mongo_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of a MongoDB replica set of the session's own. Each test takes a database name of its own."""
    with _part(tmp_path_factory.mktemp("mongod"), "mongod") as stack:
        yield stack.addresses.mongo


@pytest.fixture(scope="session")
def kafka_bootstrap(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """`host:port` of a Kafka of the session's own. Each test takes topic and group names of its own."""
    with _part(tmp_path_factory.mktemp("kafka"), "kafka") as stack:
        yield stack.addresses.kafka


@pytest.fixture
def unused_port() -> Callable[[], int]:
    """Gives a port of the loopback address that nobody uses, a different one at each call."""
    given: set[int] = set()

    def another() -> int:
        while (port := free_ports(1)[0]) in given:
            continue
        given.add(port)
        return port

    return another
