"""What the screenings of both programmes have in common: whose case it is, and how it ends when it is given up."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from kernel.aggregate import Aggregate, Created, Event
from kernel.refusals import Refused
from schemas.values import Party, Programme

if TYPE_CHECKING:
    from services.screening.domain.secondment import SecondmentScreening
    from services.screening.domain.support import SupportScreening


def stream(application_id: str) -> str:
    """The aggregate's id: one screening for each application."""
    return f"screening-{application_id}"


class Opened(Created, frozen=True, kw_only=True):
    """The first event of a screening: an application stands."""

    programme: Programme
    fiscal_year: int
    application_id: str
    receipt_number: str
    party: Party
    edition: str


class OfCase(Event, frozen=True, kw_only=True):
    """An event that others are told of: it carries what they need to know whose it is."""

    programme: Programme
    fiscal_year: int
    application_id: str
    receipt_number: str
    party: Party
    edition: str


class Withdrawn(Event, frozen=True, kw_only=True):
    """The applicant gave the application up (S-IN-6, C-IN-5): nothing is screened any more."""

    TOPIC: ClassVar[str] = "screening.withdrawn.v1"

    def apply(self, aggregate: SecondmentScreening | SupportScreening) -> None:
        aggregate.close()


class Screening(Aggregate):
    """The screening (審査) of one application."""

    programme: Programme
    fiscal_year: int
    application_id: str
    receipt_number: str
    party: Party
    edition: str

    @property
    def status(self) -> str:
        """What the case as a whole has come to."""
        raise NotImplementedError

    @property
    def waiting(self) -> tuple[str, ...]:
        """On which work lists the case stands, as `SupportScreening` and the questions of a sender's case name them."""
        raise NotImplementedError

    @property
    def over(self) -> bool:
        """Whether nothing can be decided any more."""
        raise NotImplementedError

    def close(self) -> None:
        """State of a case that was withdrawn."""
        raise NotImplementedError

    def admit(self, officer: str | None, *, declaring: bool = False) -> None:
        """Guard of every read and command: whether this officer may see the case at all.

        ``declaring`` is the one command that comes before: the declaration of an interest, or of none.
        """

    def withdraw(self, *, at: datetime) -> None:
        """The application is withdrawn. A case that is over stays as it is."""
        if not self.over:
            self.record(Withdrawn, at=at)

    def tell(self, event: type[OfCase], *, at: datetime, **fields: Any) -> None:
        """Record an event that others are told of."""
        case = {name: getattr(self, name) for name in Screening.__annotations__}
        self.record(event, at=at, **case, **fields)

    def must_stand(self) -> None:
        """Guard: the case is still to be decided."""
        if self.over:
            raise Refused(
                "G-6",
                "この案件の審査は終了しています。これ以上の判定はできません。",
                "The screening of this case is over. Nothing can be decided any more.",
            )
