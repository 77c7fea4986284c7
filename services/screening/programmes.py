"""Of which programme a stream is whose older events do not say it (G-6)."""

from __future__ import annotations

from collections.abc import Collection

from services.screening.app import ScreeningApp
from services.screening.domain.disclosure import DisclosureRegister


async def programmes_of(app: ScreeningApp, stream: str) -> Collection[str]:
    """See `kernel.service.Spec`."""
    return {"support"} if stream.startswith(DisclosureRegister.stream("")) else ()
