"""The run command: start everything, play the rehearsal, stay up until Ctrl-C, stop everything."""

from __future__ import annotations

import errno
import fcntl
import importlib
import signal
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from types import FrameType

from rich.console import Console
from rich.markup import escape

from infra.local.faults import StackFault
from infra.local.ports import SERVICES, Ports
from infra.local.programs import PROJECT, Addresses
from infra.local.stack import PARTS, Stack
from infra.local.watch import Watch

FOLDER = PROJECT / ".madoguchi"
PREFIX = "rehearsal"
STOPPED_BY_HAND = 130


Play = Callable[[Addresses], bool]
"""Plays everything, prints the tables, and tells whether all came out as expected."""


def run(
    once: bool,
    folder: Path = FOLDER,
    services: Sequence[str] = SERVICES,
    parts: Collection[str] = PARTS,
    play: Play | None = None,
    year: int | None = None,
    empty: bool = False,
) -> int:
    """The exit status of the whole command. Whatever happens, everything that was started is stopped.

    ``year`` is a rehearsal other than the usual one: it is played on data of its own. ``empty``: nothing is played,
    and what is done by hand is on data of its own too.
    """
    client_file = folder / "client.json"
    folder = folder / "empty" if empty else folder if year is None else folder / f"year-{year}"
    play = _nothing if empty else play
    console = Console(highlight=False)
    # SIGINT too: a shell that starts this in the background has it ignored, and the watch wakes this thread by it.
    for terminating in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(terminating, _interrupt)
    try:
        with _alone(folder):
            ports = Ports.from_environment()
            stack = Stack(
                folder, ports, PREFIX, "rehearsal", services, parts=parts, console=console,
                tokens=True, client_file=client_file,
            )  # fmt: skip
            return _run(stack, once, play or partial(_rehearsal, year=year), console)
    except StackFault as fault:
        return _told(fault, console)
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        return _told(StackFault("The disk is full: free some space, then start again."), console)
    except KeyboardInterrupt:
        return STOPPED_BY_HAND


def _run(stack: Stack, once: bool, play: Play, console: Console) -> int:
    with _stopped_at_the_end(stack, console):
        stack.start()
        with Watch(stack, console):
            as_expected = play(stack.addresses)
            if not once:
                _stay_up(stack.addresses, console)
    return 0 if as_expected else 1


def _rehearsal(addresses: Addresses, year: int | None) -> bool:
    """The rehearsal is brought in only when all is up: it is no part of the stack."""
    play: Callable[..., bool] = importlib.import_module("examples.rehearsal").play
    return play(addresses) if year is None else play(addresses, year)


def _nothing(addresses: Addresses) -> bool:
    return True


def _stay_up(addresses: Addresses, console: Console) -> None:
    lines = [f"{name:<10} {url}/docs   {url}/metrics" for name, url in addresses.services.items()]
    lines += [f"{'mailbox':<10} {addresses.mail}/", f"{'kafka':<10} {addresses.kafka}"]
    lines += [f"{'mongodb':<10} {addresses.mongo}"]
    with suppress(KeyboardInterrupt):
        console.print("\n  " + "\n  ".join(lines))
        console.print("\nEverything is up. Ctrl-C stops it; the data stay until `make clean`.")
        threading.Event().wait()


@contextmanager
def _stopped_at_the_end(stack: Stack, console: Console) -> Iterator[None]:
    try:
        yield
    finally:
        for asked in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(asked, signal.SIG_IGN)  # a second Ctrl-C must not leave half of it running
        with console.status("Stopping …"):
            stack.stop()
        console.print("Stopped; the data are kept.")


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
