"""Kills programs of a running stack as planned, one after another, each only when all are up again."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from infra.local.faults import StackFault
from infra.local.stack import Stack

SETTLED = 1.1
"""Seconds for which a program must run so that the next kill is no failure to start."""
Tell = Callable[[str], None]


@dataclass
class Killer(threading.Thread):
    """SIGKILL by plan. ``killed`` counts by program; ``fault`` says why it had to stop early."""

    stack: Stack
    plan: Sequence[tuple[float, str]]
    tell: Tell
    after: float
    killed: Counter[str] = field(default_factory=Counter)
    fault: StackFault | None = None

    def __post_init__(self) -> None:
        super().__init__(name="killer", daemon=True)
        self._enough = threading.Event()

    __hash__ = threading.Thread.__hash__

    def run(self) -> None:
        """Work the plan off, beginning when the clients do."""
        self._enough.wait(self.after)
        try:
            for pause, name in self.plan:
                if self._enough.wait(pause):
                    return
                former = self.stack.kill(name)
                self.killed[name] += 1
                self.tell(f"killed {name}")
                self.stack.await_restarted(name, former)
                self._await_all()
        except StackFault as fault:
            self.fault = fault

    def stop(self) -> None:
        """Kill nobody any more; return when all are up."""
        self._enough.set()
        self.join()

    def _await_all(self) -> None:
        for name in sorted(self.stack.pids()):
            self.stack.await_ready(name)
        time.sleep(SETTLED)
