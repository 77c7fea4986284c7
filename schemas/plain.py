"""Plain text as it comes from outside: what is allowed in it, and the one spelling that is kept of it.

Every text is kept in Unicode's composed form (NFC) without blanks at its ends. Characters that cannot be seen, that
turn the reading direction or that only one maker's font knows are refused: they would falsify letters and look-ups.
A fault without a clause is one of the form as a whole: who answers names the clause of that form.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import Annotated

import jaconv
from pydantic import AfterValidator, BeforeValidator, Field
from stdnum.exceptions import ValidationError
from stdnum.jp import cn

from kernel.faults import fault

UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Unicode's categories of control, format (bidi overrides, zero widths), lone surrogates, other line ends."""
KANA = re.compile(r"[ァ-ヺー・　]+")
WEBSITE = re.compile(r"https?://(?P<host>[^\s/:?#@]+)(:\d{1,5})?([/?#]\S*)?", re.IGNORECASE)
MAIL_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
MAIL_HOST = re.compile(r"([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]([A-Za-z0-9-]{0,61}[A-Za-z0-9])")


def _clean(text: str, allowed: str, clause: str = "") -> str:
    """The text in NFC; refused where it holds what nobody can see or read."""
    kept = unicodedata.normalize("NFC", text).strip()
    if any(unicodedata.category(c) in UNSEEN and c not in allowed for c in kept):
        raise fault(
            clause,
            "制御文字や文字の向きを変える記号など、目に見えない文字が含まれています。取り除いてください。",
            "The text holds characters that cannot be seen (control, zero width, bidirectional). Remove them.",
        )
    if any(unicodedata.category(c) == "Co" or c == "\ufffd" for c in kept):
        raise fault(
            clause,
            "外字または文字化けした文字が含まれています。標準の文字に置き換えてください。",
            "The text holds private or broken characters. Replace them by standard ones.",
        )
    if not kept:
        raise fault(clause, "空欄にはできません。入力してください。", "It cannot be blank. Fill it in.")
    return kept


def _line(text: str) -> str:
    return _clean(text, "")


def _paragraphs(text: str) -> str:
    return _clean(text.replace("\r\n", "\n").replace("\r", "\n"), "\n\t")


def _kana(text: str) -> str:
    kept = jaconv.hira2kata(unicodedata.normalize("NFKC", _clean(text, "")))
    kept = "　".join(re.sub(r"(?<=[ァ-ヺー])[-‐‑–—―−]", "ー", kept).split())
    if not KANA.fullmatch(kept):
        raise fault(
            "",
            "フリガナはカタカナで入力してください（英数字や漢字はカタカナの読みにしてください）。",
            "Write the reading in katakana only; letters, digits and kanji by their reading.",
        )
    return kept


def _corporate_number(text: str) -> str:
    try:
        number: str = cn.validate(unicodedata.normalize("NFKC", _clean(text, "", "G-5")))
    except ValidationError:
        raise fault(
            "G-5",
            "法人番号が正しくありません。国税庁の法人番号公表サイトで13桁の番号をご確認ください。",
            "This is not a corporate number: 13 digits with a valid check digit are needed.",
        ) from None
    return number


def _email(text: str) -> str:
    name, _, host = text.strip().rpartition("@")
    fits = len(name) <= 64 and MAIL_NAME.fullmatch(name) and MAIL_HOST.fullmatch(host)
    if not fits:
        raise fault(
            "",
            "メールアドレスの形式が正しくありません。半角英数字で「名前@ドメイン」の形にしてください。",
            "This is not a mail address. Write name@domain in ASCII.",
        )
    return f"{name}@{host.lower()}"


def _website(text: str) -> str:
    kept = _clean(text, "", "C-SC-4")
    address = WEBSITE.fullmatch(kept)
    if not address or not MAIL_HOST.fullmatch(address["host"]):
        raise fault(
            "C-SC-4",
            "自社ウェブサイトのURLを https:// から入力してください（国際化ドメインは xn-- の形で）。",
            "Give the website's address, beginning with https:// (an international domain as xn--).",
        )
    return kept


def _day(value: object) -> object:
    """Days are written YYYY-MM-DD; a number would be read as seconds since 1970."""
    if isinstance(value, date) or (isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value)):
        return value
    raise fault("", "日付は YYYY-MM-DD の形で入力してください。", "Write the date as YYYY-MM-DD.")


def _nothing_for_blank(value: object) -> object:
    """A field left empty is a field not filled in."""
    return None if isinstance(value, str) and not value.strip() else value


Line = Annotated[str, Field(min_length=1, max_length=100), AfterValidator(_line)]
"""One line of up to 100 characters: a name, a word."""
LongLine = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_line)]
"""One line of up to 200 characters: an address."""
Paragraphs = Annotated[str, Field(min_length=1, max_length=4000), AfterValidator(_paragraphs)]
"""Up to 4,000 characters, line ends allowed: a purpose, remarks."""
Kana = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_kana)]
"""A reading (フリガナ), kept in full-width katakana; hiragana and half-width kana are turned into it."""
Number = Annotated[str, Field(max_length=40), AfterValidator(_corporate_number)]
"""法人番号 (G-5), kept as 13 digits."""
Email = Annotated[str, Field(max_length=254), AfterValidator(_email)]
"""A mail address, ASCII, the domain in lower case."""
Website = Annotated[str, Field(max_length=500), AfterValidator(_website)]
"""The address of a website, http or https."""
Code = Annotated[str, Field(max_length=80, pattern=r"^[A-Za-z0-9][A-Za-z0-9._/-]*$")]
"""A word of the edition, such as a site's id; whether the edition has it is checked by who reads the edition."""
Day = Annotated[date, BeforeValidator(_day)]
"""A calendar day, written YYYY-MM-DD."""
BlankIsNone = BeforeValidator(_nothing_for_blank)
