"""What is wrong with a value, by pydantic's error type, in Japanese and English; never with the value itself."""

from __future__ import annotations

from typing import Any

PHRASES: dict[str, tuple[str, str]] = {
    "missing": ("必須の項目です。入力してください。", "This field is required."),
    "extra_forbidden": ("この項目はありません。項目名をご確認ください。", "There is no such field. Check its name."),
    "string_type": ("文字列で入力してください。", "Text is needed."),
    "string_too_short": ("{min_length}文字以上で入力してください。", "At least {min_length} character(s) are needed."),
    "string_too_long": ("{max_length}文字以内で入力してください。", "At most {max_length} characters are allowed."),
    "string_pattern_mismatch": ("形式が正しくありません。", "The text does not have the expected form."),
    "int_type": ("整数で入力してください。", "A whole number is needed."),
    "int_parsing": ("整数で入力してください。", "A whole number is needed."),
    "int_from_float": ("整数で入力してください。", "A whole number is needed."),
    "bool_type": ("true か false で入力してください。", "true or false is needed."),
    "bool_parsing": ("true か false で入力してください。", "true or false is needed."),
    "greater_than_equal": ("{ge}以上にしてください。", "It must be {ge} or more."),
    "less_than_equal": ("{le}以下にしてください。", "It must be {le} or less."),
    "greater_than": ("{gt}より大きくしてください。", "It must be greater than {gt}."),
    "too_short": ("{min_length}件以上必要です。", "At least {min_length} item(s) are needed."),
    "too_long": ("{max_length}件以内にしてください。", "At most {max_length} items are allowed."),
    "literal_error": ("次のいずれかにしてください: {expected}", "Use one of: {expected}"),
    "enum": ("次のいずれかにしてください: {expected}", "Use one of: {expected}"),
    "date_from_datetime_parsing": (
        "実在する日付を YYYY-MM-DD で入力してください。",
        "A real date as YYYY-MM-DD is needed.",
    ),
    "date_parsing": ("実在する日付を YYYY-MM-DD で入力してください。", "A real date as YYYY-MM-DD is needed."),
    "date_type": ("実在する日付を YYYY-MM-DD で入力してください。", "A real date as YYYY-MM-DD is needed."),
    "datetime_parsing": ("日時を ISO 8601 で入力してください。", "A moment in ISO 8601 is needed."),
    "datetime_from_date_parsing": ("日時を ISO 8601 で入力してください。", "A moment in ISO 8601 is needed."),
    "timezone_aware": (
        "時差を付けた日時（例: +09:00）で入力してください。",
        "The moment needs an offset such as +09:00.",
    ),
    "json_invalid": ("JSON として読めません。", "This is not valid JSON."),
    "model_attributes_type": ("項目の集まり（オブジェクト）が必要です。", "An object is needed."),
    "model_type": ("項目の集まり（オブジェクト）が必要です。", "An object is needed."),
    "dict_type": ("項目の集まり（オブジェクト）が必要です。", "An object is needed."),
    "list_type": ("一覧（配列）が必要です。", "An array is needed."),
    "tuple_type": ("一覧（配列）が必要です。", "An array is needed."),
    "url_parsing": ("URL の形式が正しくありません。", "This is not a URL."),
}
OTHER = ("この値は使えません。書式をご確認ください。", "This value cannot be used. Check its form.")


def phrase(kind: str, context: dict[str, Any]) -> tuple[str, str]:
    """The Japanese and the English sentence for an error type and its bounds."""
    ja, en = PHRASES.get(kind, OTHER)
    listed = {**context, "expected": str(context.get("expected", "")).replace(" or ", ", ")}
    return ja.format(**listed), en.format(**context)
