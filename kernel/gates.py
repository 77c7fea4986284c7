"""Which gate a service gets by its settings."""

from __future__ import annotations

from typing import Any

from fastapi import Request

from kernel.access import Caller, Gate, Trusting
from kernel.limits import Buckets, Limited, Rate
from kernel.settings import Settings
from kernel.tokens import TokenGate
from kernel.webhooks import REMEMBERED, Secrets, WebhookGate, is_signed

SEEN = "webhooks"
"""The collection of the service's database in which the ids of signed requests are remembered for a while."""


class TokensOrSignatures:
    """Knows a form by its signature where there is one, and everybody else by a token."""

    def __init__(self, tokens: TokenGate, webhooks: WebhookGate) -> None:
        self.service = tokens.service
        self._tokens, self._webhooks = tokens, webhooks

    async def caller(self, request: Request) -> Caller:
        """See `Gate.caller`."""
        gate: Gate = self._webhooks if is_signed(request.headers) else self._tokens
        return await gate.caller(request)


def made(settings: Settings, service: str, db: Any) -> Gate:
    """The gate of a service as its settings want it. ``db`` is the service's database."""
    if settings.access == "trusting":
        return Trusting(service)
    tokens = TokenGate(service, settings.issuers)
    if settings.form_secrets_file is None:
        return limited(tokens, settings)
    webhooks = WebhookGate(service, Secrets(settings.form_secrets_file), db[SEEN])
    return limited(TokensOrSignatures(tokens, webhooks), settings)


def limited(gate: Gate, settings: Settings) -> Limited:
    """The gate, counting as the settings say."""
    return Limited(
        gate,
        people=Buckets(Rate(settings.rate, settings.rate_burst)),
        forms=Buckets(Rate(settings.form_rate, settings.form_rate_burst)),
        unknown=Buckets(Rate(settings.unknown_rate, settings.unknown_rate_burst)),
    )


async def prepare(settings: Settings, db: Any) -> None:
    """Let the database forget the ids of signed requests whose time is over."""
    if settings.access == "tokens" and settings.form_secrets_file is not None:
        await db[SEEN].create_index("at", expireAfterSeconds=int(REMEMBERED.total_seconds()))
