"""The support of one company (伴走型支援): coordinator, kick-off, contacts, visits, surveys, end."""

from __future__ import annotations

from dataclasses import field
from datetime import date, datetime
from typing import Any, Literal, Self

import msgspec

from kernel.aggregate import Aggregate
from kernel.refusals import NotFound, Refused
from kernel.sealing import Confidential
from schemas.values import Decision, InvoiceLine, Party, day_in_tokyo
from services.placement.domain import service_events
from services.placement.domain import support_events as happened
from services.placement.domain.company_news import CompanyNews
from services.placement.domain.days import not_ahead
from services.placement.domain.service_events import ServiceAsked, ServiceUse
from services.placement.domain.support_events import (
    CancelledBy,
    ContactKind,
    EarlyGround,
    Needs,
    OfSupport,
    Review,
    Stage,
    SupportCase,
    Survey,
    Visit,
)


class Support(Aggregate):
    """One company's support. ``state``: prepared, waiting (for a coordinator), assigned, running, ended.

    ``late``: adopted after the programme's last day, waiting for an officer.
    """

    TOPIC = "placement.support"
    case: SupportCase
    needs: Needs
    adopted_on: date
    edition: str
    state: str = "prepared"
    coordinator_id: str | None = None
    stage: Stage | None = None
    started_on: date | None = None
    until: date | None = None
    surveys: tuple[Survey, ...] = ()
    asked: tuple[str, ...] = ()
    contacts: int = 0
    visits: dict[str, Visit] = field(default_factory=dict)
    menus: dict[str, int] = field(default_factory=dict)
    services: dict[str, ServiceUse] = field(default_factory=dict)
    reviews: tuple[date, ...] = ()
    answered: tuple[str, ...] = ()
    disclosures: dict[int, date] = field(default_factory=dict)
    referred: tuple[int, ...] = ()
    revision: int = 0

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

    def note_disclosure(self, number: int, on: date, *, at: datetime) -> None:
        """The register of disclosures has an entry under this number (C-CO-1)."""
        if number not in self.disclosures:
            self.record(happened.DisclosureNoted, at=at, number=number, on=on)

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

    @property
    def next_use_id(self) -> str:
        """The id that the next use of a service gets: the uses of a support are counted."""
        return f"{self.case.application_id}-service-{len(self.services) + 1}"

    def use_service(self, asked: ServiceAsked, line: InvoiceLine, decision: Decision, *, at: datetime) -> None:
        """The company used a service at a price within the support's period; ``line`` is charged for it (C-BI-3)."""
        self._running()
        if self.started_on is None or self.until is None or not self.started_on <= asked.on <= self.until:
            ja = "利用日が支援期間の外です。支援期間中の日かどうかをご確認ください。"
            raise Refused("C-BI-3", ja, "The day of use lies outside the support's period.", pointer="/on")
        fields = {"use_id": self.next_use_id, "service": asked.service, "used_on": not_ahead(asked.on, at)}
        self._tell(service_events.ServiceUsed, at=at, agreed_on=asked.agreed_on, line=line, decision=decision, **fields)

    def withdraw_service(self, use_id: str, decision: Decision, *, at: datetime) -> None:
        """A use that was recorded in error, also after the support's end: what was invoiced goes back (C-BI-3)."""
        use = self.services.get(use_id)
        if use is None:
            raise NotFound("use of a service", "有料サービスの利用")
        if use.state == "withdrawn":
            ja = "この利用の記録は、すでに取り消されています。"
            raise Refused("C-BI-3", ja, "This use of a service was withdrawn before.")
        self._tell(service_events.ServiceWithdrawn, at=at, use_id=use_id, decision=decision)

    def judge_request(self, kind: str, decision: Decision, *, at: datetime) -> None:
        """Keep what was asked for and how it was judged (C-LI-4)."""
        self._running()
        self.record(happened.RequestJudged, at=at, kind=kind, decision=decision)

    def judge_menu(self, menu: str, times: int, decision: Decision, *, at: datetime) -> None:
        """Keep how the use of a limited service was screened (C-LI-3)."""
        self._running()
        self.record(happened.MenuJudged, at=at, menu=menu, times=times, decision=decision)

    def review(self, review: Review, decision: Decision, *, at: datetime) -> None:
        """Record a review and what it changes (C-LI-5). Refuses an end in the past; its period was judged before."""
        self._running()
        if review.until is not None and review.until < day_in_tokyo(at):
            ja = "見直し後の終了日がすでに過ぎています。途中で終了する場合は、支援の終了を記録してください。"
            raise Refused("C-LI-5", ja, "That day has passed. To end it early, record an early end.", pointer="/until")
        fields = {name: getattr(review, name) for name in review.__struct_fields__}
        not_ahead(review.held_on, at)
        self.record(happened.ReviewHeld, at=at, decision=decision, **fields)

    def ask_survey(self, name: str, *, at: datetime) -> None:
        """A survey falls due: each is asked once; those for during the support are not asked after an early end."""
        for survey in self.surveys:
            due = self.state == "running" or survey.when == "after"
            if survey.name == name and name not in self.asked and due:
                self._tell(happened.SurveyAsked, at=at, survey=name, answer_by=survey.answer_by)

    def answer_survey(
        self, name: str, on: date, *, by: str = "", reason: Confidential | None = None, at: datetime
    ) -> None:
        """Record that a survey was answered (C-LI-7). Refuses one that was not asked, and a second time."""
        if name not in self.asked:
            ja = "依頼していない調査です。調査の名前をご確認ください。"
            raise Refused("C-LI-7", ja, "This survey was not asked. Check which it was.", pointer="/survey")
        if name in self.answered:
            ja = "この調査の回答は記録済みです。"
            raise Refused("C-LI-7", ja, "The answer to this survey is on record already.", pointer="/survey")
        said = {"survey": name, "answered_on": not_ahead(on, at), "by": by, "reason": reason}
        self._tell(happened.SurveyAnswered, at=at, **said)

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

    @property
    def _begun_on(self) -> date:
        return self.started_on or self.adopted_on

    def _c_li_3_since_kick_off(self, on: date) -> None:
        if on < self._begun_on:
            ja = "支援の開始日（キックオフの日）より前です。日付をご確認ください。"
            raise Refused("C-LI-3", ja, "That day lies before kick-off. Check the day.", pointer="/on")

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

    def _tell(self, event: type[OfSupport], *, at: datetime, **fields: Any) -> None:
        self.record(event, at=at, case=self.case, **fields)

    def _running(self) -> None:
        if self.state != "running":
            ja = "支援が始まっていないか、終了しています。先にキックオフを記録してください。"
            raise Refused("C-LI-1", ja, "The support has not been kicked off, or is over.")

    def _not_ended(self) -> None:
        if self.state == "ended":
            ja = "この支援は終了しています。"
            raise Refused("C-LI-6", ja, "The support is over.")
