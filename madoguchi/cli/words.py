"""What a clerk calls the outcomes, facts and units that stand in decisions."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from schemas.values import TOKYO

OUTCOMES = {
    "passed": "条項どおり",
    "refused": "条項により不可",
    "waiver_asked": "例外を審査",
    "waived": "例外を承認",
    "held": "保留",
}
CASE_OUTCOMES = {
    "passed": "認める",
    "refused": "断る",
    "waiver_asked": "免除を求める",
    "waived": "理由を付けて認める",
    "held": "判断を待つ",
    "computed": "計算する",
}
"""What the outcomes of cases.yaml are called."""
UNITS = {
    "yen": "円",
    "USD": "米ドル",
    "percent": "％",
    "years": "年",
    "months": "か月",
    "days": "日",
    "business_days": "営業日",
    "hours": "時間",
    "minutes": "分",
    "points": "点",
    "places": "名",
    "companies": "社",
    "times": "回",
}
"""Dates, codes and texts have no unit to show."""
FACTS = {
    "age": "年齢",
    "agreed": "同意した者",
    "agreed_on": "価格への同意の日",
    "alarm": "知らせる時",
    "alike": "同じ順位のほかの者の数",
    "amount": "金額",
    "amounts": "金額",
    "announced_on": "通知日",
    "applicant_is_supported": "申込企業が支援を受ける企業である",
    "as_published": "公表した種と同じ",
    "asked": "希望の件数",
    "asked_on": "欠席を記録した日",
    "asked_of_officer_on": "担当者に確認を求める日",
    "bears": "負担者",
    "before": "前の担当",
    "beyond": "上限を超える国",
    "birth_date": "生年月日",
    "breaks": "後回しになる権利の数",
    "cancelled_by": "取り消した者",
    "cancelled_on": "取消日",
    "changes": "変えた項目",
    "charged": "請求する費用",
    "class": "優先の組（0が先）",
    "closes_at": "受付締切",
    "companies": "担当している企業数",
    "company_so_far": "この企業のこれまでの利用",
    "coordinator": "担当コーディネーター",
    "counted_on": "年齢を数える日",
    "countries": "国",
    "country_waived": "国の期間の上限の免除",
    "country": "国",
    "criteria": "評価項目",
    "currency": "通貨",
    "day": "日",
    "deadline": "期限",
    "declared": "申告あり",
    "undeclared": "申告のないもの",
    "departed_on": "赴任日",
    "domestic": "国内の配置先",
    "domestic_years": "国内の年数",
    "education": "学歴が合わない職",
    "employed_elsewhere": "別の法人が雇用する職",
    "ended_on": "終了日",
    "experience_years": "実務経験の年数",
    "fee": "費目",
    "field": "分野",
    "fiscal_year": "年度",
    "for": "判断する者",
    "from": "開始日",
    "full_at_better_rank": "より適合するが空きのない者",
    "given_back": "返還する月",
    "ground": "事由",
    "has_employed_graduates": "大学卒業者の雇用経験",
    "held_on": "行った日",
    "higher_ranks_passed_over": "希望順位の高い派遣元を後回しにした件数",
    "in_a_rush": "混み合う場合の期限",
    "interested_in_global_south": "グローバルサウスへの関心",
    "issued_on": "発行日",
    "kind": "種類",
    "languages": "言語",
    "last_day": "最終日",
    "latest": "連絡の期限",
    "legal_form": "法人の種類",
    "level": "求める水準",
    "lottery_passed_over": "抽選の順を後回しにした件数",
    "lottery_position": "抽選の順位",
    "menu": "メニュー",
    "met": "満たす",
    "missed": "欠席のあとの日程",
    "missing": "不足",
    "months": "月数",
    "months_overseas": "海外勤務の月数",
    "moved": "日程の変更",
    "not_regular": "正社員でない職",
    "not_wished": "希望にない配置先の件数",
    "note": "覚え",
    "number": "番号",
    "of": "全体の件数",
    "office": "事務所",
    "officer": "担当者",
    "on": "日",
    "only_for_subsidiary_abroad": "海外現地法人での採用に限る",
    "overseas_years": "海外の年数",
    "own_higher_wish_given_up": "本人のより高い希望を外した件数",
    "paid_by": "支払った者",
    "passes_people_on": "採用する人材を第三者に渡す",
    "past_month": "最長の1か月を過ぎた連絡",
    "placed": "配置した件数",
    "placed_before": "過去の派遣決定",
    "placement_is_main_business": "人材紹介が主な事業",
    "places": "占める枠（場所と年度）",
    "planned_for": "新たな予定日",
    "proof": "検証の方法",
    "quantity": "数量",
    "rank": "希望順位",
    "ranks_astray": "型に合わない希望の順位",
    "rate": "為替相場（円）",
    "rate_day": "相場の日",
    "rate_kind": "相場の種類",
    "received_at": "受付日時",
    "recent": "健康診断が有効期間内",
    "recognised": "ジェトロの業務と認める",
    "region": "地域",
    "reminders": "催促の回数",
    "request": "何件目の希望",
    "requirement": "要件",
    "result_reported": "結果の報告",
    "role": "職務が合わない職",
    "route": "出向の型",
    "secondment_id": "出向",
    "service": "有料サービス",
    "settlement": "精算",
    "site": "配置先",
    "standing": "受け付けている申込",
    "started_on": "開始日",
    "starts_on": "開始日",
    "status_never": "対象にならない在留資格",
    "status_not_listed": "一覧にない在留資格",
    "stays": "配置先（年度）",
    "taken": "これまでに取った日数",
    "third_year_agreed": "3年目の合意",
    "times": "回数",
    "toeic": "TOEICの点",
    "told_on": "連絡日",
    "total": "全体のこれまでの利用",
    "unit_agrees": "受入部署の同意",
    "unit_price": "単価",
    "unplaced_senders_passed_over": "派遣決定のない派遣元を後回しにした件数",
    "unpublished": "公表した種ではない（免除）",
    "until": "終了予定日",
    "use": "有料サービスの利用",
    "used_on": "利用日",
    "visit": "訪問",
    "website": "ウェブサイトあり",
    "withdrawn": "取消し",
    "years": "年数",
    "years_supported": "支援を受けた年数",
}
"""A fact without a word of its own is shown by its name."""
CODES = {
    "officer": "担当者",
    "sender": "派遣元",
    "company": "企業",
    "jetro": "ジェトロ",
    "invoiced": "派遣元に請求",
    "nothing": "なし",
    "reimbursed": "派遣元へ支払",
}
"""Facts that are one of the code's own words."""
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")


