"""Which port each program of the local stack listens on; all on the loopback address."""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field

from infra.local.faults import StackFault

HOST = "127.0.0.1"
SERVICES = ("intake", "screening", "placement", "billing", "notify")
DEFAULTS = {"kafka": 9192, "kafka_controller": 9193, "mongod": 27117, "smtp": 8125, "mail": 8126, "issuer": 8127}


@dataclass(frozen=True)
class Ports:
    """One port each; the defaults are those of `make run`, `free` those of tests."""

    kafka: int = DEFAULTS["kafka"]
    kafka_controller: int = DEFAULTS["kafka_controller"]
    mongod: int = DEFAULTS["mongod"]
    smtp: int = DEFAULTS["smtp"]
    mail: int = DEFAULTS["mail"]
    issuer: int = DEFAULTS["issuer"]
    services: Mapping[str, int] = field(
        default_factory=lambda: {name: 8101 + place for place, name in enumerate(SERVICES)}
    )

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Ports:
        """The defaults, save where `MADOGUCHI_<NAME>_PORT` says otherwise; a fault if that is no port."""
        standard = cls()
        fixed = {name: _chosen(environment, name, port) for name, port in DEFAULTS.items()}
        return cls(
            **fixed,
            services={name: _chosen(environment, name, port) for name, port in standard.services.items()},
        )

    @classmethod
    def free(cls) -> Ports:
        """Ports that nobody uses at this moment."""
        numbers = iter(free_ports(len(DEFAULTS) + len(SERVICES)))
        fixed = {name: next(numbers) for name in DEFAULTS}
        return cls(**fixed, services={name: next(numbers) for name in SERVICES})

    def each(self) -> Iterator[tuple[str, int]]:
        """Every name with its port, names as in `MADOGUCHI_<NAME>_PORT`."""
        for name in DEFAULTS:
            yield name, getattr(self, name)
        yield from self.services.items()


def variable(name: str) -> str:
    """The environment variable that overrides a port."""
    return f"MADOGUCHI_{name.upper()}_PORT"


def free_ports(count: int) -> list[int]:
    """Distinct ports of the loopback address that are free now; held together while they are looked for."""
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind((HOST, 0))
        return [each.getsockname()[1] for each in sockets]


def require_free(name: str, port: int) -> None:
    """Raise a fault that names the port and both remedies if another program listens on it."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise
            raise StackFault(
                f"Port {port}, which {name} needs, is taken: end the program that listens there, "
                f"or choose another with {variable(name)}=<port>."
            ) from None


def is_listening(port: int) -> bool:
    """Whether somebody accepts connections on the port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((HOST, port)) == 0


def _chosen(environment: Mapping[str, str], name: str, default: int) -> int:
    said = environment.get(variable(name), str(default))
    if not said.isdecimal() or not 0 < int(said) < 65536:
        raise StackFault(f"{variable(name)} must be a port number from 1 to 65535; it is not.")
    return int(said)
