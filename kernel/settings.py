"""How a service is told where it runs: environment variables with the prefix MADOGUCHI_."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Addresses, names and files; nothing of the business. See docs/running.md for each."""

    model_config = SettingsConfigDict(env_prefix="MADOGUCHI_")

    kafka: str = "127.0.0.1:9192"
    mongo: str = "mongodb://127.0.0.1:27117/?replicaSet=madoguchi"
    prefix: str = "madoguchi"
    clock: Literal["system", "rehearsal"] = "system"
    http_host: str = "127.0.0.1"
    http_port: int = 8100
    smtp: str = "127.0.0.1:8125"
    mail_from: str = "madoguchi@example.jp"
    master_key_file: Path = Path("master.key")
    log_level: str = "INFO"
    otlp_endpoint: str = ""
    topic_partitions: int = 4
    topic_replicas: int = 1

    def database(self, name: str) -> str:
        """The name of a database of this deployment."""
        return f"{self.prefix}_{name}"
