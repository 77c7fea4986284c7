"""The issuer over HTTP."""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import parse_qsl

from fastapi import FastAPI, Header, Request
from fastapi.responses import JSONResponse

from infra.local.issuer.signing import LASTS, Signer

ROLES = ("intake", "screening", "placement", "billing", "notify", "operations", "erasure")
"""What a rehearsal's officer may do unless less is asked for: everything."""
PROGRAMMES = ("secondment", "support")


def application(signer: Signer, client: str, secret: str) -> FastAPI:
    """The issuer's application, with its one client."""
    app = FastAPI(title="issuer", openapi_url=None)

    @app.get("/.well-known/openid-configuration")
    async def discovery() -> dict[str, Any]:
        return {
            "issuer": signer.issuer,
            "jwks_uri": f"{signer.issuer}/keys",
            "token_endpoint": f"{signer.issuer}/token",
            "grant_types_supported": ["client_credentials"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
        }

    @app.get("/keys")
    async def keys() -> dict[str, Any]:
        return signer.published()

    @app.get("/health/ready")
    async def ready() -> dict[str, str]:
        return {"status": "ready"}

    @app.post("/token")
    async def token(request: Request, authorization: Annotated[str, Header()] = "") -> JSONResponse:
        if not _is_client(authorization, client, secret):
            return JSONResponse({"error": "invalid_client"}, 401, headers={"WWW-Authenticate": "Basic"})
        said = dict(parse_qsl((await request.body()).decode()))
        if said.get("grant_type") != "client_credentials":
            return JSONResponse({"error": "unsupported_grant_type"}, 400)
        signed = signer.token(said.get("subject", client), _claims(said) | {"client_id": client})
        return JSONResponse({"access_token": signed, "token_type": "Bearer", "expires_in": LASTS})

    return app


def _claims(said: Mapping[str, str]) -> dict[str, Any]:
    """What a token says of its subject: a form, an applicant, or else an officer."""
    if "scope" in said:
        return {"scope": said["scope"]}
    if "corporate_number" in said:
        return {"corporate_number": said["corporate_number"]}
    roles, programmes = said.get("roles", " ".join(ROLES)), said.get("programmes", " ".join(PROGRAMMES))
    return {"roles": roles.split(), "programmes": programmes.split()}


def _is_client(authorization: str, client: str, secret: str) -> bool:
    scheme, _, said = authorization.partition(" ")
    try:
        told = base64.b64decode(said, validate=True)
    except binascii.Error:
        return False
    return scheme.lower() == "basic" and hmac.compare_digest(told, f"{client}:{secret}".encode())
