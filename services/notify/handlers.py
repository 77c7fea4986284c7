"""What notify hears: every event about a case that says whom to write to, and those that letters wait for."""

from __future__ import annotations

from collections.abc import Sequence

from kernel.aggregate import Aggregate
from kernel.handlers import Handlers
from kernel.publishing import Message
from schemas import intake, screening
from schemas.base import OfCase
from schemas.events import all_events
from services.notify.app import NotifyApp

handlers = Handlers()
WITHOUT_ADDRESS = (intake.ApplicationWithdrawn, intake.PaperReceived, screening.PapersMissing)
HEARD: list[type[OfCase]] = [
    kind
    for kind in all_events()
    if issubclass(kind, OfCase) and ("party" in kind.model_fields or kind in WITHOUT_ADDRESS)
]


async def hear(app: NotifyApp, event: OfCase, message: Message) -> Sequence[Aggregate]:
    """Learn the address, write what goes out at once, plan what goes out later."""
    return await app.hear(event, message.id)


for kind in HEARD:
    handlers.on(kind)(hear)
