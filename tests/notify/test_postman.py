"""The postman: once, under one Message-ID, tried again in real time, and seen when it fails (S-NO-2)."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from schemas import intake, placement
from services.notify.domain.homes import letter_id
from services.notify.domain.letter import PAUSES, Letter, LetterSent, SendingFailed
from services.notify.sending import Outage
from tests.notify.support import APPLICATION, Desk, beside, party_in, tokyo

PATIENCE = PAUSES[-1] + 1


async def desk_with_a_letter() -> Desk:
    desk = Desk(tokyo(2026, 1, 15))
    await desk.hears(placement.PlacementProposed, id="placement:proposal-1/3", receipt_number="S2026-000012")
    return desk


async def test_a_mail_reads_as_it_was_written() -> None:
    desk = await desk_with_a_letter()
    await desk.sends()
    (mail,) = desk.server.mails
    assert beside(mail, "To") == "架空商事株式会社 見本 花子 様"
    assert beside(mail, "From") == "日本貿易振興機構（ジェトロ） 人事部人事課"
    assert mail["Message-ID"] == f"<{letter_id(APPLICATION, 'placement:proposal-1/3', 'proposal')}@example.jp>"
    assert mail["Date"] == "Thu, 15 Jan 2026 10:00:00 +0900"
    assert mail.get_content_charset() == "utf-8"
    (sent,) = desk.published("LetterSent")
    assert (sent["letter"], sent["clause"], sent["message_id"]) == ("proposal", "S-PL-9", mail["Message-ID"])


@pytest.mark.clause("S-NO-2")
async def test_a_crash_between_sending_and_noting_repeats_the_same_mail() -> None:
    desk = await desk_with_a_letter()

    async def crash(*arguments: Any, **named: Any) -> Any:
        raise ConnectionAbortedError("the process ends here")

    note, desk.notify.application.mark = desk.notify.application.mark, crash
    with pytest.raises(ConnectionAbortedError):
        await desk.sends()
    desk.notify.application.mark = note
    assert await desk.codes(status="composed") == ["proposal"]
    await desk.sends()
    first, second = desk.server.mails
    assert first.as_bytes() == second.as_bytes()
    assert len(desk.published("LetterSent")) == 1


@pytest.mark.clause("S-NO-2")
async def test_what_was_noted_while_a_letter_was_on_its_way_stays_and_so_does_how_it_went() -> None:
    desk = await desk_with_a_letter()
    app, handed = desk.notify.application, desk.server.deliver
    id = letter_id(APPLICATION, "placement:proposal-1/3", "proposal")

    async def meanwhile(message: Any) -> None:
        """Another process, that held the lease before, hears of its own try now."""
        await app.mark(await app.kernel.repository.get(Letter, id), "smtp-451")
        await handed(message)

    desk.server.deliver = meanwhile  # type: ignore[method-assign]  # of this story alone
    assert await desk.sends() == 1
    noted = [event.topic for event in (await desk.notify.world.log.streams([id]))[id]]
    assert noted[1:] == [SendingFailed.TOPIC, LetterSent.TOPIC]
    assert await desk.codes(status="sent") == ["proposal"]


@pytest.mark.clause("S-NO-2")
async def test_a_refused_letter_is_seen_tried_again_in_real_time_and_given_up() -> None:
    desk = await desk_with_a_letter()
    desk.server.refuses["jinji@kakuu.example.jp"] = "550"
    assert await desk.sends() == 1
    (failed,) = await desk.letters(status="failed")
    assert (failed["failure"], failed["tries"], failed["given_up"]) == ("smtp-550", 1, False)
    assert await desk.sends() == 0  # its pause is not over, whatever the service's clock says
    await desk.company.move(tokyo(2026, 1, 25))
    assert await desk.sends() == 0
    for _ in PAUSES:
        desk.seconds += PATIENCE
        assert await desk.sends() == 1
    desk.seconds += PATIENCE
    assert await desk.sends() == 0
    (given_up,) = await desk.letters(given_up=True)
    assert given_up["tries"] == len(PAUSES) + 1
    assert [each["tries"] for each in desk.published("LetterFailed")] == [1, 2, 3, 4, 5, 6, 7]


@pytest.mark.clause("S-NO-2")
async def test_an_officer_has_a_given_up_letter_sent_to_the_new_address() -> None:
    desk = Desk(tokyo(2026, 1, 15))
    gone = await party_in(desk.notify.world.vault, email="gone@kakuu.example.jp")
    await desk.hears(placement.PlacementProposed, party=gone, receipt_number="S2026-000012")
    desk.server.refuses["gone@kakuu.example.jp"] = "550"
    while await desk.sends():
        desk.seconds += PATIENCE
    (failed,) = await desk.letters(given_up=True)
    await desk.hears(intake.ApplicationAmended, receipt_number="S2026-000012")
    word = {"by": "jinji-1", "reason": "宛先を確認した", "seen_version": failed["version"]}
    url = f"/v1/letters/{failed['_id']}/retry"
    async with desk.client() as notify:
        seen = (await notify.get(f"/v1/letters/{failed['_id']}")).json()
        assert (seen["failure"], seen["failed_at"][:10], seen["sent_at"]) == ("smtp-550", "2026-01-15", None)
        blind = await notify.post(url, json={"by": word["by"], "reason": word["reason"]})
        assert [(e["pointer"], blind.status_code) for e in blind.json()["errors"]] == [("/seen_version", 422)]
        assert (await notify.post(url, json=word | {"seen_version": 1})).status_code == 412
        assert (await notify.post(url, json=word)).status_code == 200
        await desk.sends()
        sent = (await notify.get(f"/v1/letters/{failed['_id']}")).json()
        twice = await notify.post(url, json=word | {"seen_version": sent["version"]})
        assert (twice.status_code, twice.json()["errors"][0]["clause"]) == (409, "S-NO-2")
    assert await desk.letters(status="failed") == []
    log = [event.state for at in await desk.notify.world.log.read(0, 100) for event in at.commit.events]
    assert not [state for state in log if word["reason"].encode() in state]
    again = next(mail for mail in desk.server.mails if mail["Message-ID"] == failed["message_id"])
    assert again["To"].addresses[0].addr_spec == "jinji@kakuu.example.jp"


@pytest.mark.clause("S-NO-2")
async def test_an_outage_is_seen_on_one_letter_and_the_others_wait() -> None:
    desk = Desk(tokyo(2026, 1, 15))
    for _ in range(3):
        await desk.hears(placement.PlacementProposed, receipt_number="S2026-000012")
    desk.server.away = True
    for _ in range(2):
        with pytest.raises(Outage):
            await desk.sends()
        await desk.company.run()
    states = sorted(each["status"] for each in await desk.letters())
    assert states == ["composed", "failed", "failed"]  # each of the two looks met another first letter
    desk.server.away = False
    desk.seconds += PATIENCE
    assert await desk.sends() == 3
    assert len(desk.server.mails) == 3


@pytest.mark.clause("S-NO-2")
async def test_an_outage_is_seen_on_one_letter_though_several_cases_meet_it() -> None:
    desk = Desk(tokyo(2026, 1, 15))
    for application in ("app-1", "app-2", "app-3"):
        await desk.hears(placement.PlacementProposed, application_id=application, receipt_number="S2026-000012")

    async def away(message: Any) -> None:
        await asyncio.sleep(0.01)  # long enough for all three to be on their way
        raise Outage

    desk.server.deliver = away  # type: ignore[method-assign]  # nobody is there
    with pytest.raises(Outage):
        await desk.sends()
    assert sorted(each["status"] for each in await desk.letters()) == ["composed", "composed", "failed"]


@pytest.mark.clause("S-NO-2")
async def test_cases_go_side_by_side_and_the_letters_of_one_in_their_order() -> None:
    desk = Desk(tokyo(2026, 1, 15))
    for application in ("app-1", "app-2", "app-3"):
        await desk.hears(placement.PlacementProposed, application_id=application, receipt_number="S2026-000012")
    await desk.hears(placement.MemorandumSent, application_id="app-1", receipt_number="S2026-000012")
    under_way, most, deliver = 0, 0, desk.server.deliver

    async def slowly(message: Any) -> None:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0.01)
        await deliver(message)
        under_way -= 1

    desk.server.deliver = slowly  # type: ignore[method-assign]  # takes its time
    assert await desk.sends() == 4
    assert most == 3
    of_one = sorted(await desk.letters(application_id="app-1"), key=lambda each: each["_position"])
    ids = [f"<{each['_id']}@example.jp>" for each in of_one]
    assert [mail["Message-ID"] for mail in desk.server.mails if mail["Message-ID"] in ids] == ids


@pytest.mark.clause("G-7")
async def test_nobody_is_written_to_after_an_erasure() -> None:
    desk = await desk_with_a_letter()
    await desk.notify.world.vault.erase("org-1", at=tokyo(2026, 1, 16))
    await desk.sends()
    assert desk.server.mails == []
    (failed,) = await desk.letters()
    assert (failed["status"], failed["failure"], failed["given_up"]) == ("failed", "erased", True)
    await desk.hears(placement.MemorandumSent, receipt_number="S2026-000012")
    assert await desk.codes() == ["proposal"]


async def test_an_address_that_is_none_is_given_up_at_once() -> None:
    desk = Desk(tokyo(2026, 1, 15))
    wrong = await party_in(desk.notify.world.vault, email="jinji＠kakuu.example.jp")
    await desk.hears(placement.PlacementProposed, party=wrong, receipt_number="S2026-000012")
    await desk.sends()
    (failed,) = await desk.letters()
    assert (failed["failure"], failed["given_up"]) == ("address", True)


async def test_letters_keep_their_texts_sealed_in_the_log() -> None:
    desk = await desk_with_a_letter()
    id = letter_id(APPLICATION, "placement:proposal-1/3", "proposal")
    for events in (await desk.notify.world.log.streams([id])).values():
        for event in events:
            assert "架空商事".encode() not in event.state
            assert "ご提案".encode() not in event.state


@pytest.mark.clause("S-NO-2")
@pytest.mark.parametrize(("refusal", "mails"), [(None, 1), ("451", 0)])
async def test_a_work_list_that_lags_behind_leads_to_no_second_try(refusal: str | None, mails: int) -> None:
    desk = await desk_with_a_letter()
    if refusal:
        desk.server.refuses["jinji@kakuu.example.jp"] = refusal
    assert await desk.postman.round() == 1
    assert await desk.postman.round() == 0  # the read model has not heard of the first round yet
    await desk.company.run()
    assert len(desk.server.mails) == mails
    assert len(desk.published("LetterFailed")) == 1 - mails
