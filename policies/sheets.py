"""What a kind of paper (書面) is: which events it is made from, what its layouts are told, and samples of that."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from policies.edition import Edition

RECIPIENT = ("organisation", "person", "address")
"""To whom a paper is addressed: sealed until it is set."""


@dataclass(frozen=True)
class Sheet:
    """A kind of paper. Among ``variables`` is always ``issued_on``, the paper's own day, and the `RECIPIENT`."""

    events: tuple[str, ...]
    variables: tuple[str, ...]
    samples: Callable[[Edition], tuple[dict[str, Any], ...]]


def known_samples(edition: Edition, names: tuple[str, ...]) -> dict[str, Any]:
    """Of these variables the samples that variables.yaml has; None for the others."""
    known = edition.variables.root
    return {name: known[name].sample if name in known else None for name in names}


def addressed(own: Mapping[str, Any], recipient: Mapping[str, str]) -> dict[str, Any]:
    """A paper's own variables and whom it is addressed to."""
    return dict(own) | {name: recipient[name] for name in RECIPIENT}


def file_name(number: str) -> str:
    """What the PDF is called: its number and nothing that a path or a header could take amiss."""
    kept = "".join(each if each.isascii() and (each.isalnum() or each == "-") else "_" for each in number)
    return f"{kept}.pdf"
