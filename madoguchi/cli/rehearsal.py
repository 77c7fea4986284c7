"""`madoguchi rehearsal`: start a rehearsal's clock, move it, play a whole one, see how far everything is."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from aiokafka.errors import KafkaConnectionError
from rich.table import Table

from madoguchi.addresses import SERVICES, Deployment
from madoguchi.cli.talking import ask, console, fail
from madoguchi.rehearsal import cycle
from madoguchi.rehearsal.script import BadScript
from madoguchi.rehearsal.system import Restless, System
from schemas.values import TOKYO

COUNTED = ("記録", "公開済み", "期限超過", "保留")

app = typer.Typer(no_args_is_help=True)
Moment = Annotated[str, typer.Argument(help="日時（東京）例: 2025-12-06T00:00")]


def _moment(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        fail("日時は 2025-12-06T00:00 の形で指定してください。(Write the moment as 2025-12-06T00:00.)")
    return at if at.tzinfo else at.replace(tzinfo=TOKYO)


def _system() -> System:
    deployment = Deployment()
    of = deployment.signing
    return System(deployment.services, deployment.kafka, deployment.mongo, deployment.mail, deployment.prefix, of)


def _reaching(doing: Coroutine[Any, Any, None]) -> None:
    """Run what asks Kafka and MongoDB; one line where Kafka, which is asked first, does not answer."""
    try:
        asyncio.run(doing)
    except KafkaConnectionError:
        ports = "`make run` に指定したポートの環境変数を、ここでも指定してください。"
        fail(f"Kafka に接続できません（{Deployment().kafka}）。{ports}(No answer from Kafka.)")


@app.command()
def start(at: Moment) -> None:
    """時計を合わせる（予行の開始）。Set the clock of a new rehearsal."""

    moment = _moment(at)

    async def run() -> None:
        async with _system() as system:
            await system.set_clock(moment)
            console.print(f"時計は {(await system.now()).astimezone(TOKYO):%Y-%m-%d %H:%M} です。")

    _reaching(run())


@app.command()
def move(to: Moment) -> None:
    """期限を一つずつ通りながら時計を進める。Move the clock through everything that falls due on the way."""

    moment = _moment(to)

    async def run() -> None:
        async with _system() as system:
            if moment <= await system.now():
                console.print("時計は戻せません。(A clock only moves on.)")
            with console.status("期限を処理しています…"):
                stops = await system.move(moment)
            for stop in stops:
                console.print(f"  {stop.astimezone(TOKYO):%Y-%m-%d %H:%M} の期限")
            console.print(f"時計は {(await system.now()).astimezone(TOKYO):%Y-%m-%d %H:%M} です。")

    try:
        _reaching(run())
    except Restless as moving:
        fail(f"処理が終わりません: {moving} (Still moving; see `madoguchi rehearsal status`.)")


@app.command()
def play(
    folder: Annotated[
        Path, typer.Argument(help="予行の台本のフォルダー 例: examples/2027", exists=True, file_okay=False)
    ],
    keep: Annotated[bool, typer.Option(help="結果を期待される結果として残す (keep the outcome as expected)")] = False,
) -> None:
    """台本を最初から最後まで行い、結果を期待と比べる。Play a script on a system of its own; judge the outcome."""
    try:
        as_expected = cycle.play(Deployment(), folder, keep=keep)
    except BadScript as wrong:
        fail(f"台本に誤りがあります: {wrong} (The script is wrong.)")
    except Restless as moving:
        fail(f"処理が終わりません: {moving} (Still moving; see `madoguchi rehearsal status`.)")
    if not as_expected:
        raise typer.Exit(1)


@app.command()
def status() -> None:
    """各サービスの時計・記録・次の期限。Clock, log and next deadline of each service."""
    table = Table()
    for heading in ("サービス", "時計", "記録", "公開済み", "期限超過", "次の期限", "保留"):
        table.add_column(heading, no_wrap=True, justify="right" if heading in COUNTED else "left")
    for name in SERVICES:
        seen = ask(name, "/operations/progress")
        upcoming = f"{datetime.fromisoformat(seen['next']).astimezone(TOKYO):%Y-%m-%d %H:%M}" if seen["next"] else "―"
        now = f"{datetime.fromisoformat(seen['now']).astimezone(TOKYO):%Y-%m-%d %H:%M}"
        published = str(seen["followers"]["relay"])
        table.add_row(name, now, str(seen["tail"] - 1), published, str(seen["due"]), upcoming, str(seen["parked"]))
    console.print(table)
