"""Decisions about the secondee's service: leave (S-LI-9) and work for the sender (S-LI-7)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from kernel.sealing import Confidential
from policies.secondment.edition import SecondmentEdition
from schemas.values import Decision
from services.placement.policy.decisions import RULE, decided

LeaveKind = Literal["childbirth", "childcare"]
"""妻の出産休暇, 育児参加休暇."""
SenderWorkKind = Literal["own_work", "visitors"]
"""派遣元固有の業務, 派遣元からの来訪者の対応."""


def s_li_9_days(edition: SecondmentEdition, kind: LeaveKind, on: date) -> int:
    """How many days there are for each birth."""
    return edition.value(f"leave.{kind}_days", on).number


def s_li_9_leave(
    edition: SecondmentEdition,
    kind: LeaveKind,
    on: date,
    days: int,
    taken: int,
    *,
    at: datetime,
    by: str = RULE,
    reason: Confidential | None = None,
) -> Decision:
    """Whether ``days`` more can be granted when ``taken`` were taken for the same birth. More is refused."""
    read = edition.value(f"leave.{kind}_days", on)
    facts = {"kind": kind, "days": days, "taken": taken}
    outcome: Literal["passed", "refused"] = "passed" if taken + days <= read.number else "refused"
    return decided("S-LI-9", outcome, edition=edition.id, at=at, facts=facts, read=[read], by=by, reason=reason)


def s_li_7_sender_work(
    edition: SecondmentEdition,
    kind: SenderWorkKind,
    recognised: bool,
    *,
    by: str,
    at: datetime,
    reason: Confidential | None = None,
) -> Decision:
    """Work for the sender is not done, unless the head (``by``) recognises it as part of JETRO's work."""
    outcome: Literal["passed", "refused"] = "passed" if recognised else "refused"
    facts = {"kind": kind, "recognised": recognised}
    return decided("S-LI-7", outcome, edition=edition.id, at=at, facts=facts, by=by, reason=reason)
