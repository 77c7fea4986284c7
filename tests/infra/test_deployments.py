"""What cannot be started everywhere is checked against its own schema, and against itself.

Compose files by the compose-spec package, Kubernetes objects by the schemas in kubernetes-validate. A kustomization and
Prometheus' settings have no schema there: their references are followed instead.
"""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml
from compose_spec import PyCompose
from prometheus_client import generate_latest

from infra.local.ports import SERVICES
from kernel.metrics import Metrics
from kernel.settings import Settings

INFRA = Path(__file__).resolve().parents[2] / "infra"
KUBERNETES = sorted(path.name for path in (INFRA / "kubernetes").glob("*.yaml"))
VERSION = "1.33"


def loaded(path: str) -> Any:
    return yaml.safe_load((INFRA / path).read_text())


def objects(name: str) -> list[dict[str, Any]]:
    return [each for each in yaml.safe_load_all((INFRA / "kubernetes" / name).read_text()) if each]


@pytest.fixture
def compose() -> dict[str, Any]:
    found: dict[str, Any] = loaded("compose/compose.yaml")
    return found


def valid_compose(compose: dict[str, Any]) -> PyCompose:
    return PyCompose.from_json(json.dumps(compose))


def test_the_compose_file_keeps_to_its_specification(compose: dict[str, Any]) -> None:
    assert {*SERVICES, "kafka", "mongo", "rights", "mail", "prometheus", "grafana"} == set(
        valid_compose(compose).service_names()
    )


def test_a_misspelt_compose_file_would_be_noticed(compose: dict[str, Any]) -> None:
    compose["services"]["kafka"]["volmues"] = compose["services"]["kafka"].pop("volumes")
    with pytest.raises(ValueError, match="volmues"):
        valid_compose(compose)


def test_compose_waits_for_what_exists_and_mounts_what_exists(compose: dict[str, Any]) -> None:
    for service in compose["services"].values():
        assert set(service.get("depends_on", {})) <= set(compose["services"])
        for mount in service.get("volumes", []):
            source = mount.split(":")[0]
            made = source == "./passwords"  # by hand, before the first start
            assert made or source in compose["volumes"] or (INFRA / "compose" / source).exists()


def test_compose_tells_each_service_what_the_kernel_reads(compose: dict[str, Any]) -> None:
    for name in SERVICES:
        service = compose["services"][name]
        assert service["command"] == ["python", "-m", f"services.{name}.main"]
        assert unread(service["environment"]) == set()


@pytest.mark.parametrize("name", [name for name in KUBERNETES if name != "kustomization.yaml"])
def test_a_kubernetes_file_keeps_to_the_schema_of_its_kind(name: str) -> None:
    for each in objects(name):
        kubernetes_validate.validate(each, VERSION, strict=True)


def test_a_misspelt_kubernetes_object_would_be_noticed() -> None:
    deployment = copy.deepcopy(objects("intake.yaml")[1])
    deployment["spec"]["replica"] = deployment["spec"].pop("replicas")
    with pytest.raises(kubernetes_validate.ValidationError, match="replica"):
        kubernetes_validate.validate(deployment, VERSION, strict=True)


def test_the_kustomization_names_every_file() -> None:
    (kustomization,) = objects("kustomization.yaml")
    assert sorted([*kustomization["resources"], "kustomization.yaml"]) == KUBERNETES


def test_kubernetes_tells_the_services_what_the_kernel_reads() -> None:
    (settings,) = objects("settings.yaml")
    assert unread(settings["data"]) == set()


@pytest.mark.parametrize("name", SERVICES)
def test_each_service_is_probed_and_finds_its_settings_and_key(name: str) -> None:
    service, deployment = objects(f"{name}.yaml")
    pod = deployment["spec"]["template"]
    (container,) = pod["spec"]["containers"]
    assert service["spec"]["selector"] == pod["metadata"]["labels"] == {"app": name}
    assert container["command"] == ["python", "-m", f"services.{name}.main"]
    assert container["livenessProbe"]["httpGet"]["path"] == "/health/live"
    assert container["readinessProbe"]["httpGet"]["path"] == "/health/ready"
    assert container["envFrom"] == [{"configMapRef": {"name": "madoguchi-settings"}}]
    assert pod["spec"]["volumes"][0]["secret"]["secretName"] == "madoguchi-master-key"
    assert unread(dict.fromkeys((each["name"] for each in container["env"]), "")) == set()


def test_three_kafka_nodes_confirm_a_write_by_two() -> None:
    (_, _, nodes) = objects("kafka.yaml")
    (container,) = nodes["spec"]["template"]["spec"]["containers"]
    told = {each["name"]: each.get("value") for each in container["env"]}
    assert nodes["spec"]["replicas"] == 3
    assert told["KAFKA_MIN_INSYNC_REPLICAS"] == "2"
    assert told["KAFKA_AUTO_CREATE_TOPICS_ENABLE"] == "false"


def test_prometheus_scrapes_every_service_where_compose_runs_it(compose: dict[str, Any]) -> None:
    (job,) = loaded("prometheus/prometheus.yml")["scrape_configs"]
    scraped = {each["labels"]["service"]: each["targets"] for each in job["static_configs"]}
    ports = {name: compose["services"][name]["environment"]["MADOGUCHI_HTTP_PORT"] for name in SERVICES}
    assert scraped == {name: [f"{name}:{port}"] for name, port in ports.items()}


def test_the_dashboard_asks_for_metrics_that_exist() -> None:
    dashboard = (INFRA / "grafana" / "dashboards" / "madoguchi.json").read_text()
    asked = {re.sub(r"_(bucket|count)$", "", name) for name in re.findall(r"\bmadoguchi_[a-z_]+", dashboard)}
    offered = set(re.findall(r"^# TYPE (\w+)", generate_latest(Metrics("intake").registry).decode(), re.MULTILINE))
    assert asked <= offered


def unread(environment: dict[str, str]) -> set[str]:
    """The variables that the kernel's settings know nothing of."""
    known = {f"MADOGUCHI_{name.upper()}" for name in Settings.model_fields}
    return set(environment) - known
