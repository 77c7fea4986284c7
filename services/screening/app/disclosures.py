"""The register of disclosures at the desk (C-CO-1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec

from kernel.http import Done
from kernel.log import Context
from kernel.repository import decide_again
from services.screening.app.desk import Order
from services.screening.app.reading import Reading
from services.screening.app.supports import rules
from services.screening.domain import refusals
from services.screening.domain.disclosure import Case, Disclosed, DisclosureRegister
from services.screening.domain.support import SupportScreening
from services.screening.policy.secrecy import c_co_1_disclosure


@dataclass(frozen=True)
class Disclosure:
    """What an officer says of a disclosure, in plain values."""

    on: date
    ground: str
    what: str
    to: str
    owner_agreed_on: date | None = None


class Disclosures(Reading):
    """Recording and reading disclosures; closed to officers with an interest, as the case itself is (C-SC-16)."""

    async def disclose(self, application_id: str, said: Disclosure, order: Order) -> Done:
        """Record a disclosure. Refuses one that neither consent nor exception allows."""

        async def once() -> Done:
            case = await self._company(application_id, order.by)
            at = await self.kernel.clock.now()
            found = await self.kernel.repository.find(DisclosureRegister, DisclosureRegister.stream(application_id))
            register = found or DisclosureRegister.open(application_id, at=at)
            register.seen_at(order.seen_version)
            decision = c_co_1_disclosure(
                said.ground,
                said.on,
                said.owner_agreed_on,
                rules(case.fiscal_year, at),
                by=order.by,
                reason=await self.confidential(case, "reason", order.reason),
            )
            disclosed = Disclosed(
                on=said.on,
                ground=said.ground,
                what=await self.confidential(case, "what", said.what),
                to=await self.confidential(case, "to", said.to),
                owner_agreed_on=said.owner_agreed_on,
            )
            of = Case(fiscal_year=case.fiscal_year, application_id=application_id)
            register.record_disclosure(disclosed, decision, of, at=at)
            context = Context(correlation=application_id)
            await self.kernel.repository.save(register, causes=order.causes, context=context)
            return Done(id=register.id, version=register.version)

        return await decide_again(once)

    async def disclosures(self, application_id: str, officer: str | None, *, opened: bool) -> dict[str, Any]:
        """The register of a case: its version and entries; sealed fields as tokens, or opened."""
        await self._company(application_id, officer)
        found = await self.kernel.repository.find(DisclosureRegister, DisclosureRegister.stream(application_id))
        entries = [msgspec.to_builtins(each, enc_hook=lambda s: s.token) for each in found.entries] if found else []
        document = {"version": found.version if found else 0, "items": entries, "total": len(entries), "page": 1}
        return await self.shown(document) if opened else document

    async def _company(self, application_id: str, officer: str | None) -> SupportScreening:
        case = await self.case(application_id, officer)
        if not isinstance(case, SupportScreening):
            raise refusals.other_programme()
        return case
