"""Intake's process."""

from __future__ import annotations

from kernel.run import serve
from kernel.service import Spec
from schemas.events import TOPICS
from services.intake.api import ROUTERS
from services.intake.app import IntakeApp, open_receptions
from services.intake.handlers import handlers
from services.intake.programmes import programmes_of
from services.intake.projections import PROJECTIONS
from services.intake.publish import publish
from services.intake.timers import ring, schedule
from services.intake.watching import INVARIANTS

SPEC = Spec(
    name="intake",
    title="受付 – Intake",
    topics=TOPICS,
    publish=publish,
    handlers=handlers,
    projections=PROJECTIONS,
    schedule=schedule,
    ring=ring,
    opens=frozenset({"contact"}),
    application=IntakeApp,
    routers=ROUTERS,
    background=[open_receptions],
    invariants=INVARIANTS,
    programmes_of=programmes_of,
)

if __name__ == "__main__":
    serve(SPEC)
