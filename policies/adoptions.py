"""What the layout of a letter of adoption (採択通知書, C-SC-15) is told.

That is the published event, whom it names as the company, and the edition. Of the screening nothing is in any of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from policies.edition import Edition
from policies.sheets import RECIPIENT, Sheet, addressed, known_samples
from policies.sheets import file_name as named

OWN = ("receipt_number", "adopted_on", "support_until")


def sheet(facts: Mapping[str, Any], recipient: Mapping[str, str]) -> dict[str, Any]:
    """The variables out of a CompanyAdopted in JSON's types, with the period's last day, and the `RECIPIENT`.

    The paper's day is that of the adoption.
    """
    own = {name: facts[name] for name in OWN}
    return addressed({"issued_on": facts["adopted_on"], **own}, recipient)


def layout_of(edition: Edition, facts: Mapping[str, Any]) -> str:
    """The layout that held on the day of the adoption."""
    return edition.value("adoption.layout", date.fromisoformat(facts["adopted_on"])).text


def file_name(receipt_number: str) -> str:
    """What the PDF is called."""
    return named(f"adoption-{receipt_number}")


def samples(edition: Edition) -> tuple[dict[str, Any], ...]:
    """A letter of adoption out of the samples of variables.yaml."""
    known = known_samples(edition, (*OWN, *RECIPIENT))
    return (sheet(known, known),)


ADOPTION = Sheet(("CompanyAdopted",), ("issued_on", *OWN, *RECIPIENT), samples)
