"""Every command and query of notify: load, decide, save. Addresses and texts are opened here and nowhere further in."""

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
from kernel.vault import Erased
from policies.catalogue import COMMON
from policies.edition import Edition
from policies.letters import render
from policies.secondment.edition import SecondmentEdition
from schemas import intake
from schemas.base import OfCase
from schemas.values import Party, day_in_tokyo
from services.notify.domain import recipient as recipients
from services.notify.domain.homes import letter_id
from services.notify.domain.letter import Letter, Texts
from services.notify.domain.recipient import Recipient
from services.notify.domain.values import Case, Request
from services.notify.editions import edition_named, edition_of
from services.notify.enclosing import enclosed, enclosures
from services.notify.opening import opened as opened_variables
from services.notify.policy import letters, moments
from services.notify.policy.invitation import invitation, method_within
from services.notify.policy.mail import Contents
from services.notify.policy.told import TOLD_SINCE, answer_until, missing_papers


class NotifyApp:
    """Notify's commands and queries."""

    def __init__(self, kernel: Kernel) -> None:
        self.kernel = kernel

    # from the other services, and timers

    async def hear(self, event: OfCase, cause: str) -> Sequence[Aggregate]:
        """Take note of an event: learn, conclude, plan, write."""
        at = await self.kernel.clock.now()
        edition = edition_of(event)
        recipient = await self._recipient(event, at)
        _learn(recipient, event, edition, at)
        for over in letters.conclusions(event, edition):
            recipient.conclude(over.codes, over.subject, at, for_good=over.for_good, saying=over.saying)
        for code, planned in letters.later(event, edition, at).items():
            recipient.plan(planned, code, letters.subject_of(event), at)
        request = letters.at_once(event, edition, cause)
        return await self._written(recipient, [request] if request else [], at)

    async def meet_plan(self, application_id: str, key: str, cause: str) -> Sequence[Aggregate]:
        """A planned letter's moment has come; one about missing papers is needless where none is missing.

        Of reminders that count no two go out on one day, also when their moments are met late: the next is put off.
        """
        at = await self.kernel.clock.now()
        recipient = await self.kernel.repository.get(Recipient, recipients.stream(application_id))
        planned = recipient.planned.get(key)
        if planned is None:
            return []
        later = moments.put_off(planned, recipient.last_met(planned), at)
        if later is not None:
            recipient.put_off(planned, later, at)
            return [recipient]
        edition = edition_named(planned.edition)
        about_papers = "missing" in edition.letters.root[planned.code].variables
        needless = about_papers and not _missing(recipient, planned.subject, edition)
        recipient.meet(key, at, needless=needless)
        request = Request(
            letter_id=letter_id(application_id, cause, planned.code),
            code=planned.code,
            clause=planned.clause,
            edition=planned.edition,
            subject=planned.subject,
            told=planned.told,
        )
        return await self._written(recipient, [] if needless else [request], at)

    # the postman

    async def contents(self, letter: Letter) -> Contents:
        """A letter with its texts opened. Raises `Erased`."""
        sealed = [letter.organisation, letter.person, letter.email, letter.title, letter.body, letter.calendar]
        opened = await self.kernel.vault.open_all(sealed)
        organisation, person, email, title, body, calendar = opened
        if None in (organisation, person, email, title, body):
            raise Erased(letter.organisation.subject)
        return Contents(
            message_id=letter.message_id,
            sender=(letter.sender_name, self.kernel.settings.mail_from),
            to=(f"{organisation} {person} 様", email or ""),
            title=title or "",
            body=body or "",
            calendar=calendar,
            method=letter.calendar_method or (method_within(calendar) if calendar else None),
            written_at=letter.created_on,
            enclosures=await enclosures(self.kernel.vault, letter),
        )

    async def mark(self, tried: Letter, failure: str | None, *, hopeless: bool = False) -> Letter:
        """Note how a try went: on the letter as it was tried, or as it is where something was noted meanwhile."""
        known = [tried]

        async def act() -> Letter:
            at = await self.kernel.clock.now()
            letter = known.pop() if known else await self.kernel.repository.get(Letter, tried.id)
            if failure is None:
                letter.mark_sent(at)
            else:
                letter.mark_failed(failure, at, hopeless=hopeless)
            await self.kernel.repository.save(letter)
            return letter

        return await decide_again(act)

    # officers

    async def retry(
        self, id: str, *, by: str, reason: str, seen_version: int | None, causes: Sequence[Cause] = ()
    ) -> Letter:
        """S-NO-2: send a failed letter again, to the address that is known now."""

        async def act() -> Letter:
            at = await self.kernel.clock.now()
            letter = await self.kernel.repository.get(Letter, id)
            letter.seen_at(seen_version)
            recipient = await self.kernel.repository.get(Recipient, recipients.stream(letter.case.application_id))
            if recipient.party is None:
                raise NotFound("recipient", "宛先")
            party = recipient.party
            try:
                why = (await self.kernel.vault.sealer(party.organisation_id)).confidential("reason", reason)
            except Erased:
                raise NotFound("recipient", "宛先") from None
            letter.retry(party.name, party.person, party.email, by=by, reason=why, at=at)
            await self.kernel.repository.save(letter, causes=causes)
            return letter

        return await decide_again(act)

    async def bounced(
        self, id: str, status: str, *, by: str, reason: str, seen_version: int | None, causes: Sequence[Cause] = ()
    ) -> Letter:
        """S-NO-2: a letter came back; it is seen as failed, and sent again to a better address by `retry`."""

        async def act() -> Letter:
            letter = await self.kernel.repository.get(Letter, id)
            letter.seen_at(seen_version)
            why = await self._reason(reason, letter.organisation.subject)
            letter.bounce(status, by=by, reason=why, at=await self.kernel.clock.now())
            await self.kernel.repository.save(letter, causes=causes)
            return letter

        return await decide_again(act)

    async def _reason(self, reason: str, subject: str) -> Confidential | None:
        try:
            return (await self.kernel.vault.sealer(subject)).confidential("reason", reason)
        except Erased:
            return None

    async def shown(self, id: str) -> dict[str, Any]:
        """A letter with its text opened, for an officer."""
        letter = await self.kernel.repository.get(Letter, id)
        names = ("organisation", "person", "email", "title", "body", "calendar")
        values = await self.kernel.vault.shown([getattr(letter, name) for name in names])
        plain = ("code", "clause", "about", "edition", "message_id", "status", "tries", "given_up", "version")
        case = {name: getattr(letter.case, name) for name in letter.case.__struct_fields__}
        paper = letter.enclosure
        case["enclosure"] = {"name": paper.name, "sha256": paper.digest} if paper else None
        listed = await self.kernel.views.get("letters", id) or {}
        case |= {name: listed.get(name) for name in ("composed_at", "sent_at", "failed_at", "failure")}
        return {"id": id, **case, **{n: getattr(letter, n) for n in plain}, **dict(zip(names, values, strict=True))}

    async def enclosure(self, id: str) -> tuple[str, bytes]:
        """A letter's PDF and what it is called. Raises `NotFound`; one that was erased is not found either."""
        letter = await self.kernel.repository.get(Letter, id)
        try:
            papers = await enclosures(self.kernel.vault, letter)
        except Erased:
            papers = ()
        if not papers:
            raise NotFound("attachment", "添付の書面")
        return papers[0]

    # within

    async def _recipient(self, event: OfCase, at: datetime) -> Recipient:
        found = await self.kernel.repository.find(Recipient, recipients.stream(event.application_id))
        case = Case(programme=event.programme, fiscal_year=event.fiscal_year, application_id=event.application_id)
        return found or Recipient.open(case, at)

    async def _written(self, recipient: Recipient, asked: Sequence[Request], at: datetime) -> Sequence[Aggregate]:
        """The recipient, and every letter that can be written now; the others wait with the recipient."""
        written: list[Aggregate] = []
        for request in (*recipient.waiting.values(), *asked):
            edition = edition_named(request.edition)
            if not recipient.knows_enough(edition.letters.root[request.code].variables):
                recipient.wait(request, at)
                continue
            letter = await self.kernel.repository.find(Letter, request.letter_id)
            if letter is None:
                letter = await self._composed(recipient, request, edition, at)
                written += [letter] if letter else []
            recipient.release(request.letter_id, at, withheld=letter is None)
        return [recipient, *written]

    async def _composed(self, recipient: Recipient, request: Request, edition: Edition, at: datetime) -> Letter | None:
        """The letter with its text; None where its addressee has been erased."""
        party = recipient.party
        assert party is not None
        organisation, person, email = await self.kernel.vault.open_all([party.name, party.person, party.email])
        if organisation is None or person is None or email is None:
            return None
        try:
            paper = await enclosed(self.kernel.vault, edition, request.enclosed)
        except Erased:
            return None
        told, keeper = await opened_variables(self.kernel.vault, request.told, party.organisation_id)
        known = _variables(recipient, request, edition, organisation, person, at)
        text = render(edition, request.code, dict.fromkeys(TOLD_SINCE.get(request.code, ())) | told | known)
        sender = f"{edition.edition.institution} {edition.edition.office}"
        entry = self._invitation(request, text.appointment, text.body, (sender, email), at)
        sealer = await self.kernel.vault.sealer(party.organisation_id)
        told_of = await self.kernel.vault.sealer(keeper)
        texts = Texts(
            sender_name=sender,
            title=sealer.contact("title", text.subject),
            body=told_of.contact("body", text.body),
            calendar=sealer.contact("calendar", entry) if entry else None,
            calendar_method=request.meeting.method if request.meeting else None,
            enclosure=paper,
        )
        return Letter.compose(request, recipient.case, party, texts, domain=self._domain, at=at)

    def _invitation(
        self, request: Request, title: str, body: str, between: tuple[str, str], at: datetime
    ) -> str | None:
        if request.meeting is None:
            return None
        sender, attendee = between
        return invitation(
            request.meeting,
            uid=f"interview-{request.subject}@{self._domain}",
            title=title,
            about=body,
            organiser=(sender, self.kernel.settings.mail_from),
            attendee=attendee,
            at=at,
        )

    @property
    def _domain(self) -> str:
        return self.kernel.settings.mail_from.rpartition("@")[2]


