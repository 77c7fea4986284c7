"""One whole system for the session: it starts and the script is played when the first test asks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.system.whole import Whole, started


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    """All five services at rest after the script was played. Tests only read it, but for those that say so."""
    system = started(tmp_path_factory.mktemp("whole"))
    try:
        yield system
    finally:
        system.stack.stop()
