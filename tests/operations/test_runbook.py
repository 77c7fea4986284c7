"""The commands of each page of the runbook are tried on a running system."""

from __future__ import annotations

import asyncio
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
import pytest
import yaml

from infra.local.ports import SERVICES
from infra.local.programs import PROJECT
from kernel import mongo
from kernel.parking import Parking
from schemas.__main__ import example
from schemas.intake import PaperReceived
from tests.drill import failing
from tests.drill.hastened import rules
from tests.drill.scene import AT, PREFIX, Scene
from tests.notify.support import message

pytestmark = pytest.mark.timeout(300)
"""The first test starts the whole system."""

PAGES = sorted(page for page in (PROJECT / "docs" / "runbook").glob("*.md") if page.stem != "README")
SECTIONS = ["申込者・担当者への影響", "確かめる", "対処", "終わったと言えるとき"]
PLACEHOLDER = re.compile(r"\b[A-Z]{3,}\b")
ELSEWHERE = ("docker", "kubectl")
"""What cannot run where there is no such deployment: what it names is looked for in the deployment's files."""
SECONDS = 60


def commands(page: Path) -> list[str]:
    """Every line of the page's blocks of shell."""
    blocks = re.findall(r"^```sh\n(.*?)^```", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    return [line for block in blocks for line in block.splitlines()]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_has_its_sections_and_says_how_to_see_the_fault(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert re.findall(r"^## (.*)$", text, flags=re.MULTILINE) == SECTIONS
    assert text.startswith(f"# {page.stem}：")
    assert re.search(r"^\*\*In short\.\*\* [ -~\n]+$", text.split("\n## ")[0].split("\n\n")[1])
    asked = " ".join(commands(page))
    (rule,) = (rule for rule in rules() if rule["alert"] == page.stem)
    looked_at = set(re.findall(r"madoguchi_\w+?(?=_bucket|_count|\b)|process_\w+|\bup\b", rule["expr"]))
    assert looked_at & set(re.findall(r"madoguchi_\w+?(?=_bucket|_count|\b)|process_\w+|\bup\b", asked))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_commands_of_a_page_do_what_they_say(scene: Scene, page: Path, tmp_path: Path) -> None:
    found = commands(page)
    known = values(scene, found)
    for line in found:
        done = tried(scene, line, known, tmp_path)
        assert done == "", f"{line}\n{done}"


def test_a_command_that_is_not_there_or_errs_would_be_noticed(scene: Scene, tmp_path: Path) -> None:
    for line in (
        "madoguchi parked lst", "curl -fsS http://127.0.0.1:8101/health/redy", "no-such-command",
        "docker compose -f infra/compose/compose.yaml restart reception", "kubectl -n madoguchi get pods -l app=none",
        "kubectl -n madoguchi rollout restart statefulset/intake", "madoguchi parked replay notify nobody",
        "curl -fsS http://127.0.0.1:9090/api/v1/query --data-urlencode 'query=sum('",
    ):  # fmt: skip
        assert tried(scene, line, {}, tmp_path), line


def values(scene: Scene, lines: list[str]) -> Mapping[str, str]:
    """What stands for the words in capitals: messages whose cause is mended, a letter that came back."""
    words = {word for line in lines for word in PLACEHOLDER.findall(line)}
    known: dict[str, str] = {}
    if words & {"KEY", "PLACE"}:
        known |= asyncio.run(parked(scene))
    if "LETTER" in words:
        at, _ = failing.come_back(scene)
        known["LETTER"] = at.rpartition("/")[2]
    return known


async def parked(scene: Scene) -> dict[str, str]:
    """Park two messages in notify that it can well handle; the key of one, the place of the other."""
    client = mongo.connect(scene.at.mongo)
    parking = Parking(mongo.database(client, f"{PREFIX}_notify")["parked"])
    for offset, key in enumerate(("app-replayed", "app-dropped")):
        sent = message(example(PaperReceived).model_copy(update={"application_id": key}))
        await parking.park(msgspec.structs.replace(sent, partition=0, offset=offset), "TimeoutError", AT)
    client.close()
    return {"KEY": "app-replayed", "PLACE": "intake/0/1"}


def tried(scene: Scene, line: str, known: Mapping[str, str], folder: Path) -> str:
    """What is wrong with the line; empty if it does what it says."""
    if line.split()[0] in ELSEWHERE:
        return named_elsewhere(shlex.split(line))
    for word, value in known.items():
        line = re.sub(rf"\b{word}\b", value, line)
    done = subprocess.run(
        ("bash", "-euo", "pipefail", "-c", here(scene, line)), capture_output=True, text=True, cwd=PROJECT,
        env=environment(scene, folder), timeout=SECONDS, check=False,
    )  # fmt: skip
    return "" if done.returncode == 0 else f"status {done.returncode}: {done.stdout}{done.stderr}"


def here(scene: Scene, line: str) -> str:
    """The line with the addresses and the folder of this system for those of `make run` and of Compose."""
    for place, name in enumerate(SERVICES):
        line = line.replace(f"http://127.0.0.1:{8101 + place}", scene.at.services[name])
    return line.replace("http://127.0.0.1:9090", scene.prometheus).replace(".madoguchi/", f"{scene.root}/")


def environment(scene: Scene, folder: Path) -> dict[str, str]:
    """An operator's shell: `madoguchi` on the path, and told where the system is."""
    command = folder / "madoguchi"
    if not command.exists():
        command.write_text(f'#!/bin/sh\nexec {sys.executable} -c "from madoguchi.cli import app; app()" "$@"\n')
        command.chmod(0o755)
    ports = {f"MADOGUCHI_{name.upper()}_PORT": str(urlsplit(url).port) for name, url in scene.at.services.items()}
    told = scene.at.environment() | ports | {"MADOGUCHI_MAIL": scene.at.mail, "COLUMNS": "250"}
    return os.environ | told | {"PATH": f"{folder}:{os.environ['PATH']}"}


def named_elsewhere(words: list[str]) -> str:
    """What a line for Compose or Kubernetes names and its files do not have."""
    if words[0] == "docker":
        assert words[1:4] == ["compose", "-f", "infra/compose/compose.yaml"], words
        there = yaml.safe_load((PROJECT / words[3]).read_text(encoding="utf-8"))["services"]
        return "" if words[4:5] == ["restart"] and set(words[5:]) <= set(there) else f"no service {words[5:]}"
    assert words[1:3] == ["-n", "madoguchi"], words
    files = (PROJECT / "infra" / "kubernetes").glob("*.yaml")
    objects = [each for file in files for each in yaml.safe_load_all(file.read_text(encoding="utf-8")) if each]
    named = {f"{each['kind'].lower()}/{each['metadata']['name']}" for each in objects if "metadata" in each}
    pods = [each["spec"]["template"] for each in objects if each["kind"] in ("Deployment", "StatefulSet")]
    apps = {pod["metadata"]["labels"]["app"] for pod in pods}
    wanted = {word for word in words if "/" in word} - named | {word[4:] for word in words if word[:4] == "app="} - apps
    verbs = words[3] in ("get", "scale", "rollout")
    return f"no {', '.join(sorted(wanted))}" if wanted or not verbs else ""
