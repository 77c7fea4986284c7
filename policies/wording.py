"""What pydantic's findings are called in an edition's faults, in Japanese and English, without repeating the value."""

from __future__ import annotations

from typing import Any

_WORDS: dict[str, tuple[str, str]] = {
    "extra_forbidden": (
        "この項目名は使えません。綴りと字下げをご確認ください",
        "unknown key: check spelling and depth",
    ),
    "missing": ("必要な項目がありません", "a key is missing here"),
    "int_type": ("整数で書いてください", "write a whole number"),
    "int_from_float": ("整数で書いてください", "write a whole number"),
    "bool_type": ("true か false で書いてください", "write true or false"),
    "string_type": ("文字で書いてください", "write text"),
    "date_type": ("日付を年-月-日（例 2026-04-01）で書いてください", "write a day as 2026-04-01"),
    "date_parsing": ("存在しない日付か、日付でない値です", "this is not a day that exists"),
    "date_from_datetime_parsing": ("存在しない日付か、日付でない値です", "this is not a day that exists"),
    "date_from_datetime_inexact": ("時刻を付けずに日付だけを書いてください", "write a day without a time"),
    "string_pattern_mismatch": ("書式が正しくありません", "this does not have the required form"),
    "tuple_type": ("並び（[ ] または - ）で書いてください", "write a list"),
    "dict_type": ("項目名と値の組で書いてください", "write keys with values"),
    "model_type": ("項目名と値の組で書いてください", "write keys with values"),
    "too_short": ("少なくとも一つ書いてください", "write at least one"),
    "string_too_short": ("空にはできません", "this cannot be empty"),
}

_BOUNDS = {
    "greater_than": ("より大きい値", "must be greater than {}"),
    "greater_than_equal": ("以上", "must be {} or more"),
    "less_than": ("より小さい値", "must be less than {}"),
    "less_than_equal": ("以下", "must be {} or less"),
}


def wording(error: Any) -> tuple[str, str]:
    """Japanese and English for one of pydantic's error details."""
    kind, context, where = error["type"], error.get("ctx", {}), _where(error["loc"])
    if kind == "literal_error":
        ja, en = f"使える値は {context['expected']} です", f"allowed are {context['expected']}"
    elif kind in _BOUNDS:
        (bound,) = context.values()
        more, words = _BOUNDS[kind]
        ja, en = f"{bound}{more}にしてください", words.format(bound)
    elif kind == "edition":
        ja, en = context["ja"], context["en"]
    else:
        ja, en = _WORDS.get(kind, ("値が正しくありません", error["msg"]))
    return f"{where}：{ja}。", f"{where}: {en}."


def _where(place: tuple[str | int, ...]) -> str:
    return ".".join(str(part) for part in place) or "（全体）"
