"""The run command: start everything, play the rehearsal, stay up until Ctrl-C, stop everything."""

from __future__ import annotations

import errno
import fcntl
import importlib
import os
import signal
import threading
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from rich.console import Console
from rich.markup import escape

from infra.local.faults import StackFault
from infra.local.ports import SERVICES, Ports
from infra.local.programs import PROJECT, Addresses
from infra.local.stack import PARTS, Stack

FOLDER = PROJECT / ".madoguchi"
PREFIX = "rehearsal"
LOOK_EVERY = 0.5  # seconds between two looks at the programs
STOPPED_BY_HAND = 130


Play = Callable[[Addresses], bool]
"""Plays everything, prints the tables, and tells whether all came out as expected."""


class Watch:
    """Looks at the stack while the main thread works, and interrupts it when a program was given up."""

    def __init__(self, stack: Stack, console: Console) -> None:
        self.fault: StackFault | None = None
        self._stack, self._console, self._over = stack, console, threading.Event()
        self._known = stack.pids()
        self._thread = threading.Thread(target=self._look, name="watch", daemon=True)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(LOOK_EVERY):
            try:
                self._stack.check()
                self._tell_restarts()
            except StackFault as fault:
                self.fault = fault
                os.kill(os.getpid(), signal.SIGINT)  # wakes the main thread, whatever it waits for
                return

    def _tell_restarts(self) -> None:
        now = self._stack.pids()
        for name, pid in now.items():
            if self._known.get(name, pid) != pid:
                self._console.print(f"[yellow]{name} ended unexpectedly and was started again.[/yellow]")
        self._known.update(now)


def run(
    once: bool,
    folder: Path = FOLDER,
    services: Sequence[str] = SERVICES,
    parts: Collection[str] = PARTS,
    play: Play | None = None,
) -> int:
    """The exit status of the whole command. Whatever happens, everything that was started is stopped."""
    console = Console()
    for terminating in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(terminating, _interrupt)
    try:
        with _alone(folder):
            ports = Ports.from_environment()
            stack = Stack(folder, ports, PREFIX, "rehearsal", services, parts=parts, console=console)
            return _run(stack, once, play or _rehearsal, console)
    except StackFault as fault:
        return _told(fault, console)
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        return _told(StackFault("The disk is full: free some space, then start again."), console)
    except KeyboardInterrupt:
        console.print("Stopped; the data are kept.")
        return STOPPED_BY_HAND


def _run(stack: Stack, once: bool, play: Play, console: Console) -> int:
    with _stopped_at_the_end(stack, console):
        stack.start()
        with Watch(stack, console) as watch:
            try:
                as_expected = play(stack.addresses)
                if not once:
                    _stay_up(stack.addresses, console)
            except KeyboardInterrupt:
                if watch.fault is not None:
                    raise watch.fault from None
                raise
        return 0 if as_expected else 1


def _rehearsal(addresses: Addresses) -> bool:
    """The rehearsal is brought in only when all is up: it is no part of the stack."""
    play: Play = importlib.import_module("examples.rehearsal").play
    return play(addresses)


def _stay_up(addresses: Addresses, console: Console) -> None:
    console.print()
    for name, url in addresses.services.items():
        console.print(f"  {name:<10} {url}/docs   {url}/metrics")
    console.print(f"  {'mailbox':<10} {addresses.mail}/")
    console.print(f"  {'kafka':<10} {addresses.kafka}")
    console.print(f"  {'mongodb':<10} {addresses.mongo}")
    console.print("\nEverything is up. Ctrl-C stops it; the data stay until `make clean`.")
    while True:
        time.sleep(3600)  # until a signal


@contextmanager
def _stopped_at_the_end(stack: Stack, console: Console) -> Iterator[None]:
    try:
        yield
    finally:
        for asked in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(asked, signal.SIG_IGN)  # a second Ctrl-C must not leave half of it running
        with console.status("Stopping …"):
            stack.stop()


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Two run commands on the same data would spoil them."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StackFault("`make run` is already running in this folder: stop it first with Ctrl-C.") from None
        yield


def _told(fault: StackFault, console: Console) -> int:
    for line in fault.detail:
        console.print(f"  [dim]{escape(line)}[/dim]", soft_wrap=True)
    console.print(f"[red]make run: {escape(str(fault))}[/red]", soft_wrap=True)
    return 1


def _interrupt(signal_number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
