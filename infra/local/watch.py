"""Watches a running stack: tells what was started again, and ends the run when a program was given up."""

from __future__ import annotations

import os
import signal
import threading
from collections import Counter
from contextlib import suppress

from rich.console import Console

from infra.local.faults import StackFault
from infra.local.stack import Stack

LOOK_EVERY = 0.5  # seconds
ENOUGH = 10  # a program that ended so often in one run will not mend itself


class Watch:
    """Looks at the stack while the main thread works, and interrupts it when a program was given up.

    The fault then leaves the `with` block in place of the interruption.
    """

    def __init__(self, stack: Stack, console: Console) -> None:
        self._fault: StackFault | None = None
        self._stack, self._console, self._over = stack, console, threading.Event()
        self._known, self._ends = stack.pids(), Counter[str]()
        self._thread = threading.Thread(target=self._look, name="watch", daemon=True)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        with suppress(KeyboardInterrupt):  # the watch's own, late
            self._thread.join()
        if self._fault is not None:
            raise self._fault from None

    def _look(self) -> None:
        while not self._over.wait(LOOK_EVERY):
            try:
                self._stack.check()
                self._tell_restarts()
            except StackFault as fault:
                self._fault = fault
                os.kill(os.getpid(), signal.SIGINT)  # wakes the main thread, whatever it waits for
                return

    def _tell_restarts(self) -> None:
        now = self._stack.pids()
        for name, pid in now.items():
            if self._known.get(name, pid) != pid:
                self._console.print(f"[yellow]{name} ended unexpectedly and was started again.[/yellow]")
                self._ends[name] += 1
                if self._ends[name] >= ENOUGH:
                    raise self._stack.keeper.crash(name).fault()
        self._known.update(now)
