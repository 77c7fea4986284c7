"""An officer's look at a consent (C-IN-1): it is returned, a new one awaited, and the place given back meanwhile."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from kernel.sealing import Confidential
from kernel.testing import event, given, sealed
from schemas import intake as said
from services.intake.domain import Application
from services.intake.domain.application_events import (
    Completed,
    ConsentReturned,
    FormArrived,
    OutcomeKnown,
    PaperNoted,
)
from services.intake.domain.silence import AttendanceAsked, Silence
from tests.intake import forms
from tests.intake.consent_desk import Desk, refusal
from tests.intake.support import SUPPORT_OPEN, clauses
from tests.intake.test_cap import filled
from tests.schemas.test_producers import PARTY

CASE: dict[str, Any] = {"programme": "support", "fiscal_year": 2026}
TOLD: dict[str, Any] = CASE | {
    "receipt_number": "C2026-0001", "party": PARTY, "secondment": None, "support": None, "edition": "support/2026",
    "placed_before": False,
}  # fmt: skip
REGISTERED = event(
    FormArrived, status="registered", content="digest", received_at=SUPPORT_OPEN, **TOLD
)  # fmt: skip
PAPER = event(
    PaperNoted, paper_id="paper-1", secondment_id=None, kind="consent", form="data", digest="d-1",
    arrived_on=SUPPORT_OPEN.date(),
)  # fmt: skip
COMPLETE = event(Completed, consent="paper-1", received_at=SUPPORT_OPEN, **TOLD)
WHY = sealed(Confidential, "代表者印がない。")
RETURNED = event(
    ConsentReturned, receipt_number="C2026-0001", party=PARTY, paper_id="paper-1", ground="not_sealed", by="kado-01",
    reason=WHY, **CASE,
)  # fmt: skip


def returns(application: Application) -> str:
    """An officer's command on an application."""
    return application.return_consent("not_sealed", by="kado-01", reason=WHY, at=SUPPORT_OPEN)


@pytest.mark.clause("C-IN-7")
async def test_facts_changed_after_an_adoption_that_crossed_the_return_are_told_all_the_same() -> None:
    desk = Desk()
    where = await desk.registers()
    await desk.lays(where)
    assert (await desk.returns(where)).status_code == 200
    await desk.ask("PUT", where, json=forms.support(field="it"))
    assert desk.heard(said.ApplicationAmended) == []
    await desk.decides(where)
    await desk.ask("PUT", where, json=forms.support(languages=["en"]))
    (amended,) = desk.heard(said.ApplicationAmended)
    assert (amended["application_id"], amended["support"]["languages"]) == (where.rpartition("/")[2], ["en"])


@pytest.mark.clause("C-IN-1")
def test_a_consent_that_is_returned_leaves_a_registration_that_a_new_one_completes() -> None:
    given(REGISTERED, PAPER, COMPLETE, of=Application).when(returns).then(RETURNED).leaves(
        status="registered", consent=None, returned={"paper-1": "not_sealed"}
    ).when(Application.complete, "paper-2", at=SUPPORT_OPEN + timedelta(days=3)).then(
        event(Completed, consent="paper-2", received_at=SUPPORT_OPEN + timedelta(days=3), revision=1, **TOLD)
    ).leaves(status="submitted", consent="paper-2")


@pytest.mark.clause("C-IN-6")
def test_who_owes_a_consent_is_not_silent_towards_the_screening() -> None:
    awaited = Silence(asked_on=SUPPORT_OPEN.date(), ask_officer_at=SUPPORT_OPEN, wanted=0)
    asked = event(AttendanceAsked, silence=awaited)
    given(REGISTERED, PAPER, COMPLETE, asked, of=Application).when(returns).then(RETURNED).leaves(silence=None)


