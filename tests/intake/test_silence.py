"""Silence towards the screening is taken as withdrawal after reminders, by an officer (C-IN-6)."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from kernel.log import Context
from kernel.publishing import Message
from schemas import intake as said
from schemas import notify, screening
from schemas.__main__ import example
from schemas.base import Published
from schemas.values import TOKYO
from tests.intake import forms
from tests.intake.support import SUPPORT_OPEN, Counter, clauses

INTERVIEW = datetime(2026, 2, 20, 14, tzinfo=TOKYO)
ASKED = datetime(2026, 3, 13, 9, tzinfo=TOKYO)
"""Twenty-one days after, at nine: the day on which an officer is asked."""


class Told(Counter):
    """The counter, with a company whose application stands, and what other services tell it."""

    id = ""

    def __init__(self, at: datetime) -> None:
        super().__init__(at)
        self._heard: list[str] = []

    async def standing(self) -> str:
        """An application that stands; where it is."""
        where = (await self.sends(programme="support")).headers["location"]
        assert (await self.lays(where)).status_code == 201
        self.id = where.rpartition("/")[2]
        return where.removeprefix("/v1")

    async def hears(self, kind: type[Published], **fields: Any) -> None:
        """Another service says it."""
        told = kind.model_validate(
            example(kind).model_dump() | {"programme": "support", "application_id": self.id} | fields
        )
        number = len(self._heard)
        self._heard.append(told.NAME)
        message = Message(
            id=f"{told.TOPIC}:test/{number}", name=told.NAME, version=told.VERSION, source=told.TOPIC,
            topic=told.TOPIC, key=self.id, time=self.company.clock.at, position=number + 1, context=Context(),
            data=told.model_dump_json().encode(), partition=0, offset=number,
        )  # fmt: skip
        await self.company["intake"].consumer.take([message])
        await self.company.run()

    async def arranged(self, at: datetime = INTERVIEW, sequence: int = 0) -> None:
        """Screening gives a date."""
        await self.hears(screening.InterviewArranged, starts_at=at, sequence=sequence)

    async def missed(self, at: datetime = INTERVIEW) -> None:
        """The day has come, and nobody was there."""
        await self.company.move(at)
        await self.hears(screening.InterviewMissed, starts_at=at, asked_on=at.date())

    async def reminded(self, days: int, letter: str = "silence-reminder") -> None:
        """Notify has sent a reminder so many days after the interview."""
        at = INTERVIEW + timedelta(days=days)
        await self.company.move(at)
        await self.hears(notify.LetterSent, letter=letter, letter_id=f"letter-{letter}-{days}", sent_at=at)

    async def silent(self) -> list[str]:
        """The work list of the silent."""
        page = (await self.ask("GET", "/support/2026/applications?silent=true")).json()
        return [item["id"] for item in page["items"]]


@pytest.mark.clause("C-IN-6")
async def test_after_the_reminders_an_officer_is_asked_and_confirms() -> None:
    counter = Told(SUPPORT_OPEN)
    where = await counter.standing()
    await counter.arranged()
    await counter.missed()
    await counter.reminded(7)
    await counter.reminded(14)
    early = await counter.orders(where, "withdrawal", assumed=True)
    assert (early.status_code, clauses(early)) == (409, [("", "C-IN-6")])
    await counter.company.move(ASKED - timedelta(minutes=1))
    assert await counter.silent() == []
    await counter.company.move(ASKED)
    assert await counter.silent() == [counter.id]
    assert not counter.heard(said.ApplicationWithdrawn)  # the rule alone takes nothing as withdrawal
    answer = await counter.orders(where, "withdrawal", assumed=True)
    assert answer.json()["status"] == "withdrawn"
    assert [each["assumed"] for each in counter.heard(said.ApplicationWithdrawn)] == [True]
    assert await counter.silent() == []


@pytest.mark.clause("C-IN-6", "C-IN-1")
async def test_who_is_asked_for_another_consent_is_no_longer_listed_as_silent() -> None:
    counter = Told(SUPPORT_OPEN)
    where = await counter.standing()
    await counter.arranged()
    await counter.missed()
    await counter.reminded(7)
    await counter.reminded(14)
    await counter.company.move(ASKED)
    assert await counter.silent() == [counter.id]
    assert (await counter.orders(where, "consent-return", ground="not_sealed")).status_code == 200
    assert await counter.silent() == []


@pytest.mark.clause("C-IN-6")
@pytest.mark.parametrize("sent", [(), (7,)])
async def test_who_was_not_reminded_is_not_silent(sent: tuple[int, ...]) -> None:
    counter = Told(SUPPORT_OPEN)
    where = await counter.standing()
    assert clauses(await counter.orders(where, "withdrawal", assumed=True)) == [("", "C-IN-6")]
    await counter.arranged()
    await counter.missed()
    for days in sent:
        await counter.reminded(days)
    await counter.reminded(14, letter="interview-reminder")  # another letter reminds of something else
    await counter.company.move(ASKED + timedelta(days=3))
    assert await counter.silent() == []
    refused = await counter.orders(where, "withdrawal", assumed=True)
    assert clauses(refused) == [("", "C-IN-6")]
    assert f"2回のうち{len(sent)}回" in refused.json()["errors"][0]["ja"]


@pytest.mark.clause("C-IN-6")
async def test_a_reminder_that_went_out_late_lets_the_officer_be_asked_then() -> None:
    counter = Told(SUPPORT_OPEN)
    await counter.standing()
    await counter.arranged()
    await counter.missed()
    await counter.reminded(7)
    await counter.company.move(ASKED + timedelta(days=1))
    assert await counter.silent() == []
    await counter.hears(notify.LetterSent, letter="silence-reminder", letter_id="letter-silence-reminder-7")
    assert await counter.silent() == []  # the same letter again is the same
    await counter.reminded(25)
    await counter.company.move(ASKED + timedelta(days=11, minutes=-1))
    assert await counter.silent() == []
    await counter.company.move(ASKED + timedelta(days=11))  # as many days after the last one as if it had been in time
    assert await counter.silent() == [counter.id]


@pytest.mark.clause("C-IN-6")
@pytest.mark.parametrize("days", [(31, 32), (33, 32)], ids=["in turn", "the first one sent last"])
async def test_reminders_that_share_a_few_hours_leave_the_days_to_answer_all_the_same(days: tuple[int, int]) -> None:
    counter = Told(SUPPORT_OPEN)
    where = await counter.standing()
    await counter.arranged()
    await counter.missed()
    await counter.company.move(INTERVIEW + timedelta(days=max(days)))
    for each in days:
        await counter.hears(
            notify.LetterSent, letter="silence-reminder", letter_id=f"letter-{each}",
            sent_at=INTERVIEW + timedelta(days=each),
        )  # fmt: skip
    asked = ASKED + timedelta(days=max(days) - 14)
    early = await counter.orders(where, "withdrawal", assumed=True)
    assert (early.status_code, clauses(early)) == (409, [("", "C-IN-6")])
    assert f"{asked.year}年{asked.month}月{asked.day}日" in early.json()["errors"][0]["ja"]
    await counter.company.move(asked - timedelta(minutes=1))
    assert await counter.silent() == []
    await counter.company.move(asked)
    assert await counter.silent() == [counter.id]
    assert (await counter.orders(where, "withdrawal", assumed=True)).json()["status"] == "withdrawn"


@pytest.mark.clause("C-IN-6")
@pytest.mark.clause("C-IN-1")
async def test_an_absence_that_is_heard_of_after_the_new_consent_counts_until_screening_takes_it_back() -> None:
    counter = Told(SUPPORT_OPEN)
    where = await counter.standing()
    await counter.arranged()
    assert (await counter.orders(where, "consent-return", ground="not_sealed")).status_code == 200
    assert (await counter.lays(f"/v1{where}", raw=forms.consent("another"))).status_code == 201
    await counter.missed()
    await counter.hears(screening.InterviewAbsenceWithdrawn, because="consent")
    await counter.reminded(7)
    await counter.reminded(14)
    await counter.company.move(ASKED + timedelta(days=1))
    assert await counter.silent() == []
    assert clauses(await counter.orders(where, "withdrawal", assumed=True)) == [("", "C-IN-6")]


@pytest.mark.clause("C-IN-6")
@pytest.mark.parametrize("ends", ["moved", "cancelled", "in error", "decided"])
async def test_another_date_an_outcome_or_no_date_ends_the_silence(ends: str) -> None:
    counter = Told(SUPPORT_OPEN)
    where = await counter.standing()
    await counter.arranged()
    await counter.missed()
    await counter.reminded(7)
    await counter.reminded(14)
    await counter.company.move(ASKED)
    if ends == "moved":
        await counter.arranged(ASKED + timedelta(days=5), sequence=1)
    elif ends == "cancelled":
        await counter.hears(screening.InterviewCancelled, sequence=1)
    elif ends == "in error":
        await counter.hears(screening.InterviewAbsenceWithdrawn)
    else:
        await counter.hears(screening.CompanyAdopted)
    assert await counter.silent() == []
    refused = clauses(await counter.orders(where, "withdrawal", assumed=True))
    assert refused == [("", "C-IN-5" if ends == "decided" else "C-IN-6")]


@pytest.mark.clause("C-IN-6")
async def test_only_an_officer_confirms_it_with_a_reason_on_what_was_seen() -> None:
    counter = Told(SUPPORT_OPEN)
    where = await counter.standing()
    alone = await counter.ask("POST", f"{where}/withdrawal", json={"assumed": True})
    assert clauses(alone) == [("/by", "C-IN-6")]
    blind = await counter.ask("POST", f"{where}/withdrawal", json={"by": "kado-01", "assumed": True})
    assert [pointer for pointer, _ in clauses(blind)] == ["/reason", "/seen_version"]
    assert (await counter.orders(where, "withdrawal", assumed=True, seen_version=9)).status_code == 412


@pytest.mark.clause("C-IN-6")
@pytest.mark.clause("G-6")
async def test_the_confirmation_names_what_was_seen_and_read() -> None:
    counter = Told(SUPPORT_OPEN)
    where = await counter.standing()
    await counter.arranged()
    await counter.missed()
    await counter.reminded(7)
    await counter.reminded(14)
    await counter.company.move(ASKED)
    await counter.orders(where, "withdrawal", assumed=True)
    commits = await counter.world.log.read(0, 1000)
    (withdrawn,) = [e for at in commits for e in at.commit.events if e.topic == "intake.application_withdrawn.v1"]
    decision = json.loads(withdrawn.state)["decision"]
    assert (decision["clause"], decision["outcome"], decision["by"]) == ("C-IN-6", "passed", "jinji-01")
    assert decision["facts"] == {"asked_on": "2026-02-20", "asked_of_officer_on": "2026-03-13", "reminders": 2}
    assert [each["value"] for each in decision["parameters"]] == ["7, 14", 21]


@pytest.mark.clause("C-IN-6")
async def test_who_was_there_and_waits_for_the_outcome_is_not_silent() -> None:
    counter = Told(SUPPORT_OPEN)
    where = await counter.standing()
    await counter.arranged()
    await counter.reminded(7)
    await counter.reminded(14)
    await counter.company.move(ASKED)
    assert await counter.silent() == []
    assert clauses(await counter.orders(where, "withdrawal", assumed=True)) == [("", "C-IN-6")]
