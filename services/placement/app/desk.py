"""What every command of placement needs: the kernel's parts, the edition, the places, the officer's word."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from kernel.aggregate import Aggregate
from kernel.log import Cause
from kernel.refusals import Refused
from kernel.sealing import Confidential
from kernel.service import Kernel
from kernel.vault import Erased, Sealer
from policies import editions
from policies.secondment.edition import SecondmentEdition
from policies.support.edition import SupportEdition
from schemas.values import Stay
from services.placement.domain import Seats, Site
from services.placement.policy.wishes import counted_at

A = TypeVar("A", bound=Aggregate)


@dataclass(frozen=True)
class Order:
    """An officer's command: by whom, why, at which version seen, and the request that makes it act once."""

    by: str
    reason: str
    seen: int | None = None
    cause: Cause | None = None


class Places:
    """The sites that one command looks at, and what it claims and gives back there."""

    def __init__(self, edition: SecondmentEdition, sites: dict[str, Site], at: datetime) -> None:
        self.edition, self.sites, self._at = edition, sites, at
        self._touched: dict[str, Site] = {}

    def claim(self, secondment_id: str, stays: Iterable[Stay]) -> None:
        """Take a place in each fiscal year at each site that counts it. Refuses where one is full."""
        years: dict[str, list[int]] = {}
        for stay in stays:
            for site_id in counted_at(self.edition, stay.site):
                years.setdefault(site_id, []).append(stay.fiscal_year)
        for site_id, wanted in years.items():
            self.sites[site_id].claim(secondment_id, wanted, at=self._at)
            self._touched[site_id] = self.sites[site_id]

    def give_back(self, secondment_id: str, *, since: int = 0) -> None:
        """Free what the secondment holds from a fiscal year on."""
        for site_id, site in self.sites.items():
            if secondment_id in site.claims:
                site.give_back(secondment_id, since=since, at=self._at)
                self._touched[site_id] = site

    @property
    def spoken_of(self) -> list[Site]:
        """Every site of which the edition says something new, or where something was claimed or given back."""
        return [site for site in self.sites.values() if site.pending_events]

    @property
    def changed(self) -> list[Site]:
        """The sites that have something to save."""
        return [site for site in self._touched.values() if site.pending_events]


OFFICE = "office-placement"
"""The subject of what officers say of an organisation that was erased."""


class Desk:
    """The parts that the commands share."""

    def __init__(self, kernel: Kernel) -> None:
        self.kernel = kernel

    async def now(self) -> datetime:
        """The present moment, UTC."""
        return await self.kernel.clock.now()

    async def get(self, kind: type[A], id: str, order: Order | None = None) -> A:
        """An aggregate, at the version that the officer saw. Raises `NotFound`, `Stale`."""
        found = await self.kernel.repository.get(kind, id)
        if order is not None:
            found.seen_at(order.seen)
        return found

    async def save(self, *aggregates: Aggregate, order: Order | None = None, of: Aggregate | None = None) -> None:
        """Write what is pending as one commit; ``of``: what it is about, where that is not the first to change."""
        causes = [order.cause] if order and order.cause else []
        await self.kernel.repository.save(*aggregates, causes=causes, of=of)

    async def sealer(self, subject: str) -> Sealer:
        """What seals a subject's fields. Raises `Refused` where they were erased (G-7)."""
        try:
            return await self.kernel.vault.sealer(subject)
        except Erased:
            ja = "この機関または出向者の情報は消去済みのため、記録できません。"
            en = "The data of this organisation or person were erased: nothing can be recorded of it any more."
            raise Refused("G-7", ja, en) from None

    async def sealed_reason(self, order: Order, subject: str) -> Confidential:
        """The officer's reason, sealed under the organisation, or the round, that it is about.

        Under the office's where that was erased: what runs must be ended then too, and why is kept (G-6, G-7).
        """
        return (await self.kernel.vault.outliving(subject, OFFICE)).confidential("reason", order.reason)

    async def places(self, edition: SecondmentEdition, at: datetime, site_ids: Iterable[str] = ()) -> Places:
        """The sites as they stand, in one query; all of the edition's unless some are named."""
        ids = list(dict.fromkeys(site_ids)) or list(edition.sites)
        found = await asyncio.gather(*(self.kernel.repository.find(Site, Site.stream(id)) for id in ids))
        known = dict(zip(ids, found, strict=True))
        return Places(edition, {id: _as_of(edition, id, site, at) for id, site in known.items()}, at)


def secondment_edition(fiscal_year: int) -> SecondmentEdition:
    """The edition of a fiscal year's secondments. Raises `NoEdition`."""
    return editions.load("secondment", fiscal_year)


def support_edition(fiscal_year: int) -> SupportEdition:
    """The edition of a fiscal year's supports. Raises `NoEdition`."""
    return editions.load("support", fiscal_year)


def _as_of(edition: SecondmentEdition, site_id: str, site: Site | None, at: datetime) -> Site:
    known = edition.site(site_id)
    years = edition.edition.years
    seats = Seats(
        {year: known.capacity.get(year, 0) for year in years}, {year: edition.taken(site_id, year) for year in years}
    )
    if site is None:
        return Site.designate(site_id, overseas=known.overseas, seats=seats, edition=edition.id, at=at)
    site.revise(seats, edition=edition.id, at=at)
    return site
