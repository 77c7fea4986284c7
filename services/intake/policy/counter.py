"""Decisions at the counter: late (S-IN-1), full (C-IN-3), admitted late by HR (S-IN-1)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from kernel.refusals import Refused
from kernel.sealing import Confidential
from policies.edition import Edition
from policies.parameters import Read
from policies.secondment.edition import SecondmentEdition
from schemas.values import Decision, Outcome, Scalar, day_in_tokyo
from services.intake.domain.reception import Reception
from services.intake.policy.terms import deadline_read, places_read

EVER = "complete"
"""The fact of a decision that counted every complete application there was, withdrawn ones too (C-IN-3)."""


def s_in_1_deadline(edition: Edition, reception: Reception, at: datetime) -> Decision:
    """Whether a form that arrived at ``at`` came in time: before 24:00 of the last day (必着, G-1)."""
    facts = {
        "received_at": at.isoformat(),
        "closes_at": reception.closes_at.isoformat() if reception.closes_at else None,
    }
    outcome: Outcome = "refused" if reception.late(at) else "passed"
    return _decision("S-IN-1", outcome, edition, at, facts, deadline_read(edition, day_in_tokyo(at)))


def s_in_1_admitted_late(
    edition: Edition, received_at: datetime, *, by: str, reason: Confidential, at: datetime
) -> Decision:
    """HR admits a form that came late, with a reason. Refused where reception ends by number (C-IN-3)."""
    if not isinstance(edition, SecondmentEdition):
        raise Refused(
            "C-IN-3",
            "この制度の受付は件数で終わるため、締切後の受付はありません。空きがあれば、改めてお申し込みいただけます。",
            "Reception of this programme ends by number: nothing is late. While there is room, apply anew.",
        )
    return Decision(
        clause="S-IN-1",
        outcome="waived",
        edition=edition.id,
        by=by,
        at=at.isoformat(),
        facts={"received_at": received_at.isoformat()},
        parameters=(deadline_read(edition, day_in_tokyo(at)).parameter,),
        reason=reason,
    )


def s_in_6_amendable(reception: Reception, at: datetime) -> None:
    """Guard: until the deadline a sender may amend its form."""
    if reception.late(at):
        raise Refused(
            "S-IN-6",
            "締切を過ぎたため、内容の訂正はできません。取り下げはいつでもできます。事情がある場合は人事課にご相談ください。",
            "The deadline has passed: the form cannot be amended. It can still be withdrawn. Otherwise ask HR.",
        )


def c_in_3_places(edition: Edition, reception: Reception, at: datetime) -> Decision:
    """Whether there is still a place for a complete application, counted as this reception reads it."""
    outcome: Outcome = "refused" if reception.full else "passed"
    facts = {"standing": reception.standing} | ({} if reception.reopens else {EVER: reception.complete})
    return _decision("C-IN-3", outcome, edition, at, facts, *places_read(edition, day_in_tokyo(at)))


def c_in_3_reopens(decision: Decision) -> bool:
    """Whether the reception that was seen full opens again when a place is given back: it did not count them all."""
    return EVER not in decision.facts


def _decision(
    clause: str, outcome: Outcome, edition: Edition, at: datetime, facts: Mapping[str, Scalar], *read: Read
) -> Decision:
    return Decision(
        clause=clause,
        outcome=outcome,
        edition=edition.id,
        by="rule",
        at=at.isoformat(),
        facts=dict(facts),
        parameters=tuple(each.parameter for each in read),
    )
