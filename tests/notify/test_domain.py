"""The aggregates of notify: given what happened, when more comes, then this follows or is refused."""

from __future__ import annotations

from typing import Any

import pytest

from kernel.sealing import Confidential, Contact
from kernel.testing import event, given, like, sealed
from schemas.values import Party
from services.notify.domain.homes import home, letter_id
from services.notify.domain.letter import (
    Letter,
    LetterBounced,
    LetterComposed,
    LetterSent,
    RetryAsked,
    SendingFailed,
)
from services.notify.domain.recipient import (
    AddressLearnt,
    LetterAwaits,
    LetterReleased,
    LettersPlanned,
    MatterOver,
    PaperNoted,
    PlanMet,
    Recipient,
    RecipientOpened,
    stream,
)
from services.notify.domain.values import Case, Planned, Request
from tests.notify.support import APPLICATION, SECONDMENT, tokyo

AT = tokyo(2026, 2, 1)
CASE = Case(programme="secondment", fiscal_year=2026, application_id=APPLICATION)


def contact(text: str) -> Contact:
    return sealed(Contact, text, subject="org-1")


def party(name: str) -> Party:
    return Party(
        organisation_id="org-1", kind="company", corporate_number=None, name=contact(name), kana=contact("カクウ"),
        person=contact("見本 花子"), email=contact("jinji@kakuu.example.jp"), address=contact("東京都"),
    )  # fmt: skip


opened = event(RecipientOpened, case=CASE)
REQUEST = Request(
    letter_id="letter-1", code="proposal", clause="S-PL-9", edition="secondment/2026", subject=SECONDMENT, told={}
)


def reminder(place: int, day: int, code: str = "papers-reminder") -> Planned:
    return Planned(
        code=code, clause="S-NO-1", edition="secondment/2026", subject=SECONDMENT, place=place,
        due=tokyo(2026, 2, day), told={},
    )  # fmt: skip


@pytest.mark.clause("S-NO-2")
def test_a_letter_waits_once_and_is_released_once() -> None:
    waiting = given(opened, of=Recipient).when(Recipient.wait, REQUEST, AT)
    waiting.then(event(LetterAwaits, case=CASE, request=REQUEST))
    waiting.when(Recipient.wait, REQUEST, AT).then()
    waiting.when(Recipient.release, "letter-1", AT).then(event(LetterReleased, letter_id="letter-1")).leaves(waiting={})
    waiting.when(Recipient.release, "letter-1", AT).then()


def test_an_address_is_learnt_from_the_counter_rather_than_from_others() -> None:
    known = given(opened, of=Recipient).when(Recipient.learn, party("旧"), "", from_counter=False, at=AT)
    known.then(like(AddressLearnt, receipt_number="", from_counter=False))
    known.when(Recipient.learn, party("新"), "S2026-000012", from_counter=True, at=AT).then(
        like(AddressLearnt, receipt_number="S2026-000012", from_counter=True)
    )
    known.when(Recipient.learn, party("旧"), "", from_counter=False, at=AT).then().leaves(party=party("新"))
    assert isinstance(known.aggregate, Recipient)
    assert known.aggregate.knows_enough(["receipt_number"])


@pytest.mark.clause("S-NO-1")
def test_a_plan_replaces_the_one_before_and_the_end_of_its_matter_ends_it() -> None:
    scenario = given(opened, of=Recipient)
    plan: tuple[Any, ...] = ("papers-reminder", SECONDMENT, AT)
    scenario.when(Recipient.plan, [reminder(1, 10), reminder(2, 17)], *plan).then(like(LettersPlanned, dropped=[]))
    scenario.when(Recipient.plan, [reminder(1, 11)], *plan).then(
        event(LettersPlanned, case=CASE, planned=[reminder(1, 11)], dropped=[reminder(1, 10), reminder(2, 17)])
    )
    scenario.when(Recipient.conclude, ["papers-reminder"], SECONDMENT, AT, for_good=True).then(
        event(LettersPlanned, case=CASE, planned=[], dropped=[reminder(1, 11)]),
        event(MatterOver, codes=["papers-reminder"], subject=SECONDMENT),
    )
    scenario.when(Recipient.plan, [reminder(1, 12)], *plan).then().leaves(planned={})


def test_the_application_as_a_subject_stands_for_all_its_secondments() -> None:
    scenario = given(opened, of=Recipient).when(Recipient.plan, [reminder(1, 10)], "papers-reminder", SECONDMENT, AT)
    scenario.when(Recipient.conclude, ["papers-reminder"], APPLICATION, AT, for_good=True).leaves(planned={})
    scenario.when(Recipient.plan, [reminder(1, 12)], "papers-reminder", SECONDMENT, AT).then()


