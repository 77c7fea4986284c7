"""Papers: set with the samples, alike for ever, fonts embedded, and deaf to whatever the data try."""

from __future__ import annotations

import hashlib
import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from policies.calendars import start_of_day
from policies.edition import Edition
from policies.editions import load, years
from policies.papers import PAPERS, layouts
from policies.typefaces import GETA
from policies.typesetting import TypesettingError, faults, printable, set_paper, typeset
from schemas.values import Programme
from tests.policies.broken import refused

SECONDMENT: Edition = load("secondment", 2026)
EVERY: list[Edition] = [load("secondment", each) for each in years("secondment")]
EVERY += [load("support", each) for each in years("support")]
EDITIONS = pytest.mark.parametrize("edition", EVERY, ids=lambda each: each.id.replace("/", "-"))
SUPPORT: Edition = load("support", 2026)
INVOICE, RETURN = PAPERS["invoice.layout"].samples(SECONDMENT)
(ADOPTION,) = PAPERS["adoption.layout"].samples(SUPPORT)
LOCK = Path(__file__).with_name("layouts.lock.json")
A4 = (595.28, 841.89)


def invoice(**changes: Any) -> bytes:
    return set_paper(SECONDMENT, "invoice", INVOICE | changes)


def read(paper: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(paper))


def text(paper: bytes) -> str:
    """All pages' text without its gaps: where a line is broken is the layout's business."""
    said = "".join("".join(page.extract_text() for page in read(paper).pages).split())
    return said.replace("\u200b", "")  # where a long word may be broken


@EDITIONS
def test_every_layout_is_set_with_the_samples(edition: Edition) -> None:
    assert list(faults(edition)) == []


@EDITIONS
def test_papers_that_are_out_come_out_as_they_went_out(edition: Edition) -> None:
    """Red: a layout, the font or the typesetter changed. Let a new layout hold from a day; see decision record 7."""
    kept = json.loads(LOCK.read_text(encoding="utf-8"))
    assert {name for _, _, name in layouts(edition)} == edition.layouts.keys()
    for parameter, _, name in layouts(edition):
        told = PAPERS[parameter].samples(edition)[0]
        digest = hashlib.sha256(set_paper(edition, name, told)).hexdigest()
        assert kept[f"{edition.id}/{name}"] == digest


@pytest.mark.clause("S-BI-7")
def test_an_invoice_says_all_that_a_qualified_invoice_has_to_say() -> None:
    said = text(invoice())
    for wanted in (
        *("請求書", INVOICE["number"], "2027年4月9日", "2027年5月31日"),
        *("株式会社みなと商会御中", "東京都千代田区見本町1-1", "独立行政法人日本貿易振興機構", "T9999999999999"),
        *("海外受入準備金1100,000円不課税100,000円", "1,440,000円10％1,440,000円"),
        *("10％対象1,440,000円144,000円", "不課税（対象外）100,000円―", "合計（税込）1,684,000円"),
        *("お振込先見本銀行本店営業部", "1/1ページ"),
    ):
        assert wanted in said


@pytest.mark.clause("S-BI-6")
@pytest.mark.clause("S-BI-7")
def test_a_return_invoice_names_the_original_and_asks_for_nothing() -> None:
    said = text(set_paper(SECONDMENT, "invoice", RETURN))
    for wanted in (
        "適格返還請求書",
        "もとの請求書S2026-000001",
        "同発行日2027年4月9日",
        "返還額合計（税込）1,684,000円",
    ):
        assert wanted in said
    assert "お振込先" not in said
    assert "お支払期限" not in said


@pytest.mark.clause("S-BI-4")
def test_the_rate_stands_on_the_paper_with_its_kind_bank_day_and_source() -> None:
    rate = {
        "currency": "USD", "foreign_amount": "3550", "yen_per_unit": "150.37", "kind": "TTS", "bank": "見本銀行",
        "day": "2027-04-05", "source": "見本銀行 外国為替公示相場",
    }  # fmt: skip
    line = {"description": "弁護士費用", "amount": 533_813, "tax": None, "rate": rate}
    said = text(invoice(lines=[line]))
    assert "（注1）3,550USD×150.37円（2027年4月5日見本銀行TTS出典：見本銀行外国為替公示相場）" in said


