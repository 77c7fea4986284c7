"""Queries on a round as it might be or could be helped: what-ifs (S-PL-8), domestic places instead (S-PL-7)."""

from __future__ import annotations

import asyncio

from kernel.refusals import Refused
from services.placement.app.proposals import Proposals
from services.placement.app.rounds import known_site
from services.placement.app.standing import Standing
from services.placement.engine import solve, verify
from services.placement.policy.home_instead import HomeInstead, s_pl_7_candidates
from services.placement.policy.what_if import Compared, WhatIf, compared, s_pl_8_what_if

SECONDS = 45.0
"""How long bundles may be worked on for an answer; what is not proved by then is said to be so."""


class WhatIfs(Proposals):
    """What officers ask of a round without touching it."""

    async def what_if(self, fiscal_year: int, asked: WhatIf) -> tuple[Standing, Compared]:
        """The round's official results beside what the rule would give if it were otherwise.

        Refuses before the official run: whoever could try the lottery beforehand could choose its seed (S-PL-5).
        """
        (await self.round(fiscal_year)).outcome_there()
        standing = await self._standing(fiscal_year, await self.now())
        _known(standing, asked)
        return standing, await asyncio.to_thread(_answered, standing, asked)

    async def home_instead(self, fiscal_year: int) -> tuple[Standing, tuple[HomeInstead, ...]]:
        """Who has no place because the wished offices cannot take anybody, with what is free in Japan (S-PL-7)."""
        (await self.round(fiscal_year)).outcome_there()
        standing = await self._standing(fiscal_year, await self.now())
        found = s_pl_7_candidates(standing.edition, standing.posed, standing.options, list(standing.waiting))
        return standing, found


def _answered(standing: Standing, asked: WhatIf) -> Compared:
    ours = list(standing.results)
    posed = s_pl_8_what_if(standing.edition, standing.candidates, standing.places.sites, ours, asked)
    order = tuple(name for name in standing.turns if name in posed.asked)
    result = solve(posed.problem, order, seconds=SECONDS, aim=asked.aim)
    certificate = verify(posed.problem, result, seed=standing.round.seed)
    return compared(standing.posed, standing.results, posed, result, certificate)


def _known(standing: Standing, asked: WhatIf) -> None:
    """Refuses sites, fiscal years and receipts that the round does not have."""
    years = standing.edition.edition.years
    for number, change in enumerate(asked.places):
        known_site(standing.edition, change.site, f"/places/{number}/site")
        if not set(change.fiscal_years) <= set(years):
            ja = f"年度は{years[0]}から{years[-1]}までで指定してください。"
            en = f"Choose fiscal years from {years[0]} to {years[-1]}."
            raise Refused("S-PL-6", ja, en, pointer=f"/places/{number}/fiscal_years")
    receipts = {each.receipt_number for each in standing.candidates.values()}
    for number, receipt in enumerate(asked.without):
        if receipt not in receipts:
            ja = "この受付番号の申請は、今回の調整の対象にありません。受付番号をご確認ください。"
            en = "No application of this round has that receipt number. Check it."
            raise Refused("S-IN-6", ja, en, pointer=f"/without/{number}")


__all__ = ["WhatIfs"]
