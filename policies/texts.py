"""The text of a letter: a subject in its front matter, and a body."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

FRONT = "---\n"
ENDING = ".ja.txt"


@dataclass(frozen=True)
class LetterText:
    """A letter's templates; ``line`` is the one on which the body begins. A part shared by letters has no subject."""

    subject: str
    body: str
    line: int


def read_texts(folder: Path) -> dict[str, LetterText]:
    """All texts of an edition by their letter's code; shared parts begin with an underscore."""
    paths = sorted(folder.glob(f"*{ENDING}"))
    return {path.name.removesuffix(ENDING): split(path.read_text(encoding="utf-8")) for path in paths}


def split(raw: str) -> LetterText:
    """Front matter and body apart; without front matter the subject is empty."""
    if not raw.startswith(FRONT) or FRONT not in raw[len(FRONT) :]:
        return LetterText("", raw, 1)
    front, body = raw[len(FRONT) :].split(FRONT, 1)
    subject = next((line for line in front.splitlines() if line.startswith("subject:")), "")
    return LetterText(subject.removeprefix("subject:").strip(), body, front.count("\n") + 3)
