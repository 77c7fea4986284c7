"""The papers that letters enclose, each by the parameter that says in which layout it is set."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from policies.adoptions import ADOPTION
from policies.edition import Edition
from policies.invoices import INVOICE
from policies.sheets import Sheet

PAPERS: Final[Mapping[str, Sheet]] = {"invoice.layout": INVOICE, "adoption.layout": ADOPTION}


def layouts(edition: Edition) -> Iterator[tuple[str, int, str]]:
    """The edition's parameters that name layouts, each with every layout that it names and which of its values does."""
    for parameter in PAPERS:
        rules = edition.parameters.get(parameter)
        for number, holding in enumerate(rules.values if rules else ()):
            yield parameter, number, holding.value
