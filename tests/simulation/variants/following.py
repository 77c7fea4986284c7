"""Broken followers: one that lost its lease goes on, and what comes late overwrites what came after it."""

from __future__ import annotations

from typing import Any

from kernel import mongo
from kernel.service import Service
from tests.simulation.deployment import Deployment
from tests.simulation.variants.patching import swap


def no_fencing(deployment: Deployment) -> None:
    """Who lost its lease writes on: a checkpoint is set whatever token and position stand there by then."""

    def patch(service: Service) -> None:
        async def write(name: str, position: int, token: int) -> None:
            now = {"$set": {"token": token, "position": position}}
            await service.db["checkpoints"].update_one({"_id": name}, now, upsert=True)

        service.checkpoints.write = write  # type: ignore[method-assign]

    deployment.patches.append(patch)


def overwrite_read_models(deployment: Deployment) -> None:
    """A document is written whatever is there: one that comes late turns it back."""

    def any_order(document: dict[str, Any], position: str) -> mongo.UpdateMany:
        return mongo.UpdateMany({"_id": document["_id"]}, [{"$replaceWith": {"$literal": document}}])

    swap(deployment, mongo, "_over", any_order)


FOLLOWING = (no_fencing, overwrite_read_models)
