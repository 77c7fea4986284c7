"""What a process writes down of its own troubles."""

from __future__ import annotations

import logging
import sys

from kernel.run import WithoutWords


def test_an_exception_is_told_by_its_type_and_place_and_never_by_its_words() -> None:
    try:
        int("港区の花子")
    except ValueError:
        record = logging.LogRecord("uvicorn.error", logging.ERROR, __file__, 1, "Exception", (), sys.exc_info())
    line = WithoutWords("%(message)s").format(record)
    assert "花子" not in line
    assert "ValueError at test_run.py" in line
