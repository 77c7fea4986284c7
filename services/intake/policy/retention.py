"""How long what is kept, and when it may be disposed of (保存期間と廃棄), G-7, G-8: of files as `projections` has them.

Reading taken: a period begins on the 1 April after the fiscal year in which the matter ended, and its records may be
disposed of from the day after the period's last.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from kernel.sealing import Confidential
from policies.edition import Edition
from policies.parameters import Read
from schemas.values import Decision, fiscal_year

Editions = Mapping[str, Edition]
"""By id, such as ``secondment/2026``."""
AS_THEY_ARE = {"unanswered", "no_wish", "refused", "withdrawn"}
"""States that are classes of retention themselves, over since they came."""


@dataclass(frozen=True)
class Term:
    """One record's period: its class (``kept_as``), under which edition, when it ended, how many years it is kept."""

    kept_as: str
    edition: str
    ended_on: date
    years: Read

    @property
    def counted_from(self) -> date:
        """The first day of the period (起算日)."""
        return date(fiscal_year(self.ended_on) + 1, 4, 1)

    @property
    def due_on(self) -> date:
        """The first day on which it may be disposed of."""
        return self.counted_from.replace(year=self.counted_from.year + self.years.number)


@dataclass(frozen=True)
class Assessment:
    """What is known of a subject's records: their terms, and what is still going on (``open``, by receipt number)."""

    subject: str
    terms: tuple[Term, ...]
    open: tuple[tuple[str, str], ...]
    receipts: tuple[str, ...]

    @property
    def last(self) -> Term | None:
        """The term that ends last: it governs, for all is sealed under one key."""
        return max(self.terms, key=lambda term: term.due_on, default=None)

    @property
    def due_on(self) -> date | None:
        """From when on it may be disposed of; None while anything goes on."""
        return self.last.due_on if self.last is not None and not self.open else None


def g_7_subjects(files: Iterable[Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    """The files of each subject: of the organisation, of what it was merged into, and of each person named."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for file in files:
        for subject in (*file["subjects"], *file["secondees"]):
            found.setdefault(subject, []).append(file)
    return found


def g_7_assessed(subject: str, files: Iterable[Mapping[str, Any]], editions: Editions) -> Assessment:
    """Every term of a subject's records, and what is still going on."""
    terms, going_on, receipts = list[Term](), list[tuple[str, str]](), list[str]()
    for file in files:
        edition, receipt = editions[file["edition"]], file["receipt_number"] or "―"
        ended = _person(subject, file) if subject in file["secondees"] else _case(file)
        for kept_as, on in ended.items():
            if on is None:
                going_on.append((receipt, kept_as))
            else:
                years = edition.value(f"retention.{kept_as}", max(on, _first(edition)))
                terms.append(Term(kept_as, edition.id, on, years))
        receipts += [receipt] if receipt != "―" else []
    return Assessment(subject, tuple(terms), tuple(going_on), tuple(receipts))


def g_7_disposal(found: Assessment, on: date, at: datetime, *, by: str, reason: Confidential) -> Decision | None:
    """The decision to dispose of what is due; None where it is not."""
    last = found.last
    if last is None or found.due_on is None or on < found.due_on:
        return None
    facts = {
        "kept_as": last.kept_as,
        "ended_on": last.ended_on.isoformat(),
        "counted_from": last.counted_from.isoformat(),
        "due_on": last.due_on.isoformat(),
        "receipts": list(found.receipts),
    }
    return Decision(
        clause=last.years.clause,
        outcome="passed",
        edition=last.edition,
        by=by,
        at=at.isoformat(),
        facts=facts,
        parameters=(last.years.parameter,),
        reason=reason,
    )


def _case(file: Mapping[str, Any]) -> dict[str, date | None]:
    """By class of retention, when it ended; None while it goes on."""
    found = _money(file)
    if file["running"]:
        return found | {"carried_out": None}
    if file["ended"]:
        return found | {"carried_out": max(map(_day, file["ended"].values()))}
    status = file["status"]
    if status in AS_THEY_ARE:
        return found | {status: _day(file["last_on"])}
    if status == "registered":
        return found | {"not_completed": _end_of_year(file)}
    if file["programme"] == "support":
        return found | {"not_selected": _day(file["decided_on"]) if file["decided_on"] else None}
    return found | {"not_selected": _end_of_year(file)}


def _money(file: Mapping[str, Any]) -> dict[str, date | None]:
    if file["booked_on"] is None:
        return {}
    return {"accounting": None if any(file["balances"].values()) else _day(file["booked_on"])}


def _person(person: str, file: Mapping[str, Any]) -> dict[str, date | None]:
    named = file["secondees"][person]
    of = named["secondment"]
    if file["current"][of] != person:
        return {"person_not_sent": _day(named["replaced_on"])}
    if of in file["running"]:
        return {"person": None}
    if of in file["ended"]:
        return {"person": _day(file["ended"][of])}
    return {"person_not_sent": max(_day(named["named_on"]), _end_of_year(file))}


def _end_of_year(file: Mapping[str, Any]) -> date:
    return date(file["fiscal_year"] + 1, 3, 31)


def _first(edition: Edition) -> date:
    """The first day of which the edition speaks: what ended before is kept as on that day."""
    return edition.parameter("retention.accounting").values[0].from_


def _day(text: str) -> date:
    return date.fromisoformat(text)
