"""Commands on supports: coordinator, kick-off, contacts, visits, requests, surveys, end (C-PL-1, C-LI, C-BI-2)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from kernel.aggregate import Aggregate
from kernel.refusals import Refused
from kernel.repository import decide_again
from kernel.vault import Sealer
from policies.support.edition import SupportEdition
from schemas.values import Decision
from services.placement.app.desk import Desk, Order, support_edition
from services.placement.domain import CompanyNews, Coordinator, Support
from services.placement.domain.support_events import CancelledBy, ContactKind, EarlyGround, Needs, Stage, SupportCase
from services.placement.policy.coordinators import c_pl_1_match, c_pl_1_most, c_pl_1_rank
from services.placement.policy.decisions import decided
from services.placement.policy.supports import (
    c_bi_2_costs,
    c_li_1_in_time,
    c_li_1_period,
    c_li_4_scope,
    c_li_7_surveys,
    must_pass,
)


@dataclass(frozen=True)
class KickOff:
    """What kick-off settled: from when to when, where the company stands, and the plan in words."""

    on: date
    until: date
    stage: Stage
    plan: str


@dataclass(frozen=True)
class Contact:
    """A contact as an officer tells it; ``disclosure`` is a referral's number in the register (C-CO-1)."""

    kind: ContactKind
    on: date
    note: str
    visit_id: str | None = None
    disclosure: int | None = None


@dataclass(frozen=True)
class CalledOff:
    """A visit that is cancelled, by whom, and what is charged for it: fee codes, with the amount where it differs."""

    visit_id: str
    on: date
    costs: tuple[tuple[str, int | None], ...] = ()
    by: CancelledBy = "company"


