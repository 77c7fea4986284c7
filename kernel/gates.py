"""Which gate a service gets by its settings."""

from __future__ import annotations

from kernel.access import Gate, Trusting
from kernel.settings import Settings
from kernel.tokens import TokenGate


def made(settings: Settings, service: str) -> Gate:
    """The gate of a service as its settings want it."""
    if settings.access == "trusting":
        return Trusting(service)
    return TokenGate(service, settings.issuers)
