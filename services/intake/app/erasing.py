"""Erasure (消去), G-7: it is ordered, then carried out; a timer finishes what a crash left."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from kernel.aggregate import Aggregate
from kernel.log import Cause
from kernel.refusals import NotFound
from kernel.repository import decide_again
from kernel.sealing import Confidential
from kernel.service import Kernel
from kernel.vault import Vault
from schemas.values import Decision, Programme, day_in_tokyo, fiscal_year
from services.intake.app.belonging import Belonging
from services.intake.app.counter import Counter
from services.intake.domain import Application, Custody, Erasure, Organisation

OFFICE = "office-erasures"
"""The subject of the reasons of erasures: they must outlive the key that they are about."""


async def grounds(vault: Vault, reason: str) -> Confidential:
    """A reason that outlives the subject that it is about."""
    return (await vault.sealer(OFFICE)).confidential("reason", reason)


class Erasing:
    """Destroys keys."""

    def __init__(self, kernel: Kernel, counter: Counter) -> None:
        self._kernel, self._counter, self._belonging = kernel, counter, Belonging(kernel.repository)

    async def erase(
        self, subject: str, *, by: str, reason: str, causes: Sequence[Cause] = (), disposal: Decision | None = None
    ) -> Erasure:
        """Make a person's or an organisation's sealed fields unreadable to everybody, for ever.

        ``disposal`` is the decision behind it, where nobody asked for it. Raises `NotFound`, and `Refused` while the
        subject's records are held, or those that belong to them.
        """
        at = await self._kernel.clock.now()
        programme, year = await self._last_case(subject)
        case: dict[str, Any] = {"programme": programme, "fiscal_year": year, "disposal": disposal}
        why = await grounds(self._kernel.vault, reason)

        async def order() -> Erasure:
            earlier = await self._kernel.repository.find(Erasure, Erasure.stream(subject))
            if earlier is not None:
                return earlier
            custody = await self.custody(subject, at)
            custody.end(at=at)
            beside = [await self.custody(each, at) for each in sorted(await self._belonging.to(subject))]
            for each in beside:
                each.spare(subject, at=at)
            erasure = Erasure.order(subject, by=by, reason=why, at=at, **case)
            await self._kernel.repository.save(erasure, custody, *beside, causes=causes)
            return erasure

        return await self._carried_out((await decide_again(order)).id)

    async def custody(self, subject: str, at: datetime) -> Custody:
        """Who looks after the subject's records, from now on if nobody has yet."""
        found = await self._kernel.repository.find(Custody, Custody.stream(subject))
        return found if found is not None else Custody.open(subject, at=at)

    async def _carried_out(self, id: str) -> Erasure:
        async def act() -> Erasure:
            (erasure,) = await self.carry_out(id)
            assert isinstance(erasure, Erasure)
            if erasure.pending_events:
                await self._kernel.repository.save(erasure)
            return erasure

        return await decide_again(act)

    async def carry_out(self, id: str) -> Sequence[Aggregate]:
        """Destroy the key and withdraw what is undecided, again if need be; for the timer wheel to save.

        An erasure does not ask whether the officer has an interest: nothing is seen or judged by it (C-SC-16).
        """
        erasure = await self._kernel.repository.get(Erasure, id)
        at = await self._kernel.clock.now()
        await self._kernel.vault.erase(erasure.subject, at=at)
        await self._kernel.boxes.forget(erasure.subject)
        await self._withdraw_undecided(erasure.subject, erasure.by)
        erasure.carry_out(at=at)
        return [erasure]

    async def _withdraw_undecided(self, subject: str, by: str) -> None:
        """Withdraw an erased company's application that is not decided yet (C-IN-4): its place goes back (C-IN-3).

        The company is not known again when it comes back: it would have two that stand. The reason stays with the
        erasure, under a key that is still there. A sender of the secondment is talked to by HR.
        """
        organisation = await self._kernel.repository.find(Organisation, subject)
        for cycle, id in organisation.applications.items() if organisation is not None else ():
            programme, _, year = cycle.rpartition("/")
            if programme == "support":
                await self._counter.withdraw_erased(int(year), id, by)

    async def _last_case(self, subject: str) -> tuple[Programme, int]:
        """The programme and fiscal year under which it is told; one without a case: the secondment, this year."""
        if subject.startswith("secondee-"):
            application_id = subject.removeprefix("secondee-").split(".")[0]
            application = await self._kernel.repository.get(Application, application_id)
            if subject not in await self._belonging.named_in([application_id]):
                raise NotFound("subject", "対象の団体・出向者")
            return application.programme, application.fiscal_year
        organisation = await self._kernel.repository.get(Organisation, subject)
        for cycle in sorted(organisation.applications, key=lambda each: each.rpartition("/")[2], reverse=True):
            programme, _, year = cycle.rpartition("/")
            return ("support" if programme == "support" else "secondment"), int(year)
        return "secondment", fiscal_year(day_in_tokyo(await self._kernel.clock.now()))
