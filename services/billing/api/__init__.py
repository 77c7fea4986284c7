"""Billing over HTTP: work lists and cases for officers, costs, rates and payments as commands."""

from services.billing.api.costs import router as costs
from services.billing.api.invoices import router as invoices
from services.billing.api.money import router as money

ROUTERS = (invoices, money, costs)
"""Every route of the service."""
