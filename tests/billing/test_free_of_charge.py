"""The support is free of charge (C-BI-1): nothing that happens in it is billed, save costs of a cancelled visit."""

from __future__ import annotations

import pytest

from policies.editions import load
from schemas.base import REGISTRY
from schemas.events import all_events
from schemas.placement import OfSupport
from services.billing.handlers import handlers


@pytest.mark.clause("C-BI-1")
def test_of_all_that_happens_in_a_support_billing_hears_of_a_cancelled_visit_alone() -> None:
    assert all_events()
    heard = {name for name in handlers.names if issubclass(REGISTRY[name], OfSupport)}
    assert heard == {"VisitCancelled"}


@pytest.mark.clause("C-BI-1")
def test_the_edition_has_no_fee_but_those_of_a_cancelled_visit() -> None:
    fees = load("support", 2026).fees.root
    assert fees
    assert {fee.clause for fee in fees.values()} == {"C-BI-2"}
