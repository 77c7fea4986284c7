"""What a program of the stack is, and how a service is told where everything stands."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from infra.local.issuer import client
from infra.local.ports import HOST, Ports

PROJECT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Program:
    """A process of the stack: its name, its command line, its environment, when it counts as given up.

    `last` programs start when all others are ready, and stop first. One that is not started `again` by itself stays
    down when it ends, until it is begun.
    """

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    last: bool = False
    patience: int = 20  # seconds that it gets to stop in order
    again: bool = True


@dataclass(frozen=True)
class Addresses:
    """Where everything of a running stack is reached."""

    kafka: str  # host:port
    mongo: str  # URL
    smtp: str  # host:port
    mail: str  # URL of the mailbox
    services: Mapping[str, str]  # name to URL
    prefix: str  # of databases and topics
    clock: str  # "rehearsal" or "system"
    master_key_file: Path
    client_file: Path  # by which the rehearsal's issuer gives tokens; absent where whoever is named is believed
    issuer: str = ""  # URL; empty where whoever is named is believed

    @classmethod
    def of(
        cls,
        ports: Ports,
        services: Sequence[str],
        prefix: str,
        clock: str,
        master_key_file: Path,
        client_file: Path | None = None,
        tokens: bool = False,
    ) -> Addresses:
        """The addresses that these ports give."""
        return cls(
            kafka=f"{HOST}:{ports.kafka}",
            mongo=f"mongodb://{HOST}:{ports.mongod}/?replicaSet=madoguchi",
            smtp=f"{HOST}:{ports.smtp}",
            mail=f"http://{HOST}:{ports.mail}",
            services={name: f"http://{HOST}:{ports.services[name]}" for name in services},
            prefix=prefix,
            clock=clock,
            master_key_file=master_key_file,
            client_file=client_file or master_key_file.with_name("client.json"),
            issuer=f"http://{HOST}:{ports.issuer}" if tokens else "",
        )

    def environment(self) -> dict[str, str]:
        """What every service and the command line read, as `MADOGUCHI_…` variables."""
        access = {"MADOGUCHI_ACCESS": "trusting"}
        if self.issuer:
            access = {"MADOGUCHI_ACCESS": "tokens", "MADOGUCHI_ISSUERS": client.settings(self.issuer)}
        return access | {
            "MADOGUCHI_KAFKA": self.kafka,
            "MADOGUCHI_MONGO": self.mongo,
            "MADOGUCHI_PREFIX": self.prefix,
            "MADOGUCHI_CLOCK": self.clock,
            "MADOGUCHI_SMTP": self.smtp,
            "MADOGUCHI_MASTER_KEY_FILE": str(self.master_key_file),
            "MADOGUCHI_CLIENT_FILE": str(self.client_file),
        }


def python(module: str, *arguments: str) -> tuple[str, ...]:
    """The command line that runs a module of this project."""
    return (sys.executable, "-m", module, *arguments)


def service(name: str, addresses: Addresses, port: int, log_level: str) -> Program:
    """One of the five services."""
    told = {
        **addresses.environment(),
        "MADOGUCHI_HTTP_HOST": HOST,
        "MADOGUCHI_HTTP_PORT": str(port),
        "MADOGUCHI_LOG_LEVEL": log_level,
    }
    return Program(name, python(f"services.{name}.main"), told, last=True)


def issuer(ports: Ports, client_file: Path) -> Program:
    """The rehearsal's issuer of tokens."""
    return Program("issuer", python("infra.local.issuer", "--port", str(ports.issuer), "--client", str(client_file)))


def mail_catcher(ports: Ports, folder: Path) -> Program:
    """The mail catcher with its mailbox in `folder`."""
    arguments = ("--smtp", str(ports.smtp), "--http", str(ports.mail), "--folder", str(folder))
    return Program("mail", python("infra.local.mail", *arguments))
