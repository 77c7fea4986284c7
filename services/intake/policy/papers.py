"""Guards of papers: which kinds there are, for which secondment, and what a consent form must be (C-IN-1)."""

from __future__ import annotations

from datetime import date, datetime

from kernel.refusals import Refused
from policies.edition import Edition
from policies.secondment.edition import SecondmentEdition
from policies.support.edition import SupportEdition
from schemas.values import day_in_tokyo
from services.intake.domain import Application
from services.intake.policy.pdf import Fault, Look

CONSENT = "consent"
"""応募・利用条件兼同意書 (C-IN-1)."""
UNREADABLE: dict[Fault, tuple[str, str]] = {
    "not_pdf": (
        "お送りいただいたファイルはPDFではありません。代表者印を押印した同意書をPDFファイルにして、もう一度ご提出ください。",
        "The file is no PDF. Make a PDF of the sealed consent form and send it again.",
    ),
    "empty": (
        "お送りいただいたファイルにはページがありません。押印した同意書が入っていることを確かめ、もう一度ご提出ください。",
        "The file has no page. See that the sealed consent form is in it and send it again.",
    ),
    "truncated": (
        "お送りいただいたPDFは途中で切れています。お手元で開けることを確かめ、もう一度ご提出ください。",
        "The PDF breaks off before its end. See that it opens on your side and send it again.",
    ),
    "encrypted": (
        "お送りいただいたPDFには、パスワードなどの保護がかかっています。保護を外して、もう一度ご提出ください。",
        "The PDF is protected, by a password or against changes. Take the protection off and send it again.",
    ),
}


def c_in_1_whole(seen: Look) -> None:
    """Guard: the consent form is a PDF, with a page, up to its end, and not encrypted. Else it is asked for again."""
    if seen.fault is not None:
        raise Refused("C-IN-1", *UNREADABLE[seen.fault])


def c_in_1_this_form(seen: Look, of: SupportEdition, on: date) -> None:
    """Guard: a form that says which it is, is this edition's. One that says nothing, a scan, is for an officer."""
    wanted = of.value("consents.form_id", on).text
    if seen.forms and wanted not in seen.forms:
        found = seen.forms[0]
        ja = f"別の様式（{found}）のPDFです。" if found else "別の様式のPDFです。"
        en = f"This PDF is another form ({found}). " if found else "This PDF is another form. "
        raise Refused(
            "C-IN-1",
            f"{ja}{of.edition.fiscal_year}年度の同意書の様式（{wanted}）に記入・押印して、もう一度ご提出ください。",
            f"{en}Fill in and seal the consent form of fiscal {of.edition.fiscal_year} ({wanted}) and send that.",
        )


def g_1_has_come(day: date, at: datetime) -> None:
    """Guard: what arrives has arrived by today, in Tokyo."""
    if day > day_in_tokyo(at):
        ja = "到着日に未来の日付は指定できません。実際に届いた日を入力してください。"
        raise Refused("G-1", ja, "The day of arrival is still to come. Give the real one.", pointer="/arrived_on")


def known_kind(of: Edition, kind: str) -> None:
    """Guard: the edition asks for such a paper."""
    known = list(of.papers.root) if isinstance(of, SecondmentEdition) else [CONSENT]
    if kind not in known:
        raise Refused(
            "S-SC-9" if isinstance(of, SecondmentEdition) else "C-IN-1",
            f"書類の種類は次のいずれかにしてください: {', '.join(known)}",
            f"Use one of these kinds of paper: {', '.join(known)}",
            pointer="/kind",
        )


def secondment_of(application: Application, request: int | None) -> str | None:
    """The secondment that a paper is for; the only one of its form where none is named."""
    numbers = [each.number for each in application.secondment.requests] if application.secondment else []
    if request is None:
        return f"{application.id}.{numbers[0]}" if len(numbers) == 1 else None
    if request not in numbers:
        raise Refused(
            "S-SC-9",
            "この申込にない出向番号です。申込の希望番号（1から）を指定してください。",
            "The form has no such secondment. Give its number in the form, from 1.",
            pointer="/request",
        )
    return f"{application.id}.{request}"
