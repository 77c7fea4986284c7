"""The support is free of charge (C-BI-1): nothing is billed but costs of a cancelled visit and services at a price."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kernel.testing import event, given, like
from policies.editions import load, years
from policies.rulebook import rulebook
from schemas.__main__ import example
from schemas.base import REGISTRY, OfCase, OfSupportCase
from schemas.events import all_events
from schemas.placement import OfSupport, ServiceUsed, VisitCancelled
from services.billing.domain.account import Account
from services.billing.domain.account_events import AccountOpened, FeesCharged
from services.billing.domain.values import Case
from services.billing.handlers import handlers
from tests.billing.support import Counter, cost, party, party_in, tokyo
from tests.policies.broken import refused

CHARGED = ("C-BI-2", "C-BI-3")
OTHERS = sorted(clause for clause in rulebook() if clause not in CHARGED)
CASE = Case(programme="support", fiscal_year=2026, application_id="app-2", account="app-2")


@pytest.mark.clause("C-BI-1")
def test_of_all_that_happens_in_a_support_billing_hears_of_cancelled_visits_and_services_alone() -> None:
    assert all_events()
    heard = {name for name in handlers.names if issubclass(REGISTRY[name], OfSupport)}
    assert heard == {"VisitCancelled", "ServiceUsed", "ServiceWithdrawn"}


@pytest.mark.clause("C-BI-1")
async def test_whatever_happens_in_a_support_no_other_event_of_it_is_charged() -> None:
    """Every event that a support may have, as its example tells it, comes in: only these two lead to an invoice."""
    charged = set()
    for kind in all_events():
        if not issubclass(kind, OfSupportCase) and kind not in OF_BOTH:
            continue
        story = Counter(tokyo(2026, 11, 1))
        told: dict[str, Any] = {"programme": "support", "fiscal_year": 2026}
        if "party" in kind.model_fields:
            told["party"] = await party_in(story.billing.world.vault)
        await story.hears(example(kind).model_copy(update=told))
        if story.published("FeeCharged") or story.published("InvoiceIssued"):
            charged.add(kind)
    assert charged == {VisitCancelled, ServiceUsed}


OF_BOTH = [kind for kind in all_events() if issubclass(kind, OfCase) and kind.TOPIC == "intake"]
"""What intake says of an application of either programme."""


@pytest.mark.clause("C-BI-1")
@pytest.mark.parametrize("clause", OTHERS)
def test_an_account_of_a_support_takes_no_charge_under_another_clause(clause: str) -> None:
    opened = event(AccountOpened, case=CASE, party=party())
    account = given(opened, of=Account, id="account-app-2")
    lines = (cost(1_000), replace(cost(1), clause=clause))
    charge: tuple[Any, ...] = (Account.charge, (), "invoice-app-2-1", 2026, lines, ())
    account.when(*charge, tokyo(2026, 9, 1)).refused("C-BI-1")


@pytest.mark.clause("C-BI-1")
@pytest.mark.parametrize("clause", CHARGED)
def test_an_account_of_a_support_takes_costs_of_a_visit_and_services(clause: str) -> None:
    opened = event(AccountOpened, case=CASE, party=party())
    charge: tuple[Any, ...] = (Account.charge, (), "invoice-app-2-1", 2026, (replace(cost(1), clause=clause),), ())
    given(opened, of=Account, id="account-app-2").when(*charge, tokyo(2026, 9, 1)).then(like(FeesCharged, case=CASE))


@pytest.mark.clause("C-BI-1")
@pytest.mark.parametrize("year", years("support"))
def test_the_edition_has_no_fee_but_those_of_a_cancelled_visit_and_of_services(year: int) -> None:
    fees = load("support", year).fees.root
    assert {fee.clause for fee in fees.values()} == set(CHARGED)


@pytest.mark.clause("C-BI-1")
@pytest.mark.parametrize(
    ("old", "new", "clause", "said"),
    [
        ("clause: C-BI-2", "clause: C-LI-3", "C-LI-3", "有料サービス"),
        ("clause: C-BI-3", "clause: C-BI-1", "C-BI-1", "有料サービス"),
        ("charged: each", "charged: monthly", "C-BI-2", "1件ごと"),
        ("unit: yen", "unit: USD", "C-BI-2", "1件ごと"),
    ],
)
def test_an_edition_that_would_charge_for_the_support_itself_is_refused(
    tmp_path: Path, old: str, new: str, clause: str, said: str
) -> None:
    (fault,) = refused(tmp_path, "support", "fees.yaml", old, new)
    assert (fault.clause, said in fault.ja) == (clause, True)
