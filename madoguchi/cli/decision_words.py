"""What a decision saw and read, in the clerk's words; an edition's codes by the names that it gives them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from madoguchi.cli.event_words import EVENTS
from madoguchi.cli.field_words import VALUES
from madoguchi.cli.words import CODES, UNITS, fact, plain
from madoguchi.rehearsal.wording import ENDED, MISSING, Wording
from policies.editions import load, years

SERVICES = {"intake": "受付", "screening": "審査", "placement": "配置", "billing": "請求", "notify": "通知"}
HAPPENED = {
    "admitted_late": "期限後の受入れ",
    "turned_away": "受付の不可",
    "application_withdrawn": "取下げ",
    "silence_found": "連絡がないことの確認",
    "form_examined": "申込の審査",
    "purpose_judged": "目的の審査",
    "third_year_judged": "3年目の審査",
    "waiver_decided": "例外の審査",
    "secondee_examined": "出向者の審査",
    "papers_completed": "書類の完備",
    "papers_missed": "書類の未着",
    "papers_decided": "遅れた書類の扱い",
    "company_examined": "企業の審査",
    "company_waiver_decided": "例外の審査",
    "adoption_reviewed": "採択の見直し",
    "conflict_declared": "利害関係の申告",
    "no_interest_declared": "利害関係のない旨の申告",
    "disclosure_recorded": "秘密情報の開示の記録",
    "stage_one_judged": "一次審査",
    "stage_two_judged": "二次審査",
    "stage_passed": "審査の通過",
    "stage_refused": "審査の不可",
    "not_adopted_decided": "不採択の決定",
    "not_adopted": "不採択",
    "adopted": "採択",
    "interview_wanted": "二次審査の日程の調整",
    "interview_set": "二次審査の日程",
    "adoption_doubted": "採択と行き違いになった辞退・同意書の差戻し",
    "interview_missed": "二次審査への欠席",
    "interview_absence_withdrawn": "二次審査への欠席の記録の取消し",
    "interview_cancelled": "二次審査の日程の取消し",
    "interview_overdue": "二次審査の日程の遅れ",
    "capacity_changed": "枠の変更",
    "seed_recorded": "抽選の種の登録",
    "round_run": "配置の決定",
    "round_announced": "結果の通知",
    "result_adjusted": "配置の調整",
    "late_result_added": "遅れた申込の配置",
    "place_offered": "受入先の提案",
    "offer_changed": "提案の変更",
    "offered_again": "再提案",
    "no_place_found": "受入先なし",
    "memorandum_returned": "覚書の締結",
    "secondment_started": "出向の開始",
    "start_held": "開始の保留",
    "secondee_departed": "赴任",
    "departure_postponed": "赴任の延期",
    "departure_cancelled": "赴任の中止",
    "amendment_asked": "期間変更の申し出",
    "amendment_dropped": "期間変更の取りやめ",
    "term_changed": "期間の変更",
    "leave_granted": "休暇の付与",
    "sender_work_judged": "派遣元業務の判断",
    "appraisal_step_recorded": "評価の記録",
    "secondment_ended": "出向の終了",
    "coordinator_assigned": "コーディネーターの決定",
    "adopted_too_late": "最終日より後の採択",
    "coordinator_awaited": "コーディネーターの調整",
    "kicked_off": "キックオフ",
    "menu_judged": "枠のあるメニューの審査",
    "request_judged": "依頼の審査",
    "review_held": "支援の見直し",
    "visit_cancelled": "訪問の取消し",
    "service_used": "有料サービスの利用",
    "service_withdrawn": "有料サービスの利用の取消し",
    "service_use_noted": "有料サービスの利用",
    "support_ended": "支援の終了",
    "charge_held": "請求の保留",
    "fees_charged": "費用の計上",
    "fees_given_back": "費用の返還",
    "cost_recorded": "経費の登録",
    "invoice_issued": "請求書の発行",
    "letter_composed": "通知の作成",
}
"""What happened, by the event that holds a decision."""
READ = {
    "lottery": "抽選",
    "all_years": "過去の年度と今回",
    "this_round": "今回だけ",
    "from_first_day": "海外に在る日のある月を1か月と数える",
    "end_of_next_month": "発行月の翌月末日",
    "down": "切り捨て",
    "up": "切り上げ",
    "half_up": "四捨五入",
    "TTS": "電信売相場（TTS）",
    "TTM": "仲値（TTM）",
    "TTB": "電信買相場（TTB）",
    "start": "開始日",
    "reception_closes": "受付締切の日",
    "complete_and_standing": "完了して取り下げられていない申込",
    "listed": "一覧にある",
    "never": "対象にならない",
    "original": "原本",
    "data": "データ",
}
"""The words that an edition's figures are chosen from."""
COUNTRIES = {
    "AE": "アラブ首長国連邦", "AU": "オーストラリア", "BD": "バングラデシュ", "BR": "ブラジル", "CA": "カナダ",
    "CN": "中国", "DE": "ドイツ", "FR": "フランス", "GB": "英国", "HK": "香港", "ID": "インドネシア",
    "IN": "インド", "IT": "イタリア", "JP": "日本", "KE": "ケニア", "KH": "カンボジア", "KR": "韓国",
    "MX": "メキシコ", "MY": "マレーシア", "PH": "フィリピン", "PL": "ポーランド", "RU": "ロシア",
    "SA": "サウジアラビア",
    "SG": "シンガポール", "TH": "タイ", "US": "米国", "VN": "ベトナム", "ZA": "南アフリカ",
}  # fmt: skip
REQUIREMENTS = {
    "domestic_year": "国内での勤務期間の満了",
    "visa": "査証の取得",
    "health_check": "赴任前健康診断と結果の報告",
    "safety_training": "安全対策の研修",
}
POSITIONS = frozenset({"status_never", "status_not_listed", "role", "education", "not_regular", "employed_elsewhere"})
"""The facts that are the numbers of a form's positions (C-SC-1, C-SC-6, C-SC-8)."""
ALARMS = {"soon": "期限が近い", "latest": "期限超過", "most": "1か月超過"}
OWN = {"owner_agreed": "所有者の事前の承諾", "exact": "厳密な証明", "asked by the unit": "受入部署が求める水準"}


