"""The memorandum (覚書) within a secondment, and what it waits for: the secondee and the papers (S-LI-1, S-LI-2)."""

from __future__ import annotations

from dataclasses import field
from datetime import date, datetime

from kernel.refusals import Refused
from schemas.values import Decision
from services.placement.domain import secondment_events as happened
from services.placement.domain.appraisal import WithAppraisals
from services.placement.domain.days import not_ahead
from services.placement.domain.secondment_events import CopyHolder

COPIES = 3
"""Copies of the memorandum: the sender's, the secondee's, JETRO's (S-LI-2)."""


class WithMemorandum(WithAppraisals):
    """The part of a secondment that is about its memorandum: none, drafted, sent or concluded.

    ``turned_away`` are those who passed screening after the start.
    """

    starts_on: date | None = None
    secondee_id: str | None = None
    turned_away: tuple[str, ...] = ()
    papers_passed: bool = False
    papers_of: str = ""
    memorandum: str = "none"
    memorandum_sent_on: date | None = None
    memorandum_copies: dict[str, date] = field(default_factory=dict)

    def pass_person(self, secondee_id: str, *, at: datetime) -> None:
        """The secondee passed screening. Another one may take the place before the start, with papers of its own.

        What binds the one before, the memorandum, is void then; after the start nobody takes the place (S-LI-1).
        """
        if self.secondee_id == secondee_id:
            return
        if self.state in ("running", "ended", "called_off"):
            if secondee_id not in self.turned_away:
                self.record(happened.SecondeeTurnedAway, at=at, secondee_id=secondee_id)
        elif self.secondee_id is None:
            self.record(happened.SecondeePassed, at=at, secondee_id=secondee_id)
        else:
            was = self.memorandum
            self._tell(happened.SecondeeReplaced, at=at, secondee_id=secondee_id, memorandum=was)

    def pass_papers(self, secondee_id: str = "", *, at: datetime) -> None:
        """All papers of this secondee are here; they are that person's alone (S-SC-9)."""
        if not self.papers_passed or self.papers_of != secondee_id:
            self.record(happened.PapersPassed, at=at, secondee_id=secondee_id)

    @property
    def papers_here(self) -> bool:
        """Whether the papers are those of the secondee; of older ones it is not known whose they are."""
        return self.papers_passed and self.papers_of in ("", self.secondee_id)

    def draft_memorandum(self, drafted_on: date, by: str, *, at: datetime) -> None:
        """JETRO drafts the memorandum once the secondee and the papers are here."""
        self._before_start()
        self._screened()
        if self.memorandum != "none":
            ja = "覚書案は作成済みです。"
            raise Refused("S-LI-2", ja, "The memorandum is drafted already.")
        self.record(happened.MemorandumDrafted, at=at, drafted_on=not_ahead(drafted_on, at), by=by)

    def send_memorandum(self, sent_on: date, by: str, *, at: datetime) -> None:
        """Three copies go to the sender; one that is not noted as drafted is drafted by being sent."""
        self._before_start()
        self._screened()
        if self.memorandum not in ("none", "drafted"):
            ja = "覚書はすでに派遣元へ送付済みです。"
            raise Refused("S-LI-2", ja, "The memorandum has been sent to the sender already.")
        self._tell(happened.MemorandumSent, at=at, sent_on=not_ahead(sent_on, at), copies=COPIES, by=by)

    def return_memorandum(self, returned_on: date, by: str, decision: Decision | None = None, *, at: datetime) -> None:
        """JETRO's copy is back, so the memorandum is concluded. ``decision`` says whether in the month for it."""
        self._before_start()
        if self.memorandum != "sent" or self.memorandum_sent_on is None:
            ja = "送付中の覚書がありません。送付の記録を先に行ってください。"
            raise Refused("S-LI-2", ja, "No memorandum is out. Record first that it was sent.")
        if returned_on < self.memorandum_sent_on:
            ja = "返送日が送付日より前になっています。日付をご確認ください。"
            raise Refused(
                "S-LI-2", ja, "It cannot come back before it was sent. Check the day.", pointer="/returned_on"
            )
        self._tell(happened.MemorandumReturned, at=at, returned_on=not_ahead(returned_on, at), by=by, decision=decision)

    def confirm_copy(self, holder: CopyHolder, confirmed_on: date, by: str, *, at: datetime) -> None:
        """The sender or the secondee confirms to hold its copy; once more changes nothing (S-LI-2)."""
        if self.memorandum_sent_on is None or confirmed_on < self.memorandum_sent_on:
            ja = "覚書の送付より前に、写しの受領は記録できません。送付の記録と日付をご確認ください。"
            raise Refused("S-LI-2", ja, "No copy can be held before the memorandum was sent.", pointer="/confirmed_on")
        if holder not in self.memorandum_copies:
            fields = {"holder": holder, "confirmed_on": not_ahead(confirmed_on, at), "by": by}
            self.record(happened.MemorandumCopyConfirmed, at=at, **fields)

    def lacks(self) -> tuple[str, ...]:
        """What the start still needs (S-LI-2, S-SC-9)."""
        have = {
            "secondee": self.secondee_id is not None,
            "papers": self.papers_here,
            "memorandum": self.memorandum == "concluded",
        }
        return tuple(name for name, here in have.items() if not here)

    def _before_start(self) -> None:
        if self.state not in ("agreed", "held"):
            ja = "開始前の出向ではありません（未承諾、開始済み、または終了）。"
            raise Refused("S-LI-2", ja, "The secondment is not agreed yet, or has started, or is over.")

    def _screened(self) -> None:
        if self.secondee_id is None or not self.papers_here:
            ja = "出向者の審査と必要書類がそろってから覚書を作成・送付してください。"
            raise Refused("S-LI-2", ja, "The secondee must be screened and the papers be here first.")
