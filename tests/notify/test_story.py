"""Stories of notify in memory: what happens elsewhere comes in on the topics, letters go out."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from icalendar import Calendar

from kernel.ciphers import seal
from kernel.sealing import Contact, Personal
from kernel.vault import ERASED
from schemas import billing, intake, placement, screening
from schemas.base import OfCase
from tests.notify.support import APPLICATION, Desk, message, party_in, tokyo

SECONDMENT: dict[str, Any] = {"programme": "secondment", "fiscal_year": 2026}
SUPPORT: dict[str, Any] = {"programme": "support", "fiscal_year": 2026}


@pytest.mark.clause("S-NO-1")
@pytest.mark.parametrize(
    ("kind", "fields", "code"),
    [
        (intake.AnswerAwaited, {}, "reply-reminder"),
        (intake.ApplicationSubmitted, {"support": None}, "form-received"),
        (intake.ApplicationAmended, {}, "form-amended"),
        (intake.NoWishReplied, {}, "no-wish-received"),
        (intake.ApplicationRefused, {"clause": "S-IN-1"}, "form-refused-late"),
        (screening.ScreeningRefused, {}, "screening-refused"),
        (placement.PlacementProposed, {}, "proposal"),
        (placement.PlacementNotPossible, {}, "no-place"),
        (placement.PlacementAccepted, {}, "accepted-call-for-papers"),
        (placement.AmendmentAsked, {}, "amendment-asked"),
        (placement.AmendmentDropped, {}, "amendment-dropped"),
        (placement.TermChanged, {}, "term-changed"),
        (placement.MemorandumSent, {}, "memorandum-sent"),
        (placement.MemorandumConcluded, {}, "memorandum-concluded"),
        (placement.SecondmentStarted, {}, "started"),
        (placement.DeparturePostponed, {}, "departure-postponed"),
        (placement.DepartureCancelled, {}, "departure-cancelled"),
        (placement.SecondmentEnded, {"early": True}, "ended-early"),
        (placement.SecondmentEnded, {"early": False}, "ended"),
        (placement.AppraisalReported, {}, "appraisal-june"),
        (billing.InvoiceIssued, {}, "invoice"),
        (billing.ReturnInvoiceIssued, {}, "return-invoice"),
        (billing.PaymentReceived, {}, "payment-received"),
        (billing.PaymentOverdue, {}, "payment-overdue"),
    ],
)
async def test_an_event_of_the_secondment_leads_to_its_letter(
    kind: type[OfCase], fields: dict[str, Any], code: str
) -> None:
    desk = Desk(tokyo(2026, 1, 15))
    await desk.hears(intake.NoWishReplied, **SECONDMENT, receipt_number="S2026-000012")
    edition = {"edition": "secondment/2026"} if _has_edition(kind) else {}
    await desk.hears(kind, **SECONDMENT, **edition, **fields)
    assert (await desk.codes())[-1] == code
    async with desk.client() as notify:
        last = max(await desk.letters(), key=lambda each: each["_position"])
        shown = (await notify.get(f"/v1/letters/{last['_id']}")).json()
    assert shown["body"].count("架空商事株式会社") == 1
    assert "見本 花子 様" in shown["body"]
    assert "sealed:" not in shown["body"]


@pytest.mark.clause("C-NO-1")
@pytest.mark.parametrize(
    ("kind", "fields", "code"),
    [
        (intake.ApplicationRegistered, {}, "registered-consent-missing"),
        (intake.ConsentReturned, {}, "consent-returned"),
        (intake.ApplicationSubmitted, {"secondment": None}, "application-complete"),
        (intake.ApplicationRefused, {"clause": "C-IN-3"}, "reception-full"),
        (intake.ApplicationWithdrawn, {"assumed": True}, "withdrawn-assumed"),
        (intake.ApplicationWithdrawn, {"assumed": False}, "withdrawn"),
        (screening.InterviewArranged, {"sequence": 0}, "interview-arranged"),
        (screening.InterviewArranged, {"sequence": 2}, "interview-arranged"),
        (screening.InterviewArranged, {"sequence": 1, "moved": True}, "interview-moved"),
        (screening.InterviewCancelled, {}, "interview-cancelled"),
        (screening.InterviewMissed, {}, "interview-missed"),
        (screening.InterviewAbsenceWithdrawn, {}, "interview-absence-withdrawn"),
        (screening.CompanyAdopted, {}, "adopted"),
        (screening.CompanyNotAdopted, {"guidance": ()}, "not-adopted"),
        (placement.CoordinatorAssigned, {}, "coordinator-assigned"),
        (placement.SupportStarted, {}, "kick-off"),
        (placement.SurveyAsked, {"survey": "half_way"}, "survey"),
        (placement.SupportEnded, {"early": True, "ground": "goal_reached"}, "ended-early"),
        (placement.SupportEnded, {"early": False, "ground": "term"}, "ended"),
        (placement.SupportEnded, {"early": False, "never_started": True}, "ended-before-kick-off"),
        (placement.SupportEnded, {"early": True, "never_started": True}, "ended-early-before-kick-off"),
        (billing.InvoiceIssued, {}, "cancellation-invoice"),
        (billing.InvoiceIssued, {"clause": "C-BI-2"}, "cancellation-invoice"),
        (billing.InvoiceIssued, {"clause": "C-BI-3"}, "service-invoice"),
        (billing.ReturnInvoiceIssued, {}, "return-invoice"),
        (billing.PaymentReceived, {}, "payment-received"),
        (billing.PaymentOverdue, {}, "payment-overdue"),
    ],
)
async def test_an_event_of_the_support_leads_to_its_letter(
    kind: type[OfCase], fields: dict[str, Any], code: str
) -> None:
    desk = Desk(tokyo(2026, 3, 2))
    await desk.hears(intake.ApplicationRegistered, **SUPPORT, receipt_number="C2026-000031")
    edition = {"edition": "support/2026"} if _has_edition(kind) else {}
    await desk.hears(kind, **SUPPORT, **edition, **fields)
    assert (await desk.codes())[-1] == code


def _has_edition(kind: type[OfCase]) -> bool:
    return "edition" in kind.model_fields


@pytest.mark.clause("S-NO-2")
async def test_a_letter_asked_for_before_the_address_is_known_waits_and_goes_out_once() -> None:
    desk = Desk(tokyo(2026, 2, 25))
    await desk.hears(screening.PapersMissing)
    assert await desk.codes(status="waiting") == ["papers-missing"]
    await desk.hears(placement.MemorandumSent, receipt_number="")  # an address, but the letters want the number too
    assert await desk.codes(status="waiting") == ["papers-missing", "memorandum-sent"]
    await desk.hears(intake.ApplicationAmended, receipt_number="S2026-000012")
    assert await desk.codes(status="waiting") == []
    assert await desk.sends() == 3
    assert {mail["Subject"] for mail in desk.server.mails} == {
        each for each in (mail["Subject"] for mail in desk.server.mails) if "S2026-000012" in each
    }
    assert await desk.sends() == 0


@pytest.mark.clause("S-NO-2")
async def test_the_same_message_again_makes_no_second_letter() -> None:
    desk = Desk(tokyo(2026, 1, 15))
    proposal = message(await desk.told(placement.PlacementProposed))
    await desk.takes(proposal)
    await desk.takes(proposal)
    await desk.sends()
    assert len(desk.server.mails) == 1


@pytest.mark.clause("S-PL-8")
@pytest.mark.parametrize("answered", [None, placement.PlacementAccepted, placement.PlacementDeclined])
async def test_an_answer_is_reminded_of_three_days_before_its_day_unless_it_came(answered: type[OfCase] | None) -> None:
    desk = Desk(tokyo(2026, 1, 15))
    await desk.hears(intake.NoWishReplied, **SECONDMENT, receipt_number="S2026-000012")
    await desk.hears(placement.PlacementProposed, **SECONDMENT, answer_by=date(2026, 1, 29))
    if answered is not None:
        await desk.hears(answered, **SECONDMENT)
    await desk.company.move(tokyo(2026, 1, 26, 8))
    assert "answer-reminder" not in await desk.codes()
    await desk.company.move(tokyo(2026, 1, 26, 9))
    assert ("answer-reminder" in await desk.codes()) is (answered is None)


@pytest.mark.clause("S-NO-1")
async def test_papers_are_reminded_of_until_all_are_here() -> None:
    desk = Desk(tokyo(2026, 1, 20))
    await desk.hears(placement.PlacementAccepted, papers_by=date(2026, 2, 24), receipt_number="S2026-000012")
    await desk.company.move(tokyo(2026, 2, 10, 9))  # 14 days before
    await desk.sends()
    assert "履歴書（原本）" in str(desk.server.mails[-1].get_content())
    for form in ("original", "data"):
        await desk.hears(intake.PaperReceived, kind="resume", form=form)
    await desk.company.move(tokyo(2026, 2, 17, 9))  # 7 days before
    assert (await desk.codes()).count("papers-reminder") == 2
    await desk.sends()
    assert "履歴書（原本）" not in str(desk.server.mails[-1].get_content())
    await desk.hears(screening.ScreeningPassed, stage="papers")
    await desk.company.move(tokyo(2026, 3, 1))
    assert (await desk.codes()).count("papers-reminder") == 2


@pytest.mark.clause("S-NO-1")
async def test_papers_that_passed_before_the_acceptance_was_heard_of_are_never_reminded_of() -> None:
    desk = Desk(tokyo(2026, 1, 20))
    await desk.hears(screening.ScreeningPassed, stage="papers")
    await desk.hears(placement.PlacementAccepted, papers_by=date(2026, 2, 24), receipt_number="S2026-000012")
    await desk.company.move(tokyo(2026, 3, 1))
    assert "papers-reminder" not in await desk.codes()


@pytest.mark.clause("S-LI-3")
async def test_particulars_follow_in_march_unless_the_sender_withdraws() -> None:
    for withdraws, expected in ((False, 1), (True, 0)):
        desk = Desk(tokyo(2026, 1, 20))
        await desk.hears(placement.PlacementAccepted, receipt_number="S2026-000012")
        if withdraws:
            await desk.hears(intake.ApplicationWithdrawn)
        await desk.company.move(tokyo(2026, 3, 10, 8))
        assert (await desk.codes()).count("particulars-march") == 0
        await desk.company.move(tokyo(2026, 3, 10, 9))
        assert (await desk.codes()).count("particulars-march") == expected


@pytest.mark.clause("C-SC-13")
@pytest.mark.clause("C-SC-14")
async def test_an_interview_comes_with_a_calendar_entry_that_moves_with_it() -> None:
    desk = Desk(tokyo(2026, 3, 2))
    first, second = datetime(2026, 3, 10, 5, tzinfo=UTC), datetime(2026, 3, 12, 1, 30, tzinfo=UTC)
    arranged: dict[str, Any] = {
        **SUPPORT,
        "receipt_number": "C2026-000031",
        "minutes": 60,
        "link": "https://t.example.jp/1",
    }
    await desk.hears(screening.InterviewArranged, **arranged, starts_at=first, sequence=0)
    await desk.hears(screening.InterviewArranged, **arranged, starts_at=second, sequence=1, moved=True)
    await desk.sends()
    entries = [_entry(mail) for mail in desk.server.mails]
    assert {str(entry["SUMMARY"]) for entry in entries} == {"伴走型支援 オンライン審査（二次審査）"}
    assert [entry["UID"] for entry in entries] == [f"interview-{APPLICATION}@example.jp"] * 2
    assert [(entry["SEQUENCE"], entry.decoded("DTSTART")) for entry in entries] == [(0, first), (1, second)]
    await desk.company.move(tokyo(2026, 3, 9, 9))
    assert "interview-reminder" not in await desk.codes()  # it is for the new day
    await desk.company.move(tokyo(2026, 3, 11, 9))
    assert "interview-reminder" in await desk.codes()
    await desk.hears(screening.CompanyAdopted, **SUPPORT)
    await desk.company.move(tokyo(2026, 4, 30))
    assert "silence-reminder" not in await desk.codes()


@pytest.mark.clause("C-SC-14")
@pytest.mark.clause("C-NO-1")
async def test_a_cancelled_interview_goes_out_of_calendars_and_nobody_is_reminded_of_it() -> None:
    desk = Desk(tokyo(2026, 3, 2))
    told: dict[str, Any] = {**SUPPORT, "receipt_number": "C2026-000031", "minutes": 60}
    told["starts_at"] = datetime(2026, 3, 10, 5, tzinfo=UTC)
    await desk.hears(screening.InterviewArranged, **told, link="https://t.example.jp/1", sequence=0)
    await desk.hears(screening.InterviewCancelled, **told, sequence=1)
    await desk.sends()
    set_on, cancelled = [_entry(mail) for mail in desk.server.mails]
    assert cancelled["SUMMARY"] == "伴走型支援 二次審査"
    assert [each["STATUS"] for each in (set_on, cancelled)] == ["CONFIRMED", "CANCELLED"]
    assert (cancelled["UID"], cancelled["SEQUENCE"]) == (set_on["UID"], 1)
    assert cancelled["ORGANIZER"] == set_on["ORGANIZER"]
    assert (set_on["CONFERENCE"], set_on["CONFERENCE"].params["LABEL"]) == ("https://t.example.jp/1", "Microsoft Teams")
    assert "CONFERENCE" not in cancelled
    told["starts_at"] = datetime(2026, 3, 12, 5, tzinfo=UTC)
    await desk.hears(screening.InterviewArranged, **told, link=None, sequence=2)
    await desk.sends()
    anew = _entry(desk.server.mails[-1])
    assert (anew["UID"], anew["SEQUENCE"], anew["STATUS"]) == (set_on["UID"], 2, "CONFIRMED")
    assert [*await desk.codes()].count("interview-arranged") == 2
    assert "変更" not in str(desk.server.mails[-1]["Subject"])
    await desk.hears(screening.InterviewCancelled, **told, sequence=3)
    await desk.company.move(tokyo(2026, 4, 30))
    assert not {"interview-reminder", "silence-reminder"} & {*await desk.codes()}


@pytest.mark.clause("C-IN-6")
async def test_who_was_not_there_is_reminded_and_a_new_date_ends_it() -> None:
    desk = Desk(tokyo(2026, 3, 10, 18))
    told: dict[str, Any] = {**SUPPORT, "receipt_number": "C2026-000031"}
    begins = datetime(2026, 3, 10, 5, tzinfo=UTC)
    await desk.hears(screening.InterviewMissed, **told, starts_at=begins, asked_on=date(2026, 3, 10))
    await desk.company.move(tokyo(2026, 3, 17, 9))
    assert [*await desk.codes()].count("silence-reminder") == 1
    set_on: dict[str, Any] = {"starts_at": datetime(2026, 3, 30, 5, tzinfo=UTC), "minutes": 60, "link": None}
    await desk.hears(screening.InterviewArranged, **told, **set_on, sequence=1)
    await desk.company.move(tokyo(2026, 4, 30))
    assert [*await desk.codes()].count("silence-reminder") == 1


@pytest.mark.clause("C-IN-6")
async def test_an_absence_taken_back_ends_its_reminders_and_one_recorded_later_is_reminded_of() -> None:
    desk = Desk(tokyo(2026, 3, 10, 18))
    told: dict[str, Any] = {
        **SUPPORT,
        "receipt_number": "C2026-000031",
        "starts_at": datetime(2026, 3, 10, 5, tzinfo=UTC),
    }
    await desk.hears(screening.InterviewMissed, **told, asked_on=date(2026, 3, 10))
    await desk.hears(screening.InterviewAbsenceWithdrawn, **told)
    await desk.company.move(tokyo(2026, 4, 30))
    assert "silence-reminder" not in await desk.codes()
    await desk.hears(screening.InterviewMissed, **told, asked_on=date(2026, 4, 30))
    await desk.company.move(tokyo(2026, 5, 7, 9))
    assert [*await desk.codes()].count("silence-reminder") == 1


@pytest.mark.clause("C-LI-7")
async def test_an_answer_ends_the_reminders_of_its_own_survey_alone() -> None:
    desk = Desk(tokyo(2026, 10, 1))
    for survey in ("half_way", "year_end"):
        await desk.hears(placement.SurveyAsked, **SUPPORT, survey=survey, answer_by=date(2026, 10, 30))
    await desk.hears(placement.SurveyAnswered, **SUPPORT, survey="half_way", answered_on=date(2026, 10, 5))
    await desk.company.move(tokyo(2026, 12, 1))
    assert [*await desk.codes()].count("survey-reminder") == 2  # both are of the other survey


def _entry(mail: Any) -> Any:
    """The calendar entry; mail and entry ask the calendar for the same (RFC 6047)."""
    (attachment,) = list(mail.iter_attachments())
    assert attachment.get_content_type() == "text/calendar"
    calendar: Any = Calendar.from_ical(attachment.get_content())
    entry = calendar.walk("VEVENT")[0]
    method = "CANCEL" if entry["STATUS"] == "CANCELLED" else "REQUEST"
    assert (calendar["METHOD"], attachment["Content-Type"].params["method"]) == (method, method)
    return entry


async def test_what_the_counter_says_of_an_address_is_not_overwritten_by_older_news() -> None:
    desk = Desk(tokyo(2026, 1, 15))
    await desk.hears(intake.ApplicationAmended, receipt_number="S2026-000012")
    old = await party_in(desk.notify.world.vault, email="old@kakuu.example.jp")
    await desk.hears(placement.PlacementProposed, party=old)
    await desk.sends()
    assert {mail["To"].addresses[0].addr_spec for mail in desk.server.mails} == {"jinji@kakuu.example.jp"}


@pytest.mark.clause("S-NO-2")
@pytest.mark.clause("C-NO-1")
async def test_a_mail_that_bounced_is_seen_and_goes_out_to_the_corrected_address() -> None:
    desk = Desk(tokyo(2026, 2, 12))
    await desk.hears(intake.ApplicationRegistered, **SUPPORT, receipt_number="C2026-000031")
    await desk.sends()
    (letter,) = await desk.letters(code="registered-consent-missing")
    order = {"by": "kado-1", "reason": "宛先不明で戻った", "seen_version": letter["version"]}
    async with desk.client() as notify:
        path = f"/v1/letters/{letter['_id']}"
        bad = await notify.post(f"{path}/bounce", json=order | {"mail_status": "unknown"})
        assert (bad.status_code, bad.json()["errors"][0]["pointer"]) == (422, "/mail_status")
        assert (await notify.post(f"{path}/bounce", json=order | {"mail_status": "5.1.1"})).status_code == 200
        await desk.company.run()
        failed = (await notify.get("/v1/letters?status=failed&given_up=true")).json()["items"]
        assert [(each["id"], each["failure"]) for each in failed] == [(letter["_id"], "bounced-5.1.1")]
        assert [each.name for each in desk.company.published][-1] == "LetterFailed"
        better = await party_in(desk.notify.world.vault, email="new@kakuu.example.jp")
        await desk.hears(intake.ApplicationAmended, **SUPPORT, party=better, receipt_number="C2026-000031")
        again = order | {"reason": "正しい宛先を確認した", "seen_version": failed[0]["version"]}
        assert (await notify.post(f"{path}/retry", json=again)).status_code == 200
    await desk.company.run()
    await desk.sends()
    first, *_, last = [mail for mail in desk.server.mails if mail["Message-ID"] == letter["message_id"]]
    assert [each["To"].addresses[0].addr_spec for each in (first, last)][1] == "new@kakuu.example.jp"


@pytest.mark.clause("C-SC-15")
async def test_not_adopted_names_services_or_says_that_none_can_be() -> None:
    for guidance, said in (((), "ご案内できる他の支援サービスは、現在ございません。"), (("portal",), "ポータルサイト")):
        desk = Desk(tokyo(2026, 3, 2))
        await desk.hears(screening.CompanyNotAdopted, **SUPPORT, receipt_number="C2026-000031", guidance=guidance)
        await desk.sends()
        assert said in str(desk.server.mails[0].get_content())


async def _ended_early(desk: Desk, ground: str = "illness") -> placement.SecondmentEnded:
    """An early end as placement tells it, its ground under the person's key."""
    sealer = await desk.notify.world.vault.sealer("person-1")
    closed = Personal(seal(sealer.personal("ground", ground), "secondment-app-1.1/9"))
    return await desk.told(placement.SecondmentEnded, early=True, ground=closed)


