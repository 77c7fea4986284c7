"""What is said of a consent form that can be neither taken nor returned (C-IN-1), and to whom a case is closed."""

from __future__ import annotations

from kernel.refusals import Refused


class Barred(Refused):
    """The officer may not see this case, or cannot be let in without saying who is asking."""

    status = 403


def interest_declared() -> Barred:
    """Screening was told of an interest: the counter keeps the officer away too."""
    return Barred(
        "C-SC-16",
        "この企業について審査で利害関係の申告があるため、受付でも書類の閲覧や判断はできません。別の担当者にお引き継ぎください。",
        "You declared an interest in this company's case in screening: hand it to another officer at the counter too.",
    )


def who_is_asking() -> Barred:
    """What only officers read is not read without a name."""
    return Barred(
        "C-SC-16",
        "担当者IDがないため、この企業の書類や履歴は開けません。サインインしてください（認証のない予行では X-Officer に"
        "担当者IDを入れます）。",
        "Versions and papers of a company are for officers: sign in, or in a rehearsal without tokens put your"
        " officer's id into the header X-Officer.",
        pointer="/X-Officer",
    )


def nothing_to_return() -> Refused:
    """No consent stands."""
    return Refused(
        "C-IN-1",
        "差し戻せる同意書がありません。同意書を待っている申込か、差し戻し済みか、取り下げられた申込です。",
        "No consent form stands that could be returned: it is awaited, was returned, or the application is over.",
    )


def decided_already() -> Refused:
    """What was judged rests on the consent that stood then."""
    return Refused(
        "C-IN-1",
        "採否が決定しているため、同意書の追加・差替え・差戻しはできません。事務局にご連絡ください。",
        "The decision has been taken: the consent form can be neither added to nor replaced. Contact the office.",
    )


def returned_before() -> Refused:
    """A paper that was found unfit does not become fit by coming again."""
    return Refused(
        "C-IN-1",
        "差し戻した同意書と同じファイルです。お知らせした点を改めた同意書をご提出ください。",
        "This is the very file that was returned. Send a consent form in which what we named is mended.",
    )


def of_another_company() -> Refused:
    """The bytes are claimed. Whose they are is not said."""
    return Refused(
        "C-IN-1",
        "この同意書のファイルは、別の法人から既に提出されています。貴社の代表者印を押印した同意書をご提出ください。"
        "貴社の同意書に相違ない場合は、事務局にご連絡ください。",
        "Another company sent this very file before. Send the consent form that your own representative sealed."
        " If this form is yours, contact the office.",
    )
