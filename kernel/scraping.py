"""Who may read ``/metrics``: whoever brings its token, which is neither an officer's nor a form's.

The figures count events by name, and small numbers tell: how many were refused, and on which day (C-SC-15). So they
have a token of their own, which Prometheus reads out of a file (``authorization: credentials_file``). Without that
setting they are told on this machine alone, to whoever comes straight: a request that a proxy passed on comes from
somewhere else, wherever the proxy stands.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from fastapi import Request

from kernel.addresses import is_loopback
from kernel.denials import Unauthenticated, no_metrics_token, wrong_metrics_token
from kernel.livefile import LiveFile
from kernel.tokens import bearer

LIVE = 2
"""Tokens that count at once, so that one can be changed without a gap."""
SHORTEST, LONGEST = 32, 500
"""Characters of a token."""
PASSED_ON = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip")
"""What proxies say of themselves."""
SECURED: dict[str, Any] = {"security": [{"metrics": []}]}
"""What the interface's description says of the route; see `kernel.openapi`."""


class UnfitTokens(ValueError):
    """The file of tokens cannot be used; says why, and no token."""


class Scrapers:
    """Dependency of the route. ``file`` holds the live tokens, one a line; None where there is none.

    Raises `UnfitTokens` and OSError where the file cannot be used at the start.
    """

    def __init__(self, file: Path | None) -> None:
        self._live = LiveFile(file, tokens) if file is not None else None

    def must_be_one(self, request: Request) -> None:
        """Guard. Raises `Unauthenticated`."""
        if self._live is None:
            if not comes_straight(request):
                raise no_metrics_token()
            return
        try:
            given = bearer(request.headers).encode()
        except Unauthenticated:
            raise wrong_metrics_token() from None
        if not any([hmac.compare_digest(given, each) for each in self._live.now()]):  # a list: each is looked at
            raise wrong_metrics_token()


async def scraping(request: Request) -> None:
    """Dependency: as the service's settings say."""
    scrapers: Scrapers = request.app.state.scrapers
    scrapers.must_be_one(request)


def tokens(raw: bytes) -> Sequence[bytes]:
    """What a file of tokens says: one or two lines. Raises `UnfitTokens`."""
    found = [line.strip() for line in raw.splitlines() if line.strip()]
    if not 1 <= len(found) <= LIVE:
        raise UnfitTokens(f"The file of tokens for /metrics has one to {LIVE} lines.")
    if any(not SHORTEST <= len(each) <= LONGEST or any(not 0x21 <= c <= 0x7E for c in each) for each in found):
        raise UnfitTokens(f"A token for /metrics is {SHORTEST} to {LONGEST} characters of ASCII without a blank.")
    return found


def comes_straight(request: Request) -> bool:
    """Whether it was sent on this machine, to this machine by name, and no proxy says that it passed it on."""
    straight = not any(name in request.headers for name in PASSED_ON)
    client = request.client is not None and is_loopback(request.client.host)
    return straight and client and is_loopback(request.url.hostname or "")
