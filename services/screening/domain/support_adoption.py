"""An adoption that is looked at again: changed facts, or what crossed it (C-IN-7, C-IN-5, C-IN-1)."""

from __future__ import annotations

from datetime import datetime

from kernel.sealing import Confidential
from services.screening.domain import confidential, refusals
from services.screening.domain import support_events as events
from services.screening.domain.support_events import Doubt
from services.screening.domain.support_state import SupportState


class Adoption(SupportState):
    """The commands on an adopted company's case, and the doubts that messages raise."""

    def doubt_meant(self, clause: Doubt | None) -> Doubt:
        """Which doubt an officer speaks of, who need not say so where there is one. Refuses one that is not open."""
        open_ones = self.doubts or self.to_end
        if clause is None and len(open_ones) > 1:
            raise refusals.which_doubt(open_ones)
        meant: Doubt = clause or (open_ones[0] if open_ones else "C-IN-7")
        if meant not in (*self.doubts, *self.to_end):
            raise refusals.not_asked(meant)
        return meant

    def review_adoption(self, clause: Doubt, passed: bool, grounds: Confidential, *, at: datetime) -> None:
        """An officer's word on one of an adoption's doubts, `doubt_meant`, under its clause.

        Not passed: the support waits to be ended in placement (C-LI-6), unless it has ended by itself. Until then the
        word can be taken back.
        """
        self.doubt_meant(clause)
        to_end = not passed and not self.support_over
        self.record(confidential.AdoptionReviewed, at=at, decisions=grounds, to_end=to_end, clause=clause)

    def hear_end(self, *, at: datetime) -> None:
        """The support has ended, whether or not that was asked for (C-LI-6); once."""
        if self.state == "adopted" and not self.support_over:
            self.record(events.SupportOver, at=at)

    def _doubt(self, clause: Doubt, at: datetime) -> None:
        if self.state == "adopted" and not self.support_over and clause not in self.crossed:
            self.record(events.AdoptionDoubted, at=at, clause=clause)
