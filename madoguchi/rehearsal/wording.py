"""One case's story in a clerk's words, out of its published events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from madoguchi.rehearsal.actions import ACTIONS
from madoguchi.rehearsal.titles import TITLES
from policies.editions import load, years

WHY = {
    "closed": "受入枠なし",
    "not_eligible": "要件に合わず",
    "taken_by_unplaced_senders": "派遣決定のない派遣元など優先順位が先の{count}件を優先（S-PL-3）",
    "taken_by_higher_rank": "希望順位の高い{count}件を優先（S-PL-3）",
    "lost_tie_break": "同じ条件の{count}件との間で、公表の規則（抽選を含む）により（S-PL-5）",
    "changed_by_hand": "人事課の調整により（S-PL-8）",
    "taken_meanwhile": "ほかへ提案・決定済みの{count}件は動かさない（S-PL-8）",
}
ENDED = {
    "term": "満了",
    "goal_reached": "目標達成",
    "requirements": "申込要件を外れたため",
    "terms_broken": "利用条件違反のため",
    "dissolved": "解散のため",
    "no_cooperation": "協力が得られないため",
}
MISSING = {"secondee": "出向者の審査", "papers": "書類", "memorandum": "覚書"}
PAID = {"partly_paid": "一部入金", "paid": "入金済", "overpaid": "過入金"}


@dataclass(frozen=True)
class Wording:
    """The names that an edition gives to places."""

    sites: Mapping[str, str]

    @classmethod
    def of(cls, edition: str) -> Wording:
        """The names in the edition of that id, such as ``secondment/2026``; none where there is no such edition."""
        programme, _, year = edition.partition("/")
        if programme != "secondment" or not year.isdecimal() or int(year) not in years("secondment"):
            return cls({})
        return cls({id: site.full_name for id, site in load("secondment", int(year)).sites.items()})

    def site(self, id: str) -> str:
        """A place's name; its id where the edition has none."""
        return self.sites.get(id, id)


@dataclass(frozen=True)
class Story:
    """A case in five cells."""

    receipt: str
    intake: str
    placement: str
    billing: str
    letters: int


def story(case: Mapping[str, Any], wording: Wording) -> Story:
    """A case's story."""
    events, refusals = case["events"], case["refusals"]
    receipts = [event["receipt_number"] for event in events if event.get("receipt_number")]

    def column(tellers: Mapping[str, Any], *services: str) -> str:
        told = [(e["day"], tellers[e["event"]](e, wording)) for e in events if e["event"] in tellers]
        told += [(each["day"], _refused(each)) for each in refusals if ACTIONS[each["do"]].service in services]
        return "\n".join(text for _, text in sorted(told, key=lambda line: line[0]))

    return Story(
        receipts[0] if receipts else "―",
        column(INTAKE, "intake", "screening"),
        column(PLACEMENT, "placement"),
        column(BILLING, "billing"),
        sum(event["event"] == "LetterSent" for event in events),
    )


def _refused(refusal: Mapping[str, Any]) -> str:
    return f"{refusal['day']} {TITLES[refusal['do']]}は不可（{'・'.join(refusal['clauses']) or refusal['status']}）"


def _proposed(event: dict[str, Any], wording: Wording) -> str:
    stays = "→".join(dict.fromkeys(wording.site(stay["site"]) for stay in event["stays"]))
    rank = "人事課の調整" if event["by_hand"] else f"第{event['rank']}希望"
    return "\n".join([f"{event['day']} {stays}（{rank}）を提案", *_reasons(event, wording)])


def _reasons(event: dict[str, Any], wording: Wording) -> list[str]:
    return [f"　第{why['rank']}希望{wording.site(why['site'])}：{why_not(why)}" for why in event["explanation"]]


def why_not(why: Mapping[str, Any]) -> str:
    """Why a wish was not met (S-PL-9)."""
    more = "。枠がもう1名分あれば可" if why.get("one_more_place") else ""
    return WHY[why["code"]].format(count=why["count"]) + more


def _invoiced(event: dict[str, Any], wording: Wording) -> str:
    return f"{event['day']} {event['number']} {event['total']:,}円"


def _paid(event: dict[str, Any], wording: Wording) -> str:
    left = f"、残{event['balance']:,}円" if event["balance"] > 0 else ""
    return f"{event['day']} {event['number']} {event['amount']:,}円 {PAID[event['state']]}{left}"


def _used(event: dict[str, Any], wording: Wording) -> str:
    return f"{event['used_on']} 有料サービス：{event['line']['description']}"


def _held(event: dict[str, Any], wording: Wording) -> str:
    return f"{event['day']} 受入開始を保留（不足: {'・'.join(MISSING[each] for each in event['missing'])}）"