class Supports(Desk):
    """Supports from the adoption to their end."""

    async def adopt(self, case: SupportCase, needs: Needs, adopted_on: date, revision: int = 0) -> list[Aggregate]:
        """A company was adopted: find it a coordinator with room; where nobody has any, it waits for an officer.

        So it does where the programme was over by then: no period is left, nor a day on which it could end (C-LI-1).
        """
        find = self.kernel.repository.find
        if await find(Support, Support.stream(case.application_id)) is not None:
            return []
        at, edition = await self.now(), support_edition(case.fiscal_year)
        news = await find(CompanyNews, CompanyNews.stream(case.application_id))
        news = news or CompanyNews.open(case.application_id, at=at)
        in_time, last = c_li_1_in_time(edition, adopted_on, at=at)
        until = last if in_time.outcome == "passed" else None
        support = Support.prepare(case, needs, adopted_on, edition.id, until=until, revision=revision, at=at)
        support.take_over(news, at=at)
        news.take(at=at)
        if until is None:
            support.stand_late(in_time, at=at)
            return [support, news]
        return [support, news, *await self._matched(support, edition, at)]

    async def _matched(self, support: Support, edition: SupportEdition, at: datetime) -> list[Aggregate]:
        """The coordinator with room who fits best, if there is one."""
        case, load = support.case, await self._coordinators(edition)
        match = c_pl_1_match(edition, case.receipt_number, support.needs, load, at=at)
        if match.coordinator_id is None:
            support.wait(match.decision, at=at)
            return []
        coordinator = load.get(match.coordinator_id) or _registered(edition, match.coordinator_id, at)
        coordinator.take(case.application_id, c_pl_1_most(edition, match.coordinator_id, at=at), at=at)
        support.assign(match.coordinator_id, match.rank, edition.id, (match.decision,), at=at)
        return [coordinator]

    async def replace_coordinator(
        self, application_id: str, coordinator_id: str, order: Order, handover: str | None = None
    ) -> Support:
        """An officer gives the company another coordinator, or its first where none had room (C-PL-1)."""

        async def act() -> Support:
            at = await self.now()
            support = await self.get(Support, Support.stream(application_id), order)
            edition = support_edition(support.case.fiscal_year)
            load = await self._coordinators(edition)
            if coordinator_id not in edition.coordinators.root:
                ja = "このコーディネーターはいません。一覧でご確認ください。"
                raise Refused("C-PL-1", ja, "There is no such coordinator.", pointer="/coordinator_id")
            before = load.get(support.coordinator_id or "")
            after = load.get(coordinator_id) or _registered(edition, coordinator_id, at)
            rank = c_pl_1_rank(edition, support.needs, edition.coordinators.root[coordinator_id])
            facts = {"coordinator": coordinator_id, "rank": rank, "before": support.coordinator_id}
            decision = await self._officers(support, "C-PL-1", facts, order, at)
            handed = None
            if handover is not None:
                handed = (await self.sealer(support.case.party.organisation_id)).confidential("handover", handover)
            support.assign(coordinator_id, rank, edition.id, (decision,), handover=handed, at=at)
            after.take(application_id, c_pl_1_most(edition, coordinator_id, at=at), at=at)
            changed = [support, after]
            if before is not None:
                before.leave(application_id, at=at)
            await self.save(*changed, *([before] if before else []), order=order)
            return support

        return await decide_again(act)

    async def kick_off(self, application_id: str, held: KickOff, order: Order) -> Support:
        """Start the support within the programme's period (C-LI-1); its surveys and its end are set (C-LI-7)."""
        sealer = await self._sealer(application_id)
        reason = sealer.confidential("reason", order.reason)

        def act(support: Support, edition: SupportEdition, at: datetime) -> None:
            decision = must_pass(c_li_1_period(edition, held.on, held.until, order.by, reason, at=at), edition)
            surveys = c_li_7_surveys(edition, held.on, held.until, at=at)
            plan = sealer.confidential("plan", held.plan)
            support.kick_off(held.on, held.until, held.stage, plan, surveys, (decision,), at=at)

        return await self._command(application_id, order, act)

    async def record_contact(self, application_id: str, held: Contact, order: Order) -> Support:
        """Record a contact (C-LI-3); the note is sealed."""
        sealer = await self._sealer(application_id)
        reason = sealer.confidential("reason", order.reason)

        def act(support: Support, edition: SupportEdition, at: datetime) -> None:
            note = sealer.confidential("note", held.note)
            support.record_contact(
                held.kind, held.on, order.by, note, held.visit_id, disclosure=held.disclosure, reason=reason, at=at
            )

        return await self._command(application_id, order, act)

    async def fix_visit(self, application_id: str, on: date, order: Order) -> tuple[Support, str]:
        """Fix a visit; returns its id, the visits of a support being counted."""
        fixed = ""
        reason = (await self._sealer(application_id)).confidential("reason", order.reason)

        def act(support: Support, edition: SupportEdition, at: datetime) -> None:
            nonlocal fixed
            fixed = f"{application_id}-visit-{len(support.visits) + 1}"
            support.fix_visit(fixed, on, order.by, reason=reason, at=at)

        return await self._command(application_id, order, act), fixed

    async def cancel_visit(self, application_id: str, called_off: CalledOff, order: Order) -> Support:
        """A visit is cancelled; if the company did so, an officer judges which costs it bears (C-BI-2)."""
        known, at = await self._support(application_id), await self.now()
        visit_id, on, by = called_off.visit_id, called_off.on, called_off.by
        charged = c_bi_2_costs(support_edition(known.case.fiscal_year), application_id, called_off.costs, on)
        facts = {"visit": visit_id, "cancelled_by": by, "charged": {line.fee: line.amount for line in charged}}
        decision = await self._officers(known, "C-BI-2", facts, order, at)

        def act(support: Support, edition: SupportEdition, at: datetime) -> None:
            support.cancel_visit(visit_id, on, charged, decision, cancelled_by=by, at=at)

        return await self._command(application_id, order, act)

    async def judge_request(self, application_id: str, kind: str, order: Order) -> tuple[Support, Decision]:
        """What the company asks for is in the service, or refused with its clause (C-LI-4); both are kept."""
        known, at = await self._support(application_id), await self.now()
        reason = await self.sealed_reason(order, known.case.party.organisation_id)
        decision = c_li_4_scope(support_edition(known.case.fiscal_year), kind, order.by, reason, at=at)
        support = await self._command(
            application_id, order, lambda each, edition, at: each.judge_request(kind, decision, at=at)
        )
        return support, decision

    async def end_early(self, application_id: str, on: date, ground: EarlyGround, order: Order) -> Support:
        """End a support before its term (C-LI-6); the coordinator has room again."""

        async def act() -> Support:
            at = await self.now()
            support = await self.get(Support, Support.stream(application_id), order)
            facts = {"ground": ground, "ended_on": on.isoformat()}
            support.end(on, ground, await self._officers(support, "C-LI-6", facts, order, at), at=at)
            await self.save(support, *await self._left(support, at), order=order)
            return support

        return await decide_again(act)

    async def end_at_term(self, stream: str) -> list[Aggregate]:
        """The period is over, or the programme for a company that was never kicked off (C-LI-1)."""
        at, support = await self.now(), await self.get(Support, stream)
        if support.state == "ended" or support.until is None:
            return []
        facts = {"ground": "term", "ended_on": support.until.isoformat()}
        support.end(
            support.until, "term", decided("C-LI-1", "passed", edition=support.edition, at=at, facts=facts), at=at
        )
        return [support, *await self._left(support, at)]

    async def ask_survey(self, stream: str, name: str) -> list[Aggregate]:
        """A survey falls due (C-LI-7)."""
        support = await self.get(Support, stream)
        support.ask_survey(name, at=await self.now())
        return [support]

    async def coordinators(self, year: int) -> list[tuple[Coordinator, int]]:
        """Every coordinator of the edition with the companies accompanied now, and how many can be today."""
        at, edition = await self.now(), support_edition(year)
        load = await self._coordinators(edition)
        return [
            (load.get(id) or _registered(edition, id, at), c_pl_1_most(edition, id, at=at))
            for id in edition.coordinators.root
        ]

    async def _left(self, support: Support, at: datetime) -> list[Aggregate]:
        if support.coordinator_id is None:
            return []
        stream = Coordinator.stream(support.case.fiscal_year, support.coordinator_id)
        coordinator = await self.get(Coordinator, stream)
        coordinator.leave(support.case.application_id, at=at)
        return [coordinator]

    async def _sealer(self, application_id: str) -> Sealer:
        """What seals under the company's key. Raises `Refused` where it was erased (G-7)."""
        return await self.sealer((await self._support(application_id)).case.party.organisation_id)

    async def _support(self, application_id: str) -> Support:
        return await self.get(Support, Support.stream(application_id))

    async def _command(
        self, application_id: str, order: Order, act: Callable[[Support, SupportEdition, datetime], None]
    ) -> Support:
        async def attempt() -> Support:
            at = await self.now()
            support = await self.get(Support, Support.stream(application_id), order)
            act(support, support_edition(support.case.fiscal_year), at)
            await self.save(support, order=order)
            return support

        return await decide_again(attempt)

    async def _coordinators(self, edition: SupportEdition) -> dict[str, Coordinator]:
        ids, year = list(edition.coordinators.root), edition.edition.fiscal_year
        find = self.kernel.repository.find
        found = await asyncio.gather(*(find(Coordinator, Coordinator.stream(year, id)) for id in ids))
        return {id: each for id, each in zip(ids, found, strict=True) if each is not None}

    async def _officers(
        self, support: Support, clause: str, facts: Mapping[str, object], order: Order, at: datetime
    ) -> Decision:
        reason = await self.sealed_reason(order, support.case.party.organisation_id)
        return decided(clause, "passed", edition=support.edition, at=at, facts=dict(facts), by=order.by, reason=reason)


def _registered(edition: SupportEdition, coordinator_id: str, at: datetime) -> Coordinator:
    most = c_pl_1_most(edition, coordinator_id, at=at)
    return Coordinator.register(edition.edition.fiscal_year, coordinator_id, most, at=at)
