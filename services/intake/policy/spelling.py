"""When two spellings may be one sender (S-IN-7): names and addresses without what differs from hand to hand.

Only a suspicion follows from equal forms; an officer decides.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

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
    "ザイダンホウジン", "シャダンホウジン", "イッパン", "コウエキ",
)  # fmt: skip
VARIANTS = (
    "澤沢 齋斉 齊斉 斎斉 邊辺 邉辺 髙高 﨑崎 嶋島 嶌島 濱浜 濵浜 廣広 國国 眞真 惠恵 龍竜 櫻桜 "
    "冨富 槇槙 瀧滝 鐵鉄 鉃鉄 藏蔵 會会 學学 應応 圓円 壽寿 澁渋 條条 德徳 寬寛 靜静 黑黒 萬万 "
    "淺浅 賣売 禮礼 榮栄 縣県 與与 豐豊 發発 總総 號号 樂楽 氣気 鹽塩 彌弥 曾曽 檜桧 嶽岳 桒桑 "
    "菴庵 渕淵 舘館 峯峰 亞亜 驛駅 區区 藝芸 儉倹 劍剣 權権 兒児 實実 釋釈 狀状 燒焼 乘乗 聲声 "
    "攝摂 專専 戰戦 擇択 傳伝 當当 獨独 讀読 拜拝 麥麦 變変 辨弁 寶宝 滿満 譯訳 藥薬 餘余 來来 "
    "覽覧 兩両 綠緑 靈霊 勞労 灣湾 "
)
"""Old and variant characters (旧字体・異体字), each before the one in common use."""
OLD_TO_NEW = str.maketrans({pair[0]: pair[1] for pair in VARIANTS.split()})
SMALL_KANA = str.maketrans("ァィゥェォッャュョヮヵヶ", "アイウエオツヤユヨワカケ")
HIRAGANA = str.maketrans({chr(code): chr(code + 0x60) for code in range(0x3041, 0x3097)})
SEPARATORS = re.compile(r"[\s・.,､、。'’\"“”&＆+_/()\[\]「」『』\-‐‑‒–—―−ー~〜]+")
NUMBER_WORDS = re.compile(r"(丁目|番地の|番地|番|号|の)(?=\d|$)")


def name_form(name: str) -> str:
    """A name without legal form, width, case, old characters, separators: 「㈱沢田商会」 is 「澤田商會株式会社」."""
    text = unicodedata.normalize("NFKC", name).upper()
    for form in sorted(LEGAL_FORMS, key=len, reverse=True):
        text = text.replace(form, "")
    return _plain(text) or _plain(unicodedata.normalize("NFKC", name).upper())


def reading_form(kana: str, address: str) -> str:
    """A reading together with the address: what stays when the same sender writes itself in other characters."""
    spoken = unicodedata.normalize("NFKC", kana).translate(HIRAGANA).replace(" ", "")
    for form in SPOKEN_FORMS:
        spoken = spoken.replace(form, "")
    place = NUMBER_WORDS.sub("-", unicodedata.normalize("NFKC", address)).strip("-")
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


def _plain(text: str) -> str:
    # Long vowels and hyphens are dropped together: they are mistaken for one another.
    return SEPARATORS.sub("", text.translate(HIRAGANA).translate(SMALL_KANA).translate(OLD_TO_NEW))
