"""Papers (書面) out of an edition's layouts: plain data in, PDF out; the same data give the same bytes, for ever.

A layout is a Typst text in the edition's folder ``layouts``. What it is told comes in as data and is never read as
markup. A layout that has been used is not changed: a new one holds from a day, so that what is out comes out alike.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from policies.calendars import start_of_day
from policies.catalogue import FROM_EDITION
from policies.edition import Edition
from policies.faults import EditionFault
from policies.papers import PAPERS, layouts
from policies.texts import LAYOUT
from policies.typefaces import FAMILY, FOLDER, GETA, characters

if TYPE_CHECKING:
    import typst

STANDARD: Final = "a-2u"
"""PDF/A-2u: for keeping; every font is embedded, every character can be read out again."""
KEPT_APART = {"Cc": " ", "Zl": " ", "Zp": " ", "Cf": "", "Cs": GETA, "Co": GETA, "Cn": GETA}
"""Control characters part words; what would turn the direction of writing, or cannot be seen, is left out."""
VARIATIONS = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))
"""Selectors of a character's variant (異体字セレクタ): the typeface has one form of each."""


class TypesettingError(Exception):
    """A paper cannot be set: an unknown layout, or data that it does not go with."""


def typeset(edition: Edition, layout: str, on: date, told: Mapping[str, Any]) -> bytes:
    """The paper as PDF, dated ``on``. ``told`` is plain data; takes some 20 ms, so call it from a thread.

    Raises TypesettingError.
    """
    import typst  # the typesetter takes 7 MB: not in a process that sets no paper

    source = edition.layouts.get(layout)
    if source is None:
        raise TypesettingError(f"{edition.id} has no layout {layout!r}")
    known = {name: getattr(edition.edition, name) for name in FROM_EDITION} | {"family": FAMILY}
    data = printable({**told, **known, "dated": {"year": on.year, "month": on.month, "day": on.day}})
    said = {"data": json.dumps(data, ensure_ascii=False)}
    compiler = typst.Compiler(source.encode(), root=str(FOLDER), font_paths=_fonts(), sys_inputs=said)
    moment = int(start_of_day(on).timestamp())
    try:
        made = compiler.compile(format="pdf", pdf_standards=[STANDARD], timestamp=moment)
    except typst.TypstError as error:
        raise TypesettingError(f"{edition.id}/{layout}: {error.message}") from None
    assert isinstance(made, bytes)
    return made


def set_paper(edition: Edition, layout: str, told: Mapping[str, Any]) -> bytes:
    """A paper as PDF, dated the day of its issue; ``told`` is what its kind is told. Raises TypesettingError."""
    return typeset(edition, layout, date.fromisoformat(told["issued_on"]), told)


def faults(edition: Edition) -> Iterator[EditionFault]:
    """Layouts in which the samples of variables.yaml cannot be set.

    For tests and for whoever checks an edition before it opens. Not for each start of a service: only billing and
    notify set papers, and the others need not carry a typesetter.
    """
    for parameter, name in dict.fromkeys((parameter, name) for parameter, _, name in layouts(edition)):
        for told in PAPERS[parameter].samples(edition):
            try:
                set_paper(edition, name, told)
            except TypesettingError as error:
                file = edition.file(f"layouts/{name}{LAYOUT}")
                ja, en = f"見本の値で書面を作れません：{error}。", f"It cannot be set with the samples: {error}."
                yield EditionFault(file, 1, edition.clause_of(parameter), ja, en)


def printable(value: Any) -> Any:
    """The data with every text as it can be printed; characters that the typeface lacks become 〓."""
    if isinstance(value, str):
        return "".join(map(_printed, unicodedata.normalize("NFC", value)))
    if isinstance(value, Mapping):
        return {str(name): printable(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [printable(each) for each in value]
    return value


def _printed(character: str) -> str:
    if ord(character) in characters():
        return KEPT_APART.get(unicodedata.category(character), character)
    if any(ord(character) in each for each in VARIATIONS):
        return ""
    return KEPT_APART.get(unicodedata.category(character), GETA)


@cache
def _fonts() -> typst.Fonts:
    import typst

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FOLDER)])
