"""The calendar of a cycle before it opens (S-NO-2): every deadline, reminder and letter, out of the edition alone.

The days are not computed here: the services' own rules are asked what they would plan for a sample case.
"""

from __future__ import annotations

from madoguchi.checking.calendar.entries import Entry, Moment
from madoguchi.checking.calendar.letters import OnEvent, on_events
from madoguchi.checking.calendar.secondment import cycle as secondment_cycle
from madoguchi.checking.calendar.support import cycle as support_cycle
from policies.edition import Edition
from policies.secondment.edition import SecondmentEdition
from policies.support.edition import SupportEdition

__all__ = ["Entry", "Moment", "OnEvent", "cycle", "on_events"]


def cycle(edition: Edition) -> list[Entry]:
    """What happens on which day, in the order of time."""
    if isinstance(edition, SecondmentEdition):
        made = secondment_cycle(edition)
    elif isinstance(edition, SupportEdition):
        made = support_cycle(edition)
    else:
        raise TypeError(type(edition).__name__)
    return sorted(made, key=lambda entry: (entry.day, entry.order, entry.key))
