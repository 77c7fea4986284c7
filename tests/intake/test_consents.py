"""The consent form (C-IN-1): what is asked for again, what is kept and flagged, and a second one beside it."""

from __future__ import annotations

import pytest

from kernel.projector import rebuild_and_compare
from madoguchi.rehearsal.papers import small_pdf
from policies.editions import load
from schemas import intake as said
from services.intake.projections import PROJECTIONS
from tests.intake import forms
from tests.intake.consent_desk import Desk, refusal
from tests.intake.support import clauses

FORM_ID = load("support", 2026).consents.form_id.first


UNFIT = {
    "another file": (b"GIF89a", "Make a PDF"), "nothing": (b"", "has no page"),
    "no page": (b"%PDF-1.7\n1 0 obj\n<< /Type /Pages /Count 0 >>\nendobj\n%%EOF", "has no page"),
    "half of it": (forms.consent()[:300], "breaks off"),
    "a lock": (forms.consent() + b"<< /Encrypt 1 0 R >>\n%%EOF", "protected"),
    "last year's form": (small_pdf("x", keywords="madoguchi-form:support/2025/consent"), "support/2025/consent"),
    "another programme's": (small_pdf("x", keywords="madoguchi-form:secondment/2026/reply"), FORM_ID),
    "a mark of nobody": (small_pdf("x", keywords="madoguchi-form:0"), "another form. "),
}  # fmt: skip


@pytest.mark.clause("C-IN-1")
@pytest.mark.parametrize("what", UNFIT)
async def test_what_is_unfit_is_asked_for_again_and_nothing_is_kept(what: str) -> None:
    raw, remedy = UNFIT[what]
    desk = Desk()
    where = await desk.registers()
    before = await desk.tail()
    laid, mailed, ahead = await desk.lays(where, raw=raw), await desk.mails(raw), await desk.mails(raw, 2)
    for answer in (laid, mailed, ahead):
        assert remedy in refusal(answer)
        assert answer.json()["title_ja"].endswith("ください。")
    assert (await desk.boxes(), await desk.tail()) == (0, before)
    assert (await desk.lays(where)).json()["status"] == "submitted"


@pytest.mark.clause("C-IN-1")
@pytest.mark.parametrize("marks", [f"madoguchi-form:{FORM_ID}", ""])
async def test_this_editions_form_is_taken_and_so_is_a_scan(marks: str) -> None:
    desk = Desk()
    where = await desk.registers()
    answer = await desk.lays(where, raw=small_pdf("同意書", keywords=marks))
    assert (answer.status_code, answer.json()["status"]) == (201, "submitted")


@pytest.mark.clause("C-IN-1")
async def test_either_half_that_came_alone_is_on_an_officers_list() -> None:
    desk = Desk()
    await desk.registers()
    await desk.mails(forms.consent(2), 2)
    ahead = (await desk.ask("GET", "/support/2026/consents")).json()
    (line,) = ahead["items"]
    assert (ahead["total"], line["corporate_number"], line["received_by"]) == (1, forms.number(2), "kado-02")
    assert line["id"] == f"consent-support-2026-{forms.number(2)}"
    waiting = (await desk.ask("GET", "/support/2026/applications?status=registered")).json()
    assert [each["corporate_number"] for each in waiting["items"]] == [forms.number(1)]
    assert (await desk.ask("GET", "/support/2027/consents")).json()["total"] == 0
    await desk.registers(2)
    await desk.mails(forms.consent(1), 1)
    assert (await desk.ask("GET", "/support/2026/consents")).json()["items"] == []
    assert (await desk.ask("GET", "/support/2026/applications?status=registered")).json()["total"] == 0
    (projection,) = (each for each in PROJECTIONS if each.name == "consents")
    assert await rebuild_and_compare(desk.world.log, projection, desk.world.db) == []


@pytest.mark.clause("C-IN-1")
async def test_what_is_active_is_kept_flagged_and_handed_out_as_a_file_alone() -> None:
    desk = Desk()
    raw = small_pdf("同意書", form=b"/OpenAction << /S /JavaScript /JS (app.alert(1)) >>")
    await desk.mails(raw)
    where = await desk.registers()
    other = await desk.registers(2)
    await desk.lays(other, raw=small_pdf("二社目", form=b"/AA << >>"))
    (paper,) = (await desk.ask("GET", f"{where}/papers")).json()["items"]
    assert (paper["flags"], paper["standing"], paper["received_by"]) == (["javascript", "open_action"], True, "kado-02")
    (second,) = (await desk.ask("GET", f"{other}/papers")).json()["items"]
    assert second["flags"] == ["additional_action"]
    shown = await desk.world.show(*desk.company["intake"].spec.projections)
    assert [p.get("flags") for p in shown["applications"][where.rpartition("/")[2]]["papers"]] == [paper["flags"]]
    answer = await desk.ask("GET", f"{where}/papers/{paper['id']}")
    assert answer.content == raw
    assert answer.headers["content-disposition"].startswith("attachment; ")
    assert answer.headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.clause("G-7")
async def test_consents_are_all_that_intake_can_open_and_an_erased_ones_are_gone() -> None:
    desk = Desk()
    where = await desk.registers()
    paper = (await desk.lays(where)).json()["paper_id"]
    other = await desk.registers(2)
    assert (await desk.ask("GET", f"{other}/papers/{paper}")).status_code == 404
    await desk.ask("POST", "/erasures", json={"by": "j-1", "reason": "依頼", "subject": f"org-{forms.number(1)}"})
    answer = await desk.ask("GET", f"{where}/papers/{paper}")
    assert (answer.status_code, clauses(answer)) == (410, [("", "G-7")])


@pytest.mark.clause("C-IN-1")
async def test_a_second_consent_before_the_decision_is_a_further_paper_and_says_so() -> None:
    desk, further = Desk(), forms.consent("further")
    where = await desk.registers()
    await desk.lays(where)
    answer = await desk.lays(where, raw=further, key="second")
    assert (answer.status_code, answer.json()["status"]) == (201, "submitted")
    assert "further paper" in answer.json()["note_en"]
    assert "追加の書類" in answer.json()["note_ja"]
    assert "further paper" in (await desk.lays(where, raw=further, key="second")).json()["note_en"]
    assert (await desk.lays(where)).json()["note_en"] is None
    mailed = await desk.mails(forms.consent("by mail"))
    assert "further paper" in mailed.json()["note_en"]
    assert len(desk.heard(said.ApplicationSubmitted)) == 1
    papers = (await desk.ask("GET", f"{where}/papers")).json()["items"]
    assert [each["standing"] for each in papers] == [True, False, False]
    await desk.returns(where)
    assert (await desk.lays(where, raw=further)).json()["status"] == "submitted"
    papers = (await desk.ask("GET", f"{where}/papers")).json()["items"]
    assert [each["standing"] for each in papers] == [False, True, False]
    assert await desk.boxes() == 3


@pytest.mark.clause("C-IN-1")
async def test_a_second_consent_after_the_decision_is_refused_and_nothing_is_half_kept() -> None:
    desk = Desk()
    where = await desk.registers()
    first = await desk.lays(where)
    await desk.decides(where)
    before = await desk.tail()
    for answer in (await desk.lays(where, raw=forms.consent("late")), await desk.mails(forms.consent("later"))):
        assert "Contact the office" in refusal(answer)
    assert "Contact the office" in refusal(await desk.returns(where))
    assert (await desk.boxes(), await desk.tail()) == (1, before)
    assert (await desk.lays(where)).json()["paper_id"] == first.json()["paper_id"]