def _learn(recipient: Recipient, event: OfCase, edition: Edition, at: datetime) -> None:
    party: Party | None = getattr(event, "party", None)
    from_counter = event.TOPIC == intake.TOPIC
    recipient.learn(party, getattr(event, "receipt_number", ""), from_counter=from_counter, at=at)
    if isinstance(event, intake.PaperReceived) and event.secondment_id is not None:
        recipient.note_paper(event.secondment_id, f"{event.kind}/{event.form}", at)


def _missing(recipient: Recipient, subject: str, edition: Edition) -> list[str]:
    if not isinstance(edition, SecondmentEdition):
        return []
    return missing_papers(edition, recipient.papers.get(subject, ()))


def _variables(
    recipient: Recipient, request: Request, edition: Edition, organisation: str, person: str, at: datetime
) -> dict[str, Any]:
    today = day_in_tokyo(at)
    last = moments.last_counted(recipient.planned.values(), request.subject, today)
    known = {
        "organisation": organisation,
        "person": person,
        "written_on": today.isoformat(),
        "receipt_number": recipient.receipt_number,
        "missing": _missing(recipient, request.subject, edition),
        "answer_until": answer_until(request.told, edition, today, last),
    }
    wanted = edition.letters.root[request.code].variables
    return {name: value for name, value in known.items() if name in (*wanted, *COMMON)}
