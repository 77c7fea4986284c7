"""The mailbox on disk: one file for the mail as it came, one beside it for its envelope."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from infra.local.mail.letters import Letter, read


@dataclass(frozen=True)
class Envelope:
    """What the mail itself does not tell. `deliveries` counts how often the same Message-ID came."""

    id: str
    recipients: tuple[str, ...]
    first_received: str  # ISO 8601, UTC
    deliveries: int
    message_id: str


class Mailbox:
    """Every mail that was ever delivered, each once; it survives a restart."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._envelopes: dict[str, Envelope] = {}
        for path in sorted(folder.glob("*.json")):
            said = json.loads(path.read_text())
            self._envelopes[path.stem] = Envelope(**{**said, "recipients": tuple(said["recipients"])})

    def deliver(self, raw: bytes, recipients: list[str]) -> Envelope:
        """Keep a mail; when this returns it is on disk. The same Message-ID again only adds to the count."""
        message_id = read(raw).message_id
        known = next((each for each in self._envelopes.values() if message_id and each.message_id == message_id), None)
        if known is not None:
            both = tuple(dict.fromkeys([*known.recipients, *recipients]))
            return self._keep(replace(known, recipients=both, deliveries=known.deliveries + 1))
        number = f"{len(self._envelopes) + 1:06d}"
        _write(self._folder / f"{number}.eml", raw)
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        return self._keep(Envelope(number, tuple(recipients), now, 1, message_id))

    def newest_first(self, to: str = "", subject: str = "") -> Iterator[tuple[Envelope, Letter]]:
        """The mails whose recipients and subject contain these texts."""
        for envelope in reversed(tuple(self._envelopes.values())):  # mails may come while it is read
            letter = self.letter(envelope.id)
            if to.lower() in " ".join(envelope.recipients).lower() and subject in letter.subject:
                yield envelope, letter

    def envelope(self, number: str) -> Envelope | None:
        """The envelope of one mail; `None` if there is no such mail."""
        return self._envelopes.get(number)

    def letter(self, number: str) -> Letter:
        """The content of one mail that exists."""
        return read(self.raw(number))

    def raw(self, number: str) -> bytes:
        """One mail that exists, as it came over the wire."""
        return (self._folder / f"{number}.eml").read_bytes()

    def _keep(self, envelope: Envelope) -> Envelope:
        _write(self._folder / f"{envelope.id}.json", json.dumps(asdict(envelope)).encode())
        self._envelopes[envelope.id] = envelope
        return envelope


def _write(path: Path, content: bytes) -> None:
    """All or nothing, and on disk: a mail that was accepted must not be lost."""
    beside = path.with_suffix(".new")
    with beside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
