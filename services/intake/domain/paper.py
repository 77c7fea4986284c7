"""A paper (書類): each arrival by itself, as original by post or as data (S-SC-9, C-IN-1)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal, Self

from kernel.aggregate import Aggregate, Created, Event
from kernel.refusals import Refused
from schemas.values import Programme

Form = Literal["original", "data"]


class PaperArrived(Created, frozen=True, kw_only=True):
    """A paper is here. ``application_id`` is None for a consent that came before its registration (C-IN-1).

    ``digest`` is the SHA-256 of the bytes in hex and ``size`` their number; an original by post has none. The bytes
    are kept apart, sealed with ``subject``'s key, in a box named ``box`` or like the paper. ``received_by`` is
    ``applicant`` or the officer's id. ``flags``: what in a consent is active or could not be looked into.
    """

    TOPIC = "intake.paper_arrived.v1"
    programme: Programme
    fiscal_year: int
    application_id: str | None
    secondment_id: str | None
    kind: str
    form: Form
    arrived_on: date
    subject: str
    received_by: str
    digest: str | None = None
    size: int | None = None
    media_type: str | None = None
    flags: tuple[str, ...] = ()
    box: str = ""


class PaperClaimed(Event, frozen=True, kw_only=True):
    """The registration that the consent belongs to is here."""

    TOPIC = "intake.paper_claimed.v1"
    programme: Programme
    fiscal_year: int
    application_id: str
    kind: str
    form: Form
    digest: str | None
    arrived_on: date

    def apply(self, paper: Paper) -> None:
        paper.application_id = self.application_id


class Paper(Aggregate):
    """A paper that arrived."""

    TOPIC = "intake.paper"
    programme: Programme
    fiscal_year: int
    application_id: str | None
    secondment_id: str | None
    kind: str
    form: Form
    arrived_on: date
    subject: str
    received_by: str = ""
    digest: str | None = None
    size: int | None = None
    media_type: str | None = None
    flags: tuple[str, ...] = ()
    box: str = ""

    @classmethod
    def arrive(cls, paper_id: str, *, at: datetime, **facts: Any) -> Self:
        """A paper is here; for ``facts`` see `PaperArrived`."""
        return cls.begin(PaperArrived, id=paper_id, at=at, **facts)

    @staticmethod
    def waiting_consent(programme: Programme, fiscal_year: int, corporate_number: str) -> str:
        """The id of a consent that comes before its registration: the company's number is all that is known then."""
        return f"consent-{programme}-{fiscal_year}-{corporate_number}"

    def claim(self, application_id: str, *, at: datetime) -> None:
        """The registration is here. Refuses a paper that already belongs to one."""
        if self.application_id is not None:
            raise Refused(
                "C-IN-1",
                "この同意書は既に別の申込に使われています。申込ごとに同意書をご提出ください。",
                "This consent form belongs to another application already. Send one for each.",
            )
        self.record(
            PaperClaimed,
            at=at,
            programme=self.programme,
            fiscal_year=self.fiscal_year,
            application_id=application_id,
            kind=self.kind,
            form=self.form,
            digest=self.digest,
            arrived_on=self.arrived_on,
        )
