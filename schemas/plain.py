"""Plain values as they come from outside: what is allowed in them, and the one spelling that is kept of each.

Texts are those of `kernel.texts`. A fault without a clause is one of the form as a whole: who answers names the
clause of that form.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime
from typing import Annotated, NoReturn

import jaconv
from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field, StrictInt
from stdnum.exceptions import ValidationError
from stdnum.jp import cn

from kernel.faults import fault
from kernel.texts import Line, LongLine, Note, Paragraphs, clean

__all__ = [
    "BlankIsNone", "Code", "Day", "Email", "Kana", "Line", "LongLine", "Moment", "Note", "Number", "Paragraphs",
    "Website", "Year",
]  # fmt: skip
KANA = re.compile(r"[ァ-ヺー・　]+")
WEBSITE = re.compile(r"https?://(?P<host>[^\s/:?#@]+)(:\d{1,5})?([/?#]\S*)?", re.IGNORECASE)
MAIL_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
MAIL_HOST = re.compile(r"([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]([A-Za-z0-9-]{0,61}[A-Za-z0-9])")


def _kana(text: str) -> str:
    kept = jaconv.hira2kata(unicodedata.normalize("NFKC", clean(text)))
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
        number: str = cn.validate(unicodedata.normalize("NFKC", clean(text, clause="G-5")))
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
    kept = clean(text, clause="C-SC-4")
    address = WEBSITE.fullmatch(kept)
    if not address or not MAIL_HOST.fullmatch(address["host"]):
        raise fault(
            "C-SC-4",
            "自社ウェブサイトのURLを https:// から入力してください（国際化ドメインは xn-- の形で）。",
            "Give the website's address, beginning with https:// (an international domain as xn--).",
        )
    return kept


def _day(value: object) -> object:
    """Days are written YYYY-MM-DD; a number would be read as seconds since 1970, and no case is of another age."""
    if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        return value if "1900" <= value[:4] <= "2199" else _odd_year()
    if type(value) is date:
        return value
    raise fault("", "日付は YYYY-MM-DD の形で入力してください。", "Write the date as YYYY-MM-DD.")


def _odd_year() -> NoReturn:
    raise fault("", "年は1900年から2199年までで入力してください。", "The year must be between 1900 and 2199.")


def _moment(value: object) -> object:
    """Moments are written as text, for the same reason."""
    if isinstance(value, str) and re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ]", value):
        return value if "1900" <= value[:4] <= "2199" else _odd_year()
    if isinstance(value, datetime):
        return value
    raise fault(
        "",
        "日時は 2026-04-01T10:00:00+09:00 の形で入力してください。",
        "Write the moment as 2026-04-01T10:00:00+09:00.",
    )


def _nothing_for_blank(value: object) -> object:
    """A field left empty is a field not filled in."""
    return None if isinstance(value, str) and not value.strip() else value


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
Moment = Annotated[AwareDatetime, BeforeValidator(_moment)]
"""A moment with its offset from UTC, in ISO 8601."""
Year = Annotated[StrictInt, Field(ge=2000, le=2199)]
"""A fiscal year (年度)."""
BlankIsNone = BeforeValidator(_nothing_for_blank)
