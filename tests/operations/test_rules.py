"""The rules as promtool tests them, the tests as broken rules test them, and what each alert must bring with it."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from infra.local.programs import PROJECT
from tests.drill.hastened import PATIENCE, RULES, WINDOW, hastened, rules

TESTS = RULES.parents[1] / "tests" / "madoguchi.yml"
ALERTS = [rule["alert"] for rule in rules()]
JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龠]")
Tried = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def tried(promtool: Path, tmp_path: Path) -> Tried:
    """Runs the tests of rules on other rules."""

    def run(read: dict[str, Any], only: str = "") -> subprocess.CompletedProcess[str]:
        groups = [group for group in expectations()["tests"] if only in ("", group["name"])]
        for name, content in (
            ("rules/madoguchi.yml", read),
            ("tests/madoguchi.yml", expectations() | {"tests": groups}),
        ):
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
        command = (str(promtool), "test", "rules", str(tmp_path / "tests" / "madoguchi.yml"))
        return subprocess.run(command, capture_output=True, text=True, check=False)

    return run


def expectations() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(TESTS.read_text(encoding="utf-8"))
    return found


def read() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(RULES.read_text(encoding="utf-8"))
    return found


def changed(alert: str, **said: object) -> dict[str, Any]:
    """The rules with one of them broken."""
    broken = read()
    (rule,) = (each for group in broken["groups"] for each in group["rules"] if each["alert"] == alert)
    rule.update(said)
    return broken


def test_the_rules_can_be_read(promtool: Path) -> None:
    done = subprocess.run((str(promtool), "check", "rules", str(RULES)), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert f"{len(ALERTS)} rules found" in done.stdout


def test_every_alert_fires_and_stays_silent_as_its_tests_say(tried: Tried) -> None:
    done = tried(read())
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("alert", ALERTS)
def test_an_alert_that_never_or_always_fires_would_be_noticed(tried: Tried, alert: str) -> None:
    for expression in ("vector(0) > 1", "vector(1)"):
        done = tried(changed(alert, expr=expression, **{"for": "0s"}), alert)
        assert done.returncode != 0, expression
        assert alert in done.stdout + done.stderr


@pytest.mark.parametrize("alert", [rule["alert"] for rule in rules() if "for" in rule])
def test_an_alert_that_has_no_patience_would_be_noticed(tried: Tried, alert: str) -> None:
    assert tried(changed(alert, **{"for": "0s"}), alert).returncode != 0


def test_every_alert_has_a_test_in_which_it_fires_and_is_silent_before_and_after() -> None:
    groups = {group["name"]: group["promql_expr_test"] for group in expectations()["tests"]}
    assert list(groups) == ALERTS
    for alert, expected in groups.items():
        fires = [any(alert in sample["labels"] for sample in each["exp_samples"]) for each in expected]
        assert not fires[0], alert
        assert any(fires), alert
        assert not fires[-1], alert


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: str(rule["alert"]))
def test_an_alert_says_how_urgent_it_is_and_what_to_do_in_both_languages(rule: dict[str, Any]) -> None:
    said = rule["annotations"]
    assert rule["labels"]["severity"] in ("critical", "warning")
    assert JAPANESE.search(said["summary"])
    assert said["summary_en"].isascii()
    assert said["runbook"] == f"docs/runbook/{rule['alert']}.md"


def test_each_alert_has_a_page_and_each_page_an_alert() -> None:
    pages = {page.stem for page in (PROJECT / "docs" / "runbook").glob("*.md")} - {"README"}
    assert pages == set(ALERTS)


def test_the_drill_is_no_less_than_the_rules_but_less_patient() -> None:
    patient, quick = read(), yaml.safe_load(hastened(RULES.read_text(encoding="utf-8")))
    without = re.compile(r"\[\w+\]")
    for before, after in zip(patient["groups"], quick["groups"], strict=True):
        for rule, hasty in zip(before["rules"], after["rules"], strict=True):
            assert without.sub("", rule["expr"]) == without.sub("", hasty["expr"])
            assert ("for" in rule) == ("for" in hasty)
            assert all(int(seconds) <= WINDOW for seconds in re.findall(r"\[(\d+)s\]", hasty["expr"]))
            assert int(hasty.get("for", "0s")[:-1]) <= PATIENCE


def test_compose_gives_prometheus_its_rules() -> None:
    compose = yaml.safe_load((PROJECT / "infra" / "compose" / "compose.yaml").read_text(encoding="utf-8"))
    mounts = dict(each.split(":")[:2] for each in compose["services"]["prometheus"]["volumes"])
    settings = yaml.safe_load((PROJECT / "infra" / "prometheus" / "prometheus.yml").read_text(encoding="utf-8"))
    assert settings["rule_files"] == [f"{mounts['../prometheus/rules']}/*.yml"]
