"""What storage raises when it does not answer: for work outside the log that waits an outage out."""

from __future__ import annotations

from kernel.mongo import PyMongoError as StorageAway

__all__ = ["StorageAway"]
