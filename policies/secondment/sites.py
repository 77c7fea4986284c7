"""Where secondees can be placed (S-PL-1): units of headquarters, offices in Japan and abroad, and what is taken."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from policies.parameters import Dated, Section, Unit, Whole
from policies.secondment.sections import CountryCode, SiteKind
from schemas.values import ClauseId, fiscal_year

SiteId = Annotated[str, Field(pattern=r"^[a-z0-9]+([.-][a-z0-9]+)*$")]
Capacity = dict[int, Annotated[int, Field(ge=0, le=99)]]
"""Places by fiscal year."""


class Place(Section):
    """A place as its file has it: without ``accepting`` it takes secondees, as many as its capacity says."""

    id: SiteId
    name: str
    accepting: bool = True
    capacity: Capacity = Field(default_factory=dict)


class HomePlace(Place):
    """A place in Japan; ``toeic_least`` is the English that the unit asks for, left out where it asks for none."""

    toeic_least: Annotated[int, Field(ge=10, le=990)] = 0


class DepartmentUnit(HomePlace):
    """A unit (課) with its teams (班・チーム), where the source names them."""

    teams: tuple[HomePlace, ...] = ()


class Department(Section):
    """A department (部) of headquarters."""

    id: SiteId
    name: str
    units: tuple[DepartmentUnit, ...] = Field(min_length=1)


class Headquarters(Section):
    """All departments of headquarters (本部). Clause, unit and first day hold for every capacity in it."""

    clause: ClauseId
    unit: Unit
    from_: date = Field(alias="from")
    departments: tuple[Department, ...]


class DomesticOffice(HomePlace):
    """大阪本部 or a domestic office (国内事務所)."""

    kind: Literal["osaka_headquarters", "domestic_office"]


class OverseasOffice(Place):
    """An overseas office (海外事務所). More places than S-PL-2 foresees need ``waived_because``."""

    country: CountryCode
    city: str
    waived_because: str | None = None


class Offices(Section):
    """All offices outside headquarters. Clause, unit and first day hold for every capacity in it."""

    clause: ClauseId
    unit: Unit
    from_: date = Field(alias="from")
    per_overseas_office: Whole
    domestic: tuple[DomesticOffice, ...]
    overseas: tuple[OverseasOffice, ...]


class Incumbent(Section):
    """A place that is taken already (S-PL-6), from its first day to its last; no word on who is there."""

    clause: ClauseId
    site: SiteId
    from_: date = Field(alias="from")
    until: date
    places: Annotated[int, Field(ge=1)] = 1


class Incumbents(Section):
    """Those already there."""

    clause: ClauseId
    taken: tuple[Incumbent, ...]


@dataclass(frozen=True)
class Site:
    """A site of any kind, flat. ``within`` is the unit that a team belongs to, ``department`` a department's id.

    ``counted_at`` are the sites whose places a secondee here takes: a team's secondee also takes one of its unit's.
    """

    id: str
    name: str
    kind: SiteKind
    accepting: bool
    capacity: Capacity
    department: str | None = None
    department_name: str | None = None
    within: str | None = None
    country: str = "JP"
    city: str | None = None
    toeic_least: int | None = None

    @property
    def full_name(self) -> str:
        """The name as letters write it, with its department."""
        return f"{self.department_name}{self.name}" if self.department_name else self.name

    @property
    def overseas(self) -> bool:
        """Whether it is abroad."""
        return self.kind == "overseas_office"

    @property
    def counted_at(self) -> tuple[str, ...]:
        """Itself and, for a team, its unit."""
        return (self.id, self.within) if self.within else (self.id,)


def sites_of(headquarters: Headquarters, offices: Offices) -> Iterator[Site]:
    """Every site in the order of the files."""
    for department in headquarters.departments:
        for unit in department.units:
            yield from _unit(department, unit)
    for home in offices.domestic:
        level = home.toeic_least or None
        yield Site(home.id, home.name, home.kind, home.accepting, home.capacity, toeic_least=level)
    for abroad in offices.overseas:
        yield Site(
            abroad.id,
            abroad.name,
            "overseas_office",
            abroad.accepting,
            abroad.capacity,
            country=abroad.country,
            city=abroad.city,
        )


def _unit(department: Department, unit: DepartmentUnit) -> Iterator[Site]:
    of = (department.id, department.name)
    level = unit.toeic_least or None
    yield Site(unit.id, unit.name, "unit", unit.accepting, unit.capacity, *of, toeic_least=level)
    for team in unit.teams:
        name = f"{unit.name}{team.name}"
        accepting, asks = unit.accepting and team.accepting, team.toeic_least or level
        yield Site(team.id, name, "team", accepting, team.capacity, *of, within=unit.id, toeic_least=asks)


def capacity_parameter(site: Site, year: int, section: Headquarters | Offices) -> Dated[int]:
    """The capacity of a site in a fiscal year as a parameter, under its file's clause."""
    holding = {"from": section.from_, "value": site.capacity[year]}
    return Dated[int].model_validate({"clause": section.clause, "unit": section.unit, "values": (holding,)})


def level_parameter(site: Site, section: Headquarters | Offices) -> Dated[int]:
    """The level of English that a site in Japan asks for, as a parameter (S-SC-8)."""
    holding = {"from": section.from_, "value": site.toeic_least}
    return Dated[int].model_validate({"clause": "S-SC-8", "unit": "points", "values": (holding,)})


def years_taken(incumbent: Incumbent) -> range:
    """The fiscal years in which an incumbent's place is taken."""
    return range(fiscal_year(incumbent.from_), fiscal_year(incumbent.until) + 1)
