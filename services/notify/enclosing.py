"""The edge at which a letter's paper is set: once to write down its digest, and again for each try to send it.

What is kept are the sealed variables. Who is erased can no longer be printed (G-7); no other paper ever changes, for
equal variables are set to equal bytes, and one that is not what was written down is not sent.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from typing import Any

from kernel.sealing import unsealed_kind
from kernel.vault import Erased, Vault
from policies.edition import Edition
from policies.sheets import RECIPIENT
from policies.typesetting import set_paper
from services.notify.domain.letter import Enclosure, Letter
from services.notify.domain.values import Enclosed
from services.notify.editions import edition_named


class EnclosureChanged(Exception):
    """The paper no longer comes out as it was written down: the layout, the font or the typesetter was changed."""


async def enclosed(vault: Vault, edition: Edition, asked: Enclosed | None) -> Enclosure | None:
    """The paper as a letter keeps it; None where none is asked for. Raises `Erased`."""
    if asked is None:
        return None
    tokens = {name: unsealed_kind(asked.told[name])(asked.told[name]) for name in RECIPIENT}
    opened = await vault.open_all(list(tokens.values()))
    subject = tokens[RECIPIENT[0]].subject
    if None in opened:
        raise Erased(subject)
    told = asked.told | dict(zip(tokens, opened, strict=True))
    content = await asyncio.to_thread(set_paper, edition, asked.layout, told)
    sealer = await vault.sealer(subject)
    kept = sealer.contact("enclosure", json.dumps(told, ensure_ascii=False))
    return Enclosure(layout=asked.layout, name=asked.name, digest=hashlib.sha256(content).hexdigest(), told=kept)


async def enclosures(vault: Vault, letter: Letter) -> tuple[tuple[str, bytes], ...]:
    """The papers of a letter by file name. Raises `Erased`, `EnclosureChanged`."""
    kept = letter.enclosure
    if kept is None:
        return ()
    told: dict[str, Any] = json.loads(await vault.open(kept.told))
    content = await asyncio.to_thread(set_paper, edition_named(letter.edition), kept.layout, told)
    if hashlib.sha256(content).hexdigest() != kept.digest:
        raise EnclosureChanged(kept.name)
    return ((kept.name, content),)
