"""The addressee (宛先) of a case's invoices, as the counter knows it: corrected by amendments and merges (S-IN-6, 7).

Later invoices go to the address that was told last. An issued invoice never changes (S-BI-6).
"""

from __future__ import annotations

from datetime import datetime

from kernel.aggregate import Aggregate, Created, Event
from schemas.values import Party


class AddresseeOpened(Created, frozen=True, kw_only=True):
    """The counter told an address that differs from the form's, or may."""

    TOPIC = "billing.addressee_opened.v1"
    application_id: str
    party: Party


class AddresseeChanged(Event, frozen=True, kw_only=True):
    """The counter told another address."""

    TOPIC = "billing.addressee_changed.v1"
    application_id: str
    party: Party

    def apply(self, aggregate: Addressee) -> None:
        aggregate.party = self.party


class Addressee(Aggregate):
    """Stream ``addressee-<application_id>``."""

    TOPIC = "billing.addressee"
    application_id: str
    party: Party

    @classmethod
    def open(cls, application_id: str, party: Party, at: datetime) -> Addressee:
        """The first that the counter tells of a case after its form."""
        return cls.begin(AddresseeOpened, id=stream(application_id), at=at, application_id=application_id, party=party)

    def change(self, party: Party, at: datetime) -> None:
        """The address from now on; nothing happens where it is the same."""
        if party != self.party:
            self.record(AddresseeChanged, at=at, application_id=self.application_id, party=party)


def stream(application_id: str) -> str:
    """The addressee's stream."""
    return f"addressee-{application_id}"
