"""Every command of placement."""

from __future__ import annotations

from datetime import datetime

from kernel.repository import decide_again
from policies import editions
from schemas.values import day_in_tokyo
from services.placement.app.amendments import Amendments
from services.placement.app.conduct import Conducts
from services.placement.app.desk import Desk, Order, secondment_edition
from services.placement.app.priced_services import PricedServices
from services.placement.app.rounds import known_site
from services.placement.app.secondments import Secondments
from services.placement.app.support_care import SupportCare
from services.placement.app.supports import Supports
from services.placement.app.what_ifs import WhatIfs
from services.placement.domain import Site
from services.placement.policy.decisions import decided


class PlacementApp(Desk):
    """Placement's application: rounds, proposals and secondments in one hand, supports in another."""

    @property
    def secondments(self) -> Secondments:
        """Rounds, proposals and secondments."""
        return Secondments(self.kernel)

    @property
    def supports(self) -> Supports:
        """Coordinators and supports."""
        return Supports(self.kernel)

    @property
    def amendments(self) -> Amendments:
        """Changes of the term."""
        return Amendments(self.kernel)

    @property
    def support_care(self) -> SupportCare:
        """Limited services and reviews of supports."""
        return SupportCare(self.kernel)

    @property
    def priced_services(self) -> PricedServices:
        """Services at a price that companies use."""
        return PricedServices(self.kernel)

    @property
    def conducts(self) -> Conducts:
        """Leave, work for the sender, the checklist."""
        return Conducts(self.kernel)

    @property
    def what_ifs(self) -> WhatIfs:
        """Rounds as they might be."""
        return WhatIfs(self.kernel)

    async def change_capacity(self, year: int, site_id: str, places: int, order: Order) -> Site:
        """Open or close places by hand; more than one in an overseas office waives S-PL-2."""

        async def act() -> Site:
            at = await self.now()
            edition = editions.speaking_of(year, day_in_tokyo(at))
            site = (await self.places(edition, at, [known_site(edition, site_id, "")])).sites[site_id]
            site.seen_at(order.seen)
            more = site.overseas and places > edition.offices.per_overseas_office.first
            reason = await self.sealed_reason(order, site.id)
            decision = decided(
                "S-PL-2" if site.overseas else "S-PL-1",
                "waived" if more else "passed",
                edition=edition.id,
                at=at,
                facts={"site": site_id, "fiscal_year": year, "places": places},
                by=order.by,
                reason=reason,
            )
            site.change_capacity(year, places, decision, at=at)
            await self.save(site, order=order)
            return site

        return await decide_again(act)

    async def occupation(self, year: int) -> list[Site]:
        """Every site of the edition as it stands."""
        at: datetime = await self.now()
        return list((await self.places(secondment_edition(year), at)).sites.values())


__all__ = ["Order", "PlacementApp"]
