"""The file that tells the rehearsal's one client where the issuer is, and its secret: readable by its owner alone."""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path
from typing import Any

AUDIENCE = "madoguchi"
CLIENT = "rehearsal"


def write(path: Path, issuer: str) -> None:
    """Make the file anew, with a new secret."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    said = {"issuer": issuer, "client_id": CLIENT, "client_secret": secrets.token_urlsafe(32)}
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump(said, file)


def read(path: Path) -> dict[str, Any]:
    """What the file says."""
    said: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return said


def settings(issuer: str) -> str:
    """What services are told of the issuer, as `MADOGUCHI_ISSUERS`: it may speak for everybody."""
    kinds = ["officer", "applicant", "form"]
    return json.dumps([{"issuer": issuer, "audience": AUDIENCE, "kinds": kinds, "algorithms": ["ES256"]}])
