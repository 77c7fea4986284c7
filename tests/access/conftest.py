"""One issuer for all tests of a file."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.access.issuing import Issuing, issuing


@pytest.fixture(scope="module")
def issuer() -> Iterator[Issuing]:
    """An issuer on a real socket."""
    with issuing() as made:
        yield made
