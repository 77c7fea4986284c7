"""The announcement of a round (S-PL-10): by hand or on its day, in one commit or in parts that survive a crash.

A part is a commit of its own, caused by a timer that the part before it set. Whatever stops the service in between,
the timer is still due when it starts again; a page of the roster that went out is marked in the same commit as its
proposals, so that none goes out twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from kernel.aggregate import Aggregate
from kernel.repository import decide_again
from schemas.values import Decision
from services.placement.app.desk import Order, secondment_edition
from services.placement.app.rounds import Rounds, candidates_on, case_of, offer_of
from services.placement.domain import Proposal, Roster, Round
from services.placement.policy.days import s_in_1_reception_over, s_pl_8_answer_by
from services.placement.policy.decisions import RULE
from services.placement.policy.life import s_pl_10_notice
from services.placement.policy.rounds import ground_of, pose

PART = 500
"""Proposals of one commit at most: some two megabytes, of the sixteen that a commit can hold."""


class Announcements(Rounds):
    """How results go out."""

    async def announce(self, fiscal_year: int, order: Order) -> Round:
        """Send the results out as proposals (S-PL-8, S-PL-10) and take the places.

        From then on the edition's word on every place holds for earlier years' secondments too (S-PL-1, S-PL-6).
        """

        async def act() -> Round:
            at = await self.now()
            round = await self.round(fiscal_year, order)
            reason = await self.sealed_reason(order, round.id)
            decision = s_pl_10_notice(secondment_edition(fiscal_year), order.by, reason, at=at)
            await self.save(*await self._announced(round, decision, at), order=order)
            return round

        return await decide_again(act)

    async def announce_in_time(self, stream: str) -> list[Aggregate]:
        """The day of S-PL-10 has come: announce, or note what the announcement waits for."""
        at = await self.now()
        round = await self.get(Round, stream)
        if round.state == "announced":
            return []
        decision = s_pl_10_notice(secondment_edition(round.fiscal_year), RULE, None, at=at)
        missing = await self._missing(round, decision, at)
        if missing:
            round.hold(missing, at=at)
            return [round]
        return await self._announced(round, decision, at)

    async def _missing(self, round: Round, decision: Decision, at: datetime) -> str:
        """What the announcement waits for: a run, a run that sees what is there now, an officer's word on the day."""
        if round.outcome is None:
            return "run"
        if await self.stale(round, at):
            return "run_again"
        return "notice" if decision.outcome == "held" else ""

    async def _announced(self, round: Round, decision: Decision, at: datetime) -> list[Aggregate]:
        """All in one commit; a large round in parts, with all places taken in the first."""
        edition = secondment_edition(round.fiscal_year)
        pages = await self.roster(round.fiscal_year)
        places = await self.places(edition, at)
        candidates = candidates_on(pages)
        standing = round.standing(candidates)
        in_parts = len(standing) > PART
        ground = ground_of(pose(edition, candidates.values(), places.sites))
        over = s_in_1_reception_over(edition)
        round.announce(s_pl_8_answer_by(edition, at), decision, ground, over, in_parts=in_parts, at=at)
        for each in standing.values():
            places.claim(each.secondment_id, each.stays)
        proposals = [] if in_parts else _announce(round, pages, edition.id, at)
        return [round, *proposals, *places.spoken_of, *([] if in_parts else pages)]

    async def announce_part(self, stream: str) -> list[Aggregate]:
        """The next part of a large round goes out (S-PL-10); what falls to each part is seen from the pages left.

        Who withdrew or was refused since the places were taken gets no proposal; its places are given back (S-IN-6).
        """
        at, round = await self.now(), await self.get(Round, stream)
        if not round.announcing:
            return []
        edition = secondment_edition(round.fiscal_year)
        waiting = [page for page in await self.roster(round.fiscal_year) if not page.announced]
        pages = next_part(round, waiting)
        places = await self.places(edition, at)
        for page in pages:
            for id in round.assigned.keys() - round.standing(page.candidates).keys():
                if Roster.page_of(round.assigned[id].application_id) == page.page:
                    places.give_back(id)
        proposals = _announce(round, pages, edition.id, at)
        round.announce_part(tuple(page.page for page in pages), len(waiting) - len(pages), at=at)
        return [round, *proposals, *places.changed, *pages]


def next_part(round: Round, waiting: Sequence[Roster]) -> list[Roster]:
    """As many pages as make a part, at least one if any is left."""
    part: list[Roster] = []
    results = 0
    for page in waiting:
        results += len(round.standing(page.candidates))
        if part and results > PART:
            break
        part.append(page)
    return part


def _announce(round: Round, pages: Sequence[Roster], edition: str, at: datetime) -> list[Proposal]:
    """The proposals of these pages, with one deadline for the whole round."""
    candidates = candidates_on(pages)
    answer_by = max(filter(None, (round.answer_by, s_pl_8_answer_by(secondment_edition(round.fiscal_year), at))))
    for page in pages:
        page.announce(at=at)
    return [
        Proposal.propose(case_of(candidates, round, each), offer_of(each, answer_by, edition), at=at)
        for each in round.standing(candidates).values()
    ]
