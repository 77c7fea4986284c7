"""The papers (必要書類) of a secondee, S-SC-9."""

from __future__ import annotations

from collections.abc import Iterable

from policies.parameters import Read
from policies.secondment.edition import SecondmentEdition
from schemas.values import Decision
from services.screening.domain.roads import Arrival
from services.screening.policy.basis import Basis


def s_sc_9_papers(
    arrivals: Iterable[Arrival], secondment_id: str, basis: Basis[SecondmentEdition], *, due: bool
) -> Decision | None:
    """S-SC-9: every paper in every form that the edition asks for, arrived by the deadline's 24:00.

    Complete: passed. Incomplete: None while the deadline is to come, held for HR once it is ``due``.
    """
    deadline = basis.read("dates.papers_due")
    wanted = wanted_papers(basis)
    here = {f"{each.kind}/{each.form}" for each in arrivals if each.arrived_on <= deadline.day}
    missing = sorted(
        f"{kind}/{form}" for kind, read in wanted.items() for form in read.texts if f"{kind}/{form}" not in here
    )
    if missing and not due:
        return None
    facts = {"secondment_id": secondment_id, "missing": missing, "deadline": deadline.day.isoformat()}
    return basis.rule("S-SC-9", "held" if missing else "passed", facts, deadline, *wanted.values())


def wanted_papers(basis: Basis[SecondmentEdition]) -> dict[str, Read]:
    """The papers by code, each with the forms in which it must arrive."""
    return {kind: basis.read(f"papers.{kind}") for kind in basis.edition.papers.root}
