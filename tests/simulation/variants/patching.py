"""What variants are made with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kernel.service import Service
from tests.simulation.deployment import Deployment
from tests.simulation.loop import Process

Variant = Callable[[Deployment], None]


def swap(deployment: Deployment, owner: Any, name: str, new: Any) -> None:
    """Another attribute of a class or module, until the course is over."""
    own, kept = name in vars(owner), vars(owner).get(name)
    setattr(owner, name, new)
    deployment.undo.append(lambda: setattr(owner, name, kept) if own else delattr(owner, name))


def of(name: str, patch: Callable[[Service], None]) -> Callable[[Service], None]:
    """The patch, for that service alone."""

    def patch_it(service: Service) -> None:
        if service.spec.name == name:
            patch(service)

    return patch_it


def process_of(deployment: Deployment, service: Service) -> Process:
    """The process in which a service that starts will run."""
    holder = service._ports.holder
    return next(process for process in deployment.loop.all if process.name == holder)


def asked_over_http(cause: Any) -> bool:
    """Whether a cause is a request under an Idempotency-Key."""
    return str(cause.consumer).startswith("http ")
