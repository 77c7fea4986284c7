"""A company's form (オンライン登録), as the officer who judges it on paper reads it (C-IN-8, C-SC-12)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from madoguchi.cli.field_words import SCREENINGS, standing
from policies.editions import load
from policies.support.edition import SupportEdition

PARTY = {
    "name": "企業",
    "kana": "フリガナ",
    "corporate_number": "法人番号",
    "address": "所在地",
    "person": "担当者",
    "email": "メールアドレス",
}
YES, NO = "はい", "いいえ"
QUESTIONS = {
    "placement_is_main_business": "有料職業紹介が主な事業",
    "passes_people_on": "採用した人材を第三者に紹介・派遣する",
    "only_for_subsidiary_abroad": "海外現地法人での採用に限る",
    "applicant_is_supported": "申込企業が支援を受ける",
    "has_employed_graduates": "大学卒等の雇用経験（今回の職を含む）",
    "interested_in_global_south": "グローバルサウス出身者への関心",
}
TEXTS = {"purpose": "目的", "finances": "財務の状況", "organisation": "体制"}
Rows = Iterator[tuple[str, str]]


def rows(case: Mapping[str, Any]) -> Rows:
    """Headings and texts of a company's case, sealed fields opened."""
    state = case["state"]
    form, edition = state["form"], load("support", int(state["fiscal_year"]))
    yield "審査の状態", _where(case)
    yield "日程の連絡の期限", f"{state['window']['latest']}（最長 {state['window']['in_a_rush']}）"
    for name, heading in PARTY.items():
        yield heading, str(state["party"].get(name) or "")
    yield from _company(form, edition)
    for number, position in enumerate(form["positions"], 1):
        yield f"職{number}", "\n".join(_position(position, edition))
    for name, heading in TEXTS.items():
        yield heading, str(form.get(name) or "")


def _where(case: Mapping[str, Any]) -> str:
    waiting = "、".join(standing(each) for each in case["waiting"] if each != case["status"])
    status = SCREENINGS.get(case["status"]) or standing(case["status"])
    return status + (f"（{waiting}）" if waiting else "")


def _company(form: Mapping[str, Any], edition: SupportEdition) -> Rows:
    words = edition.vocabulary
    yield "法人の種類", edition.eligibility.legal_forms[form["legal_form"]].name
    yield "業種・従業員数", f"{form['industry']}　{form['employees']:,}名"
    yield "ウェブサイト", form.get("website") or "なし"
    yield "都道府県・分野", f"{words.prefectures[form['prefecture']].name}　{words.fields[form['field']].name}"
    yield "言語", "、".join(words.languages[code].name for code in form["languages"])
    yield "段階", words.stages[form["stage"]].name
    yield "これまでの支援", f"{form.get('earlier_years', 0)}年度"
    for name, heading in QUESTIONS.items():
        yield heading, YES if form[name] else NO
    yield "同意していない事項", _missing(edition.consents.agreements, form["agreements"])
    yield "申告していない事項", _missing(edition.consents.declarations, form["declarations"])


def _missing(asked: Mapping[str, Any], said: list[str]) -> str:
    return "\n".join(each.first for code, each in asked.items() if code not in said)


def _position(position: Mapping[str, Any], edition: SupportEdition) -> Iterator[str]:
    known = edition.eligibility
    named = (("residence_statuses", "residence_status"), ("roles", "role"), ("educations", "education"))
    yield "　".join(getattr(known, part)[position[code]].name for part, code in named)
    regular = "正社員" if position["regular_employee"] else "正社員でない"
    employer = "申込企業が雇用" if position["employer_is_applicant"] else "別法人が雇用"
    yield f"{regular}　{employer}　{position['place']}"
