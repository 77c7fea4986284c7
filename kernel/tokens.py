"""The gate for bearer tokens (RFC 6750): JWTs of OpenID Connect issuers, checked against the issuers' own keys."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping, Sequence
from typing import Any

import jwt
from fastapi import Request
from starlette.datastructures import Headers

from kernel.access import OPERATIONS, Caller
from kernel.denials import SCHEME, Forbidden, bad_token, late_token, no_token, not_for
from kernel.issuers import Issuer, told_apart
from kernel.keys import Keys
from kernel.speaking import OFFICER

LONGEST = 8_000
"""Characters of a token at most."""
LEEWAY = 30.0
"""Seconds by which clocks may differ."""
REQUIRED = ("exp", "iat", "iss", "aud", "sub")
CORPORATE_NUMBER = re.compile(r"[0-9]{13}")


class TokenGate:
    """Believes tokens of these issuers. ``keys`` are theirs, in the same order."""

    def __init__(self, service: str, issuers: Sequence[Issuer], keys: Sequence[Keys] | None = None) -> None:
        self.service = service
        told_apart(issuers)
        found = keys if keys is not None else [Keys(issuer) for issuer in issuers]
        self._known = {issuer.issuer: (issuer, of) for issuer, of in zip(issuers, found, strict=True)}

    async def caller(self, request: Request) -> Caller:
        """See `Gate.caller`; also raises `IssuerAway`, and `Forbidden` for a token that names no role."""
        issuer, claims = await self._claims(bearer(request.headers))
        return caller(claims, issuer)

    async def _claims(self, token: str) -> tuple[Issuer, dict[str, Any]]:
        try:
            head = jwt.get_unverified_header(token)
            said = jwt.decode(token, options={"verify_signature": False})
        except (jwt.InvalidTokenError, ValueError, RecursionError):
            raise bad_token() from None
        name = said.get("iss")
        if not isinstance(name, str) or name not in self._known:
            raise bad_token()
        issuer, keys = self._known[name]
        must_not_be_over(said)
        kid = head.get("kid")
        key = await keys.key(kid if isinstance(kid, str) else None) if head.get("alg") in issuer.algorithms else None
        if key is None:
            raise bad_token()
        return issuer, _checked(token, key, issuer)


def must_not_be_over(said: Mapping[str, Any]) -> None:
    """Guard before any key is asked for: most tokens that are refused are old ones. What else is wrong shows later."""
    until = said.get("exp")
    if isinstance(until, int) and until <= time.time() - LEEWAY:
        raise late_token()


def _checked(token: str, key: jwt.PyJWK, issuer: Issuer) -> dict[str, Any]:
    try:
        claims: dict[str, Any] = jwt.decode(
            token, key, algorithms=list(issuer.algorithms), audience=issuer.audience, issuer=issuer.issuer,
            leeway=LEEWAY, options={"require": list(REQUIRED)},
        )  # fmt: skip
    except jwt.ExpiredSignatureError:
        raise late_token() from None
    except (jwt.PyJWTError, ValueError, TypeError, OverflowError):
        raise bad_token() from None
    return claims


def bearer(headers: Headers) -> str:
    """The token of a request. Raises `Unauthenticated` where there is none, or more than one."""
    said = headers.getlist("authorization")
    scheme, _, token = said[0].partition(" ") if said else ("", "", "")
    token = token.strip()
    if len(said) != 1 or scheme.lower() != SCHEME.lower() or not token:
        raise no_token()
    if len(token) > LONGEST or not token.isascii():
        raise bad_token()
    return token


def caller(claims: Mapping[str, Any], issuer: Issuer) -> Caller:
    """Who a checked token speaks of. Raises `Forbidden` where it is nobody's whom this issuer may speak for."""
    if "form" in issuer.kinds and issuer.form_scope in _words(claims.get("scope")):
        return Caller("form", str(claims.get("client_id") or claims["sub"]), programmes=_programmes(claims, issuer))
    roles = frozenset(_role(each, issuer) for each in _words(claims.get(issuer.roles_claim))) - {""}
    if "officer" in issuer.kinds and roles:
        return _officer(claims, issuer, roles)
    number, own = claims.get(issuer.corporate_number_claim), _words(claims.get(issuer.applications_claim))
    known = isinstance(number, str) and CORPORATE_NUMBER.fullmatch(number)
    if "applicant" in issuer.kinds and (known or own):
        return Caller(
            "applicant", str(claims["sub"]), applications=frozenset(own), corporate_number=number if known else None
        )
    raise not_for("役割のある担当者、申込者、申込フォーム", "officers with a role, applicants and forms")


def _officer(claims: Mapping[str, Any], issuer: Issuer, roles: frozenset[str]) -> Caller:
    id = claims.get(issuer.id_claim)
    if not isinstance(id, str) or not re.fullmatch(OFFICER, id) or len(id) > 64:
        raise Forbidden(
            "G-6",
            "トークンの担当者IDの形式が正しくありません（英小文字・数字・ハイフン、64文字以内）。管理者に連絡してください。",
            "The officer's id in the token must be of a-z, 0-9 and -, up to 64 characters. Tell your administrator.",
        )
    kind = "operator" if roles == {OPERATIONS} else "officer"
    return Caller(kind, id, roles, _programmes(claims, issuer) or frozenset())  # type: ignore[arg-type]


def _programmes(claims: Mapping[str, Any], issuer: Issuer) -> frozenset[str] | None:
    said = claims.get(issuer.programmes_claim)
    return frozenset(_words(said)) if said is not None else None


def _role(word: str, issuer: Issuer) -> str:
    """Our word for the issuer's; one that it was given no meaning for means nothing."""
    return issuer.role_names.get(word, "") if issuer.role_names else word


def _words(said: object) -> tuple[str, ...]:
    """A claim that is a list of words, or one text with blanks between."""
    if isinstance(said, str):
        return tuple(said.split())
    return tuple(each for each in said if isinstance(each, str)) if isinstance(said, list) else ()
