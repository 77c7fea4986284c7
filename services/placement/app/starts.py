"""Commands on secondments up to their start: the secondee, the memorandum, the first day (S-LI-1…3)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from kernel.aggregate import Aggregate
from kernel.repository import decide_again
from services.placement.app.desk import Order, secondment_edition
from services.placement.app.leaving import Leaving
from services.placement.domain import Secondment
from services.placement.domain.values import CaseOf
from services.placement.policy.days import s_li_8_reported
from services.placement.policy.decisions import RULE
from services.placement.policy.life import s_li_2_concluded, s_li_2_start


class Starts(Leaving):
    """Secondments from the acceptance to their start."""

    async def foreseen(self, case: CaseOf) -> Secondment:
        """The secondment, known already or now; the order of acceptance and screening does not matter."""
        found = await self.kernel.repository.find(Secondment, Secondment.stream(case.secondment_id))
        return found or Secondment.foresee(case, at=await self.now())

    async def command(
        self, secondment_id: str, order: Order, act: Callable[[Secondment, datetime], None]
    ) -> Secondment:
        """Do something with a secondment that needs nothing else: load, act, save."""

        async def attempt() -> Secondment:
            at = await self.now()
            secondment = await self.get(Secondment, Secondment.stream(secondment_id), order)
            act(secondment, at)
            await self.save(secondment, order=order)
            return secondment

        return await decide_again(attempt)

    async def return_memorandum(self, secondment_id: str, returned_on: date, order: Order) -> Secondment:
        """JETRO's copy is back: in the month before the start, or at another time for a reason (S-LI-2)."""
        secondment = await self.get(Secondment, Secondment.stream(secondment_id))
        edition = secondment_edition(secondment.case.fiscal_year)
        reason = await self.sealed_reason(order, secondment.case.party.organisation_id)

        def act(bound: Secondment, at: datetime) -> None:
            decision = s_li_2_concluded(edition, returned_on, order.by, reason, at=at)
            bound.return_memorandum(returned_on, order.by, decision, at=at)

        return await self.command(secondment_id, order, act)

    async def start_in_time(self, stream: str) -> list[Aggregate]:
        """The day of the start has come (S-LI-3): it starts, or is held with what is missing."""
        at = await self.now()
        secondment = await self.get(Secondment, stream)
        if secondment.state != "agreed" or secondment.starts_on is None:
            return []
        edition = secondment_edition(secondment.case.fiscal_year)
        decision = s_li_2_start(edition, secondment.lacks(), secondment.starts_on, RULE, None, at=at)
        if secondment.lacks():
            secondment.hold_start(decision, at=at)
        else:
            secondment.start(secondment.starts_on, _appraisal_days(secondment), (decision,), at=at)
        return [secondment]

    async def start_late(self, secondment_id: str, on: date, order: Order) -> Secondment:
        """HR decides that a held secondment starts after all, once nothing is missing (S-SC-9)."""
        secondment = await self.get(Secondment, Secondment.stream(secondment_id))
        edition = secondment_edition(secondment.case.fiscal_year)
        reason = await self.sealed_reason(order, secondment.case.party.organisation_id)

        def act(held: Secondment, at: datetime) -> None:
            decision = s_li_2_start(edition, held.lacks(), on, order.by, reason, at=at)
            held.start_late(on, _appraisal_days(held), (decision,), at=at)

        return await self.command(secondment_id, order, act)


def _appraisal_days(secondment: Secondment) -> dict[int, date]:
    edition = secondment_edition(secondment.case.fiscal_year)
    return s_li_8_reported(edition, secondment.stays)
