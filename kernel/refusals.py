"""What a guard says when it refuses: one clear answer, in Japanese and English, that names the clause."""

from __future__ import annotations

import re
from collections.abc import Mapping


class Refused(Exception):
    """A rule of the business refuses a command; nothing was changed.

    ``clause`` is the rule's id in the rulebook, ``ja`` and ``en`` say what is wrong and what would be right, without
    repeating any value that was sent. ``pointer`` is a JSON pointer to the place in the request, where there is one.
    """

    status = 409
    headers: Mapping[str, str] | None = None
    """What the answer says beside its body."""

    def __init__(self, clause: str, ja: str, en: str, *, pointer: str | None = None) -> None:
        super().__init__(f"{clause}: {en}")
        self.clause, self.ja, self.en, self.pointer = clause, ja, en, pointer


class Stale(Refused):
    """The officer decided on a version of the case that is no longer the latest."""

    status = 412

    def __init__(self, seen: int, now: int) -> None:
        super().__init__(
            "G-6",
            f"ご覧になった第{seen}版のあとに更新があり、現在は第{now}版です。最新の内容を確認して、もう一度操作してください。",
            f"The case was at version {seen} when you read it and is now at {now}. Read it again, then decide.",
        )


class NotFound(Refused):
    """There is no such thing: ``what`` it would be, in English (also an aggregate's class name), and in Japanese."""

    status = 404

    def __init__(self, what: str, ja: str = "該当する記録") -> None:
        thing = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", what).lower()
        super().__init__("G-8", f"{ja}が見つかりません。番号をご確認ください。", f"No such {thing}. Check the id.")


class NotYet(Exception):
    """A message cannot be handled yet because another one, still on its way, has to come first; it is tried again."""
