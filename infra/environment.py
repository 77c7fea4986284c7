"""Makes the project's own Python environment `.venv` from the lock with hashes.

Run by the system's Python, so it uses the standard library alone. A stamp made of the lock, the project's
description and the interpreter's version makes a second call instant and free of any network.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
LOCK = ROOT / "requirements" / "dev.txt"
STAMP = VENV / ".made-from"


class CannotMake(Exception):
    """The environment cannot be made; the text says what to do, in one line."""


def fingerprint() -> str:
    """Hex digest of everything that the environment depends on."""
    digest = hashlib.sha256(sys.version.encode())
    for path in (LOCK, ROOT / "pyproject.toml", ROOT / "requirements" / "runtime.in"):
        digest.update(path.read_bytes())
    digest.update(str(ROOT).encode())  # an editable install and the scripts' first lines name the folder
    return digest.hexdigest()


def is_made(wanted: str) -> bool:
    """Whether `.venv` was made from just this lock, to its end."""
    return STAMP.is_file() and STAMP.read_text().strip() == wanted and (VENV / "bin" / "python").exists()


def run(doing: str, *command: str) -> None:
    """Run one step, showing its own progress; raise with a remedy if it fails."""
    print("==> " + doing, flush=True)
    if subprocess.run(command, cwd=ROOT).returncode != 0:
        raise CannotMake(doing + " failed: see the lines above; once mended, `make env` goes on from there.")


def make(wanted: str) -> None:
    """Build the environment from nothing."""
    if sys.version_info < (3, 11):  # noqa: UP036 - it is run by whatever Python the system has
        raise CannotMake(
            "Python 3.11 or newer is needed and this is "
            + sys.version.split()[0]
            + ": say which with `make PYTHON=python3.11 …`."
        )
    shutil.rmtree(VENV, ignore_errors=True)
    run(
        "Making .venv (if this fails on Debian: apt-get install python3-venv)",
        sys.executable,
        "-m",
        "venv",
        str(VENV),
    )
    pip = (str(VENV / "bin" / "python"), "-m", "pip", "install", "--disable-pip-version-check", "--no-input")
    run("Installing the locked packages", *pip, "--require-hashes", "--only-binary", ":all:", "-r", str(LOCK))
    run(
        "Installing Madoguchi itself",
        *pip,
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "--no-index",
        "-e",
        str(ROOT),
    )
    STAMP.write_text(wanted + "\n")


def main() -> int:
    """Make the environment unless it is made; 0 if it stands at the end."""
    try:
        wanted = fingerprint()
        if not is_made(wanted):
            make(wanted)
    except CannotMake as fault:
        print("make env: " + str(fault), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("make env: interrupted; call it again to begin anew.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
