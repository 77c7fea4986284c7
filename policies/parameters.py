"""A parameter: a value with its clause, its unit and the days from which it holds; and what a decision reads of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, RootModel

from policies.faults import Complaint, NotYetHolding
from schemas.values import ClauseId, Parameter, Scalar

T = TypeVar("T")

Unit = (
    Literal["yen", "USD", "percent", "years", "months", "days", "business_days", "hours", "minutes", "points"]
    | (Literal["places", "companies", "times", "date", "month", "code", "text", "flag"])
)
"""What a value is counted in; ``code`` is one of the edition's own words, ``text`` is shown as it stands."""


class Section(BaseModel):
    """A part of an edition. Unknown keys are errors: a key written one level too high must never be passed over."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Holding(Section, Generic[T]):
    """A value and the first and last day on which it holds; without a last day it holds until the next one begins."""

    from_: date = Field(alias="from")
    until: date | None = None
    value: T


class Dated(Section, Generic[T]):
    """A parameter (パラメータ): effective-dated values under one clause. ``note`` names the reading taken."""

    clause: ClauseId
    unit: Unit
    note: str = ""
    values: tuple[Holding[T], ...] = Field(min_length=1)

    def on(self, day: date, name: str = "") -> Holding[T]:
        """What holds on ``day``. Raises NotYetHolding before the first value and after a last one that has an end."""
        begun = [holding for holding in self.values if holding.from_ <= day]
        if begun and (begun[-1].until is None or day <= begun[-1].until):  # those before it ended when it began
            return begun[-1]
        raise NotYetHolding(f"{name or self.clause}: no value holds on {day.isoformat()}")

    @property
    def first(self) -> T:
        """The value that held first; for what is the same all through a cycle, such as its deadlines."""
        return self.values[0].value


Whole = Dated[Annotated[int, Field(ge=0)]]
Day = Dated[date]
Text = Dated[Annotated[str, Field(min_length=1)]]
Flag = Dated[bool]
Codes = Dated[tuple[str, ...]]
Wholes = Dated[tuple[Annotated[int, Field(ge=1)], ...]]


@dataclass(frozen=True)
class Read:
    """A value as read on a day, with its provenance: ``parameter`` is what a decision stores (G-6).

    ``value`` is an int, bool, text, date or tuple of these; ``number``, ``day``, ``text``, ``flag``, ``texts`` and
    ``numbers`` give it as what it has to be and raise TypeError where it is something else.
    """

    clause: str
    value: Any
    parameter: Parameter

    @property
    def number(self) -> int:
        """The value as a whole number."""
        return self._as(int)

    @property
    def flag(self) -> bool:
        """The value as yes or no."""
        return self._as(bool)

    @property
    def day(self) -> date:
        """The value as a day."""
        return self._as(date)

    @property
    def text(self) -> str:
        """The value as text or a code."""
        return self._as(str)

    @property
    def texts(self) -> tuple[str, ...]:
        """The value as a list of codes."""
        return tuple(Read(self.clause, each, self.parameter).text for each in self._as(tuple))

    @property
    def numbers(self) -> tuple[int, ...]:
        """The value as a list of whole numbers."""
        return tuple(Read(self.clause, each, self.parameter).number for each in self._as(tuple))

    def _as(self, kind: type[T]) -> T:
        if type(self.value) is not kind:
            raise TypeError(f"{self.parameter.name} is {type(self.value).__name__}, not {kind.__name__}")
        return self.value


def read(name: str, parameter: Dated[Any], on: date) -> Read:
    """Read a parameter on a day."""
    holding = parameter.on(on, name)
    kept = Parameter(name=name, value=scalar(holding.value), unit=parameter.unit, holds_from=holding.from_.isoformat())
    return Read(parameter.clause, holding.value, kept)


def scalar(value: Any) -> Scalar:
    """A value as decisions store it: days as ISO text, lists joined by commas."""
    if isinstance(value, tuple):
        return ", ".join(str(scalar(each)) for each in value)
    return value.isoformat() if isinstance(value, date) else value


Found = tuple[str, tuple[str | int, ...], Dated[Any]]
"""A parameter's name, its place in the file, and itself."""


def parameters_in(part: Any, name: str = "", place: tuple[str | int, ...] = ()) -> Iterator[Found]:
    """Every parameter of a section, with the name made of the keys that lead to it."""
    if isinstance(part, Dated):
        yield name, place, part
    elif isinstance(part, RootModel):
        yield from parameters_in(part.root, name, place)
    elif isinstance(part, BaseModel):
        for field in type(part).model_fields:
            yield from parameters_in(getattr(part, field), f"{name}.{field}", (*place, field))
    elif isinstance(part, dict):
        for key, each in part.items():
            yield from parameters_in(each, f"{name}.{key}", (*place, str(key)))


def period_complaints(section: str, place: tuple[str | int, ...], parameter: Dated[Any]) -> Iterator[Complaint]:
    """Where the periods of a parameter's values overlap or leave days without a value."""
    for number, holding in enumerate(parameter.values):
        here = (*place, "values", number)
        if holding.until is not None and holding.until < holding.from_:
            yield Complaint(section, here, "終わりの日が始まりの日より前です。", "It ends before it begins.")
        if number == 0:
            continue
        before = parameter.values[number - 1]
        if holding.from_ <= (before.until or before.from_):
            ja, en = "前の値と適用期間が重なっています。", "It overlaps the period of the value before it."
            yield Complaint(section, here, ja, en)
        elif before.until is not None and holding.from_ > before.until + timedelta(days=1):
            ja, en = "前の値との間に値のない日があります。", "There are days without a value before it."
            yield Complaint(section, here, ja, en)
