"""An application (申込): the form in all its versions, the papers laid to it, and what became of it at the counter."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any, Self

from kernel.refusals import Refused
from kernel.sealing import Confidential
from schemas.values import Decision, Party, Secondee
from services.intake.domain import application_events as happened
from services.intake.domain.application_events import Arrival
from services.intake.domain.application_state import Content, Status
from services.intake.domain.company_application import CompanyApplication
from services.intake.domain.silence import not_silent


class Application(CompanyApplication):
    """An application of either programme at the counter; for what it holds see `ApplicationState`."""

    TOPIC = "intake.application"

    @classmethod
    def arrive(
        cls,
        application_id: str,
        content: Content,
        *,
        status: Arrival,
        receipt_number: str | None,
        at: datetime,
        **facts: Any,
    ) -> Self:
        """A form came in at ``at``; for ``facts`` see `FormArrived`."""
        return cls.begin(
            happened.FormArrived,
            id=application_id,
            at=at,
            status=status,
            receipt_number=receipt_number,
            party=content.party,
            secondment=content.secondment,
            support=content.support,
            content=content.digest,
            received_at=at,
            **facts,
        )

    def admit_late(self, receipt_number: str, decision: Decision, organisation_id: str, *, at: datetime) -> None:
        """HR admits the late form (S-IN-1), for the organisation that its sender counts as by now."""
        self._must_be("refused", "S-IN-1")
        if not any(decision.clause == "S-IN-1" for decision in self.decisions):
            raise Refused(
                "S-IN-1",
                "締切後に届いたために受け付けられなかった申込ではありません。",
                "This form was not refused for coming after the deadline.",
            )
        party = replace(self.party, organisation_id=organisation_id)
        told = {**self._told(), "receipt_number": receipt_number, "party": party}
        no_wish = self.secondment is None
        self.record(
            happened.AdmittedLate, at=at, decision=decision, no_wish=no_wish, received_at=self.received_at, **told
        )

    def amend(self, new: Content, *, by: str, at: datetime, placed_before: bool | None = None) -> bool:
        """A newer form; False, and nothing recorded, for the form that is there already (S-IN-6)."""
        self.must_stand()
        if new.no_wish and self.status == "submitted":
            raise Refused(
                "S-IN-6",
                "希望を取りやめる場合は、この回答を取り下げたうえで「派遣希望なし」の回答を新たにお送りください。",
                "To give all wishes up, withdraw this answer and send a reply without a wish.",
                pointer="/no_wish",
            )
        if new.digest == self.content and new.party.organisation_id == self.party.organisation_id:
            return False
        self._s_in_6_not_named_on()
        told = {**self._told(), "party": new.party, "secondment": new.secondment, "support": new.support}
        if placed_before is not None:
            told["placed_before"] = placed_before
        now = self._now(new)
        self.record(
            happened.Amended, at=at, revision=self.revision + 1, content=new.digest, by=by, before=self.status, now=now,
            received_at=at, decided=self.decided, **told,
        )  # fmt: skip
        return True

    def retell(self, *, party: Party | None = None, placed_before: bool | None = None, by: str, at: datetime) -> None:
        """An officer settled who the sender is (S-IN-7) or what placements it had (S-PL-4): others are told anew."""
        told = self._told()
        told |= {} if party is None else {"party": party}
        told |= {} if placed_before is None else {"placed_before": placed_before}
        self.record(
            happened.Amended, at=at, revision=self.revision + 1, content=self.content, by=by, before=self.status,
            now=self.status, received_at=self.received_at, **told,
        )  # fmt: skip

    def withdraw(self, *, by: str, reason: Confidential | None, at: datetime, assumed: Decision | None = None) -> bool:
        """Give the application up; False if it was before. Refused after the decision of support (C-IN-5).

        ``assumed`` is an officer's word that silence is taken as withdrawal: refused before it was found (C-IN-6).
        """
        if self.status == "withdrawn":
            return False
        self.must_stand()
        if self.decided:
            raise Refused(
                "C-IN-5",
                "採否が決定しているため、辞退の受付は終了しました。担当コーディネーターまたは事務局にご連絡ください。",
                "The decision has been taken: the application cannot be withdrawn any more. Contact the office.",
            )
        if assumed is not None and not (self.silence and self.silence.found):
            raise not_silent(self.silence)
        number = self.receipt_number or ""
        announced = self.status != "no_wish"
        case = {"programme": self.programme, "fiscal_year": self.fiscal_year, "receipt_number": number}
        taken = {"assumed": assumed is not None, "decision": assumed}
        self.record(happened.Withdrawn, at=at, by=by, reason=reason, announced=announced, **taken, **case)
        return True

    def name_secondee(self, secondment_id: str, secondee: Secondee, content: str, *, at: datetime) -> bool:
        """The sender names the person (S-LI-1); False for the same person again."""
        self.must_stand()
        numbers = [request.number for request in self.secondment.requests] if self.secondment else []
        if secondment_id not in {f"{self.id}.{number}" for number in numbers}:
            raise Refused(
                "S-LI-1",
                "この申込にない出向番号です。申込の希望番号（1から）を指定してください。",
                "The form has no such secondment. Give its number in the form, from 1.",
                pointer="/request",
            )
        if self.secondees.get(secondment_id, ("", ""))[1] == content:
            return False
        self._s_li_1_placed(secondment_id)
        case = {"programme": self.programme, "fiscal_year": self.fiscal_year}
        self.record(
            happened.SecondeeNamed, at=at, secondment_id=secondment_id, secondee=secondee, content=content, **case
        )
        return True

    def take_place(self, secondment_id: str, *, at: datetime) -> bool:
        """Placement says that the sender accepted its place; False where that is known, or the application is over."""
        if self.over or secondment_id in self.placed:
            return False
        self.record(happened.PlaceTaken, at=at, secondment_id=secondment_id)
        return True

    def fill_place(self, secondment_id: str, *, at: datetime) -> None:
        """Placement says that the secondment has started."""
        if secondment_id not in self.filled:
            self.record(happened.PlaceFilled, at=at, secondment_id=secondment_id)

    def note_paper(self, paper_id: str, *, at: datetime, **paper: Any) -> None:
        """A paper was laid to it; for ``paper`` see `PaperNoted`."""
        self.must_stand()
        self.record(happened.PaperNoted, at=at, paper_id=paper_id, **paper)

    def has_paper(self, secondment_id: str | None, kind: str, digest: str) -> str | None:
        """The id of the paper that has come with these very bytes before."""
        same = (p[0] for p in self.papers if p[1] == secondment_id and p[2] == kind and p[4] == digest)
        return next(same, None)

    def _s_li_1_placed(self, secondment_id: str) -> None:
        if secondment_id not in self.placed:
            raise Refused(
                "S-LI-1",
                "出向者の連絡は、配置結果の通知を受けて配置を受諾した後に行ってください。まだ受諾の記録がありません。",
                "The secondee is named after the announcement. Accept the place first: no acceptance is recorded.",
                pointer="/request",
            )
        if secondment_id in self.filled:
            raise Refused(
                "S-LI-1",
                "出向はすでに開始しているため、出向者を替えることはできません。事情がある場合は人事課にご連絡ください。",
                "The secondment has started: its secondee cannot be replaced. Contact the office.",
                pointer="/request",
            )

    def _s_in_6_not_named_on(self) -> None:
        if self.secondees:
            raise Refused(
                "S-IN-6",
                "出向者の審査が始まっているため、回答は訂正できません。変更が必要な場合は人事課にご連絡ください。",
                "The secondee is being screened: the form cannot be amended any more. Contact the office for a change.",
            )

    def _now(self, new: Content) -> Status:
        if new.no_wish:
            return "no_wish"
        return "submitted" if self.programme == "secondment" else self.status
