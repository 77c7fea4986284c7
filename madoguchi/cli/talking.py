"""Talking to services from the command line: one clear line where something is wrong."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

import httpx
import typer
from rich.markup import escape

from kernel.mongo import PyMongoError, refusal
from madoguchi.addresses import Deployment
from madoguchi.folding import wide_console
from madoguchi.rehearsal.calls import Call
from madoguchi.signing_in import CannotSignIn, Signing

console = wide_console()


DECLARING = "no-interest"
"""The command that a refusal names where an officer has not declared yet (C-SC-16)."""
HOW_TO_DECLARE = (
    f"`madoguchi do {DECLARING} --place 受付番号 --reason 理由`（利害関係があれば {DECLARING} の代わりに conflict）"
)


class Closed(list[Any]):
    """Nothing, of what is there and closed to the officer (C-SC-16), with the reasons."""

    def __init__(self, errors: Iterable[dict[str, Any]]) -> None:
        super().__init__()
        self.errors = list(errors)


def tell_if_closed(answer: Any, *, told: bool = False) -> bool:
    """Say why what was asked for is closed, unless that was ``told`` already; whether either is so."""
    if not isinstance(answer, Closed):
        return told
    for error in () if told else answer.errors:
        console.print(f"[yellow]！[/yellow] {escape(error['clause'])} {escape(error['ja'])}")
        _how_to_declare(error)
    return True


def ask(
    service: str, path: str, *, missing_ok: bool = False, closed_ok: bool = True, officer: str = "", **params: Any
) -> Any:
    """GET from a service, as the deployment's officer unless another is named; None for 404 where that is allowed.

    What is closed to the officer is an empty `Closed` there, unless not ``closed_ok``.
    """
    params_or_none = params or None  # {} would strip the path's query
    answer = _request(service, "GET", path, officer=officer or Deployment().officer, params=params_or_none)
    if missing_ok and answer.status_code == 404:
        return None
    if missing_ok and closed_ok and answer.status_code == 403:
        return Closed(answer.json().get("errors", ()))
    return checked(answer)


def tell(service: str, method: str, path: str, body: dict[str, Any], key: str | None = None) -> Any:
    """Send a command to a service, as the officer whom it names."""
    headers, officer = {"Idempotency-Key": key} if key else {}, str(body.get("by") or Deployment().officer)
    return checked(_request(service, method, path, officer=officer, json=body, headers=headers))


def put(service: str, path: str, question: dict[str, Any]) -> Any:
    """Put a question that needs a body."""
    return checked(_request(service, "POST", path, officer=Deployment().officer, json=question))


def send(call: Call, hint: str = "") -> Any:
    """Send a prepared request; ``hint`` is said where a field of it is refused."""
    return checked(_request(call.service, call.method, call.path, officer=call.officer, **call.options), hint)


def fetch(service: str, path: str) -> bytes:
    """GET what is no JSON, such as a PDF."""
    answer = _request(service, "GET", path, officer=Deployment().officer)
    if answer.status_code >= 400:
        checked(answer)
    return answer.content


def save(pdf: Path, content: bytes) -> None:
    """Keep a PDF and say so; ends the command where it cannot be written."""
    try:
        pdf.write_bytes(content)
    except OSError:
        fail(f"「{pdf}」に保存できません。(The PDF cannot be saved there.)")
    console.print(f"{pdf} に保存しました（{len(content):,}バイト）。", highlight=False)


def checked(answer: httpx.Response, hint: str = "") -> Any:
    """The answer's content; ends the command with the reasons of a refusal."""
    if answer.status_code < 400:
        return answer.json()
    try:
        problem = answer.json()
    except ValueError:
        fail(f"HTTP {answer.status_code}")
    for error in problem.get("errors") or [{"clause": "", "ja": problem.get("title_ja", ""), "en": problem["title"]}]:
        where = f" {error['pointer']}" if error.get("pointer") else ""
        console.print(f"[red]✗[/red] {escape(error['clause'])}{escape(where)} {escape(error['ja'])}")
        console.print(f"  [dim]{escape(error['en'])}[/dim]")
        _how_to_declare(error)
    if hint and any(error.get("pointer") for error in problem.get("errors") or ()):
        console.print(f"  {escape(hint)}", highlight=False)
    raise typer.Exit(1)


def _how_to_declare(error: dict[str, Any]) -> None:
    if error["clause"] == "C-SC-16" and DECLARING in error["ja"]:
        console.print(f"  {escape(HOW_TO_DECLARE)}", highlight=False)


def fail(line: str) -> NoReturn:
    """End the command with one line."""
    console.print(f"[red]✗[/red] {escape(line)}")
    raise typer.Exit(1)


def mongo_said(error: PyMongoError) -> str:
    """What MongoDB's answer means for whoever asked, and the remedy."""
    match refusal(error):
        case "rights":
            return (
                "MongoDB がこの利用者に許していません。MADOGUCHI_MONGO_USER と権限（docs/recovery.md）を確かめて、"
                "もう一度行ってください。(MongoDB does not let this user: see its rights.)"
            )
        case "moment":
            return (
                "書類を写す間に、控えの時点が MongoDB に残らなくなりました。minSnapshotHistoryWindowInSeconds を"
                "延ばして、もう一度行ってください。(The moment is too long ago: prolong that window.)"
            )
        case "refused":
            return (
                f"MongoDB が受け付けませんでした（{type(error).__name__}）。記録を確かめてください。(MongoDB refused.)"
            )
        case _:
            return (
                "MongoDB が応答しません。MADOGUCHI_MONGO を確かめて、もう一度行ってください。(No answer from MongoDB.)"
            )


def _request(service: str, method: str, path: str, *, officer: str | None, **options: Any) -> httpx.Response:
    url = Deployment().services[service]
    try:
        headers = {**_signing().whoever(officer), **options.pop("headers", {})}
        return httpx.request(method, url + path, headers=headers, timeout=120, **options)
    except CannotSignIn as why:
        fail(str(why))
    except httpx.TransportError:
        fail(
            f"{service} に接続できません（{url}）。`make run` で起動しているか確認してください。"
            f" (No answer from {service}: is `make run` up?)"
        )


@cache
def _signed_in(client_file: Path, token: str) -> Signing:
    return Signing(client_file, token)


def _signing() -> Signing:
    """One for the whole command, so that it asks for a token once."""
    deployment = Deployment()
    return _signed_in(deployment.client_file, deployment.token)
