"""Every published event, by topic: import this and `schemas.base.REGISTRY` is full."""

from __future__ import annotations

from schemas import billing, intake, notify, placement, screening
from schemas.base import REGISTRY, Published

TOPICS: tuple[str, ...] = tuple(module.TOPIC for module in (intake, screening, placement, billing, notify))
"""The topics, each of one service; a deployment puts its prefix before them."""


def all_events() -> list[type[Published]]:
    """The published events, by topic and name."""
    return sorted(REGISTRY.values(), key=lambda kind: (TOPICS.index(kind.TOPIC), kind.NAME))
