"""Contacts and visits of a support (C-LI-3, C-BI-2), and the disclosures that a referral needs (C-CO-1)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from kernel.refusals import NotFound, Refused
from kernel.sealing import Confidential
from schemas.values import Decision, InvoiceLine
from services.placement.domain import support_events as happened
from services.placement.domain.days import not_ahead
from services.placement.domain.support_events import CancelledBy, ContactKind
from services.placement.domain.support_state import SupportState


class Contacts(SupportState):
    """The commands on contacts and visits."""

    def note_disclosure(self, number: int, on: date, *, at: datetime) -> None:
        """The register of disclosures has an entry under this number (C-CO-1)."""
        if number not in self.disclosures:
            self.record(happened.DisclosureNoted, at=at, number=number, on=on)

    def record_contact(
        self,
        kind: ContactKind,
        on: date,
        by: str,
        note: Confidential,
        visit_id: str | None = None,
        *,
        disclosure: int | None = None,
        reason: Confidential | None = None,
        at: datetime,
    ) -> None:
        """Record a contact (C-LI-3); one that was a visit fixed before is told by ``visit_id``.

        A referral needs an entry of its own in the register of disclosures, made no later than it (C-CO-1).
        """
        self._running()
        self._c_li_3_since_kick_off(on)
        if kind == "referral":
            self._c_co_1_entered(disclosure, on)
        if visit_id is not None and (visit_id not in self.visits or self.visits[visit_id].state != "fixed"):
            ja = "確定している訪問ではありません。訪問の番号をご確認ください。"
            raise Refused("C-LI-3", ja, "No such visit is fixed. Check which visit it was.", pointer="/visit_id")
        fields: dict[str, Any] = {"kind": kind, "on": not_ahead(on, at), "by": by, "note": note, "visit_id": visit_id}
        fields |= {"disclosure": disclosure, "reason": reason}
        self.record(happened.ContactRecorded, at=at, **fields)

    def fix_visit(self, visit_id: str, on: date, by: str, *, reason: Confidential | None = None, at: datetime) -> None:
        """Fix a visit's day, within the period."""
        self._running()
        self._c_li_3_since_kick_off(on)
        if self.until is not None and on > self.until:
            ja = "訪問日が支援期間の終わりより後です。"
            raise Refused("C-LI-1", ja, "The visit lies after the support's end.", pointer="/on")
        self.record(happened.VisitFixed, at=at, visit_id=visit_id, on=on, by=by, reason=reason)

    def cancel_visit(
        self,
        visit_id: str,
        on: date,
        costs: tuple[InvoiceLine, ...],
        decision: Decision,
        *,
        cancelled_by: CancelledBy = "company",
        at: datetime,
    ) -> None:
        """A fixed visit is cancelled; ``costs`` are what an officer charges to the company, perhaps nothing (C-BI-2).

        Refuses costs of one that JETRO cancels: visits are at its cost (C-BI-1).
        """
        visit = self.visits.get(visit_id)
        if visit is None:
            raise NotFound("visit", "訪問")
        if visit.state != "fixed" or not_ahead(on, at) > visit.on:
            ja = "この訪問は取り消し済みか、すでに実施日を過ぎています。"
            raise Refused("C-BI-2", ja, "The visit is cancelled already, or its day has passed.")
        if costs and cancelled_by == "jetro":
            ja = "ジェトロの都合で取り消す訪問の費用は、企業に請求できません。費用（costs）を空にしてください。"
            en = "JETRO cancels this visit: its costs cannot be charged to the company. Leave them out (costs)."
            raise Refused("C-BI-2", ja, en, pointer="/costs")
        fields = {"visit_id": visit_id, "cancelled_on": on, "costs": costs, "cancelled_by": cancelled_by}
        self._tell(happened.VisitCancelled, at=at, decision=decision, **fields)

    def _c_co_1_entered(self, disclosure: int | None, on: date) -> None:
        """Guard: the register says what this referral told to whom. Each tells others, and has its own entry."""
        if not (disclosure in self.disclosures and self.disclosures[disclosure] <= on):
            ja = "取次ぎには秘密情報の開示の記録が必要です。先に記録し、その番号（disclosure）を指定してください。"
            en = (
                "A referral tells others of the company. Record the disclosure first, and give its number (disclosure)."
            )
            raise Refused("C-CO-1", ja, en, pointer="/disclosure")
        if disclosure in self.referred:
            ja = f"{disclosure}番の開示は、先の取次ぎで使用済みです。取次ぎごとに開示を記録し、番号を指定してください。"
            en = f"Entry {disclosure} is an earlier referral's. Record this one's disclosure, and give its number."
            raise Refused("C-CO-1", ja, en, pointer="/disclosure")
