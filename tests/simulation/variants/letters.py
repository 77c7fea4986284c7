"""Broken letters: sent before they are written, or under another Message-ID each time."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from typing import Any

from kernel.log import Commit
from kernel.mapper import restore
from kernel.service import Service
from kernel.vault import Erased
from services.notify.domain.letter import LetterComposed
from services.notify.policy.mail import mail
from services.notify.sending import Outage, Refusal
from tests.simulation.deployment import Deployment
from tests.simulation.mail import RemoteMail, outage
from tests.simulation.variants.patching import of, process_of


def letter_before_event(deployment: Deployment) -> None:
    """A letter goes to the mail server before the event that it was written is in the log."""

    def patch(service: Service) -> None:
        append = service.log.append
        way = deployment.wire(process_of(deployment, service), deployment.post, outage)
        post = RemoteMail(deployment.mailbox, way)

        async def send_first(commit: Commit) -> int:
            for stored in commit.events:
                if stored.topic == LetterComposed.TOPIC:
                    letter = restore(stored).mutate(None)
                    with contextlib.suppress(Outage, Refusal, Erased):
                        await post.deliver(mail(await service.application.contents(letter)))
            return await append(commit)

        service.log.append = send_first  # type: ignore[method-assign]

    deployment.patches.append(of("notify", patch))


def message_id_by_try(deployment: Deployment) -> None:
    """A letter has another Message-ID each time that it is tried: what comes twice is not known as one."""

    def patch(service: Service) -> None:
        contents = service.application.contents

        async def anew(letter: Any) -> Any:
            return replace(await contents(letter), message_id=f"<{service.kernel.ids.new()}@simulation.example>")

        service.application.contents = anew

    deployment.patches.append(of("notify", patch))


LETTERS = (letter_before_event, message_id_by_try)
