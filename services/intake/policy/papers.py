"""Guards of papers: which kinds there are, for which secondment, and what a consent form must be."""

from __future__ import annotations

from datetime import date, datetime

from kernel.refusals import Refused
from policies.edition import Edition
from policies.secondment.edition import SecondmentEdition
from schemas.values import day_in_tokyo
from services.intake.domain import Application

CONSENT = "consent"
"""応募・利用条件兼同意書 (C-IN-1)."""
PDF = b"%PDF-"


def c_in_1_is_pdf(raw: bytes) -> None:
    """Guard: the consent form is a PDF by its first bytes."""
    if not raw.startswith(PDF):
        raise Refused(
            "C-IN-1",
            "同意書は、代表者印を押印したもののPDFファイルでご提出ください。",
            "The consent form must be a PDF file of the sealed form.",
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
