"""The process runner: one supervisord for the whole stack, spoken to over a private Unix socket.

It is a session of its own, so a Ctrl-C in the terminal reaches the run command alone, which stops the rest in order.
Every process is tied to its parent's life: nothing outlives a killed run command or a killed supervisord.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xmlrpc.client import Fault, ServerProxy

from supervisor.xmlrpc import SupervisorTransport

from infra.local.faults import Crash, StackFault
from infra.local.programs import PROJECT, Program

PAUSE = 0.05  # seconds between two looks
LONGEST_SOCKET = 90  # bytes; the kernel takes 107, and supervisord appends its process id
STARTED_WITHIN = 15.0
STOPPED_WITHIN = 60.0
ENDED_WITHIN = 5.0
GIVEN_UP = {"FATAL"}
LAST_LINES = 12


class Keeper:
    """Starts, watches and stops the programs whose logs and settings live under `folder`."""

    def __init__(self, folder: Path, programs: Sequence[Program]) -> None:
        self._log, self._run = folder / "log", folder / "run"
        self._programs = {each.name: each for each in programs}
        self._process: subprocess.Popen[bytes] | None = None
        self._socket = self._run / "supervisord.sock"
        if len(bytes(self._socket)) > LONGEST_SOCKET:
            self._socket = Path(tempfile.mkdtemp(prefix="madoguchi-")) / "s"

    def start(self) -> None:
        """Start supervisord, and by it every program that is not `last`."""
        self._log.mkdir(parents=True, exist_ok=True)
        self._run.mkdir(parents=True, exist_ok=True)
        self._socket.unlink(missing_ok=True)  # of a run that was killed
        config = self._run / "supervisord.conf"
        config.write_text(self._config())
        runner = ("supervisor.supervisord", "--nodaemon", "--configuration", str(config))
        with (self._log / "supervisord.out").open("wb") as out:
            self._process = subprocess.Popen(
                (sys.executable, "-m", "infra.local.tether", sys.executable, "-m", *runner),
                cwd=PROJECT,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._await_socket()
        for each in self._programs.values():
            if not each.last:
                self.begin(each.name)

    def begin(self, name: str) -> None:
        """Start a program that is not running."""
        self._ask("startProcess", name, False)

    def end(self, name: str) -> None:
        """Stop a program in order and wait until it has gone."""
        with contextlib.suppress(Fault):  # not running
            self._ask("stopProcess", name, True)

    def kill(self, name: str) -> int:
        """SIGKILL to a program, as a power cut would; it is started again by itself. Returns the process id."""
        pid = int(self.info(name)["pid"])
        if pid == 0:
            raise StackFault(f"{name} does not run, so it cannot be killed.")
        os.kill(pid, signal.SIGKILL)
        return pid

    def info(self, name: str) -> dict[str, Any]:
        """What supervisord knows of a program: `statename`, `pid`, `start` and more."""
        found: dict[str, Any] = self._ask("getProcessInfo", name)
        return found

    def runs(self, name: str) -> bool:
        """Whether a program has stayed up for a second."""
        return bool(self.info(name)["statename"] == "RUNNING")

    def pids(self) -> dict[str, int]:
        """Process id of each program that runs."""
        return {each["name"]: each["pid"] for each in self._ask("getAllProcessInfo") if each["pid"]}

    def check(self) -> None:
        """Raise a fault that names the program if supervisord gave one up, or is gone itself."""
        if self._process is None or self._process.poll() is not None:
            raise self.crash("supervisord").fault()
        for each in self._ask("getAllProcessInfo"):
            if each["statename"] in GIVEN_UP:
                raise self.crash(each["name"]).fault()

    def crash(self, name: str) -> Crash:
        """A program's failure with the end of its log."""
        log = self._log / f"{name}.{'out' if name == 'supervisord' else 'log'}"
        shown = log.relative_to(PROJECT) if log.is_relative_to(PROJECT) else log
        lines = log.read_text(errors="replace").splitlines() if log.is_file() else []
        return Crash(name, str(shown), tuple(lines[-LAST_LINES:]))

    def stop(self) -> None:
        """Stop all in order, `last` programs first; what does not go within its time is killed. Nothing is left."""
        if self._process is not None:
            with contextlib.suppress(StackFault, Fault):  # if it is gone, its programs are as well
                for last in (True, False):
                    self._stop_together([each for each in self._programs.values() if each.last is last])
                self._ask("shutdown")
            self._end_runner(self._process)
            self._process = None
        if self._socket.parent != self._run:
            shutil.rmtree(self._socket.parent, ignore_errors=True)

    def _stop_together(self, programs: Sequence[Program]) -> None:
        """Left to itself, supervisord stops one after another and takes a second for each."""
        for each in programs:
            with contextlib.suppress(Fault):  # not running
                self._ask("stopProcess", each.name, False)
        names = {each.name for each in programs}
        while names & self.pids().keys():  # supervisord kills what outlasts its patience
            time.sleep(PAUSE)

    @staticmethod
    def _end_runner(runner: subprocess.Popen[bytes]) -> None:
        try:
            runner.wait(ENDED_WITHIN)
        except subprocess.TimeoutExpired:
            runner.terminate()
            try:
                runner.wait(STOPPED_WITHIN)
            except subprocess.TimeoutExpired:
                runner.kill()
                runner.wait()

    def _ask(self, method: str, *arguments: object) -> Any:
        transport = SupervisorTransport(None, None, f"unix://{self._socket}")
        with ServerProxy("http://127.0.0.1", transport=transport) as proxy:
            try:
                return getattr(proxy.supervisor, method)(*arguments)
            except OSError as error:
                raise StackFault("supervisord does not answer: start again.") from error

    def _await_socket(self) -> None:
        until = time.monotonic() + STARTED_WITHIN
        while not self._socket.exists():
            if self._process is None or self._process.poll() is not None or time.monotonic() > until:
                raise self.crash("supervisord").fault()
            time.sleep(PAUSE)

    def _config(self) -> str:
        head = (
            f"[supervisord]\nlogfile={_plain(self._log / 'supervisord.log')}\nlogfile_maxbytes=1MB\n"
            f"pidfile={_plain(self._run / 'supervisord.pid')}\nsilent=true\n"
            f"[unix_http_server]\nfile={_plain(self._socket)}\nchmod=0700\n"
            "[rpcinterface:supervisor]\n"
            "supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface\n"
        )
        return head + "".join(self._section(each) for each in self._programs.values())

    def _section(self, program: Program) -> str:
        words = (sys.executable, "-m", "infra.local.tether", *program.command)
        environment = {"PYTHONUNBUFFERED": "1", **program.environment}
        told = ",".join(f"{key}={_marked(_plain(value))}" for key, value in environment.items())
        return (
            f"[program:{program.name}]\ncommand={' '.join(_quoted(word) for word in words)}\n"
            f"directory={_plain(PROJECT)}\nenvironment={told}\n"
            f"autostart=false\nautorestart={'true' if program.again else 'false'}\nstartretries=2\nstartsecs=1\n"
            f"priority={20 if program.last else 10}\nstopwaitsecs={program.patience}\n"
            f"redirect_stderr=true\nstdout_logfile={_plain(self._log / program.name)}.log\n"
            "stdout_logfile_maxbytes=5MB\nstdout_logfile_backups=1\n"
        )


def _plain(value: object) -> str:
    return str(value).replace("%", "%%")


def _quoted(word: str) -> str:
    return '"' + _plain(word).replace("\\", "\\\\").replace('"', '\\"') + '"'


def _marked(value: str) -> str:
    """A value that may hold quotation marks of one kind, such as JSON: the runner's file has no escape for them."""
    mark = "'" if '"' in value else '"'
    return f"{mark}{value}{mark}"
