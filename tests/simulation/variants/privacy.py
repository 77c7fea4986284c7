"""Broken secrecy: a seal forgotten, a ground told, a key that outlives its erasure."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import msgspec

from kernel.log import Commit, StoredEvent
from kernel.publishing import Message
from kernel.sealing import Confidential, Contact, Sealed
from kernel.service import Service
from kernel.vault import Sealer
from tests.simulation.deployment import Deployment
from tests.simulation.variants.patching import of

ARRIVED = "intake.form_arrived.v1"
GROUNDS = "decisions"
"""The field in which screening seals what a judgement was founded on."""
Heard = Callable[[str, type[Sealed], str, str], None]


def _overheard(service: Service, heard: Heard) -> None:
    """Tell of everything that this service seals: whose, which kind, which field, and the plain text."""
    sealer = service.vault.sealer

    class Overheard(Sealer):
        def make(self, kind: Any, field: str, plain: str) -> Any:
            heard(self._subject, kind, field, plain)
            return super().make(kind, field, plain)

    async def overheard(subject: str) -> Sealer:
        found = await sealer(subject)
        return Overheard(found._subject, found._key)

    service.vault.sealer = overheard  # type: ignore[method-assign]


def seal_forgotten(deployment: Deployment) -> None:
    """The event of a form has one more field, the sender's address as it was typed: nobody declared it."""

    def patch(service: Service) -> None:
        typed, append = dict[str, str](), service.log.append

        def heard(subject: str, kind: type[Sealed], field: str, plain: str) -> None:
            if kind is Contact and plain:
                typed[subject] = plain

        async def forgetful(commit: Commit) -> int:
            return await append(msgspec.structs.replace(commit, events=tuple(map(plain, commit.events))))

        def plain(stored: StoredEvent) -> StoredEvent:
            state = json.loads(stored.state) if stored.topic == ARRIVED else {}
            known = typed.get(state.get("party", {}).get("organisation_id", ""))
            said = json.dumps(state | {"typed": known}).encode() if known else stored.state
            return msgspec.structs.replace(stored, state=said)

        _overheard(service, heard)
        service.log.append = forgetful  # type: ignore[method-assign]

    deployment.patches.append(of("intake", patch))


def erasure_keeps_keys(deployment: Deployment) -> None:
    """An erasure is noted in the key ring, and the key stays there."""

    def patch(service: Service) -> None:
        keys = service.vault._keys

        async def erase(subject: str, *, at: datetime) -> bool:
            unless = {"_id": subject, "erased_at": {"$exists": False}}
            return bool((await keys.update_one(unless, {"$set": {"erased_at": at}})).modified_count)

        service.vault.erase = erase  # type: ignore[method-assign]

    deployment.patches.append(of("intake", patch))


def _grounds(deployment: Deployment) -> dict[str, str]:
    """What screening's officers noted last, by organisation."""
    noted: dict[str, str] = {}

    def heard(subject: str, kind: type[Sealed], field: str, plain: str) -> None:
        if kind is Confidential and field == GROUNDS:
            noted[subject] = plain

    deployment.patches.append(of("screening", lambda service: _overheard(service, heard)))
    return noted


def ground_published(deployment: Deployment) -> None:
    """An event that screening tells others has one more field: what the officer noted of the judgement."""
    noted = _grounds(deployment)

    def patch(service: Service) -> None:
        producer: Any = service._ports.producer
        send = producer.send_all

        async def and_why(batch: Sequence[Message]) -> None:
            await send([_with_ground(message) for message in batch])

        def _with_ground(message: Message) -> Message:
            said = json.loads(message.data)
            ground = noted.get((said.get("party") or {}).get("organisation_id", ""))
            return (
                msgspec.structs.replace(message, data=json.dumps(said | {"why": ground}).encode())
                if ground
                else message
            )

        producer.send_all = and_why

    deployment.patches.append(of("screening", patch))


def ground_in_letter(deployment: Deployment) -> None:
    """A letter says what the officer noted of the judgement."""
    noted = _grounds(deployment)

    def patch(service: Service) -> None:
        contents = service.application.contents

        async def with_ground(letter: Any) -> Any:
            found = await contents(letter)
            return replace(found, body=f"{found.body}\n{noted.get(letter.organisation.subject, '')}")

        service.application.contents = with_ground

    deployment.patches.append(of("notify", patch))


PRIVACY = (seal_forgotten, erasure_keeps_keys, ground_published, ground_in_letter)
