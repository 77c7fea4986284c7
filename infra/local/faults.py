"""What can go wrong while starting or running the local stack, each said in one line with its remedy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

ADVICE: tuple[tuple[str, str], ...] = (
    ("No space left on device", "The disk is full: free some space, then start again."),
    ("libcurl.so.4", "Install libcurl 4 (Debian, Ubuntu: apt-get install libcurl4), then start again."),
    ("libcrypto.so.3", "Install OpenSSL 3 (Debian, Ubuntu: apt-get install libssl3), then start again."),
    ("libssl.so.3", "Install OpenSSL 3 (Debian, Ubuntu: apt-get install libssl3), then start again."),
    ("Address already in use", "Another program took its port: end that program, or choose another port."),
    ("Too many open files", "Raise the limit of open files (ulimit -n 4096), then start again."),
    ("OutOfMemoryError", "There is too little memory: end other programs, then start again."),
    ("Cannot allocate memory", "There is too little memory: end other programs, then start again."),
    (
        "No module named",
        "A module is missing: run `make env`, and look at the import that its log names.",
    ),
    ("Invalid cluster.id", "Its data belong to another cluster: `make clean` removes all local data."),
)


class StackFault(Exception):
    """The stack cannot start or go on. `str()` is one clear line; `detail` holds the last lines of a log."""

    def __init__(self, line: str, detail: Sequence[str] = ()) -> None:
        super().__init__(line)
        self.detail = tuple(detail)


@dataclass(frozen=True)
class Crash:
    """A program that does not stay up, with the last lines of its log and where the whole log is."""

    program: str
    log_file: str
    last_lines: tuple[str, ...]

    def fault(self) -> StackFault:
        """The same as one line that names the program and what to do."""
        said = "\n".join(self.last_lines)
        advice = next((remedy for sign, remedy in ADVICE if sign in said), f"The reason is in {self.log_file}.")
        return StackFault(f"{self.program} does not stay up. {advice}", self.last_lines)
