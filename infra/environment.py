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
PACKAGES_STAMP = VENV / ".packages-from"
ITSELF_STAMP = VENV / ".installed-from"
PIP = (str(VENV / "bin" / "python"), "-m", "pip", "install", "--disable-pip-version-check", "--no-input")


class CannotMake(Exception):
    """The environment cannot be made; the text says what to do, in one line."""


def packages_fingerprint() -> str:
    """Hex digest of what the installed packages depend on; scripts name the folder and the interpreter."""
    return digest(LOCK.read_bytes(), str(ROOT).encode(), sys.version.encode())


def own_fingerprint() -> str:
    """Hex digest of what the project's own installation depends on."""
    return digest((ROOT / "pyproject.toml").read_bytes(), (ROOT / "requirements" / "runtime.in").read_bytes())


def digest(*parts: bytes) -> str:
    """SHA-256 of several parts in hex."""
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def is_made(stamp: Path, wanted: str) -> bool:
    """Whether a step was done for just this, to its end."""
    return stamp.is_file() and stamp.read_text().strip() == wanted and (VENV / "bin" / "python").exists()


def run(doing: str, *command: str) -> None:
    """Run one step, showing its own progress; raise with a remedy if it fails."""
    print("==> " + doing, flush=True)
    if subprocess.run(command, cwd=ROOT).returncode != 0:
        raise CannotMake(doing + " failed: see the lines above; once mended, `make env` goes on from there.")


def install_packages() -> None:
    """Make `.venv` from nothing, with the locked packages and no others."""
    if sys.version_info < (3, 11):  # noqa: UP036 - it is run by whatever Python the system has
        raise CannotMake(
            "Python 3.11 or newer is needed and this is "
            + sys.version.split()[0]
            + ": say which with `make PYTHON=python3.11 …`."
        )
    shutil.rmtree(VENV, ignore_errors=True)
    run(
        "Making .venv (Debian lacks python3-venv at first: apt-get install it)", sys.executable, "-m", "venv", str(VENV)
    )
    run("Installing the locked packages", *PIP, "--require-hashes", "--only-binary", ":all:", "-r", str(LOCK))


def install_itself() -> None:
    """Make the project's packages and its command line known to `.venv`, with no network."""
    options = ("--quiet", "--no-deps", "--no-build-isolation", "--no-index", "--editable", str(ROOT))
    run("Installing Madoguchi itself", *PIP, *options)


def main() -> int:
    """Make what is not made; 0 if the environment stands at the end."""
    steps = (
        (PACKAGES_STAMP, packages_fingerprint(), install_packages),
        (ITSELF_STAMP, own_fingerprint(), install_itself),
    )
    try:
        for stamp, wanted, step in steps:
            if not is_made(stamp, wanted):
                step()
                stamp.write_text(wanted + "\n")
    except CannotMake as fault:
        print("make env: " + str(fault), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("make env: interrupted; call it again to begin anew.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
