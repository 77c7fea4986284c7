"""How the command line and rehearsals say who they are.

With a token of one's own (``MADOGUCHI_TOKEN``) that is the one. `make run` leaves a file by which its own issuer gives
a token for whomever is named (``MADOGUCHI_CLIENT_FILE``). With neither, the officer is only named, which services
believe in a trusting rehearsal alone.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

RENEWED_BEFORE = 60.0
"""Seconds before its end at which a token is replaced."""
WITHIN = 10.0
FORM = "form-portal"
"""The name under which a rehearsal's forms are sent."""


class CannotSignIn(Exception):
    """No token is to be had; the text says what to do, in Japanese and English."""


@dataclass
class Signing:
    """Headers that say who sends a request; with no file that exists and no token, an officer's name alone."""

    client_file: Path | None = None
    token: str = ""
    _tokens: dict[tuple[str, str], tuple[str, float]] = field(default_factory=dict)

    def officer(self, id: str) -> dict[str, str]:
        """The headers of an officer's request."""
        if self.token or self._has_client:
            return _bearing(self.token or self._issued(id, ""))
        return {"X-Officer": id} if id else {}

    def form(self) -> dict[str, str]:
        """The headers of a form."""
        if self.token or self._has_client:
            return _bearing(self.token or self._issued(FORM, "forms"))
        return {}

    def whoever(self, officer: str | None) -> dict[str, str]:
        """The headers of an officer's request, or of a form's where no officer is named."""
        return self.form() if officer is None else self.officer(officer)

    @property
    def _has_client(self) -> bool:
        return self.client_file is not None and self.client_file.is_file()

    def _issued(self, subject: str, scope: str) -> str:
        token, until = self._tokens.get((subject, scope), ("", 0.0))
        if time.monotonic() < until:
            return token
        form = {"grant_type": "client_credentials", "subject": subject, "scope": scope}
        said = self._ask({name: value for name, value in form.items() if value})
        until = time.monotonic() + float(said["expires_in"]) - RENEWED_BEFORE
        self._tokens[subject, scope] = said["access_token"], until
        return str(said["access_token"])

    def _ask(self, form: dict[str, str]) -> dict[str, Any]:
        assert self.client_file is not None
        try:
            client = json.loads(self.client_file.read_text(encoding="utf-8"))
            known = (client["client_id"], client["client_secret"])
            answer = httpx.post(f"{client['issuer']}/token", data=form, auth=known, timeout=WITHIN)
            said: dict[str, Any] = answer.raise_for_status().json()
        except (OSError, ValueError, KeyError, httpx.HTTPError):
            raise CannotSignIn(
                "予行の認証に接続できません。`make run` で起動しているか確認してください。"
                " (The rehearsal's issuer gives no token: is `make run` up?)"
            ) from None
        return said


def _bearing(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}
