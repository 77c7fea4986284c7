"""What every command needs: the case, the officer's right to see it, the version seen, the sealed reason."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from kernel.http import Done
from kernel.log import Cause, Context
from kernel.refusals import NotFound
from kernel.repository import decide_again
from kernel.sealing import Confidential
from kernel.service import Kernel
from kernel.vault import Erased, Sealer
from services.screening.domain import refusals
from services.screening.domain.case import Screening, stream

S = TypeVar("S", bound=Screening)


@dataclass(frozen=True)
class Order:
    """An officer's command: who, why, on which version of the case (G-6), and the request that it came with."""

    by: str
    reason: str
    seen_version: int | None = None
    causes: tuple[Cause, ...] = ()


OFFICE = "office-screening"
"""The subject of what officers say of an applicant that was erased."""


class Desk:
    """Loads a case, lets a command act on it, saves what happened."""

    def __init__(self, kernel: Kernel) -> None:
        self.kernel = kernel

    async def case(self, application_id: str, officer: str | None, *, declaring: bool = False) -> Screening:
        """The case, for an officer who may see it. Raises `NotFound`, `Barred`."""
        found = await self.found(application_id)
        if found is None:
            raise NotFound("screening", "審査案件")
        found.admit(officer, declaring=declaring)
        return found

    async def found(self, application_id: str) -> Screening | None:
        """The case, if there is one; for messages and timers, which no officer reads."""
        return await self.kernel.repository.find(Screening, stream(application_id))

    async def decide(
        self,
        kind: type[S],
        application_id: str,
        order: Order,
        act: Callable[[S, datetime], Awaitable[None]],
        *,
        declaring: bool = False,
    ) -> Done:
        """Run a command on the case, again from the start when another commit came between."""

        async def once() -> Done:
            case = await self.case(application_id, order.by, declaring=declaring)
            if not isinstance(case, kind):
                raise refusals.other_programme()
            case.seen_at(order.seen_version)
            await act(case, await self.kernel.clock.now())
            await self.kernel.repository.save(case, causes=order.causes, context=Context(correlation=application_id))
            return Done(id=case.id, version=case.version)

        return await decide_again(once)

    async def sealer(self, organisation_id: str) -> Sealer | None:
        """What seals a message's grounds; None where the applicant was erased before it was heard (G-7).

        There is nothing left to examine then, and the withdrawal that goes with the erasure is on its way (C-IN-4).
        """
        try:
            return await self.kernel.vault.sealer(organisation_id)
        except Erased:
            return None

    async def confidential(self, case: Screening, field: str, text: str) -> Confidential:
        """An officer's text sealed under the applicant's key, or where that was erased under the office's.

        What is open must be closed then too, and the reason for it is kept (G-6, G-7).
        """
        return (await self.kernel.vault.outliving(case.party.organisation_id, OFFICE)).confidential(field, text)
