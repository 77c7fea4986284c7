"""A form on its way in: whether the edition can take it, and what becomes of it at the reception."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from policies.edition import Edition
from policies.secondment.edition import SecondmentEdition
from policies.support.edition import SupportEdition
from schemas.forms import SecondmentApplication, SupportApplication
from schemas.values import Decision, Programme
from services.intake.app.sealed import AnyForm, Sender
from services.intake.domain import Application, Organisation, Paper, Reception
from services.intake.domain.application_events import Arrival
from services.intake.domain.application_state import Content
from services.intake.policy.counter import c_in_3_places, s_in_1_deadline
from services.intake.policy.facts import code_faults
from services.intake.policy.places import FormFault, wish_faults


class Unfit(Exception):
    """A form that the edition cannot take, with every fault."""

    def __init__(self, faults: Sequence[FormFault]) -> None:
        super().__init__(f"{len(faults)} faults")
        self.faults = tuple(faults)


def check(of: Edition, form: AnyForm) -> None:
    """Whether the edition can take what the form says. Raises `Unfit` with every fault."""
    faults: list[FormFault] = []
    if isinstance(form, SecondmentApplication) and isinstance(of, SecondmentEdition):
        faults = wish_faults(of, form.requests)
    elif isinstance(form, SupportApplication) and isinstance(of, SupportEdition):
        faults = code_faults(of, form)
    if faults:
        raise Unfit(faults)


@dataclass(frozen=True)
class Arriving:
    """A form on its way in."""

    application_id: str
    programme: Programme
    fiscal_year: int
    edition: Edition
    sent: Sender
    content: Content
    at: datetime
    came_by: str | None = None

    def decided(self, reception: Reception, organisation: Organisation, consent: Paper | None) -> Application:
        """The application that becomes of it at this reception."""
        if self.programme == "secondment" and reception.late(self.at):
            return self._arrived("refused", None, organisation, s_in_1_deadline(self.edition, reception, self.at))
        if reception.full:
            reception.turn_away(self.application_id, at=self.at)
            return self._arrived("refused", None, organisation, c_in_3_places(self.edition, reception, self.at))
        number = reception.number(self.application_id, at=self.at)
        status = self._status(consent)
        if status == "submitted":
            reception.admit(self.application_id, at=self.at)
        application = self._arrived(status, number, organisation, None, consent=consent.id if consent else None)
        if consent is not None:
            consent.claim(self.application_id, at=self.at)
            application.note_paper(
                consent.id,
                secondment_id=None,
                kind=consent.kind,
                form=consent.form,
                digest=consent.digest,
                arrived_on=consent.arrived_on,
                flags=consent.flags,
                at=self.at,
            )
        return application

    def _status(self, consent: Paper | None) -> Arrival:
        if self.programme == "support":
            return "registered" if consent is None else "submitted"
        return "no_wish" if self.content.no_wish else "submitted"

    def _arrived(
        self,
        status: Arrival,
        number: str | None,
        organisation: Organisation,
        decision: Decision | None,
        consent: str | None = None,
    ) -> Application:
        return Application.arrive(
            self.application_id,
            self.content.of(organisation.id),
            status=status,
            receipt_number=number,
            at=self.at,
            programme=self.programme,
            fiscal_year=self.fiscal_year,
            edition=self.edition.id,
            placed_before=organisation.placed_before(self.fiscal_year),
            consent=consent,
            decision=decision,
            sender=self.sent.organisation_id,
            came_by=self.came_by,
        )