FACTS_OF = {
    "C-PL-1": {"rank": "適合度（1が最もよい）", "alike": "同じ適合度のほかの者の数"},
    "C-LI-3": {"request": "依頼"},
    "C-LI-4": {"request": "依頼"},
    "C-CO-1": {"ground": "開示の根拠", "on": "開示の日"},
}
"""What a fact is called in the decisions of one clause, where that is not what it is called elsewhere."""


def fact(name: str, clause: str = "") -> str:
    """What a fact is called."""
    return FACTS_OF.get(clause, {}).get(name) or FACTS.get(name, name)


def by_whom(by: str) -> str:
    """Who decided: the rule, or an officer by id."""
    return "規則" if by == "rule" else by


def moment(text: str) -> str:
    """A moment as read in Tokyo."""
    return f"{datetime.fromisoformat(text).astimezone(TOKYO):%Y-%m-%d %H:%M}"


def plain(value: Any) -> str:
    """A fact's value in words."""
    if isinstance(value, bool):
        return "はい" if value else "いいえ"
    if value is None or value in ([], {}, ""):
        return "なし"
    if isinstance(value, dict):
        return "、".join(f"{fact(name)} {plain(each)}" for name, each in value.items())
    if isinstance(value, list):
        return "、".join(plain(each) for each in value)
    if isinstance(value, int):
        return f"{value:,}" if abs(value) >= 10_000 else str(value)
    text = str(value)
    return moment(text) if MOMENT.match(text) else CODES.get(text, text)