def _clauses(event: dict[str, Any], wording: Wording) -> str:
    return f"{event['day']} 審査不通過（{'・'.join(event['clauses'])}）"


INTAKE = {
    "ApplicationRegistered": lambda e, w: f"{e['day']} 登録（同意書待ち）",
    "ConsentReturned": lambda e, w: f"{e['day']} 同意書を差戻し",
    "ApplicationSubmitted": lambda e, w: f"{e['day']} 受付" + ("（期限後の受入れ）" if e["admitted_late"] else ""),
    "ApplicationAmended": lambda e, w: f"{e['day']} 申請内容の更新（第{e['revision']}版）",
    "ApplicationWithdrawn": lambda e, w: f"{e['day']} 取下げ",
    "ApplicationRefused": lambda e, w: f"{e['day']} 受付不可（{e['clause']}）",
    "NoWishReplied": lambda e, w: f"{e['day']} 希望なしの回答",
    "WaiverAsked": lambda e, w: f"{e['day']} {e['clause']}の例外を審査",
    "ScreeningRefused": _clauses,
    "PapersMissing": lambda e, w: f"{e['day']} 書類未着",
    "InterviewMissed": lambda e, w: f"{e['day']} 二次審査に欠席",
    "InterviewAbsenceWithdrawn": lambda e, w: (
        f"{e['day']} 二次審査の欠席の記録を"
        + ("同意書の差戻しにより解消" if e.get("because") == "consent" else "取消し")
    ),
    "InterviewCancelled": lambda e, w: f"{e['day']} 二次審査の日程を取消し",
    "InterviewArranged": lambda e, w: f"{e['day']} 二次審査の日程" + ("を変更" if e.get("moved") else "を案内"),
    "CompanyAdopted": lambda e, w: f"{e['day']} 採択",
    "CompanyNotAdopted": lambda e, w: f"{e['day']} 不採択",
}
PLACEMENT = {
    "PlacementProposed": _proposed,
    "PlacementNotPossible": lambda e, w: "\n".join([f"{e['day']} 配置できず", *_reasons(e, w)]),
    "PlacementAccepted": lambda e, w: f"{e['day']} 受諾",
    "PlacementDeclined": lambda e, w: f"{e['day']} " + ("回答なし" if e["lapsed"] else "辞退"),
    "StartHeld": _held,
    "SecondmentStarted": lambda e, w: f"{e['day']} 受入開始",
    "SecondeeDeparted": lambda e, w: f"{e['departed_on']} {w.site(e['office'])}へ赴任",
    "DeparturePostponed": lambda e, w: f"{e['day']} 赴任延期（{e['planned_for']}予定）",
    "DepartureCancelled": lambda e, w: f"{e['day']} 赴任中止",
    "AppraisalReported": lambda e, w: f"{e['day']} {e['appraised_year']}年度の評価を通知",
    "SecondmentEnded": lambda e, w: f"{e['ended_on']} " + ("途中終了" if e["early"] else "満了により終了"),
    "CoordinatorAssigned": lambda e, w: f"{e['day']} {e['coordinator_id']}が担当",
    "SupportStarted": lambda e, w: f"{e['started_on']} 支援開始（{e['until']}まで）",
    "SurveyAsked": lambda e, w: f"{e['day']} アンケートを依頼（{e['answer_by']}まで）",
    "VisitCancelled": lambda e, w: (
        f"{e['cancelled_on']} 訪問の取消し（{'ジェトロ' if e.get('cancelled_by') == 'jetro' else '企業'}都合）"
    ),
    "ServiceUsed": _used,
    "ServiceWithdrawn": lambda e, w: f"{e['day']} 有料サービスの利用の記録を取消し",
    "SupportEnded": lambda e, w: f"{e['ended_on']} 支援終了（{ENDED[e['ground']]}）",
}
BILLING = {
    "InvoiceHeld": lambda e, w: f"{e['day']} 請求保留（為替レート待ち S-BI-4）",
    "InvoiceIssued": _invoiced,
    "ReturnInvoiceIssued": lambda e, w: f"{e['day']} {e['number']} 返還 {e['total']:,}円",
    "PaymentReceived": _paid,
    "PaymentReversed": lambda e, w: f"{e['day']} {e['number']} 入金の訂正 {e['amount']:,}円、残{e['balance']:,}円",
    "CreditRefunded": lambda e, w: f"{e['refunded_on']} {e['number']} 返金 {e['amount']:,}円",
    "CreditCarriedOver": lambda e, w: f"{e['day']} {e['number']} から {e['to_number']} へ充当 {e['amount']:,}円",
    "PaymentOverdue": lambda e, w: f"{e['day']} {e['number']} 督促 残{e['balance']:,}円",
}
