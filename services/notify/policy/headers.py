"""Headers with Japanese text, written as encoded words (RFC 2047) at once.

The library would take each of them apart and fold it anew, word by word, whenever the mail is written: four
milliseconds a letter, more than all the rest of it.
"""

from __future__ import annotations

from email.header import Header
from email.headerregistry import Address, HeaderRegistry
from email.policy import EmailPolicy
from email.utils import formataddr
from typing import Any

WRITTEN = frozenset({"from", "to", "subject"})
FOLD, LONGEST = "\r\n ", 78
"""How a header goes on in the next line, and the most characters of a line (RFC 5322)."""


class AsWritten(EmailPolicy):
    """Keeps the headers of this module as they were written; they are taken apart when somebody reads them."""

    def header_store_parse(self, name: str, value: Any) -> tuple[str, Any]:
        """See `EmailPolicy`. Raises ValueError for a value that would begin another header."""
        if name.lower() not in WRITTEN or not isinstance(value, str):
            return super().header_store_parse(name, value)
        if any(not line.startswith(FOLD[-1]) for line in value.splitlines()[1:]):
            raise ValueError("a header is one line, or folded")
        return name, value


class Known(HeaderRegistry):
    """Remembers the classes of headers: the library makes a new one for each header of each letter."""

    def __init__(self) -> None:
        super().__init__()
        self._made: dict[str, type] = {}

    def __getitem__(self, name: str) -> type:
        kind = name.lower()
        if kind not in self._made:
            self._made[kind] = super().__getitem__(name)
        return self._made[kind]


AS_WRITTEN = AsWritten(linesep="\r\n", header_factory=Known())


def text(name: str, value: str) -> str:
    """A header of free text. Raises ValueError where the text has more than one line."""
    if value.splitlines() not in ([], [value]):
        raise ValueError("a header's text is one line")
    return value if value.isascii() else _encoded(name, value)


def mailbox(name: str, shown: str, address: str) -> str | Address:
    """A header of one address with a name beside it. Raises ValueError or IndexError where it is no address."""
    plain = Address(addr_spec=address).addr_spec
    if len(plain) > LONGEST - len(" <>"):  # it would be folded anew all the same, and blanks come between the words
        return Address(display_name=shown, addr_spec=address)
    return formataddr((shown, plain)) if shown.isascii() else f"{_encoded(name, shown)}{FOLD}<{plain}>"


def _encoded(name: str, value: str) -> str:
    return Header(value, "utf-8", header_name=name).encode(linesep=FOLD[:-1])
