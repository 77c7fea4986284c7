"""The edition of 2026, and the same with fees that change on the way."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from policies.edition import Fees, Taxes
from policies.editions import load
from policies.parameters import Dated, Holding

EDITION = load("secondment", 2026)


def fees_with(code: str, *changes: tuple[date, int]) -> Any:
    """The edition with further values of a fee, each from its day."""
    fee = EDITION.fees.root[code]
    return replace(EDITION, fees=Fees({**EDITION.fees.root, code: _changed(fee, changes)}))


def taxes_with(edition: Any, *changes: tuple[date, int]) -> Any:
    """An edition whose consumption tax changes, each from its day."""
    return replace(
        edition, taxes=Taxes({**edition.taxes.root, "standard": _changed(edition.taxes.root["standard"], changes)})
    )


def _changed(parameter: Dated[int], changes: tuple[tuple[date, int], ...]) -> Any:
    values = list(parameter.values)
    for day, value in changes:
        values[-1] = Holding.model_validate(
            {"from": values[-1].from_, "until": day - timedelta(days=1), "value": values[-1].value}
        )
        values.append(Holding.model_validate({"from": day, "value": value}))
    return parameter.model_copy(update={"values": tuple(values)})
