"""What Compose and Kubernetes set is what was tried: the same settings of Kafka, each service its own user alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from infra.local.programs import PROJECT
from infra.rights.passwords import METRICS, SCRAPES
from infra.rights.table import SERVICES
from tests.access.secured import secured

INFRA: Path = PROJECT / "infra"
TOLD_AT_THE_START = {
    "listener.name.admin.plain.sasl.jaas.config", "listener.name.controller.plain.sasl.jaas.config",
}  # fmt: skip
ADDRESSES = {"listeners", "advertised.listeners"}


def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((INFRA / "compose" / "compose.yaml").read_text())
    return found


def kubernetes(name: str) -> list[Any]:
    return [each for each in yaml.safe_load_all((INFRA / "kubernetes" / name).read_text()) if each]


def kafka_of_kubernetes() -> tuple[str, dict[str, str]]:
    (container,) = kubernetes("kafka.yaml")[2]["spec"]["template"]["spec"]["containers"]
    told = {each["name"]: each["value"] for each in container["env"] if "value" in each}
    return container["command"][-1], told


def kafka_of_compose() -> tuple[str, dict[str, str]]:
    kafka = compose()["services"]["kafka"]
    return kafka["command"][-1], kafka["environment"]


def variable(setting: str) -> str:
    """As Kafka's image reads it."""
    return "KAFKA_" + setting.replace("_", "__").replace("-", "___").replace(".", "_").upper()


@pytest.mark.parametrize("deployed", [kafka_of_compose, kafka_of_kubernetes])
def test_kafka_is_guarded_as_it_was_tried(deployed: Any) -> None:
    command, told = deployed()
    tried = secured(1, 2, 3, "password")
    assert len(tried) > 12
    for setting, value in tried.items():
        if setting in TOLD_AT_THE_START:
            assert variable(setting) in command
        elif setting in ADDRESSES:
            shown = told.get(variable(setting), command)
            assert "PLAINTEXT://" not in shown
        else:
            assert told[variable(setting)] == value, setting


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_gets_its_own_passwords_and_no_other_s(name: str) -> None:
    service = compose()["services"][name]
    assert set(service["secrets"]) == {"master_key", "metrics_token", f"{name}_kafka", f"{name}_mongo"}
    told = service["environment"]
    assert (told["MADOGUCHI_KAFKA_USER"], told["MADOGUCHI_MONGO_USER"]) == (name, name)
    pod = kubernetes(f"{name}.yaml")[1]["spec"]["template"]["spec"]
    (passwords,) = (each["secret"] for each in pod["volumes"] if each["name"] == "passwords")
    assert {each["key"] for each in passwords["items"]} == {f"{name}.kafka", f"{name}.mongo", METRICS}
    env = {each["name"]: each["value"] for each in pod["containers"][0]["env"]}
    assert (env["MADOGUCHI_KAFKA_USER"], env["MADOGUCHI_MONGO_USER"]) == (name, name)


def test_nothing_of_compose_listens_beyond_the_machine_and_no_part_is_open() -> None:
    for name, service in compose()["services"].items():
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", [])), name
    assert "ports" not in compose()["services"]["kafka"]
    assert "ports" not in compose()["services"]["mongo"]
    for commands in (
        compose()["services"]["mongo"]["command"],
        kubernetes("mongo.yaml")[2]["spec"]["template"]["spec"]["containers"][0]["command"],
    ):
        assert "--keyFile" in commands[-1]


def test_prometheus_brings_the_token_that_the_services_take() -> None:
    """Two files of one folder: as they are made they hold the same, and each is where it is looked for."""
    said = compose()
    assert said["x-environment"]["MADOGUCHI_METRICS_TOKEN_FILE"] == "/run/secrets/metrics_token"
    assert said["secrets"]["metrics_token"]["file"] == f"./passwords/{METRICS}"
    assert said["secrets"]["metrics_prometheus"]["file"] == f"./passwords/{SCRAPES}"
    assert said["services"]["prometheus"]["secrets"] == ["metrics_prometheus"]
    assert brought("prometheus.yml") == "/run/secrets/metrics_prometheus"
    (settings,) = kubernetes("settings.yaml")
    assert settings["data"]["MADOGUCHI_METRICS_TOKEN_FILE"] == f"/run/passwords/{METRICS}"
    assert Path(brought("kubernetes.yml")).name == SCRAPES


def brought(name: str) -> str:
    """The file whose token Prometheus brings, by its settings."""
    (job,) = yaml.safe_load((INFRA / "prometheus" / name).read_text())["scrape_configs"]
    return str(job["authorization"]["credentials_file"])


def test_no_deployment_trusts_whoever_is_named() -> None:
    (settings,) = kubernetes("settings.yaml")
    for told in (settings["data"], compose()["x-environment"]):
        assert told.get("MADOGUCHI_ACCESS", "tokens") == "tokens"
        assert "MADOGUCHI_ISSUERS" in told
