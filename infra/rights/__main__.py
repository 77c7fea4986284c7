"""`python -m infra.rights passwords FOLDER`, and `give FOLDER --kafka HOST:PORT --mongo URL --prefix NAME`.

`give` speaks to both as their administrator, whose passwords are in the folder; done again it changes nothing, so it
runs at every start of a deployment.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import Any

from confluent_kafka import KafkaException
from pymongo import MongoClient
from pymongo.errors import PyMongoError

from infra.rights import kafka, mongo, passwords
from infra.rights.table import SERVICES


def main(words: list[str] | None = None) -> int:
    """Do it; 0 if all is set."""
    parser = argparse.ArgumentParser(prog="python -m infra.rights")
    commands = parser.add_subparsers(dest="command", required=True)
    made = commands.add_parser("passwords", help="make the passwords that are missing, as files")
    made.add_argument("folder", type=Path)
    given = commands.add_parser("give", help="make the users and give them their rights")
    given.add_argument("folder", type=Path)
    given.add_argument("--kafka", required=True, help="the administrator's listener, host:port")
    given.add_argument("--kafka-ca", default="", help="whose certificates are believed, for TLS")
    given.add_argument("--mongo", required=True, help="URL without user and password")
    given.add_argument("--prefix", default="madoguchi")
    shards = os.environ.get("MADOGUCHI_LOG_SHARDS", "1")
    given.add_argument("--log-shards", type=int, default=shards, help="as the services' MADOGUCHI_LOG_SHARDS")
    said = parser.parse_args(words)
    if said.command == "passwords":
        print(f"{passwords.make(said.folder)} passwords made.")
        return 0
    return _give(said)


def _give(said: argparse.Namespace) -> int:
    folder: Path = said.folder
    tls = {"security.protocol": "SASL_SSL", "ssl.ca.location": said.kafka_ca} if said.kafka_ca else {}
    try:
        admin = kafka.administrator(said.kafka, passwords.ADMIN, passwords.read(folder, "admin.kafka"), tls)
        kafka.give(admin, said.prefix, _of(folder, "kafka"))
        with _client(said.mongo, passwords.read(folder, "admin.mongo")) as client:
            mongo.give(client, said.prefix, _of(folder, "mongo"), said.log_shards)
    except (KafkaException, PyMongoError, OSError, TimeoutError) as why:
        print(f"The rights could not be given: {type(why).__name__}. Are both up, and the passwords theirs?")
        return 1
    print(f"{len(SERVICES)} services have their users and rights on Kafka and MongoDB.")
    return 0


def _client(url: str, password: str) -> MongoClient[dict[str, Any]]:
    return MongoClient(
        url, username=passwords.ADMIN, password=password, authSource="admin", serverSelectionTimeoutMS=30_000
    )


def _of(folder: Path, part: str) -> dict[str, str]:
    return {name: passwords.read(folder, f"{name}.{part}") for name in SERVICES}


if __name__ == "__main__":
    sys.exit(main())
