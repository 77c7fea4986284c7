"""An organisation (団体・法人): known by its corporate number, or by its name where it has none (G-5)."""

from __future__ import annotations

from dataclasses import field
from datetime import date, datetime
from typing import Self

from kernel.aggregate import Aggregate
from kernel.refusals import Refused
from kernel.sealing import Confidential
from schemas.values import Party, Programme
from services.intake.domain import organisation_events as happened
from services.intake.domain.organisation_events import cycle


class Organisation(Aggregate):
    """An organisation. ``applications`` by cycle: the one that stands for it; ``placed``: years with a placement.

    ``absorbed`` are those found to be the same sender, with their years.
    """

    TOPIC = "intake.organisation"
    party: Party
    name_key: str
    reading_key: str
    invited: tuple[str, ...] = ()
    applications: dict[str, str] = field(default_factory=dict)
    placed: tuple[int, ...] = ()
    absorbed: dict[str, tuple[int, ...]] = field(default_factory=dict)
    apart: tuple[str, ...] = ()
    merged_into: str | None = None

    @classmethod
    def register(cls, party: Party, name_key: str, reading_key: str, *, at: datetime) -> Self:
        """An organisation that was not known."""
        keys = {"name_key": name_key, "reading_key": reading_key}
        return cls.begin(happened.OrganisationRegistered, id=party.organisation_id, at=at, party=party, **keys)

    def spell(self, party: Party, name_key: str, reading_key: str, *, at: datetime) -> None:
        """How it writes itself now."""
        if (name_key, reading_key) != (self.name_key, self.reading_key):
            self.record(happened.NameChanged, at=at, party=party, name_key=name_key, reading_key=reading_key)

    def invite(
        self, programme: Programme, fiscal_year: int, remind_at: tuple[datetime, ...] = (), *, by: str, at: datetime
    ) -> None:
        """It is expected to answer."""
        if cycle(programme, fiscal_year) not in self.invited:
            fields = {"programme": programme, "fiscal_year": fiscal_year, "remind_at": remind_at, "by": by}
            self.record(happened.Invited, at=at, **fields)

    def remind(self, programme: Programme, fiscal_year: int, answer_by: date, edition: str, *, at: datetime) -> None:
        """Remind it of its answer; nothing happens where it has answered, or is the same as another sender (S-IN-7)."""
        if self.application(programme, fiscal_year) is None and self.merged_into is None:
            fields = {"programme": programme, "fiscal_year": fiscal_year, "edition": edition}
            self.record(happened.AnswerAwaited, at=at, party=self.party, answer_by=answer_by, **fields)

    def application(self, programme: Programme, fiscal_year: int) -> str | None:
        """The application that stands for it in a fiscal year."""
        return self.applications.get(cycle(programme, fiscal_year))

    def note(self, programme: Programme, fiscal_year: int, application_id: str, *, at: datetime) -> None:
        """It has applied. Refuses a second one: one legal entity, one application (C-IN-4)."""
        if self.application(programme, fiscal_year) is not None:
            raise another(programme)
        case = {"programme": programme, "fiscal_year": fiscal_year, "application_id": application_id}
        self.record(happened.ApplicationNoted, at=at, **case)

    def release(self, programme: Programme, fiscal_year: int, application_id: str, *, at: datetime) -> None:
        """Its application does not stand any more."""
        if self.application(programme, fiscal_year) == application_id:
            case = {"programme": programme, "fiscal_year": fiscal_year, "application_id": application_id}
            self.record(happened.ApplicationReleased, at=at, **case)

    def placed_before(self, fiscal_year: int) -> bool:
        """Whether it had a placement in an earlier year (S-PL-4)."""
        years = {*self.placed, *(year for placed in self.absorbed.values() for year in placed)}
        return any(year < fiscal_year for year in years)

    def record_placements(
        self, fiscal_years: tuple[int, ...], *, by: str, reason: Confidential | None, at: datetime
    ) -> None:
        """The fiscal years in which it had placements, all of them."""
        if (years := tuple(sorted(set(fiscal_years)))) != self.placed:
            self.record(happened.PlacementsRecorded, at=at, fiscal_years=years, by=by, reason=reason)

    def note_absorbed_placements(self, other: Organisation, *, at: datetime) -> None:
        """What is known by now of the placements of one that was merged into it."""
        if self.absorbed.get(other.id, other.placed) != other.placed:
            self.record(happened.AbsorbedPlaced, at=at, other=other.id, fiscal_years=other.placed)

    def absorb(self, other: Organisation, *, by: str, reason: Confidential, at: datetime) -> None:
        """The other one is the same sender (S-IN-7)."""
        if other.id == self.id or self.merged_into or other.merged_into or other.absorbed:
            raise Refused(
                "S-IN-7",
                "既に統合されている団体、または同じ団体どうしは統合できません。現在の状態をご確認ください。",
                "An organisation that is merged already cannot be merged, nor one with itself. Look at its state.",
            )
        numbers = {self.party.corporate_number, other.party.corporate_number} - {None}
        if len(numbers) > 1:
            raise Refused(
                "G-5",
                "法人番号が異なる団体は別の法人です。統合できません。",
                "Two corporate numbers are two legal entities: they cannot be merged.",
            )
        brought = {of: id for of, id in other.applications.items() if of not in self.applications}
        self.record(
            happened.Absorbed, at=at, other=other.id, applications=brought, placed=other.placed, by=by, reason=reason
        )

    def merge_into(self, other: str, *, by: str, reason: Confidential, at: datetime) -> None:
        """It is the same sender as the other one; guarded by `absorb`."""
        self.record(happened.MergedInto, at=at, other=other, by=by, reason=reason)

    def undo_merge(self, other: Organisation, *, by: str, reason: Confidential, at: datetime) -> None:
        """The other one is not the same sender after all: each has again what was its own before."""
        if other.id not in self.absorbed:
            raise Refused(
                "S-IN-7",
                "この二つの団体は統合されていません。",
                "The two organisations are not merged.",
            )
        theirs = tuple(sorted(id for id in other.applications.values() if id in self.applications.values()))
        self.record(happened.MergeUndone, at=at, other=other.id, returned=theirs, by=by, reason=reason)
        other.record(happened.MergeUndone, at=at, other=self.id, returned=(), by=by, reason=reason)

    def give_back(self, to: Organisation, application_id: str, *, at: datetime) -> None:
        """An application that the other one sent while it was merged into this one is that one's again (S-IN-7)."""
        programme, _, year = next(of for of, id in self.applications.items() if id == application_id).partition("/")
        case = {"programme": programme, "fiscal_year": int(year), "application_id": application_id}
        self.record(happened.ApplicationReturned, at=at, other=to.id, **case)
        to.record(happened.ApplicationNoted, at=at, **case)

    def keep_apart(self, other: str, *, by: str, reason: Confidential, at: datetime) -> None:
        """The other one is another sender (S-IN-7)."""
        if other == self.id or other in self.absorbed or self.merged_into == other:
            raise Refused(
                "S-IN-7",
                "統合されている団体、または同じ団体は別の団体とすることができません。先に統合を取り消してください。",
                "The two are merged, or one and the same. Undo the merge first.",
            )
        if other not in self.apart:
            self.record(happened.KeptApart, at=at, other=other, by=by, reason=reason)


def another(programme: Programme) -> Refused:
    """What a sender is told that has an application already."""
    if programme == "support":
        return Refused(
            "C-IN-4",
            "お申し込みは1法人につき1件です。この法人の申込は既に受け付けています。",
            "One legal entity, one application: this one has applied already.",
        )
    return Refused(
        "S-IN-6",
        "この団体の回答は既に受け付けています。内容を変える場合は、その回答を訂正してください（PUT）。",
        "This sender has answered already. To change the answer, amend it (PUT).",
    )
