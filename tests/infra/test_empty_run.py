"""`make run EMPTY=1`: a rehearsal by hand plays nothing and spoils no other's data."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from infra.local.ports import Ports, variable


def test_an_empty_run_plays_nothing_and_keeps_its_data_apart(tmp_path: Path) -> None:
    said = f"run(True, Path({str(tmp_path)!r}), services=(), parts=('mail',), empty=True)"
    program = f"import sys; from pathlib import Path; from infra.local.run import run; sys.exit({said})"
    ports = {variable(name): str(port) for name, port in Ports.free().each()}
    command = (sys.executable, "-c", program)
    assert subprocess.run(command, env={**os.environ, **ports}, capture_output=True).returncode == 0
    assert [each.name for each in tmp_path.iterdir()] == ["empty"]
