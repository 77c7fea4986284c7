"""What is said of the packages that run: their bill of materials, and that nothing is called audited that was not."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from infra import supply


def test_the_bill_of_materials_names_every_locked_package_with_its_hashes(tmp_path: Path) -> None:
    made = tmp_path / "sbom.json"
    assert supply.sbom(made) == 0
    told = json.loads(made.read_text())
    assert (told["bomFormat"], told["specVersion"]) == ("CycloneDX", "1.6")
    named = {(each["name"], each["version"]) for each in told["components"]}
    locked = set(re.findall(r"^([A-Za-z0-9._-]+)==([^ ]+)", supply.LOCK.read_text(), re.MULTILINE))
    assert named == locked
    assert all(each["externalReferences"][0]["hashes"] for each in told["components"])
    assert told["metadata"]["component"]["name"] == "madoguchi"


def test_a_database_that_does_not_answer_or_knows_nothing_is_no_audit(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An index without advisories says of every package that nothing is known against it."""
    says_nothing = (sys.executable, "-c", "print('No known vulnerabilities found')")

    def run(module: str, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(says_nothing, capture_output=True, text=True, check=False)

    monkeypatch.setattr(supply, "_run", run)
    assert supply.audit() == supply.UNKNOWN
    assert "Nothing was audited" in capsys.readouterr().out
