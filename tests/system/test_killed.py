"""SIGKILL of each service in mid-rehearsal, also while it is at work: the outcome is the one on record all the same."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from infra.local.ports import SERVICES
from infra.local.stack import Stack
from madoguchi.rehearsal.outcome import differences
from madoguchi.rehearsal.script import Step, read
from madoguchi.rehearsal.system import System
from tests.system.whole import FOLDER, built, expected, play


@dataclass(frozen=True)
class Kill:
    """Services killed at a step: ``after`` seconds from its beginning, so before its request or behind it."""

    do: str
    case: str
    services: tuple[str, ...]
    after: float


KILLS = (
    Kill("apply", "kaede", ("intake",), 0.0),
    Kill("judge-purpose", "hoshikuzu", ("screening", "placement"), 0.04),
    Kill("memorandum-returned", "tsurumi", ("placement", "notify"), 0.06),
    Kill("depart", "kaede", ("billing", "notify"), 0.1),
)


@dataclass
class Killer:
    """Kills as planned, on threads of its own."""

    stack: Stack
    killed: list[tuple[str, int]] = field(default_factory=list)
    threads: list[threading.Timer] = field(default_factory=list)

    def before(self, step: Step, system: System) -> None:
        """Hear of a step that is about to be done."""
        for each in KILLS:
            if (each.do, each.case) == (step.do, step.case):
                timer = threading.Timer(each.after, self._kill, each.services)
                timer.start()
                self.threads.append(timer)
                if not each.after:
                    timer.join()

    def _kill(self, *services: str) -> None:
        self.killed += [(name, self.stack.kill(name)) for name in services]


@pytest.fixture
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with built(tmp_path_factory.mktemp("killed")) as running:
        yield running


@pytest.mark.timeout(300)
@pytest.mark.clause("G-8")
@pytest.mark.clause("S-NO-2")
def test_the_outcome_is_the_same_whoever_is_killed(stack: Stack) -> None:
    killer = Killer(stack)
    played, found = play(stack.addresses, read(FOLDER), killer.before)
    assert differences(expected(), found) == []
    assert [answer for answer in played.answers if answer.unexpected] == []
    assert {name for name, _ in killer.killed} == set(SERVICES)
    assert len(killer.killed) == sum(len(each.services) for each in KILLS)
    now = stack.pids()
    assert all(now[name] != pid for name, pid in killer.killed)
