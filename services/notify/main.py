"""Notify's process."""

from __future__ import annotations

from kernel.run import serve
from kernel.service import Spec
from schemas.events import TOPICS
from services.notify.api import router
from services.notify.app import NotifyApp
from services.notify.domain.homes import home
from services.notify.handlers import handlers
from services.notify.projections import PROJECTIONS
from services.notify.publish import publish
from services.notify.sending import send_letters
from services.notify.timers import ring, schedule
from services.notify.watching import BACKLOGS

SPEC = Spec(
    name="notify",
    title="通知 – Notify",
    topics=TOPICS,
    publish=publish,
    handlers=handlers,
    projections=PROJECTIONS,
    schedule=schedule,
    ring=ring,
    opens=frozenset({"contact", "personal"}),
    application=NotifyApp,
    routers=[router],
    background=[send_letters],
    backlogs=BACKLOGS,
    home=home,
)

if __name__ == "__main__":
    serve(SPEC)
