"""What no route should have to see: addresses too long or with unseen characters, bodies too large or not JSON.

It stands before every route of every service, so that each of them may rely on it.
"""

from __future__ import annotations

import json
import re
import unicodedata
from typing import Any

from fastapi.responses import JSONResponse
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kernel.problems import problem

FORM_MOST, FILE_MOST = 1 << 20, 10 << 20
"""Bytes of a body at most: of JSON, of a file."""
PATH_MOST, QUERY_MOST = 400, 2_000
"""Characters of an address at most."""
TOO_LONG = 413
PLACE = re.compile(r"\{[^}]*\}")
DEPTH_MOST = 20
"""Levels of JSON within one another at most; the deepest form has six."""

Fault = tuple[int, str, str]
"""Status, and what is wrong in Japanese and English."""
ADDRESS: Fault = (
    404,
    "この宛先はありません。番号に使えない文字があるか、長すぎます。番号をご確認ください。",
    "There is nothing at this address: it is too long or holds characters that no id has. Check the id.",
)
LONG: Fault = (414, "問い合わせの条件が長すぎます。短くしてください。", "The query is too long. Shorten it.")
UNSTATED: Fault = (411, "Content-Length を付けて送ってください。", "Send the body with a Content-Length.")
NOT_JSON: Fault = (
    400,
    "JSON として読めません。UTF-8 の正しい JSON を送ってください（同じ項目の重複、NaN などは使えません）。",
    "This cannot be read as JSON. Send valid JSON in UTF-8, without a repeated name, NaN or the like.",
)
DEEP: Fault = (
    400,
    f"JSON の入れ子が深すぎます。{DEPTH_MOST}段以内にしてください。",
    f"The JSON is nested too deep: at most {DEPTH_MOST} levels are read.",
)


class Edge:
    """ASGI: what is unfit is answered here, the rest goes on unchanged."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        fault = _address(scope) or _length(headers)
        if fault is None and is_json(headers.get("content-type", "")):
            body, replay = await _whole(receive)
            fault = _too_long(FORM_MOST) if body is None else _unreadable(body)
            receive = replay
        if fault is not None:
            await _refusal(fault, scope)(scope, receive, send)
            return
        await self.app(scope, receive, send)


def is_json(content_type: str) -> bool:
    """Whether a body says of itself that it is JSON."""
    media = content_type.partition(";")[0].strip().lower()
    return media == "application/json" or (media.startswith("application/") and media.endswith("+json"))


def _address(scope: Scope) -> Fault | None:
    path = scope["path"]
    if len(path) > PATH_MOST or any(unicodedata.category(c)[0] in "CZ" or c == "\ufffd" for c in path):
        return ADDRESS
    return LONG if len(scope["query_string"]) > QUERY_MOST else None


def _length(headers: Headers) -> Fault | None:
    stated = headers.get("content-length")
    if stated is None:
        return UNSTATED if "transfer-encoding" in headers else None
    if not (stated.isascii() and stated.isdigit() and len(stated) < 20):
        return UNSTATED
    most = FORM_MOST if is_json(headers.get("content-type", "")) else FILE_MOST
    return _too_long(most) if int(stated) > most else None


def _too_long(most: int) -> Fault:
    return TOO_LONG, f"{most >> 20}MB以内にしてください。", f"At most {most >> 20} MB are taken."


def _refusal(fault: Fault, scope: Scope) -> JSONResponse:
    """The answer. That a body is too long is said under the clause of what it was sent for."""
    status, ja, en = fault
    clause = _clause(scope) if status == TOO_LONG else "G-8"
    return problem(status, ja, en, errors=[{"pointer": "", "clause": clause, "ja": ja, "en": en}])


def _clause(scope: Scope) -> str:
    """The clause that the route at this address documents (``x-clause``)."""
    documented: dict[str, Any] = scope["app"].openapi()["paths"] if "app" in scope else {}
    for path, methods in documented.items():
        said = methods.get(scope["method"].lower())
        if said is not None and re.fullmatch(PLACE.sub("[^/]+", path), scope["path"]):
            return str(said.get("x-clause", "G-8"))
    return "G-8"


async def _whole(receive: Receive) -> tuple[bytes | None, Receive]:
    """The body, None if it is longer than a form may be; and how it is received once more."""
    parts: list[Message] = []
    length, more = 0, True
    while more and length <= FORM_MOST:
        part = await receive()
        parts.append(part)
        length += len(part.get("body", b""))
        more = part.get("more_body", False)
    again = iter(parts)

    async def replay() -> Message:
        return next(again, None) or await receive()

    return (b"".join(part.get("body", b"") for part in parts) if length <= FORM_MOST else None), replay


def _unreadable(body: bytes) -> Fault | None:
    if not body:
        return None
    try:
        read = json.loads(body.decode(), object_pairs_hook=_each_once, parse_constant=_no_number)
    except RecursionError:
        return DEEP
    except ValueError:
        return NOT_JSON
    return DEEP if _deeper(read, DEPTH_MOST) else None


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    if len(read) < len(pairs):
        raise ValueError
    return read


def _no_number(name: str) -> None:
    raise ValueError


def _deeper(value: object, levels: int) -> bool:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return levels < 1 or any(_deeper(each, levels - 1) for each in inner if isinstance(each, dict | list))
