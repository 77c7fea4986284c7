"""What operations watch of notify: letters that wait or fail (S-NO-2). Counts alone, of no recipient."""

from __future__ import annotations

from collections.abc import Mapping

from kernel.views import Views
from kernel.watching import Backlog

LETTERS: Mapping[str, Mapping[str, object]] = {
    "unsent": {"status": "composed"},
    "failing": {"status": "failed", "given_up": False},
    "given_up": {"status": "failed", "given_up": True},
}
"""Not tried yet; failed and tried again by itself; failed, and only an officer sends it again."""


async def letters(views: Views) -> Mapping[str, int]:
    """How many letters are in each state that is not sent."""
    return {state: await views.count("letters", where) for state, where in LETTERS.items()}


BACKLOGS = [Backlog("letters", letters)]
