"""One issuer for all tests of a file, and one guarded Kafka and MongoDB for those that take real ones."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.access.issuing import Issuing, issuing
from tests.access.secured import Guarded, started


@pytest.fixture(scope="module")
def issuer() -> Iterator[Issuing]:
    """An issuer on a real socket."""
    with issuing() as made:
        yield made


@pytest.fixture(scope="package")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    """Both parts with the services' users and rights."""
    with started(tmp_path_factory.mktemp("guarded")) as parts:
        assert parts.gives() == 0
        yield parts
