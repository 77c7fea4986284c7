"""The cipher of sealed fields: AES-256-GCM, a random nonce, the header authenticated with the value."""

from __future__ import annotations

import base64
import json
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kernel.sealing import PREFIX, NotSealed, Sealed

BLOCK, FILLING = 16, b"\xff"
"""A value is filled up to blocks of so many bytes, so that a token's length does not tell one short value from another.

The byte that it is filled up with is in no text in UTF-8.
"""


def seal(value: Sealed, event: str) -> str:
    """The value's token; a fresh one is sealed now, for the event with that id. Raises `NotSealed`."""
    return value.lock(_encrypt, event)


def unseal(value: Sealed, key: bytes) -> str:
    """The value, a fresh one as it is. Raises `NotSealed` where token and key do not belong together."""
    if value.token is None:
        return value.fresh_text() or ""
    _, _, named, box = value.token.split(":")
    return unlock(key, _unbase(box), _unbase(named)).rstrip(FILLING).decode()


def unlock(key: bytes, box: bytes, name: bytes) -> bytes:
    """What is in a box of nonce and ciphertext that was locked under that name. Raises `NotSealed`."""
    try:
        return AESGCM(key).decrypt(box[:12], box[12:], name)
    except (InvalidTag, ValueError):
        raise NotSealed("key, name and sealed value do not belong together") from None


def _encrypt(header: dict[str, str], plain: str, key: bytes) -> str:
    named = json.dumps(header, separators=(",", ":"), sort_keys=True).encode()
    nonce, text = os.urandom(12), plain.encode()
    filled = text.ljust(max(BLOCK, -(-len(text) // BLOCK) * BLOCK), FILLING)
    return f"{PREFIX}{_base(named)}:{_base(nonce + AESGCM(key).encrypt(nonce, filled, named))}"


def _base(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _unbase(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        raise NotSealed("not a sealed value") from None
