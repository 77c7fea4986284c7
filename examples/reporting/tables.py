"""Tables out of JSON Schemas: one an event, one column a top-level field; structures stay JSON text.

Offsets are kept in the same database and the same transaction as the rows, and the event id is the primary key, so a
repeated message or a crash changes nothing.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

SCHEMAS = Path(__file__).resolve().parents[2] / "schemas" / "json"
COMMON = ("event_id", "occurred_at", "source", "position")


class Unknown(Exception):
    """An event for which there is no committed schema."""


class Tables:
    """A database of tables by event. Sealed fields are opaque text in it."""

    def __init__(self, path: Path, schemas: Path = SCHEMAS) -> None:
        self._db = sqlite3.connect(path)
        self._schemas = {file.stem: json.loads(file.read_text("utf-8")) for file in sorted(schemas.glob("*.json"))}
        self._validators = {name: Draft202012Validator(schema) for name, schema in self._schemas.items()}
        self._db.execute(
            "CREATE TABLE IF NOT EXISTS offsets (topic TEXT, partition INT, next INT, PRIMARY KEY (topic, partition))"
        )
        for name in self._schemas:
            columns = ", ".join(f'"{column}"' for column in (*COMMON, *self._columns(name)))
            self._db.execute(f'CREATE TABLE IF NOT EXISTS "{table(name)}" ({columns}, PRIMARY KEY (event_id))')

    def _columns(self, name: str) -> list[str]:
        return list(self._schemas[name]["properties"])

    def offset(self, topic: str, partition: int) -> int:
        """The next offset to read."""
        row = self._db.execute(
            "SELECT next FROM offsets WHERE topic = ? AND partition = ?", (topic, partition)
        ).fetchone()
        return int(row[0]) if row else 0

    def take(self, topic: str, partition: int, records: Iterable[tuple[int, dict[str, str], bytes]]) -> int:
        """Keep records (offset, headers, value) of one partition; how many. Raises `Unknown` or a schema's error."""
        taken = 0
        with self._db:
            for offset, headers, value in records:
                self._insert(headers, json.loads(value))
                self._db.execute("INSERT OR REPLACE INTO offsets VALUES (?, ?, ?)", (topic, partition, offset + 1))
                taken += 1
        return taken

    def _insert(self, headers: dict[str, str], data: dict[str, Any]) -> None:
        name = headers["ce_type"]
        if name not in self._schemas:
            raise Unknown(name)
        self._validators[name].validate(data)
        values: list[Any] = [headers["ce_id"], headers["ce_time"], headers["ce_source"], int(headers["ce_position"])]
        values += [_cell(data.get(column)) for column in self._columns(name)]
        marks = ", ".join("?" for _ in values)
        self._db.execute(f'INSERT OR IGNORE INTO "{table(name)}" VALUES ({marks})', values)

    def counts(self) -> dict[str, int]:
        """Rows by table."""
        found = {}
        for name in self._schemas:
            found[table(name)] = self._db.execute(f'SELECT count(*) FROM "{table(name)}"').fetchone()[0]
        return found


def table(name: str) -> str:
    """The table of an event: ``ApplicationSubmitted.v1`` is ``application_submitted_v1``."""
    plain = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)
    return plain.strip("_").replace(".", "_")


def _cell(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value
