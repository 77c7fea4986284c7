"""The screening of a company's application (伴走型支援): by rule, on paper, by interview."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import ClassVar, Self

from kernel.sealing import Confidential
from schemas.values import Party, SupportForm
from services.screening.domain import confidential, refusals
from services.screening.domain import support_events as events
from services.screening.domain.case import Withdrawn, stream
from services.screening.domain.support_adoption import Adoption
from services.screening.domain.support_events import Notice
from services.screening.domain.support_stage_two import StageTwo


class SupportScreening(StageTwo, Adoption):
    """One company's application. Grounds pass through as sealed text; what is kept here is only how far it came."""

    TOPIC: ClassVar[str] = "screening.support_screening"

    @classmethod
    def receive(
        cls,
        application_id: str,
        grounds: Confidential,
        *,
        eligible: bool,
        waivers: int,
        notice: Notice,
        at: datetime,
        **case: object,
    ) -> Self:
        """An application is complete and was examined by rule. ``case`` are the fields of `SupportReceived`."""
        made = cls.begin(
            events.SupportReceived, id=stream(application_id), at=at, application_id=application_id, **case
        )
        made._examined(grounds, eligible, waivers, notice, at)
        return made

    def await_consent(self, *, at: datetime) -> None:
        """The consent was returned (C-IN-1). What has been told already stands; a date to come is cancelled.

        A missed date is lost, and no answer awaited: others hear so on the topic that told them of the absence.
        """
        self._doubt("C-IN-1", at)
        if self.state in ("adopted", "withdrawn") or (self.over and self.notice is None) or self.consent_awaited:
            return
        self._call_off(at)
        if self.missed and self.interview is not None:
            told = events.InterviewAbsenceWithdrawn
            self.tell(told, at=at, interview=self.interview, because="consent")
        self.record(events.ConsentAwaited, at=at)

    def receive_again(
        self,
        grounds: Confidential,
        *,
        eligible: bool,
        waivers: int,
        notice: Notice,
        at: datetime,
        **complete: object,
    ) -> None:
        """Another consent is here. ``complete`` are the fields of `ReceivedAgain`; the form is examined anew.

        One that had been found not to be adopted still is: it is told on the days of the new date.
        """
        if not self.consent_awaited:
            return
        self.record(events.ReceivedAgain, at=at, **complete)
        if self.state == "not_adopted":
            self._not_adopted(notice, at)
        else:
            self._examined(grounds, eligible, waivers, notice, at)

    def change(
        self,
        party: Party,
        form: SupportForm,
        revision: int,
        grounds: Confidential,
        *,
        eligible: bool,
        waivers: int,
        notice: Notice,
        at: datetime,
    ) -> None:
        """Changed facts (C-IN-7) are examined anew; the case goes on where it stands unless they undo eligibility.

        An adopted company's are examined too: where they would not pass, an officer looks at them until its support is
        over. One that is still to
        be told of not being adopted is told on the same day, by its new address and of the services that fit it now.
        """
        untold = self.notice
        if (self.over and self.state != "adopted" and untold is None) or self.consent_awaited:
            return
        if revision <= self.revision:
            return
        self.record(events.FactsChanged, at=at, party=party, form=form, revision=revision)
        if untold is None:
            self._examined(grounds, eligible, waivers, notice, at)
        elif untold.guidance != notice.guidance:
            self.record(events.NotAdoptedDecided, at=at, notice=replace(untold, guidance=notice.guidance))

    def decide_waiver(self, granted: bool, grounds: Confidential, notice: Notice, *, at: datetime) -> None:
        """An officer waives the list of residence statuses, which holds in principle (C-SC-1 a), or refuses to."""
        self._must_be_complete()
        if not self.waivers:
            raise refusals.not_asked("C-SC-1")
        self.record(confidential.CompanyWaiverDecided, at=at, decisions=grounds)
        if not granted:
            self._not_adopted(notice, at)

    def judge_papers(self, passed: bool, grounds: Confidential, notice: Notice, *, strong: bool, at: datetime) -> None:
        """Stage one (書類審査): on paper (C-SC-9, C-SC-12). Too weak a company (not ``strong``) cannot pass."""
        self._must_be_complete()
        if self.waivers:
            raise refusals.waiver_first()
        if self.state != "to_judge":
            raise refusals.not_at_stage("C-SC-12", "書類審査（一次審査）", "paper screening")
        if passed and not strong:
            raise refusals.too_weak_to_pass()
        self.record(confidential.StageOneJudged, at=at, decisions=grounds)
        if passed:
            self.record(events.InterviewWanted, at=at)
        else:
            self._not_adopted(notice, at)

    def tell_outcome(self, *, at: datetime) -> None:
        """The moment has come at which a company that is not adopted is told so (C-SC-15); once."""
        if self.notice is not None:
            self.tell(events.NotAdopted, at=at, guidance=self.notice.guidance)

    def declare_no_interest(self, officer: str, grounds: Confidential, *, at: datetime) -> None:
        """An officer declares to have no interest (C-SC-16); once."""
        if officer not in self.cleared:
            self.record(confidential.NoInterestDeclared, at=at, officer=officer, decisions=grounds)

    def declare_conflict(self, officer: str, grounds: Confidential, *, to: str, at: datetime) -> None:
        """An officer declares an interest (C-SC-16). Also possible when the case is over: it still can be read.

        ``to`` is what others are told of the officer (`CaseClosed`).
        """
        self.record(confidential.ConflictDeclared, at=at, officer=officer, decisions=grounds)
        self.tell(events.ClosedTo, at=at, to=to)

    def withdraw(self, *, at: datetime) -> None:
        """See `Screening.withdraw`. One that was not told yet may still be given up; a date to come is cancelled.

        One that was adopted meanwhile stays so, and an officer is asked.
        """
        self._doubt("C-IN-5", at)
        if not self.over or self.notice is not None or self.consent_awaited:
            self._call_off(at)
            self.record(Withdrawn, at=at)

    def admit(self, officer: str | None, *, declaring: bool = False) -> None:
        """See `Screening.admit`: open to officers who declared to have no interest, and to nobody else (C-SC-16)."""
        if officer is None:
            raise refusals.who_is_asking()
        if officer in self.conflicts:
            raise refusals.interest_declared()
        if not declaring and officer not in self.cleared:
            raise refusals.declare_first()

    def _examined(self, grounds: Confidential, eligible: bool, waivers: int, notice: Notice, at: datetime) -> None:
        adopted = self.state == "adopted"
        asked = 0 if {*self.statuses} <= {*self.waived} else waivers
        questions = asked if eligible and not adopted else 0
        in_doubt = adopted and not self.support_over and (not eligible or asked > 0)
        self.record(confidential.CompanyExamined, at=at, decisions=grounds, questions=questions, in_doubt=in_doubt)
        if not eligible and not adopted:
            self._not_adopted(notice, at)
