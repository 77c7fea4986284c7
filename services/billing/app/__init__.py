"""Every command and query of billing."""

from services.billing.app.charging import Charging
from services.billing.app.costs import Costs, Spending
from services.billing.app.money import Money, Order
from services.billing.app.papers import Paper, Papers


class BillingApp(Charging, Costs, Money, Papers):
    """What billing can be told and asked; see the desks for each."""


__all__ = ["BillingApp", "Order", "Paper", "Spending"]
