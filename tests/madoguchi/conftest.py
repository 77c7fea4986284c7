"""The command line of tests is alone: no rehearsal that happens to run lends it a token."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def _nobody_s_token(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MADOGUCHI_CLIENT_FILE", str(tmp_path / "none.json"))
    monkeypatch.delenv("MADOGUCHI_TOKEN", raising=False)
