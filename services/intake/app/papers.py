"""Papers laid to applications. The bytes are kept, sealed, before the event that names them."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from kernel.log import AlreadyHandled, Cause, CommitAt
from kernel.mapper import restore
from kernel.refusals import Refused
from kernel.repository import decide_again
from kernel.sealing import Contact, Personal
from kernel.service import Kernel
from policies.edition import Edition
from policies.support.edition import SupportEdition
from schemas.forms import PaperForm
from schemas.values import Decision, Programme, day_in_tokyo
from services.intake.app import sealed
from services.intake.app.claims import Claims, companies_of
from services.intake.app.counter import Counter
from services.intake.app.desk import Desk, edition
from services.intake.app.said import APPLICANT, Said
from services.intake.domain import Application, ConsentClaim, Organisation, Paper
from services.intake.domain.application_events import Completed, TurnedAway
from services.intake.domain.paper import PaperArrived
from services.intake.policy.counter import c_in_3_places
from services.intake.policy.papers import (
    CONSENT,
    c_in_1_this_form,
    c_in_1_whole,
    g_1_has_come,
    known_kind,
    secondment_of,
)
from services.intake.policy.pdf import look

AT_ONCE = 64 << 10
"""Bytes that are looked at within a turn of the event loop; more go to a thread."""


@dataclass(frozen=True)
class PaperAnswer:
    """What is told of a paper. ``decision`` where its arrival got the application refused (C-IN-3).

    ``further``: a consent beside the one that stands (C-IN-1).
    """

    paper_id: str
    application_id: str
    status: str
    version: int
    decision: Decision | None = None
    repeated: bool = False
    further: bool = False


@dataclass(frozen=True)
class Bytes:
    """A paper as data; ``flags`` as in `PaperArrived`."""

    raw: bytes
    media_type: str
    flags: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """SHA-256 in hex."""
        return hashlib.sha256(self.raw).hexdigest()


@dataclass(frozen=True)
class _New:
    """A paper on its way in."""

    paper_id: str
    form: PaperForm
    data: Bytes | None
    arrived_on: date
    said: Said
    at: datetime


class Papers:
    """Takes papers."""

    def __init__(self, kernel: Kernel, desk: Desk, counter: Counter) -> None:
        self._kernel, self._desk, self._counter = kernel, desk, counter
        self._claims = Claims(kernel)

    async def receive(
        self,
        programme: Programme,
        fiscal_year: int,
        application_id: str,
        form: PaperForm,
        data: Bytes | None,
        said: Said = APPLICANT,
        *,
        arrived_on: date | None = None,
        causes: Sequence[Cause] = (),
    ) -> PaperAnswer:
        """A paper is here: its bytes, or (``data`` None) word of an original that came by post on ``arrived_on``."""
        at = await self._kernel.clock.now()
        known_kind(edition(programme, fiscal_year), form.kind)
        if form.kind == CONSENT and data is not None:
            data = await looked_at(data, edition(programme, fiscal_year), day_in_tokyo(at))
        new = _New(f"paper-{self._kernel.ids.new()}", form, data, arrived_on or day_in_tokyo(at), said, at)

        async def act() -> PaperAnswer:
            return await self._take(await self._counter.case(programme, fiscal_year, application_id), new, causes)

        try:
            async with self._desk.alone(application_id):
                answer = await decide_again(act)
        except (Refused, AlreadyHandled):
            await self._kernel.boxes.drop(new.paper_id)  # another came first: nothing is half kept
            raise
        if data is not None and answer.paper_id != new.paper_id:
            await self._kernel.boxes.drop(new.paper_id)
        return answer

    async def _take(self, application: Application, new: _New, causes: Sequence[Cause]) -> PaperAnswer:
        application.seen_at(new.said.seen_version)
        application.must_stand()
        of = secondment_of(application, new.form.request)
        same = application.has_paper(of, new.form.kind, new.data.digest) if new.data else None
        if new.form.kind == CONSENT and new.data is not None:
            return await self._take_consent(application, new, new.data, same, causes)
        if same is not None:
            return PaperAnswer(same, application.id, application.status, application.version, repeated=True)
        await self._kernel.repository.save(application, await self._laid(application, of, new), causes=causes)
        return PaperAnswer(new.paper_id, application.id, application.status, application.version)

    async def _take_consent(
        self, application: Application, new: _New, data: Bytes, same: str | None, causes: Sequence[Cause]
    ) -> PaperAnswer:
        """A consent (C-IN-1): the second half that is awaited, the same again, or one beside that which stands."""
        if same is not None and application.status != "registered":
            return PaperAnswer(same, application.id, application.status, application.version, repeated=True)
        application.must_be_undecided()
        application.must_be_another(same)
        claim = await self._claims.claimed(
            application.programme, application.fiscal_year, data.digest, companies_of(application), new.at
        )
        if application.status == "registered":
            return await self._complete(application, new, claim, same, causes)
        paper = await self._laid(application, None, new)
        await self._kernel.repository.save(application, paper, claim, causes=causes)
        return PaperAnswer(paper.id, application.id, application.status, application.version, further=True)

    async def _complete(
        self, application: Application, new: _New, claim: ConsentClaim, same: str | None, causes: Sequence[Cause]
    ) -> PaperAnswer:
        """The second half of a support application (C-IN-1); turned away when reception is full (C-IN-3).

        ``same`` is the paper by which these bytes are on record already, as a further one beside one that was returned.
        """
        programme, year, at = application.programme, application.fiscal_year, new.at
        async with self._desk.reception(programme, year, at) as reception:
            if reception.full:
                application.turn_away(c_in_3_places(edition(programme, year), reception, at), at=at)
                organisation = await self._kernel.repository.get(Organisation, application.party.organisation_id)
                organisation.release(programme, year, application.id, at=at)
                reception.turn_away(application.id, at=at)
                writing = await self._desk.hand_over(reception, application, organisation, causes=causes)
                paper_id, decision = "", application.decisions[-1]
            else:
                papers = [await self._laid(application, None, new)] if same is None else []
                paper_id, decision = same or new.paper_id, None
                application.complete(paper_id, at=at)
                reception.admit(application.id, at=at)
                writing = await self._desk.hand_over(reception, application, *papers, claim, causes=causes)
        await writing
        return PaperAnswer(paper_id, application.id, application.status, application.version, decision)

    async def then(self, commit: CommitAt) -> PaperAnswer | None:
        """What was told when the paper came in with that commit, whatever has come after; None where none came in."""
        events = [restore(stored) for stored in commit.commit.events]
        arrived = next((event for event in events if isinstance(event, PaperArrived)), None)
        decided = next((event for event in events if isinstance(event, Completed | TurnedAway)), None)
        of = decided.originator_id if decided else arrived.application_id if arrived else None
        if of is None:
            return PaperAnswer(arrived.originator_id, "", "waiting", arrived.originator_version) if arrived else None
        application = await self._kernel.repository.as_of(Application, of, commit)
        paper = arrived.originator_id if arrived else decided.consent if isinstance(decided, Completed) else ""
        decision = decided.decision if isinstance(decided, TurnedAway) else None
        further = arrived is not None and arrived.kind == CONSENT and decided is None
        return PaperAnswer(paper, of, application.status, application.version, decision, repeated=True, further=further)

    async def _laid(self, application: Application, secondment_id: str | None, new: _New) -> Paper:
        """The paper, noted with its application. A secondee's papers are sealed with the secondee's own key."""
        g_1_has_come(new.arrived_on, new.at)
        person, _ = application.secondees.get(secondment_id or "", ("", ""))
        subject, data = person or application.party.organisation_id, new.data
        if data is not None:
            await sealed.sealer_of(self._kernel.vault, subject)
            kind = Contact if new.form.kind == CONSENT else Personal
            await self._kernel.boxes.put(new.paper_id, data.raw, subject=subject, kind=kind)
        said: dict[str, Any] = {"secondment_id": secondment_id, "kind": new.form.kind, "form": new.form.form}
        said |= {"digest": data.digest if data else None, "arrived_on": new.arrived_on}
        said |= {"flags": data.flags if data else ()}
        application.note_paper(new.paper_id, at=new.at, **said)
        return Paper.arrive(
            new.paper_id,
            at=new.at,
            programme=application.programme, fiscal_year=application.fiscal_year, application_id=application.id,
            subject=subject, received_by=new.said.by,
            size=len(data.raw) if data else None,
            media_type=data.media_type if data else None,
            **said,
        )  # fmt: skip


async def looked_at(data: Bytes, of: Edition, on: date) -> Bytes:
    """A consent's bytes, fit to be kept, with what is active in them as its flags (C-IN-1). Raises Refused."""
    seen = look(data.raw) if len(data.raw) <= AT_ONCE else await asyncio.to_thread(look, data.raw)
    c_in_1_whole(seen)
    assert isinstance(of, SupportEdition)
    c_in_1_this_form(seen, of, on)
    return replace(data, flags=seen.flags)
