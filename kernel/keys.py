"""An issuer's public keys (JWKS, RFC 7517), fetched when one is wanted and kept for a while.

A token with an unknown key id makes them be fetched once more, for keys are changed; but not oftener than every
`AGAIN_AFTER` seconds, so that nobody can make us flood the issuer with invented ids. An issuer that is slow holds up
those alone whose key is not known yet; the others are checked by the keys that there are.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

import httpx
import structlog
from jwt import PyJWK, PyJWKSet
from jwt.exceptions import PyJWTError

from kernel.issuers import Issuer, safely
from kernel.refusals import Refused

logger = structlog.get_logger(__name__)
AGAIN_AFTER = 30.0
"""Seconds between two fetches."""
FRESH_FOR = 600.0
"""Seconds after which the keys are asked for anew, so that one that was withdrawn is not believed for long."""
KEPT_FOR = 3600.0
"""Seconds for which the keys serve while the issuer cannot be reached."""
WITHIN = 5.0
PATIENCE = 1.0
"""Seconds for which whoever has a known key waits for newer ones."""
UNFIT = (httpx.HTTPError, httpx.InvalidURL, PyJWTError, ValueError, TypeError, AttributeError, LookupError)
"""What an answer that is no list of keys leads to."""
DISCOVERY = "/.well-known/openid-configuration"


class IssuerAway(Refused):
    """The issuer's keys cannot be had, so no token can be checked."""

    status = 503

    def __init__(self) -> None:
        super().__init__(
            "G-6",
            "サインインの確認ができません（認証基盤に接続できません）。しばらくしてから、もう一度お試しください。",
            "Tokens cannot be checked: their issuer does not answer. Try again in a while.",
        )
        self.headers = {"Retry-After": "30"}


class Keys:
    """The keys of one issuer. ``now`` is a clock that only goes on, in seconds."""

    def __init__(self, issuer: Issuer, now: Callable[[], float] = time.monotonic) -> None:
        self._issuer, self._now = issuer, now
        self._keys: dict[str | None, PyJWK] = {}
        self._fetched_at: float | None = None
        self._tried_at: float | None = None
        self._fetching: asyncio.Task[None] | None = None
        self._begun_at = 0.0

    async def key(self, kid: str | None) -> PyJWK | None:
        """The key with that id, None if the issuer has none such. Raises `IssuerAway`."""
        if kid not in self._keys or self._older_than(KEPT_FOR):
            await self._newer(None)
        elif self._older_than(FRESH_FOR):
            await self._newer(PATIENCE)
        if self._older_than(KEPT_FOR):
            raise IssuerAway
        return self._keys.get(kid)

    def _older_than(self, seconds: float) -> bool:
        return self._fetched_at is None or self._now() - self._fetched_at > seconds

    async def _newer(self, patience: float | None) -> None:
        """Wait for one fetch that all share, so many seconds from its beginning at most."""
        clock = asyncio.get_running_loop().time
        if self._fetching is None or self._fetching.done():
            if self._tried_at is not None and self._now() - self._tried_at < AGAIN_AFTER:
                return
            self._tried_at = self._now()
            self._fetching, self._begun_at = asyncio.create_task(self._fetch(), name="issuer's keys"), clock()
        left = None if patience is None else max(0.0, patience - (clock() - self._begun_at))
        await asyncio.wait({self._fetching}, timeout=left)

    async def _fetch(self) -> None:
        try:
            async with httpx.AsyncClient(timeout=WITHIN) as client:
                url = self._issuer.jwks or await self._discovered(client)
                found = PyJWKSet.from_dict(await _json(client, url))
        except UNFIT as away:
            logger.warning("keys of an issuer cannot be had", why=type(away).__name__)
            return
        self._keys = {key.key_id: key for key in found.keys if key.public_key_use in (None, "sig")}
        self._fetched_at = self._now()

    async def _discovered(self, client: httpx.AsyncClient) -> str:
        said = await _json(client, self._issuer.issuer.rstrip("/") + DISCOVERY)
        if said.get("issuer") != self._issuer.issuer:
            raise ValueError("the issuer calls itself otherwise")
        return safely(str(said["jwks_uri"]))


async def _json(client: httpx.AsyncClient, url: str) -> dict[str, Any]:
    answer = (await client.get(url)).raise_for_status().json()
    if not isinstance(answer, dict):
        raise ValueError("not an object")
    return answer
