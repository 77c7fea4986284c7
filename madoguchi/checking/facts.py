"""A case's facts as what the rules want them to be: days, moments, numbers, words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import TypeVar

from policies.cases import Fact
from schemas.values import Scalar

T = TypeVar("T")
_WORDS: dict[type, tuple[str, str]] = {
    bool: ("true か false", "true or false"),
    int: ("整数", "a whole number"),
    str: ("文字", "text"),
    tuple: ("並び（[ ]）", "a list"),
    dict: ("項目名と値の組", "keys with values"),
}


class BadFacts(Exception):
    """A case cannot be put to the rules as it is written; ``fact`` is which of its facts is at fault."""

    def __init__(self, fact: str, ja: str, en: str) -> None:
        super().__init__(f"{fact}: {en}")
        self.fact, self.ja, self.en = fact, ja, en


WORDS = ("granted", "refused")
"""What an officer says to what is asked of one: 認める, 認めない."""


class Facts:
    """What a case states. Whatever is asked for and missing, or of another kind, raises `BadFacts`."""

    def __init__(self, stated: Mapping[str, Fact]) -> None:
        self._stated = stated

    def __contains__(self, name: str) -> bool:
        """Whether the case says anything of it, be it ``null``."""
        return name in self._stated

    def known(self, name: str) -> bool:
        """Whether it is stated, and not as ``null``."""
        return self._stated.get(name) is not None

    def flag(self, name: str, default: bool | None = None) -> bool:
        """Yes or no."""
        return self._as(bool, name, default)

    def number(self, name: str, default: int | None = None) -> int:
        """A whole number."""
        return self._as(int, name, default)

    def text(self, name: str, default: str | None = None) -> str:
        """Text, or a code."""
        return self._as(str, name, default)

    def numbers(self, name: str) -> tuple[int, ...]:
        """A list of whole numbers; empty where the case says nothing of it."""
        return tuple(Facts({name: each}).number(name) for each in self._many(name))

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of codes; empty where the case says nothing of it."""
        return tuple(Facts({name: each}).text(name) for each in self._many(name))

    def days(self, name: str) -> dict[str, date | None]:
        """Days by key, such as when each paper arrived; None where it says ``null``."""
        stated = self._as(dict, name, {})
        return {key: None if value is None else Facts({key: value}).day(key) for key, value in stated.items()}

    def day(self, name: str) -> date:
        """A day of Tokyo."""
        try:
            return date.fromisoformat(self.text(name))
        except ValueError:
            raise BadFacts(name, "存在する日付を年-月-日で書いてください。", "Write a day that exists.") from None

    def moment(self, name: str) -> datetime:
        """A moment with its offset, in UTC."""
        try:
            when = datetime.fromisoformat(self.text(name))
        except ValueError:
            raise BadFacts(name, "日時を 2025-12-05T23:59:59+09:00 の形で書いてください。", "Write a moment.") from None
        if when.tzinfo is None:
            raise BadFacts(name, "日時に時差（+09:00）を付けてください。", "Write the moment's offset, +09:00.")
        return when.astimezone(UTC)

    def many_days(self, name: str) -> tuple[date, ...]:
        """A list of days of Tokyo; empty where the case says nothing of it."""
        return tuple(Facts({name: each}).day(name) for each in self._many(name))

    def counts(self, name: str) -> dict[str, int]:
        """Whole numbers by key; none where the case says nothing of it."""
        return {key: Facts({key: value}).number(key) for key, value in self._as(dict, name, {}).items()}

    def granted(self) -> bool:
        """Whether the officer grants what is asked: the fact ``officer``."""
        if self.text("officer") not in WORDS:
            ja, en = "granted（認める）か refused（認めない）です。", f"It is one of {', '.join(WORDS)}."
            raise BadFacts("officer", ja, en)
        return self.text("officer") == "granted"

    def apart(self, names: Iterable[str]) -> tuple[Facts, ...]:
        """What is said of several alike: a list says it of one after the other, anything else of each of them."""
        stated = {name: self._stated[name] for name in names if name in self._stated}
        many = {name: value for name, value in stated.items() if isinstance(value, tuple)}
        size = max((len(value) for value in many.values()), default=1)
        for name, value in many.items():
            if len(value) != size:
                raise BadFacts(name, "並びの長さをそろえてください。", "Lists of several must be equally long.")
        same = {name: value for name, value in stated.items() if name not in many}
        return tuple(Facts({**same, **{name: value[at] for name, value in many.items()}}) for at in range(size))

    def _many(self, name: str) -> tuple[Scalar, ...]:
        return self._as(tuple, name, ())

    def _as(self, kind: type[T], name: str, default: T | None) -> T:
        value = self._stated.get(name)
        if value is None and default is not None:
            return default
        if value is None:
            raise BadFacts(name, "この事実が必要です。", "This fact is needed.")
        if type(value) is not kind:
            ja, en = _WORDS[kind]
            raise BadFacts(name, f"{ja}で書いてください。", f"Write {en}.")
        return value
