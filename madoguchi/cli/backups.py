"""`madoguchi backup`: take one, look whether one is whole, restore one."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any, TypeVar

import typer
from aiokafka.errors import KafkaError
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from kernel.backup import manifest as manifests
from kernel.backup.manifest import Manifest
from kernel.masterkeys import BadKeyFile
from kernel.mongo import PyMongoError
from kernel.refusals import Refused
from kernel.shards import named
from madoguchi.addresses import Deployment
from madoguchi.cli.talking import console, fail, mongo_said
from schemas.values import TOKYO

app = typer.Typer(no_args_is_help=True)
T = TypeVar("T")
Tell = Callable[[str, int, int], None]
Folder = Annotated[Path, typer.Argument(help="控えのフォルダー (the backup's folder)")]
Keys = Annotated[Path | None, typer.Option(help="鍵束の控え。なければ同時に作ったもの (the key ring's backup)")]


@app.command()
def take() -> None:
    """動いているまま控えを作り、期限を過ぎた鍵束の控えを消す。Back up while everything runs; expired key backups go."""
    begun, now = time.monotonic(), datetime.now(UTC).replace(microsecond=0)
    recovery = _recovery()
    with _told() as tell:
        taken = _run(recovery.take(Deployment(), now, tell))
    _show(taken.manifest)
    console.print(f"記録の控え: {taken.folder}", highlight=False)
    console.print(
        f"鍵束の控え: {taken.keys}（{taken.head.keys:,}個、{_moment(taken.head.expires_at)}まで。別の場所に保管）",
        highlight=False,
    )
    for name in taken.discarded.left:
        console.print(
            f"[yellow]！[/yellow] 鍵束の控え {name} は期限を確かめられず、残っています。手で消してください。"
            " (It could not be read or destroyed: see to it by hand.)",
            highlight=False,
        )
    for name in taken.discarded.gone:
        console.print(f"期限を過ぎた鍵束の控えを消しました: {name} (Destroyed, its day had come.)", highlight=False)
    console.print(f"{time.monotonic() - begun:.1f} 秒 (seconds)", highlight=False)


@app.command()
def check(folder: Folder) -> None:
    """控えが書いたときのままかを確かめる。Look whether a backup is what was written."""
    with _told() as tell:
        found = _refused(lambda: _recovery().checked(Deployment(), folder, tell))
    _show(found)
    console.print("[green]✓[/green] 書いたときのままです。(It is what was written.)")


@app.command()
def show(folder: Folder) -> None:
    """控えの目録：各サービスの位置、事象の数、連鎖の値。What a backup holds."""
    _show(_refused(lambda: manifests.read(folder)))


@app.command()
def restore(
    folder: Folder,
    keys: Keys = None,
    older_keys: Annotated[bool, typer.Option(help="記録より古い鍵束の控えでもよい (accept an older one)")] = False,
) -> None:
    """空の MongoDB と Kafka に復元する。このあとサービスを起動する。Restore into an empty MongoDB and Kafka."""
    deployment, begun, now = Deployment(), time.monotonic(), datetime.now(UTC).replace(microsecond=0)
    recovery = _recovery()
    ring = keys or recovery.keys_of(deployment, folder)
    with _told() as tell:
        done = _run(recovery.restore(deployment, folder, ring, now, tell, older_keys=older_keys))
    _show(done.manifest)
    if done.held:
        console.print(
            f"消去済みの鍵 {done.held} 個は戻していません。(Destroyed keys that were left out.)", highlight=False
        )
    if done.lost:
        console.print(
            f"[yellow]！[/yellow] {done.lost} 件の対象は鍵が失われ、これまでの内容は読めません。(Keys lost.)",
            highlight=False,
        )
    console.print(
        f"[green]✓[/green] 復元しました（{time.monotonic() - begun:.1f} 秒）。サービスを起動してください。"
        f"{_moment(done.manifest.made_at)}より後の消去は、もう一度行ってください（docs/recovery.md）。"
        " (Restored: start the services; erasures after that moment must be done again.)",
        highlight=False,
    )


def _show(manifest: Manifest) -> None:
    table = Table(title=f"{manifest.prefix}　{_moment(manifest.made_at)} 時点", title_justify="left")
    for heading in ("サービス", "位置", "事象", "書類", "連鎖 (chain)"):
        table.add_column(heading, justify="left" if heading in ("サービス", "連鎖 (chain)") else "right")
    for name, part in manifest.services.items():
        for shard, log in enumerate(part.logs):
            boxes = "" if shard else f"{part.boxes.documents:,}"
            table.add_row(named(name, shard), f"{log.upto:,}", f"{log.events:,}", boxes, log.digest[:16])
    console.print(table)


def _moment(at: datetime) -> str:
    return f"{at.astimezone(TOKYO):%Y-%m-%d %H:%M:%S}"


def _recovery() -> ModuleType:
    """It imports services, which takes a while: no other command pays for it."""
    return import_module("madoguchi.recovery")


@contextmanager
def _told() -> Iterator[Tell]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        tasks: dict[str, Any] = {}

        def tell(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = progress.add_task(what, total=total)
            progress.update(tasks[what], completed=done, total=total)

        yield tell


def _run(work: Coroutine[Any, Any, T]) -> T:
    return _refused(lambda: asyncio.run(work))


def _refused(act: Callable[[], T]) -> T:
    try:
        return act()
    except (Refused, BadKeyFile) as refused:
        clause = getattr(refused, "clause", "G-8")
        fail(f"{clause} {refused.ja} ({refused.en})")
    except PyMongoError as error:
        fail(mongo_said(error))
    except (KafkaError, TimeoutError):
        fail("Kafka が応答しません。MADOGUCHI_KAFKA を確かめて、もう一度行ってください。(No answer from Kafka.)")
    except OSError as error:
        fail(
            f"ファイルを扱えません（{error.strerror}）。場所と空き容量をご確認ください。(Check the place and its room.)"
        )