@pytest.mark.clause("C-SC-15")
@pytest.mark.clause("C-LI-8")
def test_a_letter_of_adoption_says_who_is_adopted_for_what_and_until_when_and_nothing_else() -> None:
    said = text(set_paper(SUPPORT, "adoption", ADOPTION))
    assert said == (
        "2026年3月16日東京都千代田区見本町1-1株式会社さくら精機御中（ご担当ご担当者様）"
        "日本貿易振興機構（ジェトロ）高度外国人材課（公印省略）採択通知書"
        "このたびお申し込みいただいた「2026年度高度外国人材活躍推進コーディネーターによる伴走型支援」につきまして、"
        "貴社を採択企業とすることに決定しましたので、下記のとおり通知します。記"
        "1.受付番号C2026-0000312.採択日2026年3月16日"
        "3.事業名2026年度高度外国人材活躍推進コーディネーターによる伴走型支援"
        "4.支援期間キックオフ・ミーティング（初回面談）において、貴社、当機構およびコーディネーターの三者で定める期間とし、"
        "原則として2027年3月31日までとします。"
        "5.留意事項本事業は2026年度のサービスです。2027年度以降の支援の有無、内容および申込条件をお約束するものではありません。以上"
    )


@pytest.mark.parametrize(
    ("edition", "layout", "told", "title", "author", "day"),
    [
        pytest.param(
            *(SECONDMENT, "invoice", INVOICE, "請求書 S2026-000003"),
            *("独立行政法人日本貿易振興機構", date(2027, 4, 9)),
            id="invoice",
        ),
        pytest.param(
            *(SUPPORT, "adoption", ADOPTION, "採択通知書 C2026-000031"),
            *("日本貿易振興機構（ジェトロ）", date(2026, 3, 16)),
            id="adoption",
        ),
    ],
)
def test_a_paper_is_a4_for_keeping_with_its_only_font_embedded(
    edition: Edition, layout: str, told: dict[str, Any], title: str, author: str, day: date
) -> None:
    paper = read(set_paper(edition, layout, told))
    (page,) = paper.pages
    assert [round(float(side), 2) for side in page.mediabox[2:]] == list(A4)
    (font,) = (each.get_object() for each in page["/Resources"]["/Font"].values())  # type: ignore[index]  # a PDF's own dictionaries
    (below,) = (each.get_object() for each in font["/DescendantFonts"])
    assert "IPAexGothic" in font["/BaseFont"]
    assert {"/FontFile2", "/FontFile3"} & below["/FontDescriptor"].get_object().keys()
    assert "/ToUnicode" in font
    metadata = paper.metadata
    assert metadata is not None
    assert (metadata.title, metadata.author) == (title, author)
    assert metadata.creation_date is not None
    assert metadata.creation_date.date() == day
    assert b"pdfaid:part" in paper.trailer["/Root"]["/Metadata"].get_object().get_data()  # type: ignore[index]  # likewise


HOSTILE = [
    '#panic("!")', "$ x^2 $", "\\ ] [ \\u{1F600}", "*b* _i_ `r` <l> @r // c /* c */", "#{", "]" * 50, "= 見出し",
    "- 一", "--- ... ~ 'q' \"q\"", "https://example.jp/", "#sys.inputs",
]  # fmt: skip


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize("field", ["organisation", "person", "address", "bank_account"])
def test_what_looks_like_markup_is_printed_as_it_stands(field: str, hostile: str) -> None:
    assert "".join(hostile.split()) in text(invoice(**{field: hostile}))
    if field in ADOPTION:
        assert "".join(hostile.split()) in text(set_paper(SUPPORT, "adoption", ADOPTION | {field: hostile}))


def test_what_turns_the_direction_or_controls_is_left_out_and_what_has_no_type_is_seen() -> None:
    assert printable("株式会社\u202eかな\u2066\u200b\x07\tカブ\r\nナ\x00") == "株式会社かな  カブ  ナ "
    assert printable("\U00020bb7野家 עברית \U0001f600 \ud800 \ue000") == "〓野家 〓〓〓〓〓 〓 〓 〓"
    assert printable("か\u3099葛\U000e0100") == "が葛"
    assert printable({"a": [1, None, "髙\u202e"]}) == {"a": [1, None, "髙"]}
    assert f"{GETA}野家御中" in text(invoice(organisation="\U00020bb7野家"))


