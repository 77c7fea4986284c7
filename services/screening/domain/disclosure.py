"""The register of disclosures (秘密情報の開示の記録): what was told to whom, and why that was allowed (C-CO-1).

What is learnt of a company is secret. Nothing of it goes out unless its owner agreed beforehand or one of the edition's
exceptions holds; each disclosure is kept with its ground. What it says is private for good, as the grounds are; others
hear that there is an entry, and its number, so that nothing goes out without one.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar, Literal, Self

import msgspec

from kernel.aggregate import Aggregate, Created, Event
from kernel.refusals import Refused
from kernel.sealing import Confidential
from schemas.values import Decision, day_in_tokyo

OWNER_AGREED = "owner_agreed"
"""The ground that is no exception: the owner of the information agreed beforehand."""


class Disclosed(msgspec.Struct, frozen=True, kw_only=True):
    """One disclosure: ``what`` was told ``to`` whom, on a day of Tokyo, on which ground."""

    on: date
    ground: str
    what: Confidential
    to: Confidential
    owner_agreed_on: date | None = None


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """Whose register it is, for others who are told that there is an entry."""

    programme: Literal["support"] = "support"
    fiscal_year: int
    application_id: str


class RegisterOpened(Created, frozen=True, kw_only=True):
    """The first disclosure of a case."""

    TOPIC: ClassVar[str] = "screening.disclosure_register_opened.v1"
    application_id: str


class DisclosureRecorded(Event, frozen=True, kw_only=True):
    """Something secret was disclosed, on one of the grounds that allow it."""

    TOPIC: ClassVar[str] = "screening.disclosure_recorded.v1"
    disclosed: Disclosed
    decision: Decision
    case: Case | None = None
    number: int = 0

    def apply(self, aggregate: DisclosureRegister) -> None:
        aggregate.entries = (*aggregate.entries, self.disclosed)


class DisclosureRegister(Aggregate):
    """All disclosures of one case, in order."""

    TOPIC: ClassVar[str] = "screening.disclosure_register"
    application_id: str
    entries: tuple[Disclosed, ...] = ()

    @staticmethod
    def stream(application_id: str) -> str:
        """The aggregate's id."""
        return f"disclosures-{application_id}"

    @classmethod
    def open(cls, application_id: str, *, at: datetime) -> Self:
        """A case of which nothing was disclosed yet."""
        return cls.begin(RegisterOpened, id=cls.stream(application_id), at=at, application_id=application_id)

    def record_disclosure(self, disclosed: Disclosed, decision: Decision, case: Case, *, at: datetime) -> None:
        """Keep a disclosure under the next number. ``decision`` is that of C-CO-1; one that is not passed bars it."""
        if decision.outcome != "passed":
            ja = "開示できる根拠がありません。開示した方の事前の承諾か、秘密保持の例外のいずれかを示してください。"
            en = "Nothing allows this disclosure. Name the owner's consent given beforehand, or one of the exceptions."
            raise Refused("C-CO-1", ja, en, pointer="/ground")
        if disclosed.on > day_in_tokyo(at):
            ja = "まだ来ていない日の開示は記録できません。日付をご確認ください。"
            raise Refused("G-1", ja, "A disclosure still to come cannot be recorded. Check the day.", pointer="/on")
        number = len(self.entries) + 1
        self.record(DisclosureRecorded, at=at, disclosed=disclosed, decision=decision, case=case, number=number)
