"""Documents out of the bytes of an answer."""

from __future__ import annotations

import bson
import pytest

from kernel.documents import FEW, answered


@pytest.mark.parametrize("many", [0, 1, FEW - 1, FEW, FEW + 1, 3 * FEW + 7])
def test_an_answer_gives_every_document_once_and_in_order(many: int) -> None:
    documents = [{"_id": number, "note": "x" * (number % 300)} for number in range(many)]
    assert list(answered(b"".join(map(bson.encode, documents)))) == documents
