"""Consent forms that come by mail, known by their company's number alone (C-IN-1)."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from kernel.log import AlreadyHandled, Cause
from kernel.refusals import Refused
from kernel.repository import decide_again
from kernel.sealing import Contact
from kernel.service import Kernel
from schemas.forms import PaperForm
from schemas.values import day_in_tokyo
from services.intake.app import sealed
from services.intake.app.claims import Claims, company
from services.intake.app.desk import Desk, edition
from services.intake.app.papers import Bytes, PaperAnswer, Papers, looked_at
from services.intake.app.said import Said
from services.intake.domain import Organisation, Paper
from services.intake.policy.papers import CONSENT


class Consents:
    """Takes consent forms before or after their registration."""

    def __init__(self, kernel: Kernel, desk: Desk, papers: Papers) -> None:
        self._kernel, self._desk, self._papers = kernel, desk, papers
        self._claims = Claims(kernel)

    async def receive(
        self, fiscal_year: int, corporate_number: str, data: Bytes, *, by: str, causes: Sequence[Cause] = ()
    ) -> PaperAnswer:
        """A consent form by mail, known by its company's number; its registration may come later (C-IN-1)."""
        of, on = edition("support", fiscal_year), day_in_tokyo(await self._kernel.clock.now())
        seen, box = await looked_at(data, of, on), f"paper-{self._kernel.ids.new()}"
        try:
            async with self._desk.alone(f"org-{corporate_number}"):
                kept = await decide_again(
                    lambda: self._keep_waiting(fiscal_year, corporate_number, seen, box, by, causes)
                )
        except (Refused, AlreadyHandled):
            await self._kernel.boxes.drop(box)  # another came first: nothing is half kept
            raise
        if isinstance(kept, PaperAnswer) and not kept.repeated:
            return kept
        await self._kernel.boxes.drop(box)
        if isinstance(kept, PaperAnswer):
            return kept
        form = PaperForm(kind=CONSENT, form="data")
        return await self._papers.receive("support", fiscal_year, kept, form, data, Said(by), causes=causes)

    async def _keep_waiting(
        self, fiscal_year: int, corporate_number: str, data: Bytes, box: str, by: str, causes: Sequence[Cause]
    ) -> PaperAnswer | str:
        """Keep the consent for its registration; or the id of the application that is there already.

        The box has a name of its own: of two that come at once, the later must not lie in the box of the first.
        """
        at = await self._kernel.clock.now()
        organisation_id, find = f"org-{corporate_number}", self._kernel.repository.find
        paper_id = Paper.waiting_consent("support", fiscal_year, corporate_number)
        async with self._desk.reception("support", fiscal_year, at) as reception:  # no registration may come between
            known, waiting = await asyncio.gather(find(Organisation, organisation_id), find(Paper, paper_id))
            there = known.application("support", fiscal_year) if known else None
            if there is not None:
                return there
            if waiting is not None and waiting.application_id is None and waiting.digest == data.digest:
                return PaperAnswer(paper_id, "", "waiting", waiting.version, repeated=True)
            if waiting is not None:
                raise used_up() if waiting.application_id else awaited()
            companies = [company(organisation_id)]
            claim = await self._claims.claimed("support", fiscal_year, data.digest, companies, at)
            await sealed.sealer_of(self._kernel.vault, organisation_id)
            await self._kernel.boxes.put(box, data.raw, subject=organisation_id, kind=Contact)
            paper = Paper.arrive(
                paper_id, at=at, programme="support", fiscal_year=fiscal_year, application_id=None, secondment_id=None,
                kind=CONSENT, form="data", arrived_on=day_in_tokyo(at), subject=organisation_id, received_by=by,
                digest=data.digest, size=len(data.raw), media_type=data.media_type, flags=data.flags, box=box,
            )  # fmt: skip
            reception.note_consent(paper_id, at=at)
            writing = await self._desk.hand_over(reception, paper, claim, causes=causes)
        await writing
        return PaperAnswer(paper_id, "", "waiting", paper.version)


def awaited() -> Refused:
    """What is said when a consent comes ahead twice."""
    return Refused(
        "C-IN-1",
        "この法人の同意書は既に届いています。オンライン登録をお待ちください。",
        "The consent form of this company is here already. Its registration is awaited.",
    )


def used_up() -> Refused:
    """What is said when a consent comes ahead a second time, after the first was used and its application given up."""
    return Refused(
        "C-IN-1",
        "この法人の同意書は以前の申込に使われています。先にオンライン登録をし、その申込に同意書を提出してください。",
        "A consent of this company was used before. Register online first, then send the form to that application.",
    )
