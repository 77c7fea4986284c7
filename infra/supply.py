"""`python -m infra.supply audit`, `sbom`: what is known against the locked packages, and what they are.

Both read the lock file of what runs (`requirements/runtime.txt`), so that they speak of just the versions that are
installed where the services run, with their hashes.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements" / "runtime.txt"
SBOM = ROOT / "build" / "sbom.json"
DATABASES = ("pypi", "osv")
"""Where advisories are asked for, one after the other; pip-audit's names."""
CANARY = "jinja2==2.10\n"
"""A version with advisories since 2019."""
CLEAN, FOUND, UNKNOWN = 0, 1, 2


def audit() -> int:
    """0: nothing is known; 1: something is, as told; 2: no database could be reached, so nothing is said."""
    for database in DATABASES:
        if not _knows(database):
            continue
        told = _pip_audit(database, LOCK, "--require-hashes")
        if told.returncode == CLEAN:
            print(f"No advisory is known for the locked packages (asked: {database}).")
            return CLEAN
        print((told.stdout + told.stderr).strip())
        return FOUND
    print("Nothing was audited: no database of advisories can be reached from here. Run it where one can be.")
    return UNKNOWN


def _knows(database: str) -> bool:
    """Whether it answers, and knows what is long known: a mirror may say "nothing" of everything."""
    with tempfile.TemporaryDirectory() as folder:
        canary = Path(folder) / "requirements.txt"
        canary.write_text(CANARY)
        told = _pip_audit(database, canary, "--no-deps")
    if told.returncode != CLEAN and "known vulnerabilit" in told.stdout + told.stderr:
        return True
    print(f"{database}: does not answer, or knows no advisories ({_last(told.stderr)})")
    return False


def _pip_audit(database: str, requirements: Path, *more: str) -> subprocess.CompletedProcess[str]:
    words = ("--requirement", str(requirements), "--disable-pip", "--strict", "--progress-spinner", "off")
    return _run("pip_audit", *words, "-s", database, *more)


def sbom(to: Path = SBOM) -> int:
    """Write the bill of materials, CycloneDX 1.6 as JSON, alike for the same lock; 0 if it is written."""
    to.parent.mkdir(parents=True, exist_ok=True)
    options = ("--sv", "1.6", "--of", "JSON", "--output-reproducible", "--pyproject", str(ROOT / "pyproject.toml"))
    told = _run("cyclonedx_py", "requirements", str(LOCK), *options, "-o", str(to))
    if told.returncode != 0:
        print(f"The bill of materials cannot be written: {_last(told.stderr)}", file=sys.stderr)
        return told.returncode
    print(f"{to.relative_to(ROOT) if to.is_relative_to(ROOT) else to.name} is written.")
    return 0


def _run(module: str, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run((sys.executable, "-m", module, *words), capture_output=True, text=True, check=False)


def _last(said: str) -> str:
    lines = said.strip().splitlines()
    return lines[-1][:160] if lines else "no reason was given"


if __name__ == "__main__":
    sys.exit({"audit": audit, "sbom": sbom}[sys.argv[1]]())
