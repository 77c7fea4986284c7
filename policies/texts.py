"""The text of a letter, a subject in its front matter and a body; and the layouts of papers, as they are written."""

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
    """A letter's templates; ``line`` is the one on which the body begins. A part shared by letters has no subject."""

    subject: str
    body: str
    line: int


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
    subject = next((line for line in front.splitlines() if line.startswith("subject:")), "")
    return LetterText(subject.removeprefix("subject:").strip(), body, front.count("\n") + 3)