def happened(event: str) -> str:
    """What an event is called; its own name if it has no word."""
    return HAPPENED.get(event) or EVENTS.get(event) or event


def seen(name: str, value: Any, edition: str) -> str:
    """A fact's value in words: every part of a list or a table by itself."""
    if isinstance(value, list) and value:
        return "、".join(seen(name, each, edition) for each in value)
    if isinstance(value, dict) and value:
        named = _names(edition)
        parts = ((named.get(key) or fact(key), seen(name, each, edition)) for key, each in value.items())
        return "、".join(f"{key} {each}" for key, each in parts)
    if not isinstance(value, str):
        return f"職{value}" if name in POSITIONS and isinstance(value, int) else plain(value)
    return TOLD[name](value, edition) if name in TOLD else _word(value, edition)


def read(parameter: Mapping[str, Any]) -> str:
    """A value that was read, with its unit and the day from which it holds."""
    since = f"（{parameter['holds_from']}から）" if parameter.get("holds_from") else ""
    value, unit = parameter["value"], parameter["unit"]
    parts = value.split(", ") if unit == "code" and isinstance(value, str) else [value]
    words = "、".join(
        READ.get(each) or CODES.get(each) or plain(each) if unit == "code" else plain(each) for each in parts
    )
    return f"{parameter['name']}＝{words}{UNITS.get(unit, '')}{since}"


def _word(value: str, edition: str) -> str:
    return _names(edition).get(value) or CODES.get(value) or VALUES.get(value) or OWN.get(value) or plain(value)


def _site(value: str, edition: str) -> str:
    """A place by the name that it had in an edition, with the id that the log has."""
    name = _wording(edition).site(value)
    return value if name == value else f"{name}（{value}）"


def _stay(value: str, edition: str) -> str:
    """A place in a fiscal year, as in `osaka 2026`."""
    site, _, year = value.rpartition(" ")
    return f"{year}年度 {_wording(edition).site(site)}" if site else plain(value)


def _given_back(value: str, edition: str) -> str:
    """A fee and its period, as in `overseas_office/2027-09` or `overseas_preparation/once`."""
    fee, _, period = value.partition("/")
    year, _, month = period.partition("-")
    when = f" {year}年{int(month)}月" if year.isdecimal() and month.isdecimal() else ""
    return f"{_word(fee, edition)}{when}"


def _missing(value: str, edition: str) -> str:
    """What is not there: a paper in a form, as in `resume/data`, or a step."""
    paper, _, form = value.partition("/")
    return f"{_word(paper, edition)}（{READ.get(form, form)}）" if form else MISSING.get(value) or _word(value, edition)


TOLD: Mapping[str, Callable[[str, str], str]] = {
    **dict.fromkeys(("site", "office", "domestic"), _site),
    **dict.fromkeys(("places", "stays"), _stay),
    **dict.fromkeys(("country", "countries", "beyond"), lambda value, _: COUNTRIES.get(value, value)),
    "given_back": _given_back,
    "missing": _missing,
    "requirement": lambda value, _: REQUIREMENTS.get(value, value),
    "ground": lambda value, edition: ENDED.get(value) or _word(value, edition),
    **dict.fromkeys(("visit", "use"), lambda value, _: f"{value.rpartition('-')[2]}件目"),
    "alarm": lambda value, _: ALARMS.get(value, value),
    "rate_kind": lambda value, _: READ.get(value, value),
    "currency": lambda value, _: UNITS.get(value, value),
    "secondment_id": lambda value, _: f"{value.rpartition('.')[2]}件目",
}
"""The facts whose values have words of their own."""

_wording = cache(Wording.of)


@cache
def _names(edition: str) -> dict[str, str]:
    """What an edition calls its fees, costs, papers, menus and vocabulary; empty if there is no such edition."""
    programme, _, year = edition.partition("/")
    if programme == "secondment" and year.isdecimal() and int(year) in years("secondment"):
        found = load("secondment", int(year))
        return {code: each.name for part in (found.fees, found.costs, found.papers) for code, each in part.root.items()}
    if programme == "support" and year.isdecimal() and int(year) in years("support"):
        return _of_support(int(year))
    return {}


def _of_support(year: int) -> dict[str, str]:
    held, words = load("support", year), load("support", year).vocabulary
    parts = (held.fees.root, held.life.menus, words.regions, words.fields, words.languages, words.stages)
    asked = (held.life.refused_requests, held.life.surveys)
    said = (held.consents.agreements, held.consents.declarations, held.confidentiality.exceptions)
    names = {str(code): each.name for part in (*parts, *asked) for code, each in part.items()}
    return names | {code: each.first for part in (*said, held.screening.criteria) for code, each in part.items()}
