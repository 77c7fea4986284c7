"""One consent for two companies is refused (C-IN-1): the claims on the bytes of consents."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from kernel.service import Kernel
from schemas.values import Programme
from services.intake.domain import Application, ConsentClaim


class Claims:
    """Finds claims by a keyed hash of the bytes' digest. Who saves them does so in the commit that takes the paper."""

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel

    async def claimed(
        self, programme: Programme, fiscal_year: int, digest: str, companies: Sequence[str], at: datetime
    ) -> ConsentClaim:
        """The claim of these companies, the first of them new; of two at once one finds the other's. Raises Refused."""
        found = await self._find(programme, fiscal_year, digest)
        if found is None:
            stream = self._stream(programme, fiscal_year, digest)
            return ConsentClaim.begin_with(stream, companies[0], programme=programme, fiscal_year=fiscal_year, at=at)
        found.claim(companies, at=at)
        return found

    async def given_up(self, application: Application, digest: str, at: datetime) -> list[ConsentClaim]:
        """The claim, given up: the form is another company's."""
        claim = await self._find(application.programme, application.fiscal_year, digest)
        if claim is None:
            return []
        claim.give_up(companies_of(application), at=at)
        return [claim]

    async def _find(self, programme: Programme, fiscal_year: int, digest: str) -> ConsentClaim | None:
        return await self._kernel.repository.find(ConsentClaim, self._stream(programme, fiscal_year, digest))

    def _stream(self, programme: Programme, fiscal_year: int, digest: str) -> str:
        key = self._kernel.vault.fingerprint("consent form", digest)
        return ConsentClaim.stream(programme, fiscal_year, key)


def companies_of(application: Application) -> list[str]:
    """The ids under which its company is known: its own first, and that of the one that it was merged into (S-IN-7)."""
    return list(dict.fromkeys(map(company, (application.own, application.party.organisation_id))))


def company(organisation_id: str) -> str:
    """A company keeps its consents also where it was erased and began a new life (G-7)."""
    return organisation_id.partition(".")[0]
