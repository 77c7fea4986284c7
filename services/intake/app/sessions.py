"""Sessions of the online form (C-IN-2): opened, confirmed, warned, void; drafts."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kernel.aggregate import Aggregate
from kernel.refusals import NotFound
from kernel.repository import decide_again
from kernel.sealing import Contact
from kernel.service import Kernel
from kernel.vault import Erased
from policies.editions import load
from services.intake.domain.form_session import FormSession, Lasting, void
from services.intake.policy.terms import c_in_2_lasting


@dataclass(frozen=True)
class Shown:
    """A session as its applicant sees it now; ``typed`` and ``draft`` as they were sent."""

    session: FormSession
    at: datetime
    typed: dict[str, Any] | None = None
    draft: dict[str, Any] | None = None


class Sessions:
    """Commands and queries on sessions. What was typed and a draft are sealed under keys of their own."""

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel

    async def open(self, fiscal_year: int, who: str | None = None) -> Shown:
        """Open the form, for ``who`` is known to open it. Raises `NoEdition`."""
        at = await self._kernel.clock.now()
        id, lasting = f"session-{self._kernel.ids.new()}", _lasting(fiscal_year, at)
        session = FormSession.open(id, fiscal_year, lasting, at=at, opened_by=self._hashed(who))
        await self._kernel.repository.save(session)
        return Shown(session, at)

    async def read(self, id: str) -> Shown:
        """The session as it stands: what was typed while it lives, the draft in any case. Raises `NotFound`."""
        at = await self._kernel.clock.now()
        session = await self._kernel.repository.get(FormSession, id)
        typed, draft = await self._kernel.vault.open_all([session.typed, session.draft])
        return Shown(session, at, _read(typed) if session.alive(at) else None, _read(draft))

    async def confirm(self, id: str, content: dict[str, Any]) -> Shown:
        """Keep what was typed so far; the time runs anew."""

        async def confirm(session: FormSession, at: datetime) -> None:
            session.must_be_alive(at)
            sealed = await self._sealed(session.subject, "typed", content)
            session.confirm(sealed, _lasting(session.fiscal_year, at), at=at)

        return await self._act(id, confirm)

    async def save_draft(self, id: str, content: dict[str, Any]) -> Shown:
        """Save a draft on purpose."""

        async def save(session: FormSession, at: datetime) -> None:
            session.must_be_alive(at)
            session.save_draft(await self._sealed(draft_of(id), "draft", content), at=at)

        return await self._act(id, save)

    async def resume(self, id: str) -> Shown:
        """Go on from the draft; what was typed before is void, and its key is destroyed (`destroy`)."""

        async def resume(session: FormSession, at: datetime) -> None:
            session.resume(_lasting(session.fiscal_year, at), at=at)

        await self._act(id, resume)
        return await self.read(id)

    async def must_be_of(self, id: str, who: str | None) -> None:
        """Guard: another's session is answered as one that there is not. Raises `NotFound`."""
        session = await self._kernel.repository.find(FormSession, id)
        if session is not None and not session.is_of(self._hashed(who)):
            raise NotFound(FormSession.__name__)

    def _hashed(self, who: str | None) -> str | None:
        return self._kernel.vault.fingerprint("session", who) if who is not None else None

    async def must_be_alive(self, id: str) -> None:
        """Guard of a form that is sent out of a session. Raises `NotFound`, `Refused`."""
        (await self._kernel.repository.get(FormSession, id)).must_be_alive(await self._kernel.clock.now())

    async def used(self, id: str) -> None:
        """The form was sent: neither what was typed nor the draft is needed; their keys are destroyed (`destroy`)."""

        async def use(session: FormSession, at: datetime) -> None:
            session.use(at=at)

        await self._act(id, use)

    async def void(self, id: str) -> Sequence[Aggregate]:
        """The time is over: what was typed is void. For the timer wheel to save."""
        session = await self._kernel.repository.get(FormSession, id)
        return [session] if session.void(at=await self._kernel.clock.now()) else []

    async def destroy(self, id: str) -> Sequence[Aggregate]:
        """Destroy the keys of what is void. After it is recorded, by a timer: a key that was destroyed before could be
        that of a form which a confirmation keeps alive, and what a crash leaves undone is done at the next start."""
        at = await self._kernel.clock.now()
        session = await self._kernel.repository.get(FormSession, id)
        for subject in (*session.given_up, *([draft_of(id)] if session.state == "used" else [])):
            await self._kernel.vault.erase(subject, at=at)
        return []

    async def _act(self, id: str, act: Callable[[FormSession, datetime], Awaitable[None]]) -> Shown:
        async def once() -> Shown:
            at = await self._kernel.clock.now()
            session = await self._kernel.repository.get(FormSession, id)
            await act(session, at)
            await self._kernel.repository.save(session)
            return Shown(session, at)

        return await decide_again(once)

    async def _sealed(self, subject: str, field: str, content: dict[str, Any]) -> Contact:
        try:
            sealer = await self._kernel.vault.sealer(subject)
        except Erased:  # given up since the session was read
            raise void() from None
        return sealer.contact(field, json.dumps(content, ensure_ascii=False))


def draft_of(id: str) -> str:
    """The subject of the draft of a session."""
    return f"draft-{id.removeprefix('session-')}"


def _read(text: str | None) -> dict[str, Any] | None:
    read: dict[str, Any] | None = json.loads(text) if text else None
    return read


def _lasting(fiscal_year: int, at: datetime) -> Lasting:
    return c_in_2_lasting(load("support", fiscal_year), at)
