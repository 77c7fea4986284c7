"""The five services as a measurement starts them: on the parts of the run, in a mode of `benchmarks.serve`."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from functools import partial
from types import MappingProxyType
from uuid import uuid4

from benchmarks.bench import Bench
from infra.local.cluster import Cluster
from infra.local.keeper import PAUSE
from infra.local.ports import HOST, SERVICES, Ports, free_ports
from infra.local.programs import Program, python, service
from infra.local.readiness import answers
from infra.local.stack import Stack
from schemas.values import TOKYO

OPEN = datetime(2025, 11, 10, 10, tzinfo=TOKYO)
"""A moment at which the reception of 2026's secondment is open."""


@contextmanager
def running(bench: Bench, mode: str, services: Sequence[str] = SERVICES) -> Iterator[Stack]:
    """The services, ready, on the parts of the run, with databases and topics of their own, and a mail catcher."""
    addresses = bench.parts.addresses
    with _stack(bench, mode, services, {"kafka": addresses.kafka, "mongo": addresses.mongo}) as stack:
        yield stack


@contextmanager
def running_on(bench: Bench, cluster: Cluster, processes: int) -> Iterator[tuple[Stack, list[str]]]:
    """As `running`, on a cluster of its own, with so many processes of each service; and the URLs of all intakes."""
    given, replicas = {"kafka": cluster.kafka, "mongo": cluster.mongo}, {"MADOGUCHI_TOPIC_REPLICAS": f"{cluster.nodes}"}
    numbers = range(2, processes + 1)
    others = {f"{name}+{number}": port for number in numbers for name, port in _free(SERVICES)}
    with _stack(bench, "product", SERVICES, given, others, replicas) as stack:
        urls = {name: f"http://{HOST}:{port}" for name, port in others.items()}
        while not all(answers(f"{url}/health/ready") for url in urls.values()):
            stack.check()
            time.sleep(PAUSE)
        yield stack, [stack.addresses.services["intake"], *(urls[f"intake+{number}"] for number in numbers)]


def _free(names: Sequence[str]) -> list[tuple[str, int]]:
    return list(zip(names, free_ports(len(names)), strict=True))


def _stack(
    bench: Bench, mode: str, services: Sequence[str], given: Mapping[str, str],
    others: Mapping[str, int] = MappingProxyType({}), told: Mapping[str, str] = MappingProxyType({}),
) -> Stack:  # fmt: skip
    """``others`` are further processes, by name (``intake+2``) and port; ``told`` is what all services are told."""
    prefix, ports, aside = f"rehearsal-{uuid4().hex[:8]}", Ports.free(), OPEN.timestamp() - time.time()
    make = partial(
        Stack, bench.folder / prefix, ports, prefix, "system", services, parts=("mail",),
        changed=served(mode, aside, told), given=given, log_level="WARNING",
    )  # fmt: skip
    addresses = make().addresses
    extra = [
        replace(service(name.partition("+")[0], addresses, port, "WARNING"), name=name) for name, port in others.items()
    ]
    return make(extra=extra)


def served(mode: str, aside: float, told: Mapping[str, str]) -> Callable[[Program], Program]:
    """The program as it runs in that mode."""

    def change(program: Program) -> Program:
        name = program.name.partition("+")[0]
        if name not in SERVICES:
            return program
        command = python("benchmarks.serve", name, mode, str(aside))
        return replace(program, command=command, environment={**program.environment, **told})

    return change
