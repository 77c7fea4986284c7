"""Problem documents of RFC 9457, as every refusal over HTTP is answered. Values that were sent are never repeated."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi.responses import JSONResponse

PROBLEM = "application/problem+json"


def problem(
    status: int,
    ja: str,
    en: str,
    *,
    errors: list[dict[str, str]] | None = None,
    instance: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """A problem document. ``errors`` are its faults one by one; where none are given it is the only one."""
    body: dict[str, Any] = {"type": "about:blank", "title": en, "title_ja": ja, "status": status}
    if instance:
        body["instance"] = instance
    body["errors"] = errors if errors is not None else [{"pointer": "", "clause": "G-8", "ja": ja, "en": en}]
    return JSONResponse(body, status, media_type=PROBLEM, headers=dict(headers) if headers else None)
