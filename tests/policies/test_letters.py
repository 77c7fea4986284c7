"""Letters: every one is written with its samples, and none can be written by halves."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from policies.edition import Edition
from policies.editions import load
from policies.faults import EditionFault
from policies.letters import LetterError, day, moment, preview, render, samples, yen
from schemas.values import ExplainedCode
from tests.policies.broken import refused

SECONDMENT: Edition = load("secondment", 2026)
SUPPORT: Edition = load("support", 2026)
ALL = [
    pytest.param(edition, code, id=f"{edition.id}/{code}")
    for edition in (SECONDMENT, SUPPORT)
    for code in edition.letters.root
]


@pytest.mark.clause("S-NO-1")
@pytest.mark.clause("C-NO-1")
@pytest.mark.parametrize(("edition", "code"), ALL)
def test_every_letter_is_written_with_its_samples(edition: Edition, code: str) -> None:
    letter = preview(edition, code)
    sample = samples(edition, code)
    assert letter.subject.startswith("【ジェトロ】")
    assert letter.body.startswith(day(sample["written_on"]))
    assert f"{sample['organisation']}\n{sample['person']} 様\n" in letter.body
    assert letter.body.rstrip().endswith(edition.edition.office)
    assert letter.body.index("拝啓") < letter.body.index("敬具")
    for left in ("{{", "{%", "}}", "%}", "None", "Undefined", "%s"):
        assert left not in letter.subject + letter.body + letter.appointment


@pytest.mark.parametrize(("edition", "code"), ALL)
def test_a_letter_takes_exactly_its_variables(edition: Edition, code: str) -> None:
    whole = samples(edition, code)
    with pytest.raises(LetterError, match="unknown"):
        render(edition, code, {**whole, "surprise": "1"})
    for name in whole:
        with pytest.raises(LetterError, match=name):
            render(edition, code, {key: value for key, value in whole.items() if key != name})


@pytest.mark.clause("S-PL-11")
def test_a_cancelled_departure_says_where_the_secondment_goes_on() -> None:
    sample = samples(SECONDMENT, "departure-cancelled")
    home = [{"fiscal_year": 2027, "site": "仙台貿易情報センター"}]
    told = render(SECONDMENT, "departure-cancelled", {**sample, "places": home}).body
    assert "次の配置先で引き続きお願いいたします。\n\n　2027年度　仙台貿易情報センター\n\nご請求済みの経費" in told
    older = render(SECONDMENT, "departure-cancelled", {**sample, "places": []}).body
    assert "国内での出向は、引き続きお願いいたします。\n\nご請求済みの経費" in older


@pytest.mark.clause("S-BI-8")
@pytest.mark.parametrize("edition", [SECONDMENT, SUPPORT])
def test_a_reminder_is_true_also_of_what_was_paid_in_part(edition: Edition) -> None:
    assert "次の額の入金をまだ確認できておりません" in preview(edition, "payment-overdue").body


def test_after_the_checklist_a_paragraph_begins() -> None:
    assert "\n\n期間の延長または短縮をご希望の場合" in preview(SECONDMENT, "started").body


def test_an_unknown_letter_is_refused() -> None:
    with pytest.raises(LetterError, match="no letter"):
        render(SECONDMENT, "thanks", {})


def test_amounts_days_and_moments_are_written_as_a_clerk_would() -> None:
    assert (yen(1_584_000), yen(0), yen(-500)) == ("1,584,000円", "0円", "-500円")
    assert day(date(2026, 4, 1)) == day("2026-04-01") == "2026年4月1日（水）"
    assert moment("2026-03-10T05:00:00+00:00") == "2026年3月10日（火）14時00分"
    assert moment(datetime(2025, 12, 5, 15, 0, tzinfo=UTC)) == "2025年12月6日（土）0時00分"


def test_a_moment_without_a_zone_and_an_amount_that_is_not_whole_are_refused() -> None:
    with pytest.raises(LetterError):
        moment("2026-03-10T05:00:00")
    wrong: Any = "1584000"
    with pytest.raises(LetterError):
        yen(wrong)


def test_a_value_is_never_taken_for_a_template_and_a_subject_stays_one_line() -> None:
    sample = samples(SECONDMENT, "no-wish-received")
    letter = render(SECONDMENT, "no-wish-received", {**sample, "organisation": "{{ office }}"})
    assert "{{ office }}\n" in letter.body
    with pytest.raises(LetterError, match="one line"):
        render(SECONDMENT, "no-wish-received", {**sample, "receipt_number": "1\nBcc: x"})


@pytest.mark.clause("S-IN-1")
@pytest.mark.clause("S-IN-6")
@pytest.mark.parametrize("code", ["form-received", "form-amended"])
def test_after_the_deadline_no_letter_asks_for_changes_until_then(code: str) -> None:
    sample = samples(SECONDMENT, code) | {"reception_closes": "2025-12-05"}
    in_time, late = (render(SECONDMENT, code, {**sample, "written_on": f"2025-12-0{n}"}).body for n in (5, 8))
    assert "2025年12月5日（金）の24時までに改めて" in in_time
    assert "改めてご回答ください" not in late


@pytest.mark.clause("S-IN-6")
@pytest.mark.parametrize(("by_office", "said"), [(True, "受付の記録を更新"), (False, "変更を受け付けました")])
def test_a_sender_is_not_told_that_it_changed_what_the_office_changed(by_office: bool, said: str) -> None:
    sample = samples(SECONDMENT, "form-amended") | {"by_office": by_office, "written_on": "2025-12-01"}
    letter = render(SECONDMENT, "form-amended", sample)
    assert said in letter.subject
    assert ("人事課で" in letter.body, "ご回答（第" in letter.body) == (by_office, not by_office)


@pytest.mark.clause("S-PL-9")
@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("closed", "受け入れの枠がありませんでした"),
        ("not_eligible", "受け入れ要件に合いませんでした"),
        ("taken_by_unplaced_senders", "派遣の決定がまだない派遣元など、優先順位が先となるご希望7件"),
        ("taken_by_higher_rank", "より高い順位とされたご希望7件"),
        ("lost_tie_break", "公表した規則（抽選を含みます）により、ほかのご希望7件"),
        ("changed_by_hand", "人事課で調整"),
        ("taken_meanwhile", "すでにほかの派遣元にご提案または決定している枠（7件）は動かさない"),
    ],
)
def test_a_proposal_says_in_plain_words_why_a_wish_was_not_met(code: ExplainedCode, said: str) -> None:
    wish = {"rank": 1, "site": "バンコク事務所", "code": code, "count": 7}
    letter = render(SECONDMENT, "proposal", {**samples(SECONDMENT, "proposal"), "explanation": [wish]})
    assert "第1希望　バンコク事務所\n　　" in letter.body
    assert said in letter.body


@pytest.mark.clause("S-PL-9")
def test_that_one_more_place_would_have_done_is_said_where_it_is_so_and_nowhere_else() -> None:
    first = {"rank": 1, "site": "バンコク事務所", "code": "lost_tie_break", "count": 1, "one_more_place": True}
    second = {"rank": 2, "site": "ハノイ事務所", "code": "closed", "count": 0, "one_more_place": None}
    letter = render(SECONDMENT, "no-place", {**samples(SECONDMENT, "no-place"), "explanation": [first, second]})
    told = "この受入先の枠がもう1名分あれば、このご希望またはより上位のご希望に沿うことができました。"
    assert letter.body.count(told) == 1
    assert letter.body.index(told) < letter.body.index("第2希望")


@pytest.mark.clause("S-PL-7")
def test_a_domestic_place_instead_of_an_office_is_said_to_be_one() -> None:
    usual = samples(SECONDMENT, "proposal") | {"by_hand": True}
    told = "ご希望の海外事務所では今回受け入れができないため、国内での受け入れのみをご提案いたします。"
    instead, other = (render(SECONDMENT, "proposal", {**usual, "domestic_instead": said}).body for said in (True, None))
    assert told in instead
    assert "渡航時期" not in instead
    assert told not in other
    assert "人事課で調整" in other
    assert "渡航時期" in other


@pytest.mark.clause("S-PL-9")
def test_an_unknown_reason_is_never_passed_over() -> None:
    wish = {"rank": 1, "site": "バンコク事務所", "code": "because", "count": 1}
    with pytest.raises(LetterError):
        render(SECONDMENT, "no-place", {**samples(SECONDMENT, "no-place"), "explanation": [wish]})


@pytest.mark.clause("C-SC-15")
def test_not_adopted_names_services_or_says_that_there_are_none_and_knows_no_reasons() -> None:
    assert set(SUPPORT.letters.root["not-adopted"].variables) == {"receipt_number", "services"}
    sample = samples(SUPPORT, "not-adopted")
    assert "高度外国人材活躍推進ポータルサイト" in render(SUPPORT, "not-adopted", sample).body
    assert (
        "ご案内できる他の支援サービスは、現在ございません。"
        in render(SUPPORT, "not-adopted", {**sample, "services": []}).body
    )


@pytest.mark.clause("S-BI-7")
def test_an_invoice_shows_what_is_outside_the_tax_apart() -> None:
    body = preview(SECONDMENT, "invoice").body
    assert "不課税の計　100,000円\n" in body
    assert "10％対象の計　1,440,000円　消費税額　144,000円\n" in body
    assert "登録番号 T9999999999999" in body


@pytest.mark.parametrize(
    ("edition", "event", "facts", "letter"),
    [
        (SECONDMENT, "ApplicationRefused", {"clause": "S-IN-1"}, "form-refused-late"),
        (SECONDMENT, "ApplicationRefused", {"clause": "S-IN-5"}, None),
        (SECONDMENT, "SecondmentEnded", {"early": True}, "ended-early"),
        (SECONDMENT, "SecondmentEnded", {"early": False}, "ended"),
        (SECONDMENT, "PlacementAccepted", {}, "accepted-call-for-papers"),
        (SECONDMENT, "ReceptionClosed", {}, None),
        (SUPPORT, "InterviewArranged", {"moved": False}, "interview-arranged"),
        (SUPPORT, "InterviewArranged", {"moved": True}, "interview-moved"),
        (SUPPORT, "ApplicationWithdrawn", {"assumed": True}, "withdrawn-assumed"),
        (SUPPORT, "InvoiceIssued", {}, "cancellation-invoice"),
    ],
)
def test_an_event_leads_to_the_first_letter_that_fits(
    edition: Edition, event: str, facts: dict[str, Any], letter: str | None
) -> None:
    assert edition.letters.for_event(event, facts) == letter


@pytest.mark.clause("S-NO-1")
def test_an_event_sets_letters_for_later_days() -> None:
    assert SECONDMENT.letters.later("PlacementAccepted", {}) == ("papers-reminder", "particulars-march")
    assert SECONDMENT.letters.root["papers-reminder"].sent == "reminders.papers_days_before"


BROKEN = [
    pytest.param("letters.yaml", "event: PlacementProposed", "event: PlaceProposed", "S-PL-9", "イベント", id="event"),
    pytest.param("letters.yaml", "when: {early: true}", "when: {soon: true}", "S-LI-6", "項目", id="field"),
    pytest.param(
        "letters.yaml", "sent: dates.particulars_sent", "sent: dates.march", "S-LI-3", "パラメータ", id="time"
    ),
    pytest.param(
        "letters.yaml", "[number, due_on, balance]", "[number, due_on, owed]", "S-BI-8", "variables", id="name"
    ),
    pytest.param("letters.yaml", "[number, due_on, balance]", "[number, due_on]", "S-BI-8", "balance", id="undeclared"),
    pytest.param(
        "letters.yaml", "[number, due_on, balance]", "[number, due_on, balance, total]", "S-BI-8", "total", id="unused"
    ),
    pytest.param("letters.yaml", "payment-overdue:", "payment-late:", "S-BI-8", "文面がありません", id="no text"),
    pytest.param("letters/started.ja.txt", "until | day", "until | week", "S-LI-3", "誤り", id="unknown filter"),
    pytest.param("letters/started.ja.txt", "{{ until", "{{ until until", "S-LI-3", "誤り", id="syntax"),
    pytest.param("letters/started.ja.txt", "started_on | day", "secondment | day", "S-LI-3", "見本", id="wrong kind"),
    pytest.param("letters/started.ja.txt", "subject:", "title:", "S-LI-3", "件名", id="no subject"),
    pytest.param("variables.yaml", "answer_by:", "reply_by:", "S-PL-9", "variables", id="renamed variable"),
]


@pytest.mark.clause("G-6")
@pytest.mark.parametrize(("file", "old", "new", "clause", "said"), BROKEN)
def test_a_mistake_in_letters_is_named_by_file_line_and_clause(
    tmp_path: Path, file: str, old: str, new: str, clause: str, said: str
) -> None:
    faults: tuple[EditionFault, ...] = refused(tmp_path, "secondment", file, old, new)
    found = [fault for fault in faults if fault.clause == clause and said in fault.ja]
    assert found, faults
    assert all(fault.line >= 1 and fault.en for fault in found)


@pytest.mark.clause("C-NO-1")
@pytest.mark.parametrize(
    ("code", "old", "new"),
    [("interview-moved", "appointment: ", "title: "), ("adopted", "\n---\n", "\nappointment: 採択\n---\n")],
)
def test_what_an_appointment_is_called_goes_with_its_calendar_entry(
    tmp_path: Path, code: str, old: str, new: str
) -> None:
    (fault,) = refused(tmp_path, "support", f"letters/{code}.ja.txt", old, new)
    assert ("予定の名前" in fault.ja, fault.file) == (True, f"support/2026/letters/{code}.ja.txt")


def test_a_mistake_in_a_text_has_the_line_of_the_file(tmp_path: Path) -> None:
    (fault,) = refused(tmp_path, "secondment", "letters/started.ja.txt", "{{ until", "{{ until until")
    text = (tmp_path / "secondment/2026/letters/started.ja.txt").read_text(encoding="utf-8").splitlines()
    assert fault.file == "secondment/2026/letters/started.ja.txt"
    assert "until until" in text[fault.line - 1]
