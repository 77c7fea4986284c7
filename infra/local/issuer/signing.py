"""The issuer's keys and the tokens that it signs (RFC 9068)."""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm

ALGORITHM = "ES256"
LASTS = 3600
"""Seconds for which a token counts."""


class Signer:
    """Signs with the newest of its keys; `turn` makes another, `forget` withdraws the older ones."""

    def __init__(self, issuer: str, audience: str) -> None:
        self.issuer, self.audience = issuer, audience
        self._keys: dict[str, ec.EllipticCurvePrivateKey] = {}
        self.turn()

    def turn(self) -> None:
        """Sign with a new key from now on; the older ones are still published."""
        self._keys[uuid.uuid4().hex] = ec.generate_private_key(ec.SECP256R1())

    def forget(self) -> None:
        """Publish the newest key alone."""
        newest = list(self._keys)[-1]
        self._keys = {newest: self._keys[newest]}

    def published(self) -> dict[str, Any]:
        """The public keys, as a JWKS."""
        keys = [
            ECAlgorithm.to_jwk(key.public_key(), as_dict=True) | {"kid": kid, "use": "sig", "alg": ALGORITHM}
            for kid, key in self._keys.items()
        ]
        return {"keys": keys}

    def token(self, subject: str, claims: Mapping[str, Any], lasts: int = LASTS) -> str:
        """A token for a subject with these claims beside the usual ones."""
        now, kid = int(time.time()), list(self._keys)[-1]
        usual = {"iss": self.issuer, "aud": self.audience, "sub": subject, "iat": now, "exp": now + lasts}
        head = {"kid": kid, "typ": "at+jwt"}
        return jwt.encode({**usual, "jti": uuid.uuid4().hex, **claims}, self._keys[kid], ALGORITHM, head)
