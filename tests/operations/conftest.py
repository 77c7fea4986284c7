"""One running system under a watching Prometheus for all tests here; it starts when the first test asks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console

from infra.local.prometheus import brought
from infra.local.stack import PARTS_FOLDER
from tests.drill.scene import Scene


@pytest.fixture(scope="session")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """The running system. Whoever breaks something heals it."""
    with Scene(tmp_path_factory.mktemp("scene")) as running:
        yield running


@pytest.fixture(scope="session")
def promtool() -> Path:
    """Prometheus' own tester."""
    return brought(PARTS_FOLDER / "prometheus", Console(quiet=True)).promtool
