"""Services at a price that a company has used in its support, as placement tells them (C-BI-3)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import msgspec

from kernel.aggregate import Event
from schemas.values import Decision, InvoiceLine
from services.billing.domain.values import Case

if TYPE_CHECKING:
    from services.billing.domain.account import Account


class ServiceUse(msgspec.Struct, frozen=True, kw_only=True):
    """The use of a service (有料サービスの利用) on a day; ``line`` is what is charged for it, ``decision`` says why."""

    id: str
    used_on: date
    line: InvoiceLine
    decision: Decision


class ServiceUseNoted(Event, frozen=True, kw_only=True):
    """A use was told; it is charged by itself."""

    TOPIC = "billing.service_use_noted.v1"
    case: Case
    use: ServiceUse

    def apply(self, aggregate: Account) -> None:
        aggregate.uses = {**aggregate.uses, self.use.id: self.use}


class ServiceUseWithdrawn(Event, frozen=True, kw_only=True):
    """A use had been recorded in error: it counts no longer, and what was invoiced for it goes back (S-BI-6)."""

    TOPIC = "billing.service_use_withdrawn.v1"
    case: Case
    use_id: str

    def apply(self, aggregate: Account) -> None:
        aggregate.withdrawn = (*aggregate.withdrawn, self.use_id)
