"""The work lists of the support programme (伴走型支援)."""

from __future__ import annotations

from functools import partial

from madoguchi.cli.field_words import SCREENINGS
from madoguchi.cli.invoices import STATUSES as INVOICES
from madoguchi.cli.listing import Listing

_list = partial(Listing, programme="support")

CASE = {"receipt_number": "受付番号"}
NAMED = CASE | {"name": "企業"}
SCREENED = {"programme": "support", "open": True}
SUPPORTS = {
    "prepared": "採択済み",
    "waiting": "コーディネーター待ち",
    "late": "最終日後の採択（要確認）",
    "assigned": "キックオフ前",
    "running": "支援中",
    "ended": "終了",
}
COMPANIES = {"registered": "同意書待ち", "submitted": "申込完了", "refused": "受付不可"}
SUPPORT_LISTS = {
    "companies": _list(
        "企業の申込", "intake", "/v1/support/{year}/applications",
        NAMED | {"status": "状態", "received_at": "受付日時", "consents": "同意書", "clauses": "条項"}
        | {"silent": "連絡"},
        words=COMPANIES,
    ),
    "waiting-consents": _list(
        "オンライン登録を待つ同意書（同意書を待つ登録は companies --status registered）", "intake",
        "/v1/support/{year}/consents",
        {"corporate_number": "法人番号", "arrived_on": "届いた日", "received_by": "受領者", "flags": "要注意"},
    ),
    "silent": _list(
        "連絡のない企業（withdraw の assumed で辞退）", "intake", "/v1/support/{year}/applications",
        NAMED | {"status": "状態", "received_at": "受付日時"}, {"silent": True}, words=COMPANIES,
    ),
    "company-screenings": _list(
        "企業の審査", "screening", "/v1/screenings",
        NAMED | {"status": "状態", "waiting": "待っていること", "latest": "日程の連絡の期限"}
        | {"received_at": "受付日時"},
        SCREENED, words=SCREENINGS,
    ),
    "interviews": _list(
        "二次審査の日程", "screening", "/v1/screenings",
        NAMED | {"interview_at": "日時", "interview_mode": "方法", "interview_link": "リンク"},
        SCREENED | {"status": "to_decide", "sort": "interview_at"},
    ),
    "absences": _list(
        "二次審査を欠席した企業（miss-interview で記録、withdraw-absence で取消し）", "screening", "/v1/screenings",
        NAMED | {"interview_at": "欠席した日時", "interview_mode": "方法"},
        SCREENED | {"status": "missed", "sort": "interview_at"},
    ),
    "disclosures": _list(
        "秘密情報の開示の記録（--case 受付番号）", "screening", "/v1/screenings/{application}/disclosures",
        {"number": "番号", "on": "開示の日", "ground": "根拠", "owner_agreed_on": "承諾の日", "what": "内容"}
        | {"to": "開示先"},
        {"open": True},
    ),
    "supports": _list(
        "支援", "placement", "/v1/supports",
        NAMED | {"status": "状態", "coordinator_id": "担当", "stage": "段階", "until": "終了予定日"}
        | {"contacts": "連絡の記録", "visits": "訪問", "menus": "メニュー", "services": "有料サービス"}
        | {"surveys_unanswered": "未回答の調査"}
        | {"ground": "終了の事由"},
        words=SUPPORTS,
    ),
    "explanation": _list(
        "担当コーディネーターの理由（--case 受付番号）", "placement", "/v1/supports/{application}/explanation",
        {"sentence": "理由"}, part="sentences",
    ),
    "handover": _list(
        "支援の引継ぎ（--case 受付番号）", "placement", "/v1/supports/{application}/handover",
        {"at": "記録", "what": "出来事", "told": "内容"}, part="record",
    ),
    "coordinators": _list(
        "コーディネーターと担当件数", "placement", "/v1/coordinators",
        {"id": "記号", "companies": "担当", "most": "上限", "free": "空き", "regions": "地方", "fields": "分野"}
        | {"languages": "言語"},
        yearly=True,
    ),
    "menus": _list(
        "枠のあるメニュー", "placement", "/v1/menus",
        {"id": "記号", "menu_name": "メニュー", "most": "年度の枠", "granted": "認めた回数", "left": "残り"},
        yearly=True,
    ),
    "support-invoices": _list(
        "支援の請求書（訪問の取消しの費用など）", "billing", "/v1/invoices",
        {"number": "番号"} | CASE | {"recipient": "宛先", "status": "状態", "issued_on": "発行日", "due_on": "支払期限"}
        | {"total": "合計", "balance": "残額"},
        {"programme": "support"}, words=INVOICES,
    ),
}  # fmt: skip
"""Every list of the support by name."""
