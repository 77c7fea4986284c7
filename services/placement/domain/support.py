"""The support of one company (伴走型支援): coordinator, kick-off, end."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal, Self

import msgspec

from kernel.refusals import Refused
from kernel.sealing import Confidential
from schemas.values import Decision, Party
from services.placement.domain import support_events as happened
from services.placement.domain.company_news import CompanyNews
from services.placement.domain.days import not_ahead
from services.placement.domain.support_care import Care
from services.placement.domain.support_contacts import Contacts
from services.placement.domain.support_events import EarlyGround, Needs, Stage, SupportCase, Survey


class Support(Contacts, Care):
    """One company's support, from the adoption to its end."""

    TOPIC = "placement.support"

    @staticmethod
    def stream(application_id: str) -> str:
        """The aggregate's id."""
        return f"support-{application_id}"

    @classmethod
    def prepare(
        cls,
        case: SupportCase,
        needs: Needs,
        adopted_on: date,
        edition: str,
        *,
        until: date | None = None,
        revision: int = 0,
        at: datetime,
    ) -> Self:
        """A company was adopted; ``until`` is the programme's last day, its own until kick-off settles one."""
        fields = {"case": case, "needs": needs, "adopted_on": adopted_on, "edition": edition, "until": until}
        fields["revision"] = revision
        return cls.begin(happened.SupportPrepared, id=cls.stream(case.application_id), at=at, **fields)

    def assign(
        self,
        coordinator_id: str,
        rank: int | None,
        edition: str,
        decisions: tuple[Decision, ...],
        *,
        handover: Confidential | None = None,
        at: datetime,
    ) -> None:
        """A coordinator accompanies the company, in place of the one before, if any (C-PL-1).

        A support that runs is handed over: refused without a word of the one who leaves it.
        """
        self._not_ended()
        if self.state == "late":
            ja = "採択日が支援事業の最終日より後のため、支援を行えません。支援の終了（end-support）を記録してください。"
            en = "It was adopted after the programme's last day: no support is left to hold. End it (end-support)."
            raise Refused("C-LI-1", ja, en)
        if coordinator_id == self.coordinator_id:
            ja = "すでにこのコーディネーターが担当しています。"
            raise Refused("C-PL-1", ja, "This coordinator accompanies the company already.", pointer="/coordinator_id")
        if self.state == "running" and handover is None:
            ja = "支援中の交替には、前任者からの引継ぎの内容（handover）が必要です。"
            en = "A coordinator of a running support hands it over: say what is handed on (handover)."
            raise Refused("C-PL-1", ja, en, pointer="/handover")
        fields: dict[str, Any] = {"coordinator_id": coordinator_id, "replaces": self.coordinator_id, "rank": rank}
        fields["handover"] = handover
        self._tell(happened.CoordinatorAssigned, at=at, edition=edition, decisions=decisions, **fields)

    def report(self, party: Party, needs: Needs, revision: int, *, at: datetime) -> None:
        """Changed facts (C-IN-7). What was reported before, and what no longer matters, changes nothing."""
        if self.state != "ended" and revision > self.revision:
            case = msgspec.structs.replace(self.case, party=party)
            self.record(happened.FactsReported, at=at, revision=revision, case=case, needs=needs)

    def take_over(self, news: CompanyNews, *, at: datetime) -> None:
        """What was heard of the company before its adoption (C-IN-7, C-CO-1)."""
        if news.party is not None and news.needs is not None:
            self.report(news.party, news.needs, news.revision, at=at)
        for number, on in news.disclosures.items():
            self.note_disclosure(number, on, at=at)

    def wait(self, decision: Decision, *, at: datetime) -> None:
        """No coordinator has room."""
        self.record(happened.CoordinatorAwaited, at=at, decision=decision)

    def stand_late(self, decision: Decision, *, at: datetime) -> None:
        """It was adopted after the programme's last day (C-LI-1)."""
        self.record(happened.AdoptedTooLate, at=at, decision=decision)

    def kick_off(
        self,
        on: date,
        until: date,
        stage: Stage,
        plan: Confidential,
        surveys: tuple[Survey, ...],
        decisions: tuple[Decision, ...],
        *,
        at: datetime,
    ) -> None:
        """Start. Its period was judged before; refuses before the adoption, without a coordinator, a second time."""
        if self.state != "assigned":
            ja = "コーディネーターが決まっていないか、キックオフ済みです。"
            raise Refused("C-LI-1", ja, "No coordinator is assigned yet, or kick-off has been held.")
        if on < self.adopted_on:
            ja = "キックオフの日が採択日より前です。採択日以後の日をご確認ください。"
            raise Refused("C-LI-1", ja, "Kick-off comes after the adoption. Check its day.", pointer="/held_on")
        fields = {"started_on": not_ahead(on, at), "until": until, "stage": stage, "plan": plan}
        self._tell(happened.KickedOff, at=at, surveys=surveys, decisions=decisions, **fields)

    def end(self, on: date, ground: Literal["term"] | EarlyGround, decision: Decision, *, at: datetime) -> None:
        """End it at its term, or early on one of the grounds of C-LI-6: after kick-off, or the adoption before it."""
        self._not_ended()
        if ground == "term":
            # Whoever is never kicked off ends with the programme; without a last day only what runs has a term.
            if self.until is None:
                self._running()
        elif not self._begun_on <= not_ahead(on, at) or (self.until is not None and on >= self.until):
            ja = "終了日は採択日（キックオフ後はその日）以後、支援期間の満了日より前の日にしてください。"
            en = "An early end lies between adoption, or kick-off once it was held, and term."
            raise Refused("C-LI-6", ja, en, pointer="/ended_on")
        fields = {"ended_on": on, "ground": ground, "early": ground != "term", "never_started": self.started_on is None}
        self._tell(happened.SupportEnded, at=at, decision=decision, **fields)
