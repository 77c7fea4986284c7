"""Text as it comes from outside: what is allowed in it, and the one spelling that is kept of it.

Every text is kept in Unicode's composed form (NFC) without blanks at its ends. Characters that cannot be seen, that
turn the reading direction or that only one maker's font knows are refused: they would falsify letters and look-ups.
"""

from __future__ import annotations

import unicodedata
from typing import Annotated

from pydantic import AfterValidator, Field

from kernel.faults import fault

UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Unicode's categories of control, format (bidi overrides, zero widths), lone surrogates, other line ends."""


def clean(text: str, allowed: str = "", clause: str = "") -> str:
    """The text in NFC; refused where it holds what nobody can see or read. Without a clause: that of the form."""
    kept = unicodedata.normalize("NFC", text).strip()
    if any(unicodedata.category(c) in UNSEEN and c not in allowed for c in kept):
        raise fault(
            clause,
            "制御文字や文字の向きを変える記号など、目に見えない文字が含まれています。取り除いてください。",
            "The text holds characters that cannot be seen (control, zero width, bidirectional). Remove them.",
        )
    if any(unicodedata.category(c) == "Co" or c == "\ufffd" for c in kept):
        raise fault(
            clause,
            "外字または文字化けした文字が含まれています。標準の文字に置き換えてください。",
            "The text holds private or broken characters. Replace them by standard ones.",
        )
    if not kept:
        raise fault(clause, "空欄にはできません。入力してください。", "It cannot be blank. Fill it in.")
    return kept


def _line(text: str) -> str:
    return clean(text)


def _paragraphs(text: str) -> str:
    return clean(text.replace("\r\n", "\n").replace("\r", "\n"), "\n\t")


Line = Annotated[str, Field(min_length=1, max_length=100), AfterValidator(_line)]
"""One line of up to 100 characters: a name, a word."""
LongLine = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_line)]
"""One line of up to 200 characters: an address."""
Note = Annotated[str, Field(min_length=1, max_length=2000), AfterValidator(_paragraphs)]
"""Up to 2,000 characters, line ends allowed: an officer's reason."""
Paragraphs = Annotated[str, Field(min_length=1, max_length=4000), AfterValidator(_paragraphs)]
"""Up to 4,000 characters, line ends allowed: a purpose, remarks."""
