"""What an application is as far as it has come, and the guards that all its commands share."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from kernel.aggregate import Aggregate
from kernel.refusals import Refused
from schemas.values import ConsentFault, Decision, Party, Programme, SecondmentForm, SupportForm
from services.intake.domain import refusals
from services.intake.domain.silence import Silence

Status = Literal["registered", "submitted", "no_wish", "refused", "withdrawn"]
ANSWERS: dict[Programme, str] = {"secondment": "S-IN-6", "support": "C-IN-5"}


@dataclass(frozen=True, kw_only=True)
class Content:
    """What a form says, sealed where it must be; ``digest`` is the same for the same form."""

    party: Party
    secondment: SecondmentForm | None = None
    support: SupportForm | None = None
    digest: str

    @property
    def no_wish(self) -> bool:
        """A reply without a wish (S-IN-2)."""
        return self.secondment is None and self.support is None

    def of(self, organisation_id: str) -> Content:
        """The same as that organisation's: a sender that was merged speaks for the one it was merged into."""
        return replace(self, party=replace(self.party, organisation_id=organisation_id))


class ApplicationState(Aggregate):
    """An application. ``placed`` are its secondments whose place was accepted, ``filled`` those that have started.

    ``secondees`` by secondment: the person's id and a keyed hash. ``consent`` is the paper that completed it (C-IN-1),
    ``returned`` those that were found unfit, with the ground. ``closed_to``: see `Interests`; of
    older logs. ``came_by``: the portal or applicant that brought it, as a keyed hash; None where that is not known.
    """

    programme: Programme
    fiscal_year: int
    status: Status
    receipt_number: str | None
    party: Party
    secondment: SecondmentForm | None
    support: SupportForm | None
    content: str
    edition: str
    received_at: datetime
    placed_before: bool
    consent: str | None = None
    decision: Decision | None = None
    revision: int = 1
    decided: bool = False
    decisions: tuple[Decision, ...] = ()
    secondees: dict[str, tuple[str, str]] = field(default_factory=dict)
    placed: tuple[str, ...] = ()
    filled: tuple[str, ...] = ()
    papers: tuple[tuple[str, str | None, str, Literal["original", "data"], str | None, str], ...] = ()
    sender: str = ""
    silence: Silence | None = None
    returned: dict[str, ConsentFault] = field(default_factory=dict)
    closed_to: tuple[str, ...] = ()
    came_by: str | None = None

    @property
    def standing(self) -> bool:
        """Whether it is an application that counts."""
        return self.status == "submitted"

    @property
    def own(self) -> str:
        """The organisation that sent it, whatever that was merged into (S-IN-7)."""
        return self.sender or self.party.organisation_id

    def came_from(self, who: str) -> bool:
        """Whether a portal may go on with it, by its keyed hash: no other than the one that it came by, if known."""
        return self.came_by in (None, who)

    @property
    def over(self) -> bool:
        """Whether it was refused or withdrawn."""
        return self.status in {"refused", "withdrawn"}

    def must_stand(self) -> None:
        """Guard: what was refused or withdrawn cannot be changed."""
        if self.over:
            ja = "取り下げ済み" if self.status == "withdrawn" else "受付されていない申込"
            raise Refused(
                ANSWERS[self.programme],
                f"{ja}のため、変更できません。受付期間内であれば新たにお申し込みください。",
                f"The application is {self.status} and cannot be changed. While reception is open, apply anew.",
            )

    def must_be_undecided(self) -> None:
        """Guard: what was judged rests on the consent that stood; after the decision no other is taken (C-IN-1)."""
        if self.decided:
            raise refusals.decided_already()

    def _must_be(self, status: Status, clause: str) -> None:
        if self.status != status:
            raise Refused(
                clause,
                "申込の現在の状態では、この操作はできません。最新の状態をご確認ください。",
                f"This can only be done with an application that is {status}. Look at its present state.",
            )

    def _told(self) -> dict[str, Any]:
        names = (
            "programme", "fiscal_year", "receipt_number", "party", "secondment", "support", "edition", "placed_before"
        )  # fmt: skip
        told = {name: getattr(self, name) for name in names}
        return told | {"receipt_number": self.receipt_number or ""}