@pytest.mark.clause("S-LI-6")
@pytest.mark.clause("G-7")
async def test_the_ground_of_an_early_end_is_read_in_its_letter_alone_until_the_person_is_erased() -> None:
    desk = Desk(tokyo(2027, 10, 1))
    ended = await _ended_early(desk)
    await desk.takes(message(ended.model_copy(update={"receipt_number": ""})))  # it waits for the number
    await desk.hears(intake.ApplicationAmended, receipt_number="S2026-000012")
    log = [event.state for at in await desk.notify.world.log.read(0, 100) for event in at.commit.events]
    assert not [state for state in log if b"illness" in state]
    await desk.sends()
    (mail,) = [mail for mail in desk.server.mails if "出向の終了" in mail["Subject"]]
    assert "傷病" in str(mail.get_content())
    await desk.notify.world.vault.erase("person-1", at=tokyo(2027, 10, 2))
    (letter,) = await desk.letters(code="ended-early")
    async with desk.client() as notify:
        assert (await notify.get(f"/v1/letters/{letter['_id']}")).json()["body"] == ERASED


@pytest.mark.clause("G-7")
@pytest.mark.parametrize("known", [True, False], ids=["erased after the end", "erased before it"])
async def test_an_early_end_is_told_without_its_ground_once_the_person_is_erased(known: bool) -> None:
    desk = Desk(tokyo(2027, 10, 1))
    ended = await _ended_early(desk)
    await desk.notify.world.vault.erase("person-1", at=tokyo(2027, 10, 1))
    ended = ended if known else ended.model_copy(update={"ground": None})
    await desk.takes(message(ended.model_copy(update={"receipt_number": "S2026-000012"})))
    await desk.sends()
    (mail,) = desk.server.mails
    assert f"事由　　　{ERASED}" in str(mail.get_content())


@pytest.mark.clause("S-PL-11")
async def test_the_reason_of_a_postponement_is_opened_for_its_letter() -> None:
    desk = Desk(tokyo(2027, 3, 15))
    sealer = await desk.notify.world.vault.sealer("org-1")
    reason = Contact(seal(sealer.contact("reason", "査証制度の変更のため"), "secondment-app-1.1/8"))
    await desk.hears(placement.DeparturePostponed, reason=reason, receipt_number="S2026-000012")
    await desk.sends()
    assert "理由　　　査証制度の変更のため" in str(desk.server.mails[-1].get_content())
