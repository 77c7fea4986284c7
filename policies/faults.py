"""What is said when an edition cannot be used: file, line, clause and remedy, in Japanese and English."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kernel.refusals import NotFound, Refused


@dataclass(frozen=True, order=True)
class EditionFault:
    """One mistake in an edition. ``file`` is relative to the folder of all editions, ``line`` counts from 1."""

    file: str
    line: int
    clause: str
    ja: str
    en: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line} [{self.clause}] {self.ja} / {self.en}"


class EditionError(Exception):
    """An edition (版) was refused as a whole; ``faults`` lists every mistake found, in the order of the files."""

    def __init__(self, faults: Sequence[EditionFault]) -> None:
        self.faults = tuple(sorted(set(faults)))
        super().__init__("\n".join(str(fault) for fault in self.faults))


class NoEdition(EditionError, NotFound):
    """There is no edition (版) for that fiscal year: whoever asked for the year over HTTP is told so, with 404."""

    def __init__(self, edition: str) -> None:
        programme, _, year = edition.partition("/")
        ja = f"{year}年度の版がありません（{programme}）。年度をご確認ください。"
        en = f"There is no edition {edition}. Check the fiscal year."
        EditionError.__init__(self, [EditionFault(edition, 1, "G-6", ja, en)])
        Refused.__init__(self, "G-6", ja, en)


@dataclass(frozen=True)
class Complaint:
    """A mistake found in what was read, before its line is looked up: section, place within it, what is wrong."""

    section: str
    place: tuple[str | int, ...]
    ja: str
    en: str


class UnknownParameter(LookupError):
    """The code asked for a name that the edition does not have: a mistake of the code, never of the data."""


class NotYetHolding(LookupError):
    """The parameter has no value on that day: its first value holds from a later one."""