def test_a_planned_letter_is_met_and_papers_are_noted_once() -> None:
    scenario = given(opened, of=Recipient).when(Recipient.plan, [reminder(1, 10)], "papers-reminder", SECONDMENT, AT)
    scenario.when(Recipient.meet, reminder(1, 10).key, AT, needless=True).then(like(PlanMet, needless=True)).leaves(
        planned={}
    )
    scenario.when(Recipient.note_paper, SECONDMENT, "resume/data", AT).then(
        event(PaperNoted, subject=SECONDMENT, paper="resume/data")
    )
    scenario.when(Recipient.note_paper, SECONDMENT, "resume/data", AT).then()


composed = event(
    LetterComposed, case=CASE, code="proposal", clause="S-PL-9", about=SECONDMENT, edition="secondment/2026",
    message_id="<letter-1@example.jp>", sender_name="見本機構", organisation=contact("架空"), person=contact("見本"),
    email=contact("a@kakuu.example.jp"), title=contact("件名"), body=contact("本文"), calendar=None,
)  # fmt: skip


@pytest.mark.clause("S-NO-2")
def test_a_letter_is_sent_once() -> None:
    sent = given(composed, of=Letter).when(Letter.mark_sent, AT)
    sent.then(like(LetterSent, message_id="<letter-1@example.jp>")).leaves(status="sent")
    sent.when(Letter.mark_sent, AT).then()


@pytest.mark.clause("S-NO-2")
def test_a_failure_is_counted_and_given_up_after_the_last_pause() -> None:
    failing = given(composed, of=Letter)
    for tries in range(1, 7):
        failing.when(Letter.mark_failed, "smtp-550", AT).then(like(SendingFailed, tries=tries, given_up=False))
    failing.when(Letter.mark_failed, "smtp-550", AT).then(like(SendingFailed, tries=7, given_up=True))
    given(composed, of=Letter).when(Letter.mark_failed, "erased", AT, hopeless=True).leaves(given_up=True)


@pytest.mark.clause("S-NO-2")
def test_only_a_failed_letter_is_sent_again() -> None:
    word: dict[str, Any] = {"by": "jinji-1", "reason": sealed(Confidential, "確認した"), "at": AT}
    address = (contact("架空商事"), contact("見本"), contact("b@kakuu.example.jp"))
    given(composed, of=Letter).when(Letter.retry, *address, **word).refused("S-NO-2")
    failed = given(composed, of=Letter).when(Letter.mark_failed, "smtp-550", AT, hopeless=True)
    failed.when(Letter.retry, *address, **word).then(like(RetryAsked, by="jinji-1")).leaves(
        status="composed", tries=0, given_up=False, email=contact("b@kakuu.example.jp")
    )


@pytest.mark.clause("S-NO-2")
def test_a_letter_that_came_back_is_failed_and_waits_for_a_better_address() -> None:
    bounce: dict[str, Any] = {"by": "jinji-1", "reason": sealed(Confidential, "不達の通知"), "at": AT}
    given(composed, of=Letter).when(Letter.bounce, "5.1.1", **bounce).refused("S-NO-2")
    story = given(composed, of=Letter).when(Letter.mark_sent, AT).when(Letter.bounce, "5.1.1", **bounce)
    story.then(like(LetterBounced, status="5.1.1", by="jinji-1")).leaves(status="failed", given_up=True, to_send=False)
    story.when(Letter.bounce, "5.1.1", **bounce).refused("S-NO-2")


def test_a_letter_id_follows_from_application_cause_and_code() -> None:
    id = letter_id(APPLICATION, "placement:a/1", "proposal")
    assert id == letter_id(APPLICATION, "placement:a/1", "proposal")
    assert id != letter_id(APPLICATION, "placement:a/1", "invoice")
    assert id != letter_id(APPLICATION, "placement:a/2", "proposal")
    assert id != letter_id("app-2", "placement:a/1", "proposal")


def test_an_application_its_recipient_and_its_letters_have_one_home() -> None:
    letters = [letter_id(APPLICATION, cause, code) for cause in ("a", "b") for code in ("proposal", "invoice")]
    assert len({home(APPLICATION), home(stream(APPLICATION)), *map(home, letters)}) == 1
    assert home("app-2") != home(APPLICATION)


def test_a_letter_of_before_its_id_said_whose_it_is_has_no_home() -> None:
    assert home("letter-4821fa993c7a0adc5034bddb0f880ce4") == ""
