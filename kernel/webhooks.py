"""The gate for forms that sign what they send: Standard Webhooks 1.0 (HMAC-SHA256 over id, time and body).

A signature counts for `WINDOW` seconds by this service's own clock. A sender may have two live secrets, so that one can
be changed without a gap. What was signed is the body, neither the address nor the Idempotency-Key: so an id is
remembered with all three as it first came with them, and whatever else comes under it is refused. The same request
again is let through where its Idempotency-Key says how it is answered; else whoever overheard it could have it done
twice.

The specification's own library takes text alone, and papers are no text: hence these lines, tried against that library.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from fastapi import Request
from starlette.datastructures import Headers

from kernel.access import Caller
from kernel.denials import Unauthenticated
from kernel.livefile import LiveFile
from kernel.mongo import DuplicateKeyError

WINDOW = 300
"""Seconds by which the time of a signature may differ from ours."""
REMEMBERED = timedelta(seconds=3 * WINDOW)
"""How long an id is kept: longer than its signature can count."""
LIVE = 2
SHORTEST = 24
"""Bytes of a secret at least."""
PREFIX = "whsec_"
SIGNATURE, ID, TIMESTAMP = "webhook-signature", "webhook-id", "webhook-timestamp"
KEY, SAFE = "idempotency-key", ("GET", "HEAD")
LONGEST_ID, SIGNATURES_MOST = 200, 10


class UnfitSecrets(ValueError):
    """The file of secrets cannot be used; says why, and no secret."""


def unsigned(ja: str, en: str) -> Unauthenticated:
    """A signature that does not count."""
    return Unauthenticated(ja, en, pointer=f"/{SIGNATURE}")


def wrong_signature() -> Unauthenticated:
    """No live secret of any sender made it, or a header is no such header."""
    return unsigned(
        "署名（webhook-signature）が正しくありません。送信元の秘密鍵と、署名した本文をご確認ください。",
        "The signature (webhook-signature) is not right. Check the sender's secret and the body that was signed.",
    )


def out_of_time() -> Unauthenticated:
    """It is too old, or from the future."""
    return unsigned(
        "署名の日時（webhook-timestamp）が現在と5分以上離れています。時計を合わせ、署名し直して送ってください。",
        "The time of the signature (webhook-timestamp) is more than 5 minutes off. Set the clock and sign it anew.",
    )


def replayed() -> Unauthenticated:
    """The id came before with something else."""
    return unsigned(
        "この webhook-id は別の内容で使われています。新しい内容には新しい webhook-id を付けてください。",
        "This webhook-id was used for something else. Use a new one for new content.",
    )


def unkeyed() -> Unauthenticated:
    """A repetition that nothing tells from a replay."""
    return unsigned(
        "この webhook-id は使われています。Idempotency-Key のない要求には、新しい webhook-id で署名してください。",
        "This webhook-id was used. A request without an Idempotency-Key is signed anew, under a new webhook-id.",
    )


class Secrets(LiveFile[Mapping[str, Sequence[bytes]]]):
    """The live secrets of each sender, by sender, out of a file that is read again when it changes.

    The file is a JSON object: sender to a list of one or two secrets (``whsec_`` and base64). Raises `UnfitSecrets` and
    OSError where it cannot be used at the start.
    """

    def __init__(self, file: Path) -> None:
        super().__init__(file, secrets)


def secrets(raw: bytes) -> dict[str, list[bytes]]:
    """What a file of secrets says. Raises `UnfitSecrets`."""
    try:
        said = json.loads(raw)
    except ValueError:
        raise UnfitSecrets("The file of secrets is not JSON.") from None
    if not isinstance(said, dict):
        raise UnfitSecrets("The file of secrets must be an object: sender to a list of secrets.")
    return {str(sender): _of_sender(each) for sender, each in said.items()}


def _of_sender(said: object) -> list[bytes]:
    if not isinstance(said, list) or not 1 <= len(said) <= LIVE or not all(isinstance(each, str) for each in said):
        raise UnfitSecrets(f"Each sender has a list of one to {LIVE} live secrets.")
    try:
        found = [base64.b64decode(each.removeprefix(PREFIX), validate=True) for each in said]
    except (binascii.Error, ValueError):
        raise UnfitSecrets(f"A secret is {PREFIX} and base64.") from None
    if any(len(each) < SHORTEST for each in found):
        raise UnfitSecrets(f"A secret has {SHORTEST} bytes or more.")
    return found


class WebhookGate:
    """Knows a form by its signature. ``seen`` is the collection in which ids are remembered."""

    def __init__(self, service: str, secrets: Secrets, seen: Any, now: Callable[[], float] = time.time) -> None:
        self.service = service
        self._secrets, self._seen, self._now = secrets, seen, now

    async def caller(self, request: Request) -> Caller:
        """See `Gate.caller`."""
        body = await request.body()
        sender = signed_by(request.headers, body, self._secrets.now(), self._now())
        await self._remember(sender, request, body)
        return Caller("form", sender)

    async def _remember(self, sender: str, request: Request, body: bytes) -> None:
        reads = request.method in SAFE
        key = "" if reads else request.headers.get(KEY, "")
        where = f"{request.method} {request.url.path}?{request.url.query}\n{key}\n".encode()
        digest = hashlib.sha256(where + body).hexdigest()
        id, at = f"{sender} {request.headers[ID]}", datetime.fromtimestamp(self._now(), UTC)
        try:
            await self._seen.insert_one({"_id": id, "digest": digest, "at": at})
        except DuplicateKeyError:
            known = await self._seen.find_one({"_id": id})
            if known is None or not hmac.compare_digest(known["digest"], digest):
                raise replayed() from None
            if not key and not reads:
                raise unkeyed() from None


def is_signed(headers: Headers) -> bool:
    """Whether a request brings a signature, right or wrong."""
    return SIGNATURE in headers


def signed_by(headers: Headers, body: bytes, live: Mapping[str, Sequence[bytes]], now: float) -> str:
    """The sender whose secret signed the body, at about ``now`` (seconds since 1970). Raises `Unauthenticated`."""
    said = [headers.getlist(name) for name in (ID, TIMESTAMP, SIGNATURE)]
    if any(len(each) != 1 for each in said):
        raise wrong_signature()
    (id,), (at,), (signatures,) = said
    if not (id and len(id) <= LONGEST_ID and at.isascii() and at.isdigit() and len(at) <= 12):
        raise wrong_signature()
    given = _given(signatures)
    signed = f"{id}.{at}.".encode("latin-1", "replace") + body
    for sender, keys in live.items():
        for key in keys:
            expected = hmac.digest(key, signed, "sha256")
            if any(hmac.compare_digest(expected, each) for each in given):
                if abs(now - int(at)) > WINDOW:
                    raise out_of_time()
                return sender
    raise wrong_signature()


def _given(signatures: str) -> list[bytes]:
    """The signatures of version 1; whatever else stands there does not count."""
    found = []
    for each in signatures.split(" ")[:SIGNATURES_MOST]:
        version, _, encoded = each.partition(",")
        if version == "v1":
            try:
                found.append(base64.b64decode(encoded, validate=True))
            except (binascii.Error, ValueError):
                continue
    return found
