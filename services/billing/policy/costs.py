"""Who bears a cost, and what follows from who has paid it (S-BI-1)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from kernel.sealing import Contact
from policies.faults import NotYetHolding
from policies.secondment.edition import SecondmentEdition
from schemas.values import Yen
from services.billing.domain.cost_events import Cost, Settlement, Side
from services.billing.policy.decisions import decided

FOLLOWS: dict[tuple[Side, Side], Settlement] = {
    ("sender", "sender"): "nothing",
    ("sender", "jetro"): "invoiced",
    ("jetro", "jetro"): "nothing",
    ("jetro", "sender"): "reimbursed",
}
"""By who bears it and who has paid it."""
ADVANCE = ("advance", "立替金", "costs")
"""What a kind that says something of the person is called where others read it, and the table without the kind."""
SIDES: dict[Side, str] = {"sender": "派遣元", "jetro": "ジェトロ"}
THEN: dict[Settlement, str] = {
    "invoiced": "ジェトロが立て替えた額を派遣元に請求します。",
    "nothing": "負担する側が支払済みのため、精算はありません。",
    "reimbursed": "派遣元が立て替えた額を、ジェトロから派遣元に支払う必要があります。",
}


def s_bi_1_borne(
    id: str,
    kind: str,
    amount: Yen,
    day: date,
    paid_by: Side,
    edition: SecondmentEdition,
    at: datetime,
    *,
    said: Contact | None = None,
) -> Cost:
    """The cost with who bears it by the table that held on its day, and what follows; ``said`` is its kind, sealed.

    Raises `NotYetHolding` for a day before the table. The kind must be one of the table's.
    """
    entry = edition.costs.root[kind]
    read = edition.value(f"costs.{kind}", day)
    kind, name, held = ADVANCE if entry.personal else (kind, entry.name, read.parameter.name)
    bears: Side = read.value
    settlement = FOLLOWS[bears, paid_by]
    tax = edition.value(f"taxes.{entry.tax}", day) if settlement == "invoiced" and entry.tax != "outside" else None
    facts = {"kind": kind, "amount": amount, "day": day.isoformat(), "paid_by": paid_by}
    facts |= {"bears": bears, "settlement": settlement}
    parameters = (replace(read.parameter, name=held), *((tax.parameter,) if tax else ()))
    return Cost(
        id=id,
        kind=kind,
        name=name,
        amount=amount,
        day=day,
        paid_by=paid_by,
        bears=bears,
        settlement=settlement,
        tax=tax.number if tax else None,
        decision=decided("S-BI-1", "passed", edition, at, facts, parameters),
        said=said if entry.personal else None,
    )


def in_words(cost: Cost) -> str:
    """The decision as a clerk tells it."""
    return f"{cost.name}は{SIDES[cost.bears]}の負担です。{THEN[cost.settlement]}"


def table(edition: SecondmentEdition, on: date) -> list[dict[str, str]]:
    """Who bears which kind of cost on a day, in the edition's order; kinds without a value by then are left out."""
    rows = []
    for kind, entry in edition.costs.root.items():
        try:
            read = edition.value(f"costs.{kind}", on)
        except NotYetHolding:
            continue
        rows.append(
            {
                "kind": kind,
                "name": entry.name,
                "clause": read.clause,
                "bears": read.text,
                "bears_ja": SIDES[read.value],
                "holds_from": read.parameter.holds_from,
                "tax": entry.tax,
                "note": entry.note,
            }
        )
    return rows
