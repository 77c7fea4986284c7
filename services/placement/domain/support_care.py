"""What a support may use, how it is reviewed and asked about (C-LI-3…5, C-LI-7, C-BI-3)."""

from __future__ import annotations

from datetime import date, datetime

from kernel.refusals import NotFound, Refused
from kernel.sealing import Confidential
from schemas.values import Decision, InvoiceLine, day_in_tokyo
from services.placement.domain import service_events
from services.placement.domain import support_events as happened
from services.placement.domain.days import not_ahead
from services.placement.domain.service_events import ServiceAsked
from services.placement.domain.support_events import Review
from services.placement.domain.support_state import SupportState


class Care(SupportState):
    """The commands on services, requests, reviews and surveys."""

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
