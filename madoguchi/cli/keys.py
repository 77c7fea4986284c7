"""`madoguchi keys`: the master key, by which all data keys are wrapped, and its rotation while services run."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from kernel import credentials, masterkeys, mongo, rotation
from kernel.masterkeys import BadKeyFile, MasterKeys
from kernel.vault import UnknownMaster
from madoguchi.addresses import SERVICES, Deployment
from madoguchi.cli.talking import ask, console, fail, mongo_said

app = typer.Typer(no_args_is_help=True)
KNOWN_WITHIN = 120.0
"""Seconds for a changed file to be seen by every service; a mounted Secret takes a minute."""
NEXT = {
    "new": "`madoguchi keys rotate` で切り替えます。(Next: rotate.)",
    "rotate": "`madoguchi backup take` のあと `madoguchi keys retire` で前の鍵を外します。(Next: back up, retire.)",
}


@app.command()
def show() -> None:
    """マスター鍵の名前と、それで包まれたデータ鍵の数。The master keys by name, and how many data keys each wraps."""
    keys = _read()
    table = Table()
    for heading in ("マスター鍵", "役割", "データ鍵"):
        table.add_column(heading)
    roles = {keys.current: "現在の鍵 (wraps)", keys.coming: "次の鍵 (coming)"}
    counts = asyncio.run(_counts())
    for id in sorted(keys.keys):
        table.add_row(id, roles.get(id, "前の鍵 (former)"), f"{counts.pop(id, 0):,}")
    for other, count in sorted(counts.items(), key=lambda each: str(each[0])):
        table.add_row(other or "（名前なし）", "" if other is None else "このファイルにない鍵 (unknown)", f"{count:,}")
    console.print(table)


@app.command()
def new() -> None:
    """新しいマスター鍵を作り、全サービスに知らせる（まだ使わない）。A new master key, not yet used."""
    path, keys = _path(), _read().announced()
    _write(path, keys)
    _await_known("known", keys.coming or "")
    console.print(f"新しい鍵 {keys.coming} を全サービスが読みました。{NEXT['new']}", highlight=False)


@app.command()
def rotate() -> None:
    """新しいマスター鍵に切り替え、データ鍵を包み直す（止めずに行う）。Switch, and wrap every data key anew."""
    path, keys = _path(), _read()
    if keys.coming is None and not keys.former:
        fail("次の鍵がありません。先に `madoguchi keys new` を行ってください。(There is no new key: `keys new` first.)")
    if keys.coming is not None:
        _require("known", keys.coming, "新しい鍵をまだ読んでいないサービスがあります", "They do not know it yet")
        _write(path, keys := keys.turned())
    _await_known("current", keys.current)
    try:
        done = asyncio.run(_rewrap(keys))
    except UnknownMaster as unknown:
        fail(f"ファイルにないマスター鍵で包まれたデータ鍵があります。前のファイルから戻してください。({unknown})")
    console.print(f"{done:,} 個のデータ鍵を {keys.current} で包み直しました。{NEXT['rotate']}", highlight=False)


@app.command()
def retire() -> None:
    """使われなくなった前のマスター鍵をファイルから外す。Take out the former master keys, which wrap nothing."""
    path, keys = _path(), _read()
    if not keys.former:
        fail("前の鍵はありません。(There is no former key.)")
    if remaining := asyncio.run(_left(keys)):
        fail(f"前の鍵で包まれたデータ鍵が{remaining:,}個あります。`madoguchi keys rotate` を先に。(Rotate first.)")
    _require("current", keys.current, "新しい鍵で包んでいないサービスがあります", "They do not wrap by the new key yet")
    typer.confirm("前の鍵で作った鍵束の控えは読めなくなります。外しますか？ (Older key backups die.)", abort=True)
    _write(path, keys.alone())
    console.print(f"{', '.join(keys.former)} を外しました。(Retired.)", highlight=False)


def _path() -> Path:
    return Deployment().master_key_file


def _read() -> MasterKeys:
    try:
        return masterkeys.read(_path())
    except BadKeyFile as bad:
        fail(f"{bad.ja} ({bad.en})")
    except OSError:
        fail("マスター鍵のファイルを開けません。MADOGUCHI_MASTER_KEY_FILE をご確認ください。(No master key file.)")


def _write(path: Path, keys: MasterKeys) -> None:
    try:
        masterkeys.write(path, keys)
    except OSError as error:
        fail(
            f"マスター鍵のファイルに書き込めません（{error.strerror}）。鍵は前のままです。所有者として、"
            "書き込める場所（MADOGUCHI_MASTER_KEY_FILE）で行ってください。"
            " (The master key file cannot be written, and is as before: do it as its owner.)"
        )


def _unaware(part: str, id: str) -> list[str]:
    """The services that do not know the key, or do not wrap by it."""
    return [name for name in SERVICES if id not in _listed(ask(name, "/operations/keys")[part])]


def _listed(said: Any) -> list[str]:
    return said if isinstance(said, list) else [said]


def _require(part: str, id: str, ja: str, en: str) -> None:
    if unaware := _unaware(part, id):
        fail(f"{ja}: {', '.join(unaware)}。ファイルを配り、再起動してください。({en}: hand the file out, restart.)")


def _await_known(part: str, id: str) -> None:
    until = time.monotonic() + KNOWN_WITHIN
    with console.status("全サービスが読むのを待っています … (waiting for every service)"):
        while unaware := _unaware(part, id):
            if time.monotonic() > until:
                fail(
                    f"読み直さないサービスがあります: {', '.join(unaware)}。"
                    "ファイルを配り、順に再起動してから、もう一度行ってください。"
                    " (They have not read the file: hand it out, restart one after the other, then again.)"
                )
            time.sleep(0.5)


async def _with_ring(act: Callable[[Any], Any]) -> Any:
    deployment = Deployment()
    client = mongo.connect(deployment.mongo, **credentials.mongo(deployment))
    try:
        return await act(mongo.database(client, f"{deployment.prefix}_keyring")["keys"])
    except mongo.PyMongoError as error:
        fail(mongo_said(error))
    finally:
        client.close()


async def _counts() -> dict[str | None, int]:
    async def act(ring: Any) -> dict[str | None, int]:
        found = ring.aggregate([{"$match": {"wrapped": {"$exists": True}}}, {"$sortByCount": "$master"}])
        return {each["_id"]: each["count"] async for each in found}

    counts: dict[str | None, int] = await _with_ring(act)
    return counts


async def _left(keys: MasterKeys) -> int:
    return int(await _with_ring(lambda ring: rotation.left(ring, keys)))


async def _rewrap(keys: MasterKeys) -> int:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("包み直し (wrapping anew)", total=None)

        def tell(done: int, total: int) -> None:
            progress.update(task, completed=done, total=total)

        return int(await _with_ring(lambda ring: rotation.rewrap(ring, keys, tell)))
