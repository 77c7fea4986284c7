"""The text of a letter, with subject and name of an appointment in its front matter; the layouts of papers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from policies.faults import EditionError, EditionFault
from policies.sources import Source

FRONT = "---\n"
ENDING = ".ja.txt"
LAYOUT = ".typ"


@dataclass(frozen=True)
class LetterText:
    """A letter's templates; ``line`` is the one on which the body begins. A part shared by letters has no subject.

    ``appointment`` is what its calendar entry is called, "" for a letter without one.
    """

    subject: str
    body: str
    line: int
    appointment: str = ""


def read_texts(files: Mapping[str, Source]) -> dict[str, LetterText]:
    """All texts of an edition by their letter's code; shared parts begin with an underscore. Raises EditionError."""
    return {name.removesuffix(ENDING): split(_text(source)) for name, source in files.items()}


def read_layouts(files: Mapping[str, Source]) -> dict[str, str]:
    """All layouts of an edition's papers by name. Raises EditionError."""
    return {name.removesuffix(LAYOUT): _text(source) for name, source in files.items()}


def _text(source: Source) -> str:
    try:
        return source.path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        ja, en = "UTF-8で保存してください。", "Save the file as UTF-8."
        raise EditionError([EditionFault(source.file, 1, "G-6", ja, en)]) from None


def split(raw: str) -> LetterText:
    """Front matter and body apart; without front matter the subject is empty."""
    if not raw.startswith(FRONT) or FRONT not in raw[len(FRONT) :]:
        return LetterText("", raw, 1)
    front, body = raw[len(FRONT) :].split(FRONT, 1)
    return LetterText(_named("subject", front), body, front.count("\n") + 3, _named("appointment", front))


def _named(name: str, front: str) -> str:
    line = next((line for line in front.splitlines() if line.startswith(f"{name}:")), "")
    return line.removeprefix(f"{name}:").strip()
