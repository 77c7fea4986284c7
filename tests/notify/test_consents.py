"""Letters about a consent that was returned (C-IN-1), and the reminders of it (C-NO-1)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from schemas import intake, screening
from schemas.base import OfCase
from tests.notify.support import Desk, tokyo
from tests.notify.test_story import SUPPORT


@pytest.mark.clause("C-NO-1")
@pytest.mark.clause("C-IN-1")
async def test_a_returned_consent_is_reminded_of_anew_until_a_new_one_is_here() -> None:
    for comes, expected in ((False, 2), (True, 1)):
        desk = Desk(tokyo(2026, 2, 25))
        case: dict[str, Any] = {**SUPPORT, "receipt_number": "C2026-000031"}
        await desk.hears(intake.ApplicationSubmitted, **case, secondment=None, edition="support/2026")
        returned = datetime(2026, 2, 25, 1, 30, tzinfo=UTC)
        await desk.hears(intake.ConsentReturned, **case, returned_at=returned, ground="not_sealed")
        await desk.company.move(tokyo(2026, 3, 4, 8))
        assert "consent-returned-reminder" not in await desk.codes()
        await desk.company.move(tokyo(2026, 3, 4, 9))  # 7 days after
        if comes:
            await desk.hears(intake.ApplicationSubmitted, **case, secondment=None, edition="support/2026")
        await desk.company.move(tokyo(2026, 4, 1))
        assert (await desk.codes()).count("consent-returned-reminder") == expected
        assert "consent-reminder" not in await desk.codes()


@pytest.mark.clause("C-NO-1")
@pytest.mark.parametrize(
    ("ground", "asks"),
    [
        ("not_this_form", "2026年度の様式に"),
        ("not_sealed", "押印が確認できません"),
        ("other_company", "貴社以外の法人"),
        ("unreadable", "読み取ることができません"),
    ],
)  # fmt: skip
async def test_a_returned_consents_letter_says_what_to_send(ground: str, asks: str) -> None:
    desk = Desk(tokyo(2026, 2, 25))
    await desk.hears(intake.ConsentReturned, **SUPPORT, receipt_number="C2026-000031", ground=ground)
    async with desk.client() as notify:
        (letter,) = await desk.letters()
        body = (await notify.get(f"/v1/letters/{letter['_id']}")).json()["body"]
    assert asks in body
    assert sum(each in body for each in ("様式に必要事項", "押印が確認", "貴社以外", "読み取ること")) == 1


@pytest.mark.clause("C-NO-1")
async def test_who_is_turned_away_is_not_reminded_of_a_consent() -> None:
    desk = Desk(tokyo(2026, 2, 20))
    registered = datetime(2026, 2, 20, 2, 15, tzinfo=UTC)
    await desk.hears(intake.ApplicationRegistered, **SUPPORT, receipt_number="C2026-31", registered_at=registered)
    await desk.hears(intake.ApplicationRefused, **SUPPORT, clause="C-IN-3", edition="support/2026")
    await desk.company.move(tokyo(2026, 4, 1))
    assert await desk.codes() == ["registered-consent-missing", "reception-full"]


@pytest.mark.clause("C-NO-1")
@pytest.mark.clause("C-IN-1")
@pytest.mark.parametrize("outcome", [screening.CompanyAdopted, screening.CompanyNotAdopted])
@pytest.mark.parametrize("decided_first", [True, False])
async def test_after_the_decision_nobody_is_asked_for_a_consent_whose_return_crossed_it(
    outcome: type[OfCase], decided_first: bool
) -> None:
    desk = Desk(tokyo(2026, 3, 2))
    case: dict[str, Any] = {**SUPPORT, "receipt_number": "C2026-000031"}
    more: dict[str, Any] = {"guidance": ()} if outcome is screening.CompanyNotAdopted else {"edition": "support/2026"}
    heard: list[tuple[type[OfCase], dict[str, Any]]] = [
        (outcome, more),
        (intake.ConsentReturned, {"returned_at": tokyo(2026, 3, 2), "ground": "not_sealed"}),
    ]
    for kind, fields in heard if decided_first else reversed(heard):
        await desk.hears(kind, **case, **fields)
    await desk.company.move(tokyo(2026, 4, 30))
    assert "consent-returned-reminder" not in await desk.codes()
