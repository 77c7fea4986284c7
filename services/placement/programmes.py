"""Of which programme a stream is, by its name: whose events do not say it (G-6)."""

from __future__ import annotations

from collections.abc import Collection

from services.placement.app import PlacementApp

OF_STREAMS = {
    "secondment-": "secondment",
    "proposal-": "secondment",
    "conduct-": "secondment",
    "amendment-": "secondment",
    "preparation-": "secondment",
    "site-": "secondment",
    "support-": "support",
    "company-news-": "support",
    "coordinator-": "support",
    "menu-": "support",
}
"""How the names of streams begin."""


async def programmes_of(app: PlacementApp, stream: str) -> Collection[str]:
    """See `kernel.service.Spec`."""
    return {programme for begins, programme in OF_STREAMS.items() if stream.startswith(begins)}
