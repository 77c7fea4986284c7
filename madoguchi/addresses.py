"""Where the services of a deployment are reached from the command line."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

SERVICES = ("intake", "screening", "placement", "billing", "notify")


class Deployment(BaseSettings):
    """Environment variables with the prefix MADOGUCHI_; the defaults are those of `make run`.

    ``officer`` is who reads, and who commands unless ``--by`` says otherwise.
    """

    model_config = SettingsConfigDict(env_prefix="MADOGUCHI_")

    host: str = "127.0.0.1"
    intake_port: int = 8101
    screening_port: int = 8102
    placement_port: int = 8103
    billing_port: int = 8104
    notify_port: int = 8105
    kafka: str = "127.0.0.1:9192"
    mongo: str = "mongodb://127.0.0.1:27117/?replicaSet=madoguchi"
    mail: str = "http://127.0.0.1:8126"
    prefix: str = "rehearsal"
    officer: str = "officer-01"
    master_key_file: Path = Field(default=Path(".madoguchi/run/master.key"))

    @property
    def services(self) -> Mapping[str, str]:
        """The URL of each service."""
        return {name: f"http://{self.host}:{getattr(self, f'{name}_port')}" for name in SERVICES}
