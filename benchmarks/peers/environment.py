"""The peers' own Python environment, from the lock of `benchmarks` with its hashes; made once for each lock."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

from infra.local.faults import StackFault
from infra.local.programs import PROJECT

LOCK = PROJECT / "benchmarks" / "requirements.txt"
VENV = PROJECT / ".madoguchi" / "peers"
STAMP = VENV / ".packages-from"
PIP = ("-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--quiet")


def python() -> Path:
    """The interpreter of the peers' environment, which is made if it is not there. Raises `StackFault`."""
    wanted = hashlib.sha256(LOCK.read_bytes() + sys.version.encode()).hexdigest()
    found = VENV / "bin" / "python"
    if not (STAMP.is_file() and STAMP.read_text() == wanted and found.exists()):
        shutil.rmtree(VENV, ignore_errors=True)
        _run(sys.executable, "-m", "venv", str(VENV))
        _run(str(found), *PIP, "--require-hashes", "--only-binary", ":all:", "-r", str(LOCK))
        STAMP.write_text(wanted)
    return found


def packages() -> Path:
    """Where its packages are."""
    return next((python().parents[1] / "lib").glob("python3*")) / "site-packages"


def _run(*command: str) -> None:
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True)
    if done.returncode != 0:
        raise StackFault(
            "The peers of the benchmark cannot be installed from benchmarks/requirements.txt: see the lines above; "
            "is a package registry reached?",
            tuple((done.stderr or done.stdout).splitlines()[-6:]),
        )
