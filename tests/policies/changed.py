"""An edition with one thing changed that it may well have."""

from __future__ import annotations

import shutil
from pathlib import Path

from policies.edition import Edition
from policies.editions import FOLDER, load
from schemas.values import Programme


def changed(folder: Path, programme: Programme, file: str, old: str, new: str) -> Edition:
    """The 2026 edition after ``old``, which must be there, was replaced once by ``new`` in ``file``."""
    target = folder / programme / "2026"
    shutil.copytree(FOLDER / programme / "2026", target)
    text = (target / file).read_text(encoding="utf-8")
    assert old in text
    (target / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    return load(programme, 2026, folder)
