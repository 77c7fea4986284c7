"""`madoguchi token`: a token of the rehearsal, for whoever speaks to the services by other means, such as curl."""

from __future__ import annotations

from typing import Annotated

import typer

from madoguchi.addresses import Deployment
from madoguchi.cli.talking import fail
from madoguchi.signing_in import CannotSignIn


def token(
    by: Annotated[str, typer.Option(help="担当者ID。なければ MADOGUCHI_OFFICER (who)")] = "",
    form: Annotated[bool, typer.Option("--form", help="申込フォームのトークン (a form's token)")] = False,
) -> None:
    """`make run` の予行のアクセストークンを表示する。Print an access token of the rehearsal of `make run`."""
    deployment = Deployment()
    try:
        headers = deployment.signing.whoever(None if form else by or deployment.officer)
    except CannotSignIn as why:
        fail(str(why))
    if "Authorization" not in headers:
        fail("この予行に認証はありません。`make run` で起動しているか確認してください。(No issuer: is `make run` up?)")
    typer.echo(headers["Authorization"].removeprefix("Bearer "))