def test_a_hundred_lines_and_very_long_words_take_several_numbered_pages() -> None:
    lines = [{"description": f"経費{number} " + "長" * 180, "amount": number, "tax": 10} for number in range(100)]
    paper = invoice(lines=lines, organisation="A" * 200, address="丁" * 400)
    pages = read(paper).pages
    assert len(pages) > 3
    for number, page in enumerate(pages, 1):
        assert f"{number}/{len(pages)}ページ" in "".join(page.extract_text().split())
    assert "経費99長" in text(paper)


def test_the_same_data_give_the_same_bytes_and_other_data_others() -> None:
    assert invoice() == invoice()
    assert invoice() != invoice(total=1)
    assert set_paper(SUPPORT, "adoption", ADOPTION) == set_paper(SUPPORT, "adoption", dict(ADOPTION))


def test_a_layout_that_says_no_date_is_dated_all_the_same() -> None:
    undated: Any = type(SECONDMENT)(**{**vars_of(SECONDMENT), "layouts": {"note": '#set page(paper: "a4")'}})
    metadata = read(typeset(undated, "note", date(2027, 4, 9), {})).metadata
    assert metadata is not None
    assert metadata.creation_date == start_of_day(date(2027, 4, 9))


def test_a_layout_that_is_not_there_and_data_that_do_not_fit_are_refused() -> None:
    with pytest.raises(TypesettingError, match="no layout"):
        typeset(SECONDMENT, "thanks", date(2027, 4, 9), INVOICE)
    with pytest.raises(TypesettingError):
        invoice(total="much")


@pytest.mark.clause("G-6")
@pytest.mark.parametrize(
    ("programme", "file", "old", "new", "clause", "said"),
    [
        ("secondment", "invoice.yaml", "value: invoice\n", "value: invoice-2\n", "S-BI-7", "invoice-2.typ"),
        ("secondment", "layouts/invoice.typ", "#let data", '#read("/etc/hosts")\n#let data', "G-6", "他のファイル"),
        (
            "secondment",
            "layouts/invoice.typ",
            "#let data",
            '#import "@preview/x:1.0.0"\n#let data',
            "G-6",
            "他のファイル",
        ),
        ("secondment", "letters.yaml", "enclosed: invoice.layout", "enclosed: papers.layout", "S-BI-7", "使える値"),
        (
            "secondment",
            "letters.yaml",
            "enclosed: invoice.layout",
            "enclosed: adoption.layout",
            "S-BI-7",
            "パラメータはありません",
        ),
        ("support", "adoption.yaml", "value: adoption\n", "value: adoption-2\n", "C-SC-15", "adoption-2.typ"),
        (
            "support",
            "letters.yaml",
            "enclosed: adoption.layout",
            "enclosed: invoice.layout",
            "C-SC-15",
            "InvoiceIssued",
        ),
        (
            "support",
            "letters.yaml",
            "event: SurveyAsked\n",
            "event: SurveyAsked\n  enclosed: adoption.layout\n",
            "C-LI-7",
            "直ちに",
        ),
    ],
)
def test_a_mistake_about_layouts_is_refused(
    tmp_path: Path, programme: Programme, file: str, old: str, new: str, clause: str, said: str
) -> None:
    found = refused(tmp_path, programme, file, old, new)
    assert [fault for fault in found if fault.clause == clause and said in fault.ja], found


def test_a_layout_that_cannot_be_set_is_named(tmp_path: Path) -> None:
    source = SECONDMENT.layouts["invoice"].replace("data.total", "data.grand_total")
    broken: Any = type(SECONDMENT)(**{**vars_of(SECONDMENT), "layouts": {"invoice": source}})
    assert {fault.file for fault in faults(broken)} == {"secondment/2026/layouts/invoice.typ"}


def vars_of(edition: Edition) -> dict[str, Any]:
    return {name: getattr(edition, name) for name in edition.__dataclass_fields__}
