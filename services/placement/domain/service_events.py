"""Services at a price that a company uses in its support (有料サービス, C-BI-3)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import msgspec

from schemas.values import Decision, InvoiceLine
from services.placement.domain.support_events import OfSupport

if TYPE_CHECKING:
    from services.placement.domain.support import Support


class ServiceAsked(msgspec.Struct, frozen=True, kw_only=True):
    """A service at a price as an officer records it (C-BI-3): the edition's code, how many, on which day.

    ``agreed_on`` is the day on which the company agreed to the price.
    """

    service: str
    quantity: int
    on: date
    agreed_on: date


class ServiceUse(msgspec.Struct, frozen=True):
    """The use of a service at a price; ``state`` is used or withdrawn."""

    use_id: str
    service: str
    on: date
    state: str = "used"


class ServiceUsed(OfSupport, frozen=True, kw_only=True):
    """The company used a service at a price, to which it had agreed beforehand (C-BI-3)."""

    TOPIC = "placement.service_used.v1"
    use_id: str
    service: str
    used_on: date
    agreed_on: date
    line: InvoiceLine
    decision: Decision

    def apply(self, support: Support) -> None:
        support.services = support.services | {self.use_id: ServiceUse(self.use_id, self.service, self.used_on)}


class ServiceWithdrawn(OfSupport, frozen=True, kw_only=True):
    """That use had been recorded in error; what was invoiced for it goes back (C-BI-3)."""

    TOPIC = "placement.service_withdrawn.v1"
    use_id: str
    decision: Decision

    def apply(self, support: Support) -> None:
        withdrawn = msgspec.structs.replace(support.services[self.use_id], state="withdrawn")
        support.services = support.services | {self.use_id: withdrawn}
