"""What happens to an organisation."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from kernel.aggregate import Created, Event
from kernel.sealing import Confidential
from schemas.values import Party, Programme

if TYPE_CHECKING:
    from services.intake.domain.organisation import Organisation


def cycle(programme: Programme, fiscal_year: int) -> str:
    """A programme's fiscal year as a key."""
    return f"{programme}/{fiscal_year}"


class OrganisationRegistered(Created, frozen=True, kw_only=True):
    """It is heard of for the first time. The keys are keyed hashes of its name and of its reading with the address."""

    TOPIC = "intake.organisation_registered.v1"
    party: Party
    name_key: str
    reading_key: str


class NameChanged(Event, frozen=True, kw_only=True):
    """It writes its name, reading or address in another way than before."""

    TOPIC = "intake.organisation_name_changed.v1"
    party: Party
    name_key: str
    reading_key: str

    def apply(self, organisation: Organisation) -> None:
        organisation.party = self.party
        organisation.name_key, organisation.reading_key = self.name_key, self.reading_key


class Invited(Event, frozen=True, kw_only=True):
    """It was sent the guide of a fiscal year and is expected to answer, with or without a wish (S-IN-2).

    ``remind_at`` are the moments, UTC, at which it is reminded unless it has.
    """

    TOPIC = "intake.organisation_invited.v1"
    programme: Programme
    fiscal_year: int
    by: str
    remind_at: tuple[datetime, ...] = ()

    def apply(self, organisation: Organisation) -> None:
        organisation.invited = (*organisation.invited, cycle(self.programme, self.fiscal_year))


class AnswerAwaited(Event, frozen=True, kw_only=True):
    """It has not answered yet, and is reminded of it (S-IN-2). ``answer_by`` is the last day of reception."""

    TOPIC = "intake.answer_awaited.v1"
    programme: Programme
    fiscal_year: int
    party: Party
    answer_by: date
    edition: str


class ApplicationNoted(Event, frozen=True, kw_only=True):
    """It has an application, or an answer, in a fiscal year."""

    TOPIC = "intake.organisation_application_noted.v1"
    programme: Programme
    fiscal_year: int
    application_id: str

    def apply(self, organisation: Organisation) -> None:
        of = {cycle(self.programme, self.fiscal_year): self.application_id}
        organisation.applications = {**organisation.applications, **of}


class ApplicationReleased(Event, frozen=True, kw_only=True):
    """Its application was withdrawn or turned away: it may apply again (C-IN-4)."""

    TOPIC = "intake.organisation_application_released.v1"
    programme: Programme
    fiscal_year: int
    application_id: str

    def apply(self, organisation: Organisation) -> None:
        kept = {of: id for of, id in organisation.applications.items() if id != self.application_id}
        organisation.applications = kept


class PlacementsRecorded(Event, frozen=True, kw_only=True):
    """In which fiscal years it had placements (S-PL-4); ``by`` is an officer, or ``rule`` for what placement said."""

    TOPIC = "intake.organisation_placements_recorded.v1"
    fiscal_years: tuple[int, ...]
    by: str
    reason: Confidential | None

    def apply(self, organisation: Organisation) -> None:
        organisation.placed = self.fiscal_years


class Absorbed(Event, frozen=True, kw_only=True):
    """An officer found the other one to be the same sender (S-IN-7); ``applications`` are those it brought along."""

    TOPIC = "intake.organisation_absorbed.v1"
    other: str
    applications: dict[str, str]
    placed: tuple[int, ...]
    by: str
    reason: Confidential

    def apply(self, organisation: Organisation) -> None:
        organisation.absorbed = {**organisation.absorbed, self.other: self.placed}
        organisation.applications = {**self.applications, **organisation.applications}


class MergedInto(Event, frozen=True, kw_only=True):
    """An officer found it to be the same sender as the other one (S-IN-7)."""

    TOPIC = "intake.organisation_merged_into.v1"
    other: str
    by: str
    reason: Confidential

    def apply(self, organisation: Organisation) -> None:
        organisation.merged_into = self.other


class MergeUndone(Event, frozen=True, kw_only=True):
    """The merge was a mistake (S-IN-7): the two are apart again, each with its own applications."""

    TOPIC = "intake.organisation_merge_undone.v1"
    other: str
    returned: tuple[str, ...]
    by: str
    reason: Confidential

    def apply(self, organisation: Organisation) -> None:
        if organisation.merged_into == self.other:
            organisation.merged_into = None
        organisation.absorbed = {id: placed for id, placed in organisation.absorbed.items() if id != self.other}
        kept = {of: id for of, id in organisation.applications.items() if id not in self.returned}
        organisation.applications = kept


class ApplicationReturned(Event, frozen=True, kw_only=True):
    """An application that the other one sent while the two were merged goes with it (S-IN-7)."""

    TOPIC = "intake.organisation_application_returned.v1"
    programme: Programme
    fiscal_year: int
    application_id: str
    other: str

    def apply(self, organisation: Organisation) -> None:
        kept = {of: id for of, id in organisation.applications.items() if id != self.application_id}
        organisation.applications = kept


class AbsorbedPlaced(Event, frozen=True, kw_only=True):
    """One that was merged into it had placements in these fiscal years, all of them (S-PL-4)."""

    TOPIC = "intake.organisation_absorbed_placed.v1"
    other: str
    fiscal_years: tuple[int, ...]

    def apply(self, organisation: Organisation) -> None:
        organisation.absorbed = {**organisation.absorbed, self.other: self.fiscal_years}


class KeptApart(Event, frozen=True, kw_only=True):
    """An officer found the other one to be another sender (S-IN-7)."""

    TOPIC = "intake.organisation_kept_apart.v1"
    other: str
    by: str
    reason: Confidential

    def apply(self, organisation: Organisation) -> None:
        organisation.apart = (*organisation.apart, self.other)
