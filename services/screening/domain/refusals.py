"""What screening says when it cannot do what an officer asks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from kernel.refusals import Refused


class Barred(Refused):
    """The officer may not see this case, or cannot be let in without saying who is asking."""

    status = 403


def not_asked(clause: str) -> Refused:
    """Nothing is open under this clause."""
    return Refused(
        clause,
        f"この案件には、{clause}について判定を待っている事項がありません。案件の現在の状態をご確認ください。",
        f"Nothing waits for a decision under {clause} in this case. Read its present state.",
    )


def which_doubt(clauses: Iterable[str]) -> Refused:
    """An adoption is looked at again for several reasons."""
    listed = ", ".join(clauses)
    return Refused(
        "G-6",
        f"確認を待っている事項が複数あります。どれについての判定か、条項（clause）を指定してください：{listed}",
        f"Several matters wait for a word. Say which by clause: {listed}.",
        pointer="/clause",
    )


def no_such_secondment() -> Refused:
    """The form has no such secondment."""
    return Refused(
        "S-IN-3",
        "この申請に、その出向番号（secondment_id）はありません。案件の画面でご確認ください。",
        "This application has no secondment of that id. Read the case for its ids.",
        pointer="/secondment_id",
    )


def which_secondment() -> Refused:
    """The form asks for several."""
    return Refused(
        "S-IN-3",
        "複数の出向を希望する申請です。対象の出向番号（secondment_id）を指定してください。",
        "This application asks for several secondments. Say which by secondment_id.",
        pointer="/secondment_id",
    )


def criteria_differ(asked: Iterable[str]) -> Refused:
    """Stage one marks the edition's criteria, each of them."""
    codes = ", ".join(asked)
    return Refused(
        "C-SC-12",
        f"一次審査では、次の基準すべてを判定してください：{codes}",
        f"Stage one marks each of these criteria and no other: {codes}.",
        pointer="/criteria",
    )


def unit_has_not_agreed() -> Refused:
    """A third year needs the unit."""
    return Refused(
        "S-SC-2",
        "3年目は受入先所属の了承が必要です。了承を得たうえで unit_agrees を true にしてください。",
        "A third year needs the unit's agreement. Obtain it, then say unit_agrees: true.",
        pointer="/unit_agrees",
    )


def never_arrived(kinds: Iterable[str]) -> Refused:
    """HR's word on late papers needs papers."""
    listed = "、".join(kinds)
    return Refused(
        "S-SC-9",
        f"一度も届いていない書類があるため、認められません：{listed}。原本かデータのいずれかの到着を先に記録してください。",
        f"Of these nothing ever arrived, nothing can be accepted: {listed}. Record an arrival in either form first.",
        pointer="/outcome",
    )


def interest_declared() -> Barred:
    """An officer with an interest neither sees nor decides."""
    return Barred(
        "C-SC-16",
        "この案件について利害関係の申告があるため、閲覧も判定もできません。別の担当者にお引き継ぎください。",
        "You declared an interest in this case: you neither see nor decide it. Hand it to another officer.",
    )


def declare_first() -> Barred:
    """Nothing is shown before an officer has declared."""
    return Barred(
        "C-SC-16",
        "利害関係の有無が未申告のため、この案件は開けません。先に「利害関係なし」（no-interest）または"
        "「利害関係あり」（conflicts）を申告してください。",
        "Declare first whether you have an interest in this case: no-interest, or conflicts.",
    )


def who_is_asking() -> Barred:
    """A read without an officer's name."""
    return Barred(
        "C-SC-16",
        "閲覧には担当者IDが必要です。サインインしてください（認証のない予行では X-Officer に担当者IDを入れます）。",
        "Say who is asking: sign in, or in a rehearsal without tokens put your officer's id into the header X-Officer.",
        pointer="/X-Officer",
    )


def other_programme() -> Refused:
    """The command belongs to the other programme."""
    return Refused(
        "G-6",
        "この操作は、この案件の制度では使いません。制度をご確認ください。",
        "This command is not one of this case's programme.",
    )


def waiver_first() -> Refused:
    """A waiver is open."""
    return Refused(
        "C-SC-1",
        "例外承認を待っている事項があります。先に承認の可否を決めてください。",
        "A waiver is still asked for. Decide it first.",
    )


def not_at_stage(clause: str, ja: str, en: str) -> Refused:
    """The case is at another stage."""
    return Refused(clause, f"この案件は{ja}の段階ではありません。", f"This case is not at the stage of {en}.")


def too_weak_to_pass() -> Refused:
    """C-SC-9 was judged against the company."""
    return Refused(
        "C-SC-9",
        "財務基盤・組織体制または申込企業について「満たさない」と判定した案件は、通過にできません。",
        "A company judged too weak, or not the one to be supported, cannot pass.",
        pointer="/outcome",
    )


def interview_in_the_past() -> Refused:
    """An interview is arranged for a time to come."""
    return Refused(
        "C-SC-14",
        "面談の開始日時は、これからの日時にしてください。",
        "The interview must begin in the future.",
        pointer="/starts_at",
    )


def link_missing() -> Refused:
    """An online interview needs its link."""
    return Refused(
        "C-SC-14",
        "オンライン審査には会議（Microsoft Teams）のリンクが必要です。電話の場合は mode を telephone にしてください。",
        "An interview online needs the meeting's link. By telephone: set mode to telephone.",
        pointer="/link",
    )


def consent_awaited() -> Refused:
    """One half of the application is missing again."""
    return Refused(
        "C-IN-1",
        "同意書を差し戻したため、申込がそろっていません。新しい同意書が届いてから審査してください。",
        "The consent was returned, so the application is not complete. Go on when another one is here.",
    )


def interview_begun() -> Refused:
    """A date that has come is judged, or moved, but not cancelled."""
    return Refused(
        "C-SC-14",
        "開始日時を過ぎた二次審査は取り消せません。実施されなかった場合は、新しい日時を設定してください。",
        "An interview whose time has come cannot be cancelled. If it was not held, set another date.",
    )


def interview_missed() -> Refused:
    """Nothing is judged of an interview to which nobody came."""
    return Refused(
        "C-IN-6",
        "欠席として記録した二次審査は判定できません。新しい日時を設定するか、催促のあと辞退とみなしてください。"
        "誤って記録した場合は、欠席の記録（interview-absence-withdrawal）を取り消してください。",
        "An interview recorded as missed is not judged. Set another date, or take silence as withdrawal when reminded. "
        "Recorded in error: take the absence back (interview-absence-withdrawal).",
    )


def programme_over(last: date) -> Refused:
    """An adoption after the programme's last day."""
    return Refused(
        "C-LI-1",
        f"支援事業は{last.year}年{last.month}月{last.day}日で終了しているため、採択できません。"
        "不採択とするか、支援の最終日（support_until）を確認してください。",
        f"The programme ended on {last.isoformat()}: nobody is adopted any more. Judge it as refused, or check the "
        "edition's last day (support_until).",
        pointer="/outcome",
    )


def interview_still_to_come() -> Refused:
    """What came of an interview is known afterwards."""
    return Refused(
        "C-SC-14",
        "面談の開始日時より前に、二次審査の判定や欠席の記録はできません。面談後に記録してください。",
        "Nothing can be judged or recorded of an interview before it begins. Do it afterwards.",
    )
