"""The documents as the tests read them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from itertools import dropwhile, takewhile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LEFT_OUT = {"__pycache__", "build", "dist", "node_modules"}


def documents() -> list[Path]:
    """Every Markdown file that readers are sent to."""
    return [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]


def files() -> Iterator[Path]:
    """Every file of the project: what a clone has, and what is about to be added to it."""
    for folder, folders, names in os.walk(ROOT):
        folders[:] = sorted(
            name
            for name in folders
            if name not in LEFT_OUT and not name.endswith(".egg-info") and (name == ".ci" or not name.startswith("."))
        )
        yield from (Path(folder) / name for name in sorted(names))


def texts() -> Iterator[tuple[str, str]]:
    """Every text file with its path in the project."""
    for path in files():
        try:
            yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue


def links(text: str) -> list[str]:
    """What Markdown links lead to, without the place in a page; addresses on the web are left out."""
    targets = re.findall(r"\]\(([^)#\s]*)(?:#[^)\s]*)?\)", text)
    return [target for target in targets if target and "://" not in target and not target.startswith("mailto:")]


def code(text: str) -> list[str]:
    """Each piece of code: of a block line by line, and between back ticks."""
    blocks = re.findall(r"^```\w*\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)
    rest = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    return [line for block in blocks for line in block.splitlines()] + re.findall(r"`([^`\n]+)`", rest)


def table_after(text: str, heading: str) -> list[list[str]]:
    """The rows of the first table after a heading, without the table's own head."""
    after = dropwhile(lambda line: not line.startswith("|"), text[text.index(heading) :].splitlines())
    table = takewhile(lambda line: line.startswith("|"), after)
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table][2:]
