"""Commands on what a support may use, how it is reviewed and asked about (C-LI-3, C-LI-5, C-LI-7)."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import msgspec

from kernel.aggregate import Aggregate
from kernel.mapper import restore
from kernel.repository import decide_again
from schemas.intake import ApplicationAmended
from schemas.values import Decision, SupportForm, day_in_tokyo
from services.placement.app.desk import Desk, Order, support_edition
from services.placement.app.queries import history
from services.placement.domain import CompanyNews, Menu, Support
from services.placement.domain.service_events import ServiceUsed, ServiceWithdrawn
from services.placement.domain.support_events import (
    AdoptedTooLate,
    ContactRecorded,
    CoordinatorAssigned,
    CoordinatorAwaited,
    KickedOff,
    MenuJudged,
    Needs,
    RequestJudged,
    Review,
    ReviewHeld,
    Stage,
    Survey,
    SurveyAnswered,
    VisitCancelled,
    VisitFixed,
)
from services.placement.policy.coordinators import c_pl_1_explained
from services.placement.policy.decisions import decided
from services.placement.policy.supports import MenuFacts, c_li_1_period, c_li_3_menu, c_li_7_surveys, must_pass

HANDED_ON = frozenset(
    kind.TOPIC
    for kind in (
        CoordinatorAssigned, KickedOff, ContactRecorded, VisitFixed, VisitCancelled, RequestJudged, MenuJudged,
        ReviewHeld, SurveyAnswered, ServiceUsed, ServiceWithdrawn,
    )
)  # fmt: skip
"""What the next coordinator is shown of a support's history."""


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

    async def explained(self, application_id: str) -> tuple[Support, Decision, tuple[str, ...]]:
        """Why the company has its coordinator, or none yet (C-PL-1). Raises `NotFound` before any decision."""
        support = await self.get(Support, Support.stream(application_id))
        stored = (await self.kernel.repository.log.streams([support.id]))[support.id]
        events = [restore(event) for event in stored]
        looked = CoordinatorAssigned | CoordinatorAwaited | AdoptedTooLate
        chosen = [each for each in events if isinstance(each, looked)][-1]
        decision = chosen.decisions[0] if isinstance(chosen, CoordinatorAssigned) else chosen.decision
        return support, decision, c_pl_1_explained(support_edition(support.case.fiscal_year), support.needs, decision)

    async def handover(self, application_id: str) -> dict[str, Any]:
        """The record of a support for whoever takes it over: its events that say what was agreed, done and found."""
        support = await self.get(Support, Support.stream(application_id))
        told = await history(self.kernel, support.id, "support")
        kept = [each for each in told if each["name"] in HANDED_ON]
        now = {"coordinator_id": support.coordinator_id, "stage": support.stage, "until": support.until}
        visits = [msgspec.to_builtins(each) for each in support.visits.values() if each.state == "fixed"]
        waiting = [name for name in support.asked if name not in support.answered]
        return {"id": application_id, **now, "visits_fixed": visits, "surveys_unanswered": waiting, "record": kept}

    async def report(self, event: ApplicationAmended) -> list[Aggregate]:
        """The company reported changed facts (C-IN-7); before its adoption they are kept for it."""
        if event.support is None:
            return []
        support = await self.kernel.repository.find(Support, Support.stream(event.application_id))
        if support is None:
            at, news = await self._news(event.application_id)
            news.hear_facts(event.party, needs_of(event.support), event.revision, at=at)
            return [news]
        support.report(event.party, needs_of(event.support), event.revision, at=await self.now())
        return [support]

    async def note_disclosure(self, application_id: str, number: int, on: date) -> list[Aggregate]:
        """The register has an entry (C-CO-1)."""
        support = await self.kernel.repository.find(Support, Support.stream(application_id))
        if support is None:
            at, news = await self._news(application_id)
            news.hear_disclosure(number, on, at=at)
            return [news]
        support.note_disclosure(number, on, at=await self.now())
        return [support]

    async def answer_survey(self, application_id: str, survey: str, on: date, order: Order) -> Support:
        """A survey was answered (C-LI-7); its reminders end."""

        async def act() -> Support:
            support = await self.get(Support, Support.stream(application_id), order)
            reason = await self.sealed_reason(order, support.case.party.organisation_id)
            support.answer_survey(survey, on, by=order.by, reason=reason, at=await self.now())
            await self.save(support, order=order)
            return support

        return await decide_again(act)

    async def judge_menu(
        self, application_id: str, menu: str, times: int, earlier_years: int | None, granted: bool, order: Order
    ) -> Support:
        """Screen the use of a limited service by itself.

        ``earlier_years`` are those of support before this system's first; None: as the company stated in its form.
        """

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
                years_supported=await self._years_before(support, earlier_years),
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

    async def menus(self, year: int) -> list[tuple[str, int, int]]:
        """Every limited service of the edition: its code, its number for the fiscal year, how often it was granted."""
        edition, on = support_edition(year), day_in_tokyo(await self.now())
        codes = list(edition.life.menus)
        found = await asyncio.gather(*(self.kernel.repository.find(Menu, Menu.stream(year, code)) for code in codes))
        most = {code: edition.value(f"life.menus.{code}", on).number for code in codes}
        return [(code, most[code], kept.total if kept else 0) for code, kept in zip(codes, found, strict=True)]

    async def review(self, application_id: str, said: ReviewSaid, order: Order) -> Support:
        """Review the support (C-LI-5).

        A new last day keeps to the programme's period and sets the surveys anew (C-LI-1, C-LI-7, C-LI-8).
        """

        async def act() -> Support:
            at = await self.now()
            support = await self.get(Support, Support.stream(application_id), order)
            edition = support_edition(support.case.fiscal_year)
            surveys: tuple[Survey, ...] | None = None
            if said.until is not None and support.started_on is not None:
                must_pass(c_li_1_period(edition, support.started_on, said.until, order.by, at=at), edition)
                surveys = c_li_7_surveys(edition, support.started_on, said.until, at=at)
            organisation = support.case.party.organisation_id
            sealer, reason = await self.sealer(organisation), await self.sealed_reason(order, organisation)
            review = Review(
                held_on=said.held_on,
                finding=sealer.confidential("finding", said.finding),
                stage=said.stage,
                until=said.until,
                plan=sealer.confidential("plan", said.plan) if said.plan else None,
                surveys=surveys,
            )
            changes = [name for name in ("stage", "until", "plan") if getattr(said, name) is not None]
            facts = {"changes": changes, "held_on": said.held_on.isoformat()}
            decision = decided("C-LI-5", "passed", edition=edition.id, at=at, facts=facts, by=order.by, reason=reason)
            support.review(review, decision, at=at)
            await self.save(support, order=order)
            return support

        return await decide_again(act)

    async def _news(self, application_id: str) -> tuple[datetime, CompanyNews]:
        at, stream = await self.now(), CompanyNews.stream(application_id)
        found = await self.kernel.repository.find(CompanyNews, stream)
        return at, found or CompanyNews.open(application_id, at=at)

    async def _years_before(self, support: Support, told: int | None) -> int:
        """Earlier fiscal years of support: those that were told, and those of the organisation in this system.

        What a company states in its form counts all its years, this system's among them.
        """
        found = await self.kernel.views.all("supports", {"organisation_id": support.case.party.organisation_id})
        known = len({each["fiscal_year"] for each in found if each["fiscal_year"] < support.case.fiscal_year})
        return max(support.needs.earlier_years, known) if told is None else told + known


def needs_of(form: SupportForm) -> Needs:
    """What placement needs to know of a registration."""
    names = ("prefecture", "field", "languages", "stage", "earlier_years")
    return Needs(**{name: getattr(form, name) for name in names})
