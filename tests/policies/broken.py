"""An edition with one thing changed, to see it refused."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from policies.editions import FOLDER, load
from policies.faults import EditionError, EditionFault
from schemas.values import Programme

Break = Callable[..., tuple[EditionFault, ...]]


def refused(folder: Path, programme: Programme, file: str, old: str, new: str) -> tuple[EditionFault, ...]:
    """The faults of the 2026 edition after ``old``, which must be there, was replaced once by ``new`` in ``file``."""
    target = folder / programme / "2026"
    shutil.copytree(FOLDER / programme / "2026", target)
    text = (target / file).read_text(encoding="utf-8")
    assert old in text
    (target / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(EditionError) as caught:
        load(programme, 2026, folder)
    return caught.value.faults


def line_of(programme: Programme, file: str, text: str) -> int:
    """The line, from 1, on which ``text`` first stands in the 2026 edition as it is."""
    lines = (FOLDER / programme / "2026" / file).read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)
