"""Whose keys are destroyed, by intake's log alone: a restored key ring must not have them (G-7, C-IN-2)."""

from __future__ import annotations

from collections.abc import Iterator

from kernel.log import StoredEvent
from kernel.mapper import restore
from services.intake.app.sessions import draft_of
from services.intake.domain.erasure import ErasureOrdered, SubjectErased
from services.intake.domain.form_session import FormSession

SESSION = "session-"


class Destroyed:
    """Hears the log from its beginning and knows then which keys are gone."""

    def __init__(self) -> None:
        self._erased: set[str] = set()
        self._sessions: dict[str, FormSession] = {}

    def see(self, service: str, stored: StoredEvent) -> None:
        """The next event of a service's log; only intake destroys keys."""
        if service != "intake":
            return
        if stored.topic in (ErasureOrdered.TOPIC, SubjectErased.TOPIC):
            event = restore(stored)
            assert isinstance(event, ErasureOrdered | SubjectErased)
            self._erased.add(event.subject)
        elif stored.stream.startswith(SESSION):
            session = restore(stored).mutate(self._sessions.get(stored.stream))
            assert isinstance(session, FormSession)
            self._sessions[stored.stream] = session

    def subjects(self) -> Iterator[str]:
        """Everybody erased or to be, and what was typed into forms that are void or sent."""
        yield from self._erased
        for session in self._sessions.values():
            yield from session.given_up
            if session.state == "used":
                yield draft_of(session.id)
