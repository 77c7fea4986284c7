"""The rules as promtool tests them, the tests as broken rules test them, and what each alert must bring with it."""

from __future__ import annotations

import copy
import json
import re
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from infra.local.programs import PROJECT
from tests.drill.hastened import PATIENCE, RULES, WINDOW, hastened, rules

TESTS = RULES.parents[1] / "tests" / "madoguchi.yml"
ALERTS = [rule["alert"] for rule in rules()]
JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龠]")
BREAKS: dict[str, dict[str, str]] = {
    "never fires": {"expr": "vector(0) > 1"},
    "always fires": {"expr": "vector(1)", "for": "0s"},
    "has no patience": {"for": "0s"},
}
BROKEN = [(rule["alert"], how) for rule in rules() for how in BREAKS if how != "has no patience" or "for" in rule]


def place(folder: Path, read: dict[str, Any], *only: str) -> Path:
    """A folder with these rules and the tests of some alerts, or of all: the file of the tests."""
    groups = [group for group in expectations()["tests"] if not only or group["name"] in only]
    expected = expectations() | {"tests": groups}
    for name, content in (("rules/madoguchi.yml", read), ("tests/madoguchi.yml", expected)):
        (folder / name).parent.mkdir(parents=True)
        (folder / name).write_text(json.dumps(content), encoding="utf-8")
    return folder / "tests" / "madoguchi.yml"


def tried(promtool: Path, *files: Path) -> subprocess.CompletedProcess[str]:
    """What promtool says of these tests."""
    command = (str(promtool), "test", "rules", *map(str, files))
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)


@pytest.fixture(scope="module")
def broken(promtool: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], str]:
    """For each way to break each rule what promtool says of that alert's tests."""
    root = tmp_path_factory.mktemp("broken")
    files = {
        place(root / alert / str(list(BREAKS).index(how)), changed(alert, **BREAKS[how]), alert): (alert, how)
        for alert, how in BROKEN
    }
    done = tried(promtool, *files)
    said = re.split(r"^Unit Testing:  (.*)$", done.stdout, flags=re.MULTILINE)
    return {files[Path(file)]: text for file, text in zip(said[1::2], said[2::2], strict=True)}


@cache
def expectations() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(TESTS.read_text(encoding="utf-8"))
    return found


@cache
def read() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(RULES.read_text(encoding="utf-8"))
    return found


def changed(alert: str, **said: object) -> dict[str, Any]:
    """The rules with one of them broken."""
    broken = copy.deepcopy(read())
    (rule,) = (each for group in broken["groups"] for each in group["rules"] if each["alert"] == alert)
    rule.update(said)
    return broken


def test_the_rules_can_be_read(promtool: Path) -> None:
    done = subprocess.run((str(promtool), "check", "rules", str(RULES)), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert f"{len(ALERTS)} rules found" in done.stdout


def test_every_alert_fires_and_stays_silent_as_its_tests_say(promtool: Path, tmp_path: Path) -> None:
    done = tried(promtool, place(tmp_path, read()))
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(("alert", "how"), BROKEN)
def test_a_rule_that_is_broken_is_noticed_by_its_tests(
    broken: dict[tuple[str, str], str], alert: str, how: str
) -> None:
    assert "FAILED" in broken[alert, how]
    assert f'alertname="{alert}"' in broken[alert, how]


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
