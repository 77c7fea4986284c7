"""The watch over a running stack: a kill is healed and told, a program that is given up ends the run."""

from __future__ import annotations

import sys
import threading
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from infra.local.faults import StackFault
from infra.local.programs import Program, python
from infra.local.watch import Watch
from tests.infra.support import stack, until


def test_a_healed_kill_is_told(tmp_path: Path) -> None:
    said = StringIO()
    sleeper = Program("sleeper", python("tests.infra.sleeper"), last=True)
    with stack(tmp_path, extra=[sleeper]) as running, Watch(running, Console(file=said)):
        running.await_restarted("sleeper", running.kill("sleeper"))
        until(lambda: "sleeper ended unexpectedly and was started again" in said.getvalue())


def test_a_program_that_is_given_up_interrupts_the_work(tmp_path: Path) -> None:
    ledger = tmp_path / "ledger"
    ledger.touch()
    clerk = (sys.executable, "-c", f"open({str(ledger)!r}); import signal; signal.pause()")
    with stack(tmp_path, extra=[Program("clerk", clerk, last=True)]) as running:
        ledger.unlink()
        running.kill("clerk")
        with pytest.raises(StackFault, match=r"^clerk does not stay up\."), Watch(running, Console(quiet=True)):
            threading.Event().wait(30)
