"""What happened to a company's application and support without a decision of its own, for `madoguchi log`."""

from __future__ import annotations

EVENTS = {
    "form_arrived": "申込の受付",
    "numbered": "受付番号の付与",
    "application_amended": "登録事項の変更",
    "application_completed": "申込の完了（登録と同意書）",
    "consent_returned": "同意書の差戻し",
    "paper_noted": "書類の受領",
    "attendance_asked": "審査への対応の依頼",
    "closed_to": "利害関係者への閲覧の制限",
    "interests_opened": "利害関係の申告の記録の開始",
    "interest_heard": "利害関係者への閲覧の制限",
    "erasure_ordered": "消去の指示",
    "erased": "消去の完了",
    "company_news_opened": "採択前の連絡の記録の開始",
    "company_news_taken": "採択前の連絡の引継ぎ",
    "silence_reminded": "連絡の催促",
    "outcome_known": "審査の結果の確認",
    "support_received": "審査の開始",
    "consent_awaited": "新しい同意書待ち",
    "received_again": "申込の再完了",
    "facts_changed": "登録事項の変更",
    "withdrawn": "取下げ",
    "disclosure_register_opened": "開示の記録の開始",
    "support_over": "支援の終了の確認",
    "support_prepared": "支援の準備",
    "support_facts_reported": "登録事項の変更",
    "disclosure_noted": "開示の記録の確認",
    "contact_recorded": "支援の記録",
    "visit_fixed": "訪問の確定",
    "survey_asked": "調査の依頼",
    "survey_answered": "調査の回答",
    "account_opened": "口座の開設",
}
"""Beside `decision_words.HAPPENED`, by the event's name."""
