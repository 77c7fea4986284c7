"""The officer's look at a consent form: one that is unfit is returned, and a new one awaited (C-IN-1)."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from kernel.log import Cause
from kernel.refusals import NotFound, Refused
from kernel.repository import decide_again
from kernel.service import Kernel
from kernel.vault import Erased, MayNotOpen
from schemas.values import ConsentFault
from services.intake.app.claims import Claims
from services.intake.app.counter import Counter
from services.intake.app.desk import Desk
from services.intake.app.said import Said
from services.intake.domain import Application, Paper


class Gone(Refused):
    """The bytes can be read by nobody any more."""

    status = 410


class Returning:
    """What officers read of an application's papers, and the return of a consent."""

    def __init__(self, kernel: Kernel, desk: Desk, counter: Counter) -> None:
        self._kernel, self._desk, self._counter = kernel, desk, counter
        self._claims = Claims(kernel)

    async def return_consent(
        self, fiscal_year: int, application_id: str, ground: ConsentFault, said: Said, causes: Sequence[Cause] = ()
    ) -> Application:
        """An officer finds the consent unfit; the application's place goes back to the reception (C-IN-3)."""
        at = await self._kernel.clock.now()

        async def act() -> Application:
            async with self._desk.reception("support", fiscal_year, at) as reception:
                application = await self._counter.opened("support", fiscal_year, application_id, said.by)
                application.seen_at(said.seen_version)
                grounds = await said.grounds(self._kernel.vault, application.party.organisation_id)
                returned = application.return_consent(ground, by=said.by, reason=grounds, at=at)
                reception.give_back(application_id, undone=True, at=at)
                digest = next((p[4] for p in application.papers if p[0] == returned), None)
                claims = (
                    await self._claims.given_up(application, digest, at)
                    if ground == "other_company" and digest is not None
                    else []
                )
                writing = await self._desk.hand_over(reception, application, *claims, causes=causes)
            await writing
            return application

        async with self._desk.alone(application_id):
            return await decide_again(act)

    async def papers(self, application: Application) -> dict[str, Any]:
        """Every paper of an application, in order of arrival, with what is active in it and where it stands."""
        ids = [each[0] for each in application.papers]
        papers = await asyncio.gather(*(self._kernel.repository.get(Paper, id) for id in ids))
        items = [_shown(application, paper) for paper in papers]
        return {"items": items, "total": len(items), "page": 1}

    async def content(self, application: Application, paper_id: str) -> bytes:
        """The bytes of a consent, as they came. Raises `NotFound` and `Gone`."""
        if paper_id not in {each[0] for each in application.papers}:
            raise NotFound("paper", "書類")
        paper = await self._kernel.repository.get(Paper, paper_id)
        try:
            return await self._kernel.boxes.get(paper.box or paper.id)
        except Erased:
            ja = "申込者の情報が消去されたため、この書類は読めません。申込の記録だけをご確認ください。"
            en = "The applicant's data were erased, and this paper with them. Only the record of the case is left."
            raise Gone("G-7", ja, en) from None
        except MayNotOpen:
            raise NotFound("consent form", "同意書") from None


def _shown(application: Application, paper: Paper) -> dict[str, Any]:
    names = ("kind", "form", "received_by", "size", "media_type", "flags")
    return {
        "id": paper.id,
        "arrived_on": paper.arrived_on.isoformat(),
        "sha256": paper.digest,
        **{name: getattr(paper, name) for name in names},
        "standing": paper.id == application.consent,
        "returned": application.returned.get(paper.id),
    }