@pytest.mark.clause("C-IN-1")
def test_nothing_is_returned_before_it_is_here_or_twice() -> None:
    given(REGISTERED, of=Application).when(returns).refused("C-IN-1")
    given(REGISTERED, PAPER, COMPLETE, RETURNED, of=Application).when(returns).refused("C-IN-1")


@pytest.mark.clause("C-IN-1")
def test_after_the_decision_the_consent_stays() -> None:
    decided = given(REGISTERED, PAPER, COMPLETE, event(OutcomeKnown), of=Application)
    decided.when(returns).refused("C-IN-1").when(Application.must_be_undecided).refused("C-IN-1")


@pytest.mark.clause("C-IN-1")
async def test_an_officer_returns_it_and_the_new_one_dates_the_application() -> None:
    desk = Desk()
    where = await desk.registers()
    first = (await desk.lays(where)).json()["paper_id"]
    standing = (await desk.ask("GET", "/support/2026/reception")).json()["standing"]
    await desk.company.move(SUPPORT_OPEN + timedelta(days=1))
    assert (await desk.returns(where)).status_code == 200
    (told,) = desk.heard(said.ConsentReturned)
    assert (told["ground"], told["receipt_number"]) == ("not_sealed", "C2026-0001")
    assert "代表者印" not in str(told)
    assert (await desk.ask("GET", "/support/2026/reception")).json()["standing"] == standing - 1
    state = (await desk.ask("GET", where)).json()
    assert (state["status"], state["papers"][0]["returned"]) == ("registered", "not_sealed")
    await desk.company.move(SUPPORT_OPEN + timedelta(days=4))
    assert "very file that was returned" in refusal(await desk.lays(where))
    again = await desk.lays(where, raw=forms.consent("anew"))
    assert again.json()["status"] == "submitted"
    assert [t["received_at"][:10] for t in desk.heard(said.ApplicationSubmitted)] == ["2026-02-10", "2026-02-14"]
    papers = (await desk.ask("GET", f"{where}/papers")).json()["items"]
    assert [(p["id"] == first, p["standing"], p["returned"]) for p in papers] == [
        (True, False, "not_sealed"), (False, True, None),
    ]  # fmt: skip


@pytest.mark.clause("C-IN-1")
async def test_a_return_is_an_officers_word_on_the_version_seen() -> None:
    desk = Desk()
    where = await desk.registers()
    await desk.lays(where)
    assert (await desk.orders(where, "consent-return", ground="not_sealed", seen_version=1)).status_code == 412
    refusals = await desk.ask("POST", f"{where}/consent-return", json={"by": "kado-01", "ground": "too_old"})
    assert {pointer for pointer, _ in clauses(refusals)} == {"/reason", "/seen_version", "/ground"}
    assert not desk.heard(said.ConsentReturned)


@pytest.mark.clause("C-IN-3")
async def test_a_returned_consent_gives_the_place_back_and_a_full_reception_turns_the_new_one_away() -> None:
    desk = Desk()
    await filled(desk, less=1)
    where = await desk.registers()
    await desk.lays(where)
    assert (await desk.sends(forms.support(2), programme="support")).status_code == 409
    await desk.returns(where)
    assert len(desk.heard(said.ReceptionReopened)) == 1
    other = await desk.registers(2)
    assert (await desk.lays(other)).json()["status"] == "submitted"
    late = await desk.lays(where, raw=forms.consent("anew"))
    assert (late.status_code, clauses(late)) == (409, [("", "C-IN-3")])


@pytest.mark.clause("C-IN-1")
async def test_a_return_does_not_trip_over_a_withdrawal() -> None:
    desk = Desk()
    where = await desk.registers()
    await desk.lays(where)
    await desk.returns(where)
    standing = (await desk.ask("GET", "/support/2026/reception")).json()["standing"]
    assert (await desk.ask("POST", f"{where}/withdrawal")).json()["status"] == "withdrawn"
    assert (await desk.ask("GET", "/support/2026/reception")).json()["standing"] == standing
    refusal(await desk.returns(where))
