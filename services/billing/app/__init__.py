"""Every command and query of billing."""

from services.billing.app.charging import Charging
from services.billing.app.money import Money
from services.billing.app.papers import Paper, Papers


class BillingApp(Charging, Money, Papers):
    """What billing can be told and asked; see the desks for each."""


__all__ = ["BillingApp", "Paper"]
