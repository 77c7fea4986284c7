"""The round (配置調整): its candidates, its lottery, its result, and the announcement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Self

from kernel.aggregate import Aggregate
from kernel.refusals import NotFound, Refused
from schemas.values import Decision, Programme
from services.placement.domain import round_events as happened
from services.placement.domain.values import Assigned, Candidate, Ground, Price, Run, secondment_of

Candidates = Mapping[str, Candidate]
"""The candidates who still stand, by application."""


@dataclass(frozen=True)
class Stale:
    """What became otherwise since the run: applications that came, are gone or changed; places with other seats.

    Whatever it is, the result may no longer be what the rule gives, and its reasons no longer true (S-PL-3, S-PL-9).
    """

    came: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    seats: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.came or self.gone or self.changed or self.seats)


MOST = 8_000
"""Requested secondments of one round: its result is kept as one event, of 16 megabytes at most (1.7 kB each seen)."""


class Round(Aggregate):
    """One programme's fiscal year of placement.

    ``state`` is open, run or announced; ``held`` says what an announcement waits for. ``announcing`` while the
    proposals of a large round go out in parts.
    """

    TOPIC = "placement.round"
    programme: Programme
    fiscal_year: int
    state: str = "open"
    seed: str | None = None
    assigned: dict[str, Assigned] = field(default_factory=dict)
    outcome: Run | None = None
    ground: Ground | None = None
    held: str = ""
    announcing: bool = False
    answer_by: date | None = None

    @staticmethod
    def stream(programme: Programme, fiscal_year: int) -> str:
        """The aggregate's id."""
        return f"round-{programme}-{fiscal_year}"

    @classmethod
    def open(cls, programme: Programme, fiscal_year: int, *, announce_at: datetime, at: datetime) -> Self:
        """The round of a fiscal year; ``announce_at`` is the moment of S-PL-10."""
        fields = {"programme": programme, "fiscal_year": fiscal_year, "announce_at": announce_at}
        return cls.begin(happened.RoundOpened, id=cls.stream(programme, fiscal_year), at=at, **fields)

    def standing(self, candidates: Candidates) -> dict[str, Assigned]:
        """The results of those who are still candidates."""
        asked = {secondment_of(c.application_id, r.number) for c in candidates.values() for r in c.requests}
        return {id: each for id, each in self.assigned.items() if id in asked}

    def unsettled(self, candidates: Candidates) -> list[str]:
        """The secondments that candidates ask for and no run has looked at: they came after it."""
        asked = (secondment_of(c.application_id, r.number) for c in candidates.values() for r in c.requests)
        return [each for each in asked if each not in self.assigned]

    def stale(self, now: Ground) -> Stale:
        """What is otherwise than the run saw it. Of a run of old only who came and who is gone is known."""
        ran = {each.application_id for each in self.assigned.values()}
        before, free = (self.ground.candidates, self.ground.free) if self.ground else ({}, {})
        return Stale(
            came=tuple(sorted(now.candidates.keys() - ran)),
            gone=tuple(sorted(ran - now.candidates.keys())),
            changed=tuple(
                sorted(id for id in before.keys() & now.candidates.keys() if before[id] != now.candidates[id])
            ),
            seats=tuple(sorted(slot for slot in free.keys() & now.free.keys() if free[slot] != now.free[slot])),
        )

    def record_seed(self, seed: str, decision: Decision, *, at: datetime) -> None:
        """Fix the lottery's seed. Refuses a second one: the published seed counts (S-PL-5)."""
        if self.seed is not None:
            ja = "抽選の種は記録済みです。公平のため、あとから変えることはできません。"
            raise Refused("S-PL-5", ja, "The lottery's seed is recorded. To be fair it can never be changed.")
        self.record(happened.SeedRecorded, at=at, seed=seed, decision=decision)

    def ready_to_run(self, candidates: Candidates, reception_over: datetime, *, at: datetime) -> str:
        """Guard of a run; returns the seed. It may be run again until it is announced."""
        self._not_announced()
        self._s_in_1_reception_over(reception_over, at)
        if self.seed is None:
            ja = "抽選の種がまだ記録されていません。先に種を記録してから調整を実行してください。"
            raise Refused("S-PL-5", ja, "No lottery seed is recorded. Record the seed first, then run the round.")
        if not candidates:
            ja = "審査を通過した申請がありません。審査が済んでから調整を実行してください。"
            raise Refused("S-PL-3", ja, "No application has passed screening. Run the round when some have.")
        if sum(len(each.requests) for each in candidates.values()) > MOST:
            ja = f"一度の調整で扱えるのは出向{MOST:,}件までです。システム管理者に相談してください。"
            raise Refused("S-PL-3", ja, f"One round takes {MOST:,} secondments at most. Ask the system's operators.")
        return self.seed

    def settle(
        self, run: Run, assigned: tuple[Assigned, ...], decision: Decision, ground: Ground, *, at: datetime
    ) -> None:
        """Keep a run's result. Refuses one that its certificate refutes."""
        self._not_announced()
        if run.refuted:
            names = "、".join(check.name for check in run.refuted)
            ja = f"検証で誤りが見つかったため、この結果は使えません（{names}）。システム管理者に連絡してください。"
            en = f"The verifier found this result wrong ({names}): it cannot be used. Tell the system's operators."
            raise Refused(run.refuted[0].clause, ja, en)
        self.record(happened.RoundRun, at=at, run=run, assigned=assigned, decision=decision, ground=ground)

    def has(self, secondment_id: str) -> Assigned:
        """What the round gives a secondment. Refuses where there is no result or no such secondment."""
        self.outcome_there()
        if secondment_id not in self.assigned:
            raise NotFound("secondment", "出向")
        return self.assigned[secondment_id]

    def adjust(self, assigned: Assigned, price: tuple[Price, ...], decision: Decision, *, at: datetime) -> None:
        """Change the result by hand before it is announced; afterwards it is the proposal that is changed."""
        self._not_announced()
        self.has(assigned.secondment_id)
        self.record(happened.ResultAdjusted, at=at, assigned=assigned, price=price, decision=decision)

    def add_late(self, assigned: Assigned, price: tuple[Price, ...], decision: Decision, *, at: datetime) -> None:
        """Give places by hand to a candidate that came after the announcement."""
        if self.state != "announced" or assigned.secondment_id in self.assigned:
            raise NotFound("secondment", "出向")
        self.record(happened.LateResultAdded, at=at, assigned=assigned, price=price, decision=decision)

    def announce(
        self,
        answer_by: date,
        decision: Decision,
        ground: Ground,
        reception_over: datetime,
        *,
        in_parts: bool = False,
        at: datetime,
    ) -> None:
        """Let the results go out (S-PL-10). Refuses where the run went by something else than what is there now."""
        self._not_announced()
        self.outcome_there()
        self._s_in_1_reception_over(reception_over, at)
        self._s_pl_3_still_true(ground)
        self.record(happened.RoundAnnounced, at=at, answer_by=answer_by, decision=decision, in_parts=in_parts)

    def announce_part(self, pages: tuple[int, ...], left: int, *, at: datetime) -> None:
        """Some pages of a large round have gone out, ``left`` are to follow."""
        if self.announcing:
            self.record(happened.PartAnnounced, at=at, pages=pages, left=left)

    def all_announced(self) -> None:
        """Refuses while the results of a large round are still going out: what is not out yet cannot be changed."""
        if self.announcing:
            ja = "結果の通知がまだ続いています。すべて通知されてから、もう一度操作してください（通常は数十秒です）。"
            raise Refused("S-PL-10", ja, "The results are still going out. Try again when all of them are out.")

    def hold(self, missing: str, *, at: datetime) -> None:
        """The day of the announcement came and the round is not ready for it."""
        if self.state != "announced" and self.held != missing:
            self.record(happened.AnnouncementHeld, at=at, missing=missing)

    def outcome_there(self) -> None:
        """Refuses while the round has not been run."""
        if self.outcome is None:
            ja = "調整がまだ実行されていません。先に実行してください。"
            raise Refused("S-PL-3", ja, "The round has not been run yet. Run it first.")

    def _s_in_1_reception_over(self, reception_over: datetime, at: datetime) -> None:
        if at < reception_over:
            ja = "受付期間中です。期限までは申請の提出や差し替えがあるため、受付が終わってから実行・通知してください。"
            en = "The reception is open: forms still come and change. Run and announce when it is over."
            raise Refused("S-IN-1", ja, en)

    def _s_pl_3_still_true(self, ground: Ground) -> None:
        stale = self.stale(ground)
        if not stale:
            return
        counts = (len(stale.came), len(stale.gone), len(stale.changed), len(stale.seats))
        ja = "調整の実行後に、新たに加わった申請が{}件、対象から外れた申請が{}件、内容が変わった申請が{}件、"
        ja += "空きの変わった枠が{}件あります。もう一度調整を実行し、手による変更は付け直してから通知してください。"
        en = "Since the run {} applications came, {} dropped out, {} changed, and {} places have other seats. "
        en += "Run the round again, make changes by hand anew, then announce."
        raise Refused("S-PL-3", ja.format(*counts), en.format(*counts))

    def _not_announced(self) -> None:
        if self.state == "announced":
            ja = "この年度の結果は通知済みです。変更は各提案に対して行ってください。"
            raise Refused("S-PL-8", ja, "The results are announced. Change the proposals one by one instead.")
