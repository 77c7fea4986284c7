"""The edge at which sealed variables of a letter are opened, and under whose key the letter is closed again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kernel.sealing import PREFIX, Personal, unsealed_kind
from kernel.vault import ERASED, Vault
from services.notify.policy.told import SEALED


async def opened(vault: Vault, told: Mapping[str, Any], organisation_id: str) -> tuple[dict[str, Any], str]:
    """What the text is told, opened, and the subject under whose key its body is kept.

    That is the organisation; the person where the text says something personal, so that it goes with an erasure (G-7).
    """
    tokens = {name: value for name, value in told.items() if name in SEALED and _is_token(value)}
    sealed = [unsealed_kind(token)(token) for token in tokens.values()]
    texts = await vault.open_all(sealed)
    shown = {name: ERASED if text is None else text for name, text in zip(tokens, texts, strict=True)}
    said = zip(sealed, texts, strict=True)
    people = [each.subject for each, text in said if isinstance(each, Personal) and text is not None]
    return {**told, **shown}, people[0] if people else organisation_id


def _is_token(value: Any) -> bool:
    return isinstance(value, str) and value.startswith(PREFIX)
