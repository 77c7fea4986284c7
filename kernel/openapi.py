"""What an OpenAPI document says of every route alike: who may call it, and how a request is refused.

The framework documents what a route's own code answers; what the edge and the gate answer before it is said here, so
that no answer is a surprise to whoever reads the document.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.routing import RouteContext

from kernel.access import Admits, Trusting, declarations

Document = dict[str, Any]
BEARER, SIGNED, FIGURES = "token", "signature", "metrics"
SCHEMES: Document = {
    BEARER: {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "OpenID Connect の発行者によるアクセストークン。An access token of one of the issuers.",
    },
    SIGNED: {
        "type": "apiKey",
        "in": "header",
        "name": "webhook-signature",
        "description": "Standard Webhooks: webhook-id, webhook-timestamp, webhook-signature.",
    },
    FIGURES: {
        "type": "http",
        "scheme": "bearer",
        "description": "指標専用のトークン（MADOGUCHI_METRICS_TOKEN_FILE）。設定がなければ同じ機器からだけ読めます。"
        "The figures' own token; where none is set they are told on this machine alone.",
    },
}
TEXT = {"type": "string"}
FAULT = {"type": "object", "properties": {name: TEXT for name in ("pointer", "clause", "ja", "en")}}
PROBLEM: Document = {
    "type": "object",
    "description": "RFC 9457. title_ja と errors の ja が日本語の説明です。",
    "required": ["type", "title", "title_ja", "status", "errors"],
    "properties": {
        **{name: TEXT for name in ("type", "title", "title_ja", "instance")},
        "status": {"type": "integer"},
        "errors": {"type": "array", "items": FAULT},
    },
}
ALWAYS: Mapping[int, str] = {
    404: "この宛先はありません。There is nothing at this address.",
    409: "規程により受け付けられません（条項は errors に）。A rule refuses it; errors name the clause.",
    410: "消去済みです。It was erased.",
    414: "問い合わせの条件が長すぎます。The query is too long.",
    422: "入力に誤りがあります。The request has faults.",
    503: "ただいま記録または確認できません。Nothing can be recorded or checked just now.",
}
OF_BODIES: Mapping[int, str] = {
    400: "本文を読み取れません。The body cannot be read.",
    408: "本文が時間内に届きませんでした。The body did not come in time.",
    411: "Content-Length がありません。There is no Content-Length.",
    413: "大きすぎます。It is too large.",
    415: "本文の種類が違います。The body is of another type.",
}
OF_COMMANDS: Mapping[int, str] = {
    412: "確認した版のあとに更新があります。The case has changed since it was read.",
}
OF_CALLERS: Mapping[int, str] = {
    401: "誰からの要求かが分かりません。Nobody knows who is calling.",
    403: "権限がありません。It is not for the caller.",
    429: "要求が多すぎます。Retry-After のあとに送ってください。Too many requests; wait as Retry-After says.",
}


def describe(app: FastAPI) -> None:
    """Have the application's OpenAPI document say it."""
    made = app.openapi

    def openapi() -> Document:
        document = made()
        if "securitySchemes" not in document.setdefault("components", {}):
            _complete(app, document)
        return document

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's own way of extending the document


def _complete(app: FastAPI, document: Document) -> None:
    components = document["components"]
    components["securitySchemes"] = SCHEMES
    components.setdefault("schemas", {})["Problem"] = PROBLEM
    trusting = isinstance(app.state.gate, Trusting)
    for route, admits in declarations(app):
        for method in route.methods or ():
            operation = document["paths"].get(route.path_format, {}).get(method.lower())
            if operation is not None:
                _one(operation, route, method, admits, trusting=trusting)


def _one(operation: Document, route: RouteContext, method: str, admits: Admits | None, *, trusting: bool) -> None:
    if admits is not None:
        ways = (BEARER, SIGNED) if "form" in admits.kinds else (BEARER,)
        operation["security"] = [{way: []} for way in ways]
    if not trusting:
        named = operation.get("parameters", [])
        operation["parameters"] = [each for each in named if each["name"] != "X-Officer"]
    told = dict(ALWAYS) | (dict(OF_CALLERS) if admits is not None else {})
    told |= {401: OF_CALLERS[401]} if "security" in operation else {}
    told |= {} if method == "GET" else {**OF_BODIES, **OF_COMMANDS}
    own = {status: said for status, said in operation["responses"].items() if status != "422"}
    operation["responses"] = {str(status): _problem(text) for status, text in sorted(told.items())} | own


def _problem(text: str) -> Document:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": text, "content": {"application/problem+json": {"schema": schema}}}
