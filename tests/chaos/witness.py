"""Reads every log all the while, as a follower would, and keeps what it was shown: nothing may come behind it later."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

from pymongo import MongoClient
from pymongo.errors import PyMongoError
from pymongo.read_concern import ReadConcern

LOOK_EVERY = 0.2
MOST = 500


class Witness:
    """``seen`` by service: position and commit id of each commit in the order in which they were shown."""

    def __init__(self, mongo: str, prefix: str, services: Sequence[str]) -> None:
        self.seen: dict[str, list[tuple[int, str]]] = {service: [] for service in services}
        self._mongo, self._prefix, self._over = mongo, prefix, threading.Event()
        self._thread = threading.Thread(target=self._look, name="witness", daemon=True)

    def __enter__(self) -> Witness:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Read to the end once more, and no further. May be called twice."""
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        with MongoClient[dict[str, Any]](self._mongo, serverSelectionTimeoutMS=2000, socketTimeoutMS=5000) as client:
            while not self._over.wait(LOOK_EVERY):
                self._read_all(client)
            self._read_all(client)

    def _read_all(self, client: MongoClient[dict[str, Any]]) -> None:
        for service in self.seen:
            try:
                self._read(client, service)
            except PyMongoError:
                continue  # it is away just now

    def _read(self, client: MongoClient[dict[str, Any]], service: str) -> None:
        log = client[f"{self._prefix}_{service}"].get_collection("log", read_concern=ReadConcern("majority"))
        seen = self.seen[service]
        after = seen[-1][0] if seen else 0
        for document in log.find({"_id": {"$gt": after}}, {"c": 1}).sort("_id", 1).limit(MOST):
            seen.append((document["_id"], str(document["c"])))
