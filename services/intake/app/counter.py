"""Forms at the counter: taken, amended, withdrawn, admitted late. Each is one commit."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from kernel.log import Cause, CommitAt, VersionConflict
from kernel.refusals import NotFound
from kernel.repository import decide_again
from kernel.sealing import Confidential
from kernel.service import Kernel
from policies.support.edition import SupportEdition
from schemas.values import Decision, Programme
from services.intake.app import sealed
from services.intake.app.answers import Answer, answer, other_number
from services.intake.app.arriving import Arriving, check
from services.intake.app.desk import Desk, edition
from services.intake.app.interests import InterestDesk
from services.intake.app.said import APPLICANT, Said
from services.intake.app.sealed import AnyForm
from services.intake.domain import Application, Organisation, Paper, Reception
from services.intake.domain.organisation import another
from services.intake.domain.silence import not_silent
from services.intake.policy.counter import s_in_1_admitted_late, s_in_6_amendable
from services.intake.policy.silence import c_in_6_confirmed


class Counter:
    """Takes forms."""

    def __init__(self, kernel: Kernel, desk: Desk, interests: InterestDesk) -> None:
        self._kernel, self._desk, self._interests = kernel, desk, interests

    async def submit(
        self,
        programme: Programme,
        fiscal_year: int,
        form: AnyForm,
        causes: Sequence[Cause] = (),
        who: str | None = None,
    ) -> Answer:
        """Take a form, by ``who`` is known to bring it. Refused ones are kept too (S-IN-1, C-IN-3).

        Raises `Unfit`, `Refused`, `NotFound`.
        """
        at = await self._kernel.clock.now()
        of = edition(programme, fiscal_year)
        check(of, form)
        sent = await sealed.sender(self._kernel.vault, form.party)
        content = sealed.content(self._kernel.vault, sent, form)
        id, by = f"app-{self._kernel.ids.new()}", self._hashed(who) if who is not None else None
        arrival = Arriving(id, programme, fiscal_year, of, sent, content, at, by)
        async with self._desk.alone(sent.organisation_id):
            return await decide_again(lambda: self._submit(arrival, causes))

    async def _submit(self, new: Arriving, causes: Sequence[Cause]) -> Answer:
        # Read before the reception's turn, so that a turn is short. What is stale by then shows as a version conflict:
        # an organisation in what is saved, a consent come ahead by the reception's own word.
        organisation, consent = await self._known(new)
        there = await self._there(organisation, new)
        async with self._desk.reception(new.programme, new.fiscal_year, new.at) as reception:
            reception.must_have_opened(new.at)
            if consent is None and _waiting(new) in reception.ahead:
                raise VersionConflict("a consent came ahead meanwhile")
            if consent is not None and consent.application_id is not None:
                consent = None  # used before
            if there is not None and there.content == new.content.digest:
                return answer(there, repeated=True)  # the same form twice changes nothing (S-IN-6)
            if there is not None:
                raise another(new.programme)
            application = new.decided(reception, organisation, consent)
            if not application.over:
                organisation.note(new.programme, new.fiscal_year, application.id, at=new.at)
            others = [organisation, *([consent] if consent else [])]
            writing = await self._desk.hand_over(reception, application, *others, causes=causes)
        await writing
        return answer(application)

    async def _known(self, new: Arriving) -> tuple[Organisation, Paper | None]:
        """The sender as it is known, or new; and a consent that came before its registration: one query."""
        find, waiting = self._kernel.repository.find, _waiting(new)
        organisation, consent = await asyncio.gather(
            find(Organisation, new.sent.organisation_id), find(Paper, waiting) if waiting else _nothing()
        )
        if organisation is None:
            party, keys = new.content.party, (new.sent.name_key, new.sent.reading_key)
            organisation = Organisation.register(party, *keys, at=new.at)
        elif organisation.merged_into is not None:
            organisation = await self._kernel.repository.get(Organisation, organisation.merged_into)
        else:
            organisation.spell(new.content.party, new.sent.name_key, new.sent.reading_key, at=new.at)
        return organisation, consent

    async def _there(self, organisation: Organisation, new: Arriving) -> Application | None:
        """The application that the sender has in this cycle already; one that was given up makes room."""
        id = organisation.application(new.programme, new.fiscal_year)
        application = await self._kernel.repository.get(Application, id) if id is not None else None
        if application is None or not application.over:
            return application
        organisation.release(new.programme, new.fiscal_year, application.id, at=new.at)
        return None

    async def amend(
        self, programme: Programme, fiscal_year: int, application_id: str, form: AnyForm, causes: Sequence[Cause] = ()
    ) -> Answer:
        """A newer form: for the secondment until the deadline (S-IN-6), for the support at any time (C-IN-7)."""
        at = await self._kernel.clock.now()
        check(edition(programme, fiscal_year), form)
        async with self._desk.alone(application_id):
            return await decide_again(lambda: self._amend(programme, fiscal_year, application_id, form, causes, at))

    async def _amend(
        self, programme: Programme, fiscal_year: int, id: str, form: AnyForm, causes: Sequence[Cause], at: datetime
    ) -> Answer:
        # Read before the turn, as with a form's first version: what is stale by then shows as a version conflict.
        application = await self.case(programme, fiscal_year, id)
        sent, organisation = await asyncio.gather(
            sealed.sender(self._kernel.vault, form.party, organisation_id=application.own),
            self._kernel.repository.get(Organisation, application.own),
        )
        content = sealed.content(self._kernel.vault, sent, form).of(application.party.organisation_id)
        async with self._desk.reception(programme, fiscal_year, at) as reception:
            s_in_6_amendable(reception, at)
            if form.party.corporate_number != application.party.corporate_number:
                raise other_number()
            before = application.status
            if not application.amend(content, by="applicant", at=at):
                return answer(application, repeated=True)
            organisation.spell(sent.party, sent.name_key, sent.reading_key, at=at)
            if before != "submitted" and application.standing:
                reception.admit(id, at=at)
            writing = await self._desk.hand_over(reception, application, organisation, causes=causes)
        await writing
        return answer(application)

    async def withdraw(
        self,
        programme: Programme,
        fiscal_year: int,
        application_id: str,
        said: Said = APPLICANT,
        *,
        assumed: bool = False,
        causes: Sequence[Cause] = (),
    ) -> Answer:
        """Give an application up; its place goes back (C-IN-3), and its sender may apply again."""

        async def give_up(application: Application, at: datetime) -> bool:
            if said.by != APPLICANT.by:
                await self._interests.admit(application, said.by)
            application.seen_at(said.seen_version)
            of = application.party.organisation_id
            grounds = await said.grounds(self._kernel.vault, of) if said.reason else None
            word = self._assumed(application, said.by, grounds, at) if assumed else None
            return application.withdraw(by=said.by, reason=grounds, assumed=word, at=at)

        return await self._withdraw(programme, fiscal_year, application_id, give_up, causes)

    async def withdraw_erased(self, fiscal_year: int, application_id: str, by: str) -> Answer:
        """Withdraw an erased company's application (G-7), unless it is over or decided."""

        async def give_up(application: Application, at: datetime) -> bool:
            undecided = not (application.over or application.decided)
            return undecided and application.withdraw(by=by, reason=None, at=at)

        return await self._withdraw("support", fiscal_year, application_id, give_up)

    async def _withdraw(
        self,
        programme: Programme,
        fiscal_year: int,
        application_id: str,
        give_up: Callable[[Application, datetime], Awaitable[bool]],
        causes: Sequence[Cause] = (),
    ) -> Answer:
        at = await self._kernel.clock.now()

        async def act() -> Answer:
            async with self._desk.reception(programme, fiscal_year, at) as reception:
                application = await self.case(programme, fiscal_year, application_id)
                stood = application.standing
                if not await give_up(application, at):
                    return answer(application, repeated=True)
                if stood:
                    reception.give_back(application_id, at=at)
                writing = await self._released(application, reception, causes, at)
            await writing
            return answer(application)

        async with self._desk.alone(application_id):
            return await decide_again(act)

    @staticmethod
    def _assumed(application: Application, by: str, reason: Confidential | None, at: datetime) -> Decision:
        """An officer's word that silence is a withdrawal (C-IN-6). Refused where nobody is awaited."""
        of, awaited = edition(application.programme, application.fiscal_year), application.silence
        if awaited is None or not isinstance(of, SupportEdition):
            raise not_silent(None)
        return c_in_6_confirmed(of, awaited, at, by=by, reason=reason)

    async def _released(
        self, application: Application, reception: Reception, causes: Sequence[Cause], at: datetime
    ) -> asyncio.Future[int]:
        organisation = await self._kernel.repository.get(Organisation, application.party.organisation_id)
        organisation.release(application.programme, application.fiscal_year, application.id, at=at)
        return await self._desk.hand_over(reception, application, organisation, causes=causes)

    async def admit_late(
        self, programme: Programme, fiscal_year: int, application_id: str, said: Said, causes: Sequence[Cause] = ()
    ) -> Answer:
        """HR admits a late form, with a reason (S-IN-1)."""
        at = await self._kernel.clock.now()

        async def act() -> Answer:
            async with self._desk.reception(programme, fiscal_year, at) as reception:
                application = await self.case(programme, fiscal_year, application_id)
                application.seen_at(said.seen_version)
                organisation = await self._standing_for(application.own)
                of = application.own
                grounds, rules = await said.grounds(self._kernel.vault, of), edition(programme, fiscal_year)
                decision = s_in_1_admitted_late(rules, application.received_at, by=said.by, reason=grounds, at=at)
                organisation.note(programme, fiscal_year, application_id, at=at)
                application.admit_late(reception.number(application_id, at=at), decision, organisation.id, at=at)
                if application.standing:
                    reception.admit(application_id, at=at)
                writing = await self._desk.hand_over(reception, application, organisation, causes=causes)
            await writing
            return answer(application)

        return await decide_again(act)

    async def _standing_for(self, organisation_id: str) -> Organisation:
        """The organisation, or the one that it was merged into (S-IN-7)."""
        one = await self._kernel.repository.get(Organisation, organisation_id)
        return one if one.merged_into is None else await self._kernel.repository.get(Organisation, one.merged_into)

    async def then(self, application_id: str, earlier: CommitAt) -> Answer:
        """What was told of an application when that commit was made, whatever has become of it since."""
        return answer(await self._kernel.repository.as_of(Application, application_id, earlier), repeated=True)

    async def opened(
        self, programme: Programme, fiscal_year: int, application_id: str, officer: str | None
    ) -> Application:
        """The application, for an officer who may read what only officers do (C-SC-16)."""
        application = await self.case(programme, fiscal_year, application_id)
        await self._interests.admit(application, officer)
        return application

    async def known(self, application_id: str) -> Application | None:
        """The application of that id, if there is one."""
        return await self._kernel.repository.find(Application, application_id)

    def is_brought_by(self, application: Application, who: str) -> bool:
        """Whether a portal may go on with an application."""
        return application.came_from(self._hashed(who))

    def _hashed(self, who: str) -> str:
        return self._kernel.vault.fingerprint("came by", who)

    async def case(self, programme: Programme, fiscal_year: int, application_id: str) -> Application:
        """The application of that cycle. Raises `NotFound`."""
        application = await self._kernel.repository.get(Application, application_id)
        if (application.programme, application.fiscal_year) != (programme, fiscal_year):
            raise NotFound("application", "申込")
        return application


def _waiting(new: Arriving) -> str | None:
    """The consent that may have come ahead of the form (C-IN-1); None for forms that need none."""
    number = new.content.party.corporate_number
    if new.programme != "support" or number is None:
        return None
    return Paper.waiting_consent(new.programme, new.fiscal_year, number)


async def _nothing() -> None:
    return None
