"""Commands on what a support may use and how it is reviewed (C-LI-3, C-LI-5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kernel.repository import decide_again
from schemas.values import day_in_tokyo
from services.placement.app.desk import Desk, Order, support_edition
from services.placement.domain import Menu, Support
from services.placement.domain.support_events import Review, Stage
from services.placement.policy.decisions import decided
from services.placement.policy.supports import MenuFacts, c_li_1_period, c_li_3_menu, must_pass


@dataclass(frozen=True)
class ReviewSaid:
    """A review in plain values; what is None stays as it was."""

    held_on: date
    finding: str
    stage: Stage | None = None
    until: date | None = None
    plan: str | None = None


class SupportCare(Desk):
    """Limited services and reviews."""

    async def judge_menu(
        self, application_id: str, menu: str, times: int, earlier_years: int, granted: bool, order: Order
    ) -> Support:
        """Screen the use of a limited service by itself. ``earlier_years`` are those before this system's first."""

        async def act() -> Support:
            at = await self.now()
            support = await self.get(Support, Support.stream(application_id), order)
            year = support.case.fiscal_year
            edition = support_edition(year)
            kept = await self.kernel.repository.find(Menu, Menu.stream(year, menu))
            seen = MenuFacts(
                times=times,
                company_so_far=support.menus.get(menu, 0),
                total=kept.total if kept else 0,
                years_supported=earlier_years + await self._years_before(support),
            )
            reason = await self.sealed_reason(order, support.case.party.organisation_id)
            decision = c_li_3_menu(edition, menu, granted, seen, by=order.by, reason=reason, at=at)
            support.judge_menu(menu, times, decision, at=at)
            changed: list[Menu] = []
            if granted:
                most = edition.value(f"life.menus.{menu}", day_in_tokyo(at)).number
                changed = [kept or Menu.open(year, menu, at=at)]
                changed[0].grant(application_id, times, most, at=at)
            await self.save(support, *changed, order=order)
            return support

        return await decide_again(act)

    async def review(self, application_id: str, said: ReviewSaid, order: Order) -> Support:
        """Review the support; a new last day keeps to the programme's period (C-LI-1, C-LI-8)."""

        async def act() -> Support:
            at = await self.now()
            support = await self.get(Support, Support.stream(application_id), order)
            edition = support_edition(support.case.fiscal_year)
            if said.until is not None and support.started_on is not None:
                must_pass(c_li_1_period(edition, support.started_on, said.until, order.by, at=at), edition)
            organisation = support.case.party.organisation_id
            sealer, reason = await self.sealer(organisation), await self.sealed_reason(order, organisation)
            review = Review(
                held_on=said.held_on,
                finding=sealer.confidential("finding", said.finding),
                stage=said.stage,
                until=said.until,
                plan=sealer.confidential("plan", said.plan) if said.plan else None,
            )
            changes = [name for name in ("stage", "until", "plan") if getattr(said, name) is not None]
            facts = {"changes": changes, "held_on": said.held_on.isoformat()}
            decision = decided("C-LI-5", "passed", edition=edition.id, at=at, facts=facts, by=order.by, reason=reason)
            support.review(review, decision, at=at)
            await self.save(support, order=order)
            return support

        return await decide_again(act)

    async def _years_before(self, support: Support) -> int:
        """Earlier fiscal years in which this system has a support of the same organisation."""
        found = await self.kernel.views.all("supports", {"organisation_id": support.case.party.organisation_id})
        return len({each["fiscal_year"] for each in found if each["fiscal_year"] < support.case.fiscal_year})
