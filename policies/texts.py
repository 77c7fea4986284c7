"""The text of a letter, a subject in its front matter and a body; and the layouts of papers, as they are written."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from policies.faults import EditionError, EditionFault

FRONT = "---\n"
ENDING = ".ja.txt"
LAYOUT = ".typ"


@dataclass(frozen=True)
class LetterText:
    """A letter's templates; ``line`` is the one on which the body begins. A part shared by letters has no subject."""

    subject: str
    body: str
    line: int


def read_texts(folder: Path, edition: str) -> dict[str, LetterText]:
    """All texts of an edition by their letter's code; shared parts begin with an underscore. Raises EditionError."""
    paths = sorted(folder.glob(f"*{ENDING}"))
    return {path.name.removesuffix(ENDING): _read(path, f"{edition}/letters/{path.name}") for path in paths}


def read_layouts(folder: Path, edition: str) -> dict[str, str]:
    """All layouts of an edition's papers by name; none where there is no such folder. Raises EditionError."""
    return {path.stem: _text(path, f"{edition}/layouts/{path.name}") for path in sorted(folder.glob(f"*{LAYOUT}"))}


def _read(path: Path, file: str) -> LetterText:
    return split(_text(path, file))


def _text(path: Path, file: str) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        ja, en = "UTF-8で保存してください。", "Save the file as UTF-8."
        raise EditionError([EditionFault(file, 1, "G-6", ja, en)]) from None


def split(raw: str) -> LetterText:
    """Front matter and body apart; without front matter the subject is empty."""
    if not raw.startswith(FRONT) or FRONT not in raw[len(FRONT) :]:
        return LetterText("", raw, 1)
    front, body = raw[len(FRONT) :].split(FRONT, 1)
    subject = next((line for line in front.splitlines() if line.startswith("subject:")), "")
    return LetterText(subject.removeprefix("subject:").strip(), body, front.count("\n") + 3)
