"""The MongoDB and the Kafka that are measured: of their own, on free ports, with data that are thrown away."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from infra.local.ports import Ports
from infra.local.stack import Stack


@contextmanager
def started(*parts: str) -> Iterator[Stack]:
    """The parts, ready. Their addresses are in ``stack.addresses``."""
    with (
        tempfile.TemporaryDirectory(prefix="madoguchi-bench-", ignore_cleanup_errors=True) as folder,
        Stack(Path(folder), Ports.free(), prefix="bench", clock="system", services=(), parts=parts) as stack,
    ):
        yield stack
