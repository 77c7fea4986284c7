"""Every thing that applicants and officers do, as the HTTP call that it is. Rehearsals and `madoguchi do` share it."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

Ask = Callable[[str, str], Awaitable[Any]]
"""Asks a service for a path: (service, path) → JSON."""


@dataclass(frozen=True)
class Raw:
    """How an action sends bytes instead of JSON."""

    def headers(self, body: dict[str, Any]) -> dict[str, str]:
        """Type, digest (RFC 9530) and description of the bytes."""
        digest = base64.b64encode(hashlib.sha256(self.content(body)).digest()).decode()
        return {"Content-Type": "application/pdf", "Content-Digest": f"sha-256=:{digest}:"}

    def content(self, body: dict[str, Any]) -> bytes:
        """A small PDF made from the body's ``text``."""
        return b"%PDF-1.4\n% " + str(body.get("text", "")).encode() + b"\n%%EOF\n"


@dataclass(frozen=True)
class Action:
    """An HTTP call. ``seen`` is where the version that an officer saw is read; ``find`` looks up more places."""

    service: str
    method: str
    path: str
    officer: bool = False
    seen: str | None = None
    raw: Raw | None = None
    find: Callable[[Ask, dict[str, str]], Awaitable[dict[str, str]]] | None = None


ACTIONS: dict[str, Action] = {}
