"""What has to agree about layouts of papers. `policies.typesetting.faults` sets them with the samples besides."""

from __future__ import annotations

import re
from collections.abc import Iterator

from policies.edition import Edition
from policies.faults import Complaint, EditionFault
from policies.papers import layouts
from policies.texts import LAYOUT

REACHING_OUT = re.compile(r"\b(?:import|include)\b|\b(?:read|plugin|yaml|toml|csv|xml|cbor|image)\s*\(")
"""A layout is one file that is told all it needs: nothing is fetched, from the disk or from elsewhere."""


def complaints(edition: Edition) -> Iterator[Complaint]:
    """Layouts that papers are said to be set in and that are not there."""
    for parameter, number, name in layouts(edition):
        section, key = parameter.split(".")
        if name not in edition.layouts:
            ja, en = f"layouts/ に {name}{LAYOUT} がありません。", f"layouts/ has no {name}{LAYOUT}."
            yield Complaint(section, (key, "values", number, "value"), ja, en)


def text_faults(edition: Edition) -> Iterator[EditionFault]:
    """Layouts that would fetch something."""
    for name, text in edition.layouts.items():
        for line, written in enumerate(text.splitlines(), 1):
            if REACHING_OUT.search(written):
                ja, en = "版面から他のファイルは読めません。", "A layout cannot read other files."
                file = edition.file(f"layouts/{name}{LAYOUT}")
                yield EditionFault(file, line, edition.edition.clause, ja, en)
