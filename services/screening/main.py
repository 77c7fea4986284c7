"""The screening service."""

from __future__ import annotations

from kernel.run import serve
from kernel.service import Spec
from schemas.events import TOPICS
from services.screening.api import router
from services.screening.app import ScreeningApp
from services.screening.domain.homes import home
from services.screening.handlers import handlers
from services.screening.programmes import programmes_of
from services.screening.projections import PROJECTIONS
from services.screening.publish import publish
from services.screening.timers import ring, schedule

SPEC = Spec(
    name="screening",
    title="Madoguchi — screening (審査)",
    topics=TOPICS,
    publish=publish,
    handlers=handlers,
    projections=PROJECTIONS,
    schedule=schedule,
    ring=ring,
    opens=frozenset({"contact", "personal", "confidential"}),
    application=ScreeningApp,
    routers=[router],
    programmes_of=programmes_of,
    home=home,
)

if __name__ == "__main__":
    serve(SPEC)
