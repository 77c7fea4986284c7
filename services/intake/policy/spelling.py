"""When two spellings may be one sender (S-IN-7): names and addresses without what differs from hand to hand.

Only a suspicion follows from equal forms; an officer decides.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from services.intake.policy.variants import OLD_TO_NEW

LEGAL_FORMS = (
    "株式会社", "有限会社", "合同会社", "合資会社", "合名会社", "相互会社",
    "公益財団法人", "一般財団法人", "公益社団法人", "一般社団法人", "特定非営利活動法人", "NPO法人",
    "独立行政法人", "地方独立行政法人", "国立大学法人", "公立大学法人", "学校法人", "社会福祉法人", "医療法人",
    "(株)", "(有)", "(同)", "(資)", "(名)", "(財)", "(社)", "(一財)",
    "(一社)", "(公財)", "(公社)", "(独)", "(福)", "(学)",
)  # fmt: skip
"""Legal forms and how they are shortened; ㈱ and （株） become (株) by NFKC."""
SPOKEN_FORMS = (
    "カブシキガイシャ", "カブシキカイシャ", "ユウゲンガイシャ", "ユウゲンカイシャ",
    "ゴウドウガイシャ", "ゴウドウカイシャ",
    "ゴウシガイシャ", "ゴウメイガイシャ", "イッパンザイダンホウジン", "イッパンシャダンホウジン",
    "コウエキザイダンホウジン", "コウエキシャダンホウジン", "ザイダンホウジン", "シャダンホウジン",
)  # fmt: skip
FORMS = sorted((*LEGAL_FORMS, *SPOKEN_FORMS), key=len, reverse=True)
ENGLISH_FORM = re.compile(r"(?<=.)(COLTD|COINC|INC|CORPORATION|CORP|COMPANYLIMITED|LTD|LLC|KK)$")
SAME_SOUND = (
    (re.compile("ヴァ"), "バ"),
    (re.compile("ヴィ"), "ビ"),
    (re.compile("ヴェ"), "ベ"),
    (re.compile("ヴォ"), "ボ"),
    (re.compile("ヴ"), "ブ"),
    (re.compile(r"(?<=[一-龠])[ヶケガヵカ](?=[一-龠])"), "ケ"),
    (re.compile("第一"), "第1"),
    (re.compile("第二"), "第2"),
    (re.compile("第三"), "第3"),
)
"""What is written in two ways and read in one: ヴァ and バ, ヶ and が between characters, 第一 and 第1."""
SMALL_KANA = str.maketrans("ァィゥェォッャュョヮヵヶ", "アイウエオツヤユヨワカケ")
HIRAGANA = str.maketrans({chr(code): chr(code + 0x60) for code in range(0x3041, 0x3097)})
SEPARATORS = re.compile(r"[\s・.,､、。'’\"“”&＆+_/()\[\]「」『』\-‐‑‒–—―−ー~〜]+")
NUMBER_WORDS = re.compile(r"(丁目|番地の|番地|番|号|の)(?=\d|$)")


def name_form(name: str) -> str:
    """A name without legal form, width, case, old characters, separators: 「㈱沢田商会」 is 「澤田商會株式會社」."""
    text = _common(name)
    bare = text
    for form in FORMS:
        bare = bare.replace(form, "")
    return ENGLISH_FORM.sub("", _plain(bare)) or _plain(text)


def reading_form(kana: str, address: str) -> str:
    """A reading together with the address: what stays when the same sender writes itself in other characters."""
    spoken = _common(kana).replace(" ", "")
    for form in SPOKEN_FORMS:
        spoken = spoken.replace(form, "")
    place = NUMBER_WORDS.sub("-", _common(address)).strip("-")
    return f"{_plain(spoken)}|{_plain(place)}"


@dataclass(frozen=True)
class Spelled:
    """How a sender writes itself, and its corporate number, None where it states none (G-5)."""

    name: str
    kana: str
    address: str
    corporate_number: str | None = None

    @property
    def forms(self) -> tuple[str, str]:
        """What its name, and its reading with the address, are known again by."""
        return name_form(self.name), reading_form(self.kana, self.address)


def s_in_7_alike(one: Spelled, other: Spelled) -> bool:
    """Whether two spellings may be one sender: a form is the same, the numbers leave it open. An officer is asked."""
    same = any(a == b for a, b in zip(one.forms, other.forms, strict=True))
    return same and may_be_one(one.corporate_number, other.corporate_number)


def exact_form(name: str) -> str:
    """A name as it identifies a body without a corporate number: width and blanks are all that is forgotten."""
    return "".join(unicodedata.normalize("NFKC", name).split())


def may_be_one(one: str | None, other: str | None) -> bool:
    """Whether corporate numbers leave it open: two different numbers are two legal entities (G-5)."""
    return one is None or other is None or one == other


def _common(text: str) -> str:
    """In full width, common characters, capital letters and katakana."""
    return unicodedata.normalize("NFKC", text).upper().translate(OLD_TO_NEW).translate(HIRAGANA)


def _plain(text: str) -> str:
    # Long vowels and hyphens are dropped together: they are mistaken for one another.
    for way, other in SAME_SOUND:
        text = way.sub(other, text)
    return SEPARATORS.sub("", text.translate(SMALL_KANA))
