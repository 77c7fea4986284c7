"""Tables out of JSON Schemas: one an event, one column a top-level field; structures stay JSON text.

Offsets are kept in the same database and the same transaction as the rows, and the event id is the primary key, so a
repeated message or a crash changes nothing. A schema that has grown a field gives its table a column; a message that
says more than its schema is taken without it. The table ``heard`` has the place and the hash of each, by which
`examples.reporting.same` compares what was read with what the services hold.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

SCHEMAS = Path(__file__).resolve().parents[2] / "schemas" / "json"
COMMON = {"event_id": "ce_id", "occurred_at": "ce_time", "source": "ce_source", "position": "ce_position"}
"""The columns that every table has, and the headers that fill them."""

Records = Iterable[tuple[int, dict[str, str], bytes]]
"""Offset, headers and value of each."""


class Refused(Exception):
    """A record that cannot be taken: where it is and why, without showing what it says. Nothing after it is read."""


class Tables:
    """A database of tables by event. Sealed fields are opaque text in it."""

    def __init__(self, path: Path, schemas: Path = SCHEMAS) -> None:
        self._db = sqlite3.connect(path)
        self._schemas = {file.stem: json.loads(file.read_text("utf-8")) for file in sorted(schemas.glob("*.json"))}
        self._validators = {name: Draft202012Validator(schema) for name, schema in self._schemas.items()}
        with self._db:
            self._db.execute("BEGIN")  # one transaction for all tables: otherwise each is written to the disk by itself
            self._db.execute(
                "CREATE TABLE IF NOT EXISTS offsets"
                " (topic TEXT, partition INT, next INT, PRIMARY KEY (topic, partition))"
            )
            self._db.execute(
                "CREATE TABLE IF NOT EXISTS heard"
                " (source TEXT, position INT, number INT, event_id TEXT PRIMARY KEY, body_sha256 BLOB)"
            )
            for name in self._schemas:
                self._prepare(table(name), self._columns(name))

    def _columns(self, name: str) -> list[str]:
        return list(self._schemas[name]["properties"])

    def _prepare(self, of: str, wanted: list[str]) -> None:
        self._db.execute(f'CREATE TABLE IF NOT EXISTS "{of}" ({", ".join(COMMON)}, PRIMARY KEY (event_id))')
        there = {row[1] for row in self._db.execute(f'PRAGMA table_info("{of}")')}
        for column in wanted:
            if column not in there:
                self._db.execute(f'ALTER TABLE "{of}" ADD COLUMN "{column}"')

    def offset(self, topic: str, partition: int) -> int:
        """The next offset to read."""
        row = self._db.execute(
            "SELECT next FROM offsets WHERE topic = ? AND partition = ?", (topic, partition)
        ).fetchone()
        return int(row[0]) if row else 0

    def take(self, topic: str, partition: int, records: Records) -> int:
        """Keep records of one partition, all or none; how many. Raises `Refused`."""
        taken = 0
        with self._db:
            for offset, headers, value in records:
                try:
                    self._insert(headers, value)
                except Refused as why:
                    raise Refused(f"{topic}, partition {partition}, offset {offset}: {why}") from None
                self._db.execute("INSERT OR REPLACE INTO offsets VALUES (?, ?, ?)", (topic, partition, offset + 1))
                taken += 1
        return taken

    def _insert(self, headers: dict[str, str], value: bytes) -> None:
        missing = [header for header in ("ce_type", *COMMON.values()) if header not in headers]
        if missing:
            raise Refused(f"no event of the published language: it has no header {', '.join(missing)}")
        name = headers["ce_type"]
        if name not in self._schemas:
            raise Refused(f"{name} is unknown. Fetch the schemas anew; if they do not have it, ask its publisher")
        data = self._read(name, value)
        filled = {column: headers[header] for column, header in COMMON.items()}
        filled |= {column: _cell(data.get(column)) for column in self._columns(name)}
        columns, marks = ", ".join(f'"{column}"' for column in filled), ", ".join("?" for _ in filled)
        self._db.execute(f'INSERT OR IGNORE INTO "{table(name)}" ({columns}) VALUES ({marks})', list(filled.values()))
        number = headers["ce_id"].rpartition("+")[2] if "+" in headers["ce_id"] else "0"
        place = [headers["ce_source"], int(headers["ce_position"]), int(number), headers["ce_id"]]
        row = [*place, hashlib.sha256(value).digest()]
        self._db.execute("INSERT OR IGNORE INTO heard VALUES (?, ?, ?, ?, ?)", row)

    def _read(self, name: str, value: bytes) -> dict[str, Any]:
        try:
            data: dict[str, Any] = json.loads(value)
        except ValueError:
            raise Refused(f"{name} is not JSON") from None
        fault = best_match(self._validators[name].iter_errors(data))
        if fault is not None:
            raise Refused(f"{name} does not match its schema at {fault.json_path} ({fault.validator})")
        return data

    def counts(self) -> dict[str, int]:
        """Rows by table."""
        found = {}
        for name in self._schemas:
            found[table(name)] = self._db.execute(f'SELECT count(*) FROM "{table(name)}"').fetchone()[0]
        return found

    def sources(self) -> set[str]:
        """The publishers of what was read; each shard of a log that is split is one, as ``screening.1``."""
        return {str(row[0]) for row in self._db.execute("SELECT DISTINCT source FROM heard")}

    def last(self, source: str) -> int:
        """The last position of a publisher's log of which anything was read; 0 for none."""
        row = self._db.execute("SELECT max(position) FROM heard WHERE source = ?", (source,)).fetchone()
        return int(row[0] or 0)

    def heard(self, source: str, upto: int) -> Iterator[tuple[str, bytes]]:
        """Id and hash of the body of each event of a publisher up to a position, in the order of its log."""
        where = "source = ? AND position <= ? ORDER BY position, number"
        yield from self._db.execute(f"SELECT event_id, body_sha256 FROM heard WHERE {where}", (source, upto))

    def close(self) -> None:
        """Done."""
        self._db.close()


def table(name: str) -> str:
    """The table of an event: ``ApplicationSubmitted.v1`` is ``application_submitted_v1``."""
    plain = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)
    return plain.strip("_").replace(".", "_")


def _cell(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value
