"""Costs of a secondment as officers record them, each with who bears it (S-BI-1)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Literal

import msgspec

from kernel.aggregate import Event
from kernel.sealing import Confidential, Contact
from schemas.values import Decision, Yen
from services.billing.domain.values import Case

if TYPE_CHECKING:
    from services.billing.domain.account import Account

Side = Literal["sender", "jetro"]
"""派遣元 or ジェトロ."""
Settlement = Literal["invoiced", "nothing", "reimbursed"]
"""What follows: the sender is invoiced (請求), nothing (精算なし), or JETRO owes it to the sender (派遣元へ支払)."""


class Cost(msgspec.Struct, frozen=True, kw_only=True):
    """A cost (経費): its kind in the edition's table, yen without tax, the day it arose, who paid and who bears it.

    ``tax`` is the rate in percent at which it is invoiced, None where 不課税; ``decision`` says by which clause. A kind
    that says something of the person is an ``advance`` here and on every invoice (G-7); ``said`` keeps it, sealed.
    """

    id: str
    kind: str
    name: str
    amount: Yen
    day: date
    paid_by: Side
    bears: Side
    settlement: Settlement
    tax: int | None
    decision: Decision
    said: Contact | None = None


class CostRecorded(Event, frozen=True, kw_only=True):
    """A cost was recorded and it was decided who bears it. ``what`` is the officer's note on it, for the file."""

    TOPIC = "billing.cost_recorded.v1"
    case: Case
    cost: Cost
    what: Contact | None
    by: str
    reason: Confidential | None

    def apply(self, aggregate: Account) -> None:
        aggregate.costs = {**aggregate.costs, self.cost.id: self.cost}


class CostWithdrawn(Event, frozen=True, kw_only=True):
    """A cost had been recorded in error: it counts no longer, and what was invoiced for it goes back (S-BI-6)."""

    TOPIC = "billing.cost_withdrawn.v1"
    case: Case
    cost_id: str
    by: str
    reason: Confidential | None

    def apply(self, aggregate: Account) -> None:
        aggregate.withdrawn = (*aggregate.withdrawn, self.cost_id)
