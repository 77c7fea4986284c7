"""Which of screening's streams are written together: a case and its register of disclosures."""

from __future__ import annotations

from services.screening.domain.case import stream
from services.screening.domain.disclosure import DisclosureRegister


def home(key: str) -> str:
    """The application of a stream, which is also the key of every message about it."""
    return key.removeprefix(stream("")).removeprefix(DisclosureRegister.stream(""))
