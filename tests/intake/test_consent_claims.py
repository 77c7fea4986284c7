"""One consent for two companies is refused (C-IN-1): exactly, at once, and whichever came first."""

from __future__ import annotations

import asyncio
import hashlib
from typing import Any

import pytest

from kernel.refusals import Refused
from kernel.testing import event, given
from services.intake.app import IntakeApp
from services.intake.app.papers import Bytes, PaperAnswer
from services.intake.domain import ConsentClaim
from services.intake.domain.consent_claim import ClaimGivenUp, ConsentClaimed, ConsentClaimedAnew
from tests.intake import forms
from tests.intake.consent_desk import Desk, refusal
from tests.intake.support import SUPPORT_OPEN, clauses

CASE: dict[str, Any] = {"programme": "support", "fiscal_year": 2026}
CLAIMED = event(ConsentClaimed, company="org-1", **CASE)


@pytest.mark.clause("C-IN-1")
def test_a_claim_is_the_first_companys_until_an_officer_gives_it_up() -> None:
    at = SUPPORT_OPEN
    given(CLAIMED, of=ConsentClaim).when(ConsentClaim.claim, ["org-2"], at=at).refused("C-IN-1")
    given(CLAIMED, of=ConsentClaim).when(ConsentClaim.claim, ["org-2", "org-1"], at=at).then()
    given(CLAIMED, of=ConsentClaim).when(ConsentClaim.give_up, ["org-2"], at=at).then()
    given(CLAIMED, of=ConsentClaim).when(ConsentClaim.give_up, ["org-1"], at=at).then(event(ClaimGivenUp)).when(
        ConsentClaim.claim, ["org-2"], at=at
    ).then(event(ConsentClaimedAnew, company="org-2")).when(ConsentClaim.claim, ["org-1"], at=at).refused("C-IN-1")


@pytest.mark.clause("C-IN-1")
async def test_one_consent_for_two_companies_is_refused_whichever_way_it_comes() -> None:
    desk, raw = Desk(), forms.consent("one")
    one, two = await desk.registers(1), await desk.registers(2)
    assert (await desk.lays(one, raw=raw)).status_code == 201
    for answer in (await desk.lays(two, raw=raw), await desk.mails(raw, 2), await desk.mails(raw, 3)):
        told = refusal(answer)
        assert "Another company" in told
        assert forms.number(1) not in answer.text
    assert await desk.boxes() == 1
    await desk.ask("POST", f"{one}/withdrawal")
    assert "Another company" in refusal(await desk.lays(two, raw=raw))
    assert (await desk.lays(await desk.registers(1), raw=raw)).json()["status"] == "submitted"


@pytest.mark.clause("C-IN-1")
async def test_a_waiting_consent_is_its_companys_alone() -> None:
    desk, raw = Desk(), forms.consent("one")
    first = await desk.mails(raw, 1)
    assert (await desk.mails(raw, 1)).json() == first.json()
    assert "Another company" in refusal(await desk.mails(raw, 2))
    two = await desk.registers(2)
    assert (await desk.ask("GET", two)).json()["status"] == "registered"
    assert "Another company" in refusal(await desk.lays(two, raw=raw))
    one = await desk.registers(1)
    assert (await desk.ask("GET", one)).json()["status"] == "submitted"
    assert await desk.boxes() == 1


@pytest.mark.clause("C-IN-1")
@pytest.mark.parametrize("waiting", [0, 1, 4])
async def test_of_many_companies_with_one_consent_at_once_exactly_one_has_it(waiting: int) -> None:
    desk, raw = Desk(), forms.consent("one")
    places = [await desk.registers(count) for count in range(1, 5)]
    sent = [desk.lays(where, raw=raw) for where in places[waiting:]]
    sent += [desk.mails(raw, count) for count in range(11, 11 + waiting)]
    answers = await asyncio.gather(*sent)
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    assert {clauses(answer)[0][1] for answer in answers if answer.status_code == 409} == {"C-IN-1"}
    assert await desk.boxes() == 1


@pytest.mark.clause("C-IN-1")
async def test_a_consent_that_was_another_companys_is_returned_and_free_for_that_one() -> None:
    desk, raw = Desk(), forms.consent("two's")
    one, two = await desk.registers(1), await desk.registers(2)
    await desk.lays(one, raw=raw)
    await desk.returns(one, "other_company")
    assert (await desk.lays(two, raw=raw)).json()["status"] == "submitted"
    assert "very file that was returned" in refusal(await desk.lays(one, raw=raw))
    assert (await desk.lays(one)).json()["status"] == "submitted"


@pytest.mark.clause("C-IN-1")
async def test_two_processes_at_once_give_one_consent_to_one_company() -> None:
    desk, raw = Desk(), forms.consent("one")
    answers = await at_two_processes(desk, (1, raw), (2, raw))
    assert sorted((type(answer) for answer in answers), key=str) == [Refused, PaperAnswer]
    assert await desk.boxes() == 1


@pytest.mark.clause("C-IN-1")
async def test_of_two_consents_of_one_company_at_once_the_one_on_record_lies_in_the_box() -> None:
    desk = Desk()
    answers = await at_two_processes(desk, (1, forms.consent("one")), (1, forms.consent("two")))
    assert sorted((type(answer) for answer in answers), key=str) == [Refused, PaperAnswer]
    where = await desk.registers()
    (paper,) = (await desk.ask("GET", f"{where}/papers")).json()["items"]
    content = (await desk.ask("GET", f"{where}/papers/{paper['id']}")).content
    assert paper["sha256"] == hashlib.sha256(content).hexdigest()
    assert await desk.boxes() == 1


async def at_two_processes(desk: Desk, *mailed: tuple[int, bytes]) -> list[PaperAnswer | BaseException]:
    """Consents by mail, each taken by a process of its own that knows nothing of the other's locks."""
    taking = [
        IntakeApp(desk.app.kernel).consents.receive(2026, forms.number(count), Bytes(raw, "application/pdf"), by="k-1")
        for count, raw in mailed
    ]
    return await asyncio.gather(*taking, return_exceptions=True)
