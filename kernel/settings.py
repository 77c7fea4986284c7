"""How a service is told where it runs: environment variables with the prefix MADOGUCHI_."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from kernel.addresses import is_loopback
from kernel.clock import REHEARSAL_PREFIX
from kernel.issuers import Issuer, told_apart
from kernel.shards import MOST as SHARDS_MOST


class Settings(BaseSettings):
    """Addresses, names and files; nothing of the business. See docs/running.md for each."""

    model_config = SettingsConfigDict(env_prefix="MADOGUCHI_")

    kafka: str = "127.0.0.1:9192"
    mongo: str = "mongodb://127.0.0.1:27117/?replicaSet=madoguchi"
    kafka_user: str = ""
    kafka_password_file: Path | None = None
    kafka_ca_file: Path | None = None
    mongo_user: str = ""
    mongo_password_file: Path | None = None
    mongo_ca_file: Path | None = None
    prefix: str = "madoguchi"
    clock: Literal["system", "rehearsal"] = "system"
    access: Literal["tokens", "trusting"] = "tokens"
    issuers: tuple[Issuer, ...] = ()
    form_secrets_file: Path | None = None
    metrics_token_file: Path | None = None
    rate: float = Field(default=50.0, gt=0)
    rate_burst: int = Field(default=200, ge=1)
    form_rate: float = Field(default=200.0, gt=0)
    form_rate_burst: int = Field(default=5000, ge=1)
    unknown_rate: float = Field(default=5.0, gt=0)
    unknown_rate_burst: int = Field(default=50, ge=1)
    connections: int = Field(default=1000, ge=1)
    head_seconds: float = Field(default=10.0, gt=0)
    body_seconds: float = Field(default=30.0, gt=0)
    answer_seconds: float = Field(default=30.0, gt=0)
    http_host: str = "127.0.0.1"
    http_port: int = 8100
    smtp: str = "127.0.0.1:8125"
    mail_from: str = "madoguchi@example.jp"
    master_key_file: Path = Path("master.key")
    log_level: str = "INFO"
    otlp_endpoint: str = ""
    topic_partitions: int = 4
    topic_replicas: int = 1
    log_shards: int = Field(default=1, ge=1, le=SHARDS_MOST)

    @model_validator(mode="after")
    def _trusts_on_one_machine_alone(self) -> Self:
        """Whoever is named is believed only in a rehearsal that nobody reaches from another machine."""
        if self.access == "trusting" and not (is_loopback(self.http_host) and self.prefix.startswith(REHEARSAL_PREFIX)):
            raise ValueError(
                "MADOGUCHI_ACCESS=trusting believes whoever is named: it is taken only with a prefix that begins with "
                f"{REHEARSAL_PREFIX} and a loopback address to listen on. Leave it out and name issuers of tokens."
            )
        return self

    @model_validator(mode="after")
    def _knows_issuers_apart(self) -> Self:
        told_apart(self.issuers)
        return self

    @model_validator(mode="after")
    def _tells_no_figures_to_everybody(self) -> Self:
        """Whoever reaches the figures reads outcomes in them, so beyond this machine they want a token (C-SC-15)."""
        if self.metrics_token_file is None and not is_loopback(self.http_host):
            raise ValueError(
                "MADOGUCHI_HTTP_HOST is no loopback address, so /metrics wants a token: name its file in "
                "MADOGUCHI_METRICS_TOKEN_FILE (one line of 32 characters or more) and give it to Prometheus. "
                "(/metrics を外部へ公開しないため、MADOGUCHI_METRICS_TOKEN_FILE を設定してください。)"
            )
        return self

    def database(self, name: str) -> str:
        """The name of a database of this deployment."""
        return f"{self.prefix}_{name}"
