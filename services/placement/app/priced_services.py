"""Commands on services at a price that a company uses in its support (有料サービス, C-BI-3)."""

from __future__ import annotations

from kernel.repository import decide_again
from services.placement.app.desk import Desk, Order, support_edition
from services.placement.domain import Support
from services.placement.domain.service_events import ServiceAsked
from services.placement.policy.decisions import decided
from services.placement.policy.supports import c_bi_3_service


class PricedServices(Desk):
    """Services at a price."""

    async def use(self, application_id: str, asked: ServiceAsked, order: Order) -> tuple[Support, str]:
        """The company used a service to whose price it had agreed; returns the use's id."""

        async def act() -> tuple[Support, str]:
            at = await self.now()
            support = await self.get(Support, Support.stream(application_id), order)
            edition, use_id = support_edition(support.case.fiscal_year), support.next_use_id
            reason = await self.sealed_reason(order, support.case.party.organisation_id)
            line, why = c_bi_3_service(edition, application_id, asked, by=order.by, reason=reason, at=at)
            support.use_service(asked, line, why, at=at)
            await self.save(support, order=order)
            return support, use_id

        return await decide_again(act)

    async def withdraw(self, application_id: str, use_id: str, order: Order) -> Support:
        """A use that was recorded in error: what was invoiced for it goes back."""

        async def act() -> Support:
            at = await self.now()
            support = await self.get(Support, Support.stream(application_id), order)
            reason = await self.sealed_reason(order, support.case.party.organisation_id)
            facts = {"use": use_id, "withdrawn": True}
            word = decided("C-BI-3", "passed", edition=support.edition, at=at, facts=facts, by=order.by, reason=reason)
            support.withdraw_service(use_id, word, at=at)
            await self.save(support, order=order)
            return support

        return await decide_again(act)
