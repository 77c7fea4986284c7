"""Documents out of the bytes of an answer."""

from __future__ import annotations

import bson
import pytest
from bson.errors import InvalidBSON

from kernel.documents import FEW, Torn, answered


@pytest.mark.parametrize("many", [0, 1, FEW - 1, FEW, FEW + 1, 3 * FEW + 7])
def test_an_answer_gives_every_document_once_and_in_order(many: int) -> None:
    documents = [{"_id": number, "note": "x" * (number % 300)} for number in range(many)]
    assert list(answered(b"".join(map(bson.encode, documents)))) == documents


@pytest.mark.parametrize("rest", [b"\x00" * 4, b"\x04\x00\x00\x00", b"\x05", b"\xff\xff\xff\x7f\x00"])
def test_what_is_no_document_is_refused(rest: bytes) -> None:
    with pytest.raises((Torn, InvalidBSON)):
        list(answered(bson.encode({"_id": 1}) + rest))
