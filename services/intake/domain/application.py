"""An application (申込): the form in all its versions, the papers laid to it, and what became of it at the counter."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Literal, Self

from kernel.aggregate import Aggregate
from kernel.refusals import Refused
from kernel.sealing import Confidential
from schemas.values import ConsentFault, Decision, Party, Programme, Secondee, SecondmentForm, SupportForm
from services.intake.domain import application_events as happened
from services.intake.domain import refusals
from services.intake.domain.application_events import Arrival
from services.intake.domain.silence import AttendanceAsked, Silence, SilenceFound, SilenceReminded, not_silent

Status = Literal["registered", "submitted", "no_wish", "refused", "withdrawn"]
ANSWERS: dict[Programme, str] = {"secondment": "S-IN-6", "support": "C-IN-5"}


@dataclass(frozen=True, kw_only=True)
class Content:
    """What a form says, sealed where it must be; ``digest`` is the same for the same form."""

    party: Party
    secondment: SecondmentForm | None = None
    support: SupportForm | None = None
    digest: str

    @property
    def no_wish(self) -> bool:
        """A reply without a wish (S-IN-2)."""
        return self.secondment is None and self.support is None

    def of(self, organisation_id: str) -> Content:
        """The same as that organisation's: a sender that was merged speaks for the one it was merged into."""
        return replace(self, party=replace(self.party, organisation_id=organisation_id))


class Application(Aggregate):
    """An application. ``placed`` are its secondments whose place was accepted, ``filled`` those that have started.

    ``secondees`` by secondment: the person's id and a keyed hash. ``consent`` is the paper that completed it (C-IN-1),
    ``returned`` those that were found unfit, with the ground.
    """

    TOPIC = "intake.application"
    programme: Programme
    fiscal_year: int
    status: Status
    receipt_number: str | None
    party: Party
    secondment: SecondmentForm | None
    support: SupportForm | None
    content: str
    edition: str
    received_at: datetime
    placed_before: bool
    consent: str | None = None
    decision: Decision | None = None
    revision: int = 1
    decided: bool = False
    decisions: tuple[Decision, ...] = ()
    secondees: dict[str, tuple[str, str]] = field(default_factory=dict)
    placed: tuple[str, ...] = ()
    filled: tuple[str, ...] = ()
    papers: tuple[tuple[str, str | None, str, Literal["original", "data"], str | None, str], ...] = ()
    sender: str = ""
    silence: Silence | None = None
    returned: dict[str, ConsentFault] = field(default_factory=dict)

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

    @property
    def standing(self) -> bool:
        """Whether it is an application that counts."""
        return self.status == "submitted"

    @property
    def own(self) -> str:
        """The organisation that sent it, whatever that was merged into (S-IN-7)."""
        return self.sender or self.party.organisation_id

    @property
    def over(self) -> bool:
        """Whether it was refused or withdrawn."""
        return self.status in {"refused", "withdrawn"}

    def complete(self, consent: str, *, at: datetime) -> None:
        """The second half is here (C-IN-1)."""
        self._must_be("registered", "C-IN-1")
        self.record(happened.Completed, at=at, consent=consent, received_at=at, **self._told())

    def return_consent(self, ground: ConsentFault, *, by: str, reason: Confidential, at: datetime) -> str:
        """An officer finds the consent unfit: a new one is awaited. Which paper it was. Until the decision (C-IN-1)."""
        self.must_be_undecided()
        if self.consent is None or self.status != "submitted":
            raise refusals.nothing_to_return()
        paper_id, number = self.consent, self.receipt_number or ""
        case = {"programme": self.programme, "fiscal_year": self.fiscal_year, "party": self.party}
        self.record(
            happened.ConsentReturned, at=at, paper_id=paper_id, ground=ground, by=by, reason=reason,
            receipt_number=number, **case,
        )  # fmt: skip
        return paper_id

    def must_be_undecided(self) -> None:
        """Guard: what was judged rests on the consent that stood; after the decision no other is taken (C-IN-1)."""
        if self.decided:
            raise refusals.decided_already()

    def must_be_another(self, paper_id: str | None) -> None:
        """Guard: the paper that was found unfit does not become fit by coming again (C-IN-1)."""
        if paper_id in self.returned:
            raise refusals.returned_before()

    def turn_away(self, decision: Decision, *, at: datetime) -> None:
        """The second half came when reception was full (C-IN-3)."""
        self._must_be("registered", "C-IN-3")
        case = {"programme": self.programme, "fiscal_year": self.fiscal_year, "party": self.party}
        self.record(happened.TurnedAway, at=at, decision=decision, **case)

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
            received_at=at, **told,
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

    def ask_attendance(self, awaited: Silence | None, *, at: datetime) -> None:
        """The company is asked to take part in the screening; it is no longer silent about what was asked before."""
        if self.standing and not self.decided and awaited != self.silence:
            self.record(AttendanceAsked, at=at, silence=awaited)

    def note_reminder(self, letter_id: str, on: date, *, at: datetime) -> None:
        """A reminder went out. One of an earlier date of stage two reminded of something else."""
        if self.silence is not None and on > self.silence.asked_on and letter_id not in self.silence.reminders:
            self.record(SilenceReminded, at=at, letter_id=letter_id)

    def find_silence(self, decision: Decision, *, at: datetime) -> None:
        """Silent, if the day has come, every reminder went out and nothing was decided meanwhile (C-IN-6); once."""
        awaited = self.silence
        if awaited is None or awaited.found or at < awaited.ask_officer_at or not awaited.reminded:
            return
        if self.standing and not self.decided:
            self.record(SilenceFound, at=at, decision=decision)

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

    def know_outcome(self, *, at: datetime) -> None:
        """Support is decided, either way."""
        if not self.decided:
            self.record(happened.OutcomeKnown, at=at)

    def must_stand(self) -> None:
        """Guard: what was refused or withdrawn cannot be changed."""
        if self.over:
            ja = "取り下げ済み" if self.status == "withdrawn" else "受付されていない申込"
            raise Refused(
                ANSWERS[self.programme],
                f"{ja}のため、変更できません。受付期間内であれば新たにお申し込みください。",
                f"The application is {self.status} and cannot be changed. While reception is open, apply anew.",
            )

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

    def _must_be(self, status: Status, clause: str) -> None:
        if self.status != status:
            raise Refused(
                clause,
                "申込の現在の状態では、この操作はできません。最新の状態をご確認ください。",
                f"This can only be done with an application that is {status}. Look at its present state.",
            )

    def _told(self) -> dict[str, Any]:
        names = (
            "programme", "fiscal_year", "receipt_number", "party", "secondment", "support", "edition", "placed_before"
        )  # fmt: skip
        told = {name: getattr(self, name) for name in names}
        return told | {"receipt_number": self.receipt_number or ""}
