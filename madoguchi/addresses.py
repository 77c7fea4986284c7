"""Where the services of a deployment are reached from the command line."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Self

from pydantic import Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from madoguchi.signing_in import Signing

SERVICES = ("intake", "screening", "placement", "billing", "notify")


class Deployment(BaseSettings):
    """Environment variables with the prefix MADOGUCHI_; the defaults are those of `make run`.

    ``backup_folder`` and ``key_backup_folder`` are where backups go, apart from each other; the key ring's expire after
    ``key_backup_days``.

    ``officer`` is who reads, and who commands unless ``--by`` says otherwise; with a ``token`` of one's own it is
    whose the token is. ``client_file`` is what `make run` leaves for whoever works on its machine. Kafka, MongoDB and
    mailbox are at the ports that `make run` takes for them, unless an address is given.
    """

    model_config = SettingsConfigDict(env_prefix="MADOGUCHI_")

    host: str = "127.0.0.1"
    intake_port: int = 8101
    screening_port: int = 8102
    placement_port: int = 8103
    billing_port: int = 8104
    notify_port: int = 8105
    kafka_port: int = 9192
    mongod_port: int = 27117
    mail_port: int = 8126
    kafka: str = ""
    kafka_user: str = ""
    kafka_password_file: Path | None = None
    kafka_ca_file: Path | None = None
    mongo: str = ""
    mongo_user: str = ""
    mongo_password_file: Path | None = None
    mongo_ca_file: Path | None = None
    mail: str = ""
    prefix: str = "rehearsal"
    officer: str = "officer-01"
    token: str = Field(default="", repr=False)
    client_file: Path = Path(".madoguchi/client.json")
    master_key_file: Path = Field(default=Path(".madoguchi/run/master.key"))
    backup_folder: Path = Field(default=Path(".madoguchi/backups"))
    key_backup_folder: Path = Field(default=Path(".madoguchi/key-backups"))
    key_backup_days: int = Field(default=30, ge=1, le=366)

    @model_validator(mode="after")
    def _at_the_ports_of_run(self) -> Self:
        self.kafka = self.kafka or f"{self.host}:{self.kafka_port}"
        self.mongo = self.mongo or f"mongodb://{self.host}:{self.mongod_port}/?replicaSet=madoguchi"
        self.mail = self.mail or f"http://{self.host}:{self.mail_port}"
        return self

    @cached_property
    def signing(self) -> Signing:
        """How whoever uses this deployment says who it is."""
        return Signing(self.client_file, self.token)

    @property
    def services(self) -> Mapping[str, str]:
        """The URL of each service."""
        return {name: f"http://{self.host}:{getattr(self, f'{name}_port')}" for name in SERVICES}
