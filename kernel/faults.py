"""What a validator raises: a fault of the input that names its clause and the remedy, without the value."""

from __future__ import annotations

from pydantic_core import PydanticCustomError


def fault(clause: str, ja: str, en: str) -> PydanticCustomError:
    """A fault, in Japanese and English; `kernel.http` answers it as one of a problem's errors. No braces in texts."""
    return PydanticCustomError("rule", en.replace("{", "").replace("}", ""), {"clause": clause, "ja": ja, "en": en})
