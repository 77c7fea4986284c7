"""Billing's process."""

from __future__ import annotations

from kernel.run import serve
from kernel.service import Spec
from schemas.events import TOPICS
from services.billing.api import ROUTERS
from services.billing.app import BillingApp
from services.billing.handlers import handlers
from services.billing.programmes import programmes_of
from services.billing.projections import PROJECTIONS
from services.billing.publish import publish
from services.billing.timers import ring, schedule
from services.billing.watching import INVARIANTS

SPEC = Spec(
    name="billing",
    title="請求 – Billing",
    topics=TOPICS,
    publish=publish,
    handlers=handlers,
    projections=PROJECTIONS,
    schedule=schedule,
    ring=ring,
    opens=frozenset({"contact"}),
    application=BillingApp,
    routers=list(ROUTERS),
    invariants=INVARIANTS,
    programmes_of=programmes_of,
)

if __name__ == "__main__":
    serve(SPEC)
