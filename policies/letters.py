"""Letters out of an edition's texts: plain data in, subject and body out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from jinja2 import DictLoader, StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from policies.catalogue import COMMON
from policies.edition import Edition
from schemas.values import TOKYO

WEEKDAYS = "月火水木金土日"


class LetterError(Exception):
    """A letter cannot be written: an unknown letter, a variable too many or too few, or of the wrong kind."""


@dataclass(frozen=True)
class Letter:
    """A letter (通知) as it goes out: plain text, lines ended by a line feed.

    ``appointment`` is what its calendar entry is called, "" where it has none.
    """

    subject: str
    body: str
    appointment: str = ""


def yen(amount: int) -> str:
    """1584000 → 1,584,000円."""
    if type(amount) is not int:
        raise LetterError("an amount must be whole yen")
    return f"{amount:,}円"


def day(value: date | str) -> str:
    """2026-04-01 → 2026年4月1日（水）."""
    when = date.fromisoformat(value) if isinstance(value, str) else value
    return f"{when.year}年{when.month}月{when.day}日（{WEEKDAYS[when.weekday()]}）"


def moment(value: datetime | str) -> str:
    """A moment in UTC, as ISO text or datetime, in Tokyo: 2026年3月10日（火）14時00分."""
    when = datetime.fromisoformat(value) if isinstance(value, str) else value
    if when.tzinfo is None:
        raise LetterError("a moment must have a time zone")
    local = when.astimezone(TOKYO)
    return f"{day(local.date())}{local.hour}時{local:%M}分"


def render(edition: Edition, letter: str, variables: Mapping[str, Any]) -> Letter:
    """Write a letter of an edition.

    ``variables`` are plain data (text, numbers, ISO days, lists and mappings of these): those of the catalogue's entry
    and organisation, person and written_on, no more and no less. Raises LetterError.
    """
    entry = edition.letters.root.get(letter)
    if entry is None:
        raise LetterError(f"{edition.id} has no letter {letter!r}")
    wanted = {*entry.variables, *COMMON}
    if wanted != variables.keys():
        raise LetterError(
            f"{letter}: missing {sorted(wanted - variables.keys())}, unknown {sorted(set(variables) - wanted)}"
        )
    subject, appointment = (_written(edition, f"{letter}.{part}", variables) for part in ("subject", "appointment"))
    if len(subject.splitlines()) != 1 or len(appointment.splitlines()) > 1:
        raise LetterError(f"{letter}: the subject, and what an appointment is called, must be one line")
    return Letter(subject, _written(edition, letter, variables) + "\n", appointment)


def preview(edition: Edition, letter: str) -> Letter:
    """The letter with the samples of variables.yaml."""
    return render(edition, letter, samples(edition, letter))


def samples(edition: Edition, letter: str) -> dict[str, Any]:
    """Sample values for all variables of a letter."""
    names = (*COMMON, *edition.letters.root[letter].variables)
    return {name: edition.variables.root[name].sample for name in names}


@lru_cache(maxsize=16)
def environment(edition: Edition) -> ImmutableSandboxedEnvironment:
    """Where the edition's texts are rendered: a clerk's template can reach nothing but the variables."""
    templates = {name: text.body for name, text in edition.texts.items()}
    templates.update({f"{name}.subject": text.subject for name, text in edition.texts.items()})
    templates.update({f"{name}.appointment": text.appointment for name, text in edition.texts.items()})
    made = ImmutableSandboxedEnvironment(
        loader=DictLoader(templates),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters.update({"yen": yen, "day": day, "moment": moment})
    header = edition.edition
    made.globals.clear()
    made.globals.update(
        {
            "institution": header.institution,
            "office": header.office,
            "title": header.title,
            "fiscal_year": header.fiscal_year,
        }
    )
    return made


def _written(edition: Edition, template: str, variables: Mapping[str, Any]) -> str:
    try:
        return environment(edition).get_template(template).render(variables).strip("\n")
    except (TemplateError, TypeError, ValueError) as error:
        raise LetterError(f"{template}: {type(error).__name__}") from None
