"""Starts placement."""

from __future__ import annotations

from kernel.run import serve
from kernel.service import Spec
from schemas.events import TOPICS
from services.placement.api import ROUTERS
from services.placement.app import PlacementApp
from services.placement.handlers import handlers
from services.placement.programmes import programmes_of
from services.placement.projections import PROJECTIONS
from services.placement.publish import publish
from services.placement.timers import ring, schedule

SPEC = Spec(
    name="placement",
    title="配置 Placement",
    topics=TOPICS,
    publish=publish,
    handlers=handlers,
    projections=PROJECTIONS,
    schedule=schedule,
    ring=ring,
    opens=frozenset({"contact", "confidential"}),
    application=PlacementApp,
    routers=ROUTERS,
    programmes_of=programmes_of,
)

if __name__ == "__main__":
    serve(SPEC)
