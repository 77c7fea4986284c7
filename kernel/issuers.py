"""Whose tokens are believed, and for what: an issuer of officers' tokens says nothing of applicants."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, HttpUrl, field_validator

Algorithm = Literal["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
"""Signatures with a public key alone: with a shared secret, whoever checks a token could also make one."""


class Issuer(BaseModel):
    """An OpenID Connect issuer: what its tokens must say, and how its claims are called.

    ``jwks``: where its keys are; found by discovery if empty. ``kinds``: the callers that it may speak for; an officer
    with the role ``operations`` alone is an operator. ``role_names``: its words for roles, as keys, and ours; empty if
    they are the same. An officer's token without programmes opens none.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    issuer: str
    audience: Annotated[str, Field(min_length=1)]
    jwks: str = ""
    kinds: frozenset[Literal["officer", "applicant", "form"]]
    algorithms: tuple[Algorithm, ...] = ("RS256", "ES256")
    id_claim: str = "sub"
    roles_claim: str = "roles"
    programmes_claim: str = "programmes"
    corporate_number_claim: str = "corporate_number"
    applications_claim: str = "applications"
    form_scope: str = "forms"
    role_names: Mapping[str, str] = {}

    @field_validator("issuer", "jwks")
    @classmethod
    def _safely(cls, url: str) -> str:
        """Keys that came over an open line may be anybody's; on this machine there is no line."""
        return safely(url) if url else url


def told_apart(issuers: Sequence[Issuer]) -> None:
    """Guard: a token names its issuer alone, so of two entries for one the latter would silently count for both.

    Raises ValueError.
    """
    names = [each.issuer for each in issuers]
    for place, name in enumerate(names):
        if name in names[:place]:
            raise ValueError(
                f"MADOGUCHI_ISSUERS names one issuer twice (entries {names.index(name) + 1} and {place + 1}). Make one "
                "entry of them, with the kinds of both; for another audience give the tokens an issuer of its own. "
                "(MADOGUCHI_ISSUERS に同じ issuer が2回あります。1つにまとめてください。)"
            )


def safely(url: str) -> str:
    """The address itself. Raises ValueError where it is none, or what comes from it could be changed on its way."""
    read = HttpUrl(url)
    if read.scheme != "https" and read.host not in ("127.0.0.1", "localhost", "[::1]"):
        raise ValueError("An issuer and its keys are reached over https, unless they are on this machine.")
    return url
