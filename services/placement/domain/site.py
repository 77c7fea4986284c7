"""A site (受入先) or coordinator's seats: how many there are and who holds them, by fiscal year."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field
from datetime import datetime
from typing import Self

from kernel.aggregate import Aggregate, Created, Event
from kernel.refusals import Refused
from schemas.values import Decision


class SiteDesignated(Created, frozen=True, kw_only=True):
    """JETRO designates a place (S-PL-1). ``incumbents`` are those there whom this system did not place (S-PL-6)."""

    TOPIC = "placement.site_designated.v1"
    site_id: str
    overseas: bool
    capacity: dict[int, int]
    incumbents: dict[int, int]
    edition: str


class SiteRevised(Event, frozen=True, kw_only=True):
    """A later edition speaks of the place: its years are added to those known, or replace them.

    Years of which HR has spoken by hand are not among those of ``capacity``.
    """

    TOPIC = "placement.site_revised.v1"
    capacity: dict[int, int]
    incumbents: dict[int, int]
    edition: str

    def apply(self, site: Site) -> None:
        site.capacity = site.capacity | self.capacity
        site.incumbents = site.incumbents | self.incumbents
        site.edition = self.edition


class CapacityChanged(Event, frozen=True, kw_only=True):
    """HR opens or closes places by hand: more than one in an overseas office waives S-PL-2."""

    TOPIC = "placement.capacity_changed.v1"
    fiscal_year: int
    places: int
    decision: Decision

    def apply(self, site: Site) -> None:
        site.capacity = site.capacity | {self.fiscal_year: self.places}
        site.by_hand = tuple(sorted({*site.by_hand, self.fiscal_year}))


class PlaceClaimed(Event, frozen=True, kw_only=True):
    """A secondment takes a place in these fiscal years."""

    TOPIC = "placement.place_claimed.v1"
    secondment_id: str
    fiscal_years: tuple[int, ...]

    def apply(self, site: Site) -> None:
        years = {*site.claims.get(self.secondment_id, ()), *self.fiscal_years}
        site.claims = site.claims | {self.secondment_id: tuple(sorted(years))}


class PlaceGivenBack(Event, frozen=True, kw_only=True):
    """A secondment gives its place back for these fiscal years."""

    TOPIC = "placement.place_given_back.v1"
    secondment_id: str
    fiscal_years: tuple[int, ...]

    def apply(self, site: Site) -> None:
        left = tuple(y for y in site.claims.get(self.secondment_id, ()) if y not in self.fiscal_years)
        others = {id: years for id, years in site.claims.items() if id != self.secondment_id}
        site.claims = others | ({self.secondment_id: left} if left else {})


class Site(Aggregate):
    """A place and its seats. A claim beyond the last seat is refused, also when two come at the same moment.

    ``by_hand`` are the fiscal years whose seats HR opened or closed by hand.
    """

    TOPIC = "placement.site"
    site_id: str
    overseas: bool
    edition: str
    capacity: dict[int, int] = field(default_factory=dict)
    incumbents: dict[int, int] = field(default_factory=dict)
    claims: dict[str, tuple[int, ...]] = field(default_factory=dict)
    by_hand: tuple[int, ...] = ()

    @staticmethod
    def stream(site_id: str) -> str:
        """The aggregate's id."""
        return f"site-{site_id}"

    @classmethod
    def designate(cls, site_id: str, *, overseas: bool, seats: Seats, edition: str, at: datetime) -> Self:
        """The place as the edition has it."""
        fields = {"site_id": site_id, "overseas": overseas, "edition": edition}
        capacity, incumbents = dict(seats.capacity), dict(seats.incumbents)
        return cls.begin(
            SiteDesignated, id=cls.stream(site_id), at=at, capacity=capacity, incumbents=incumbents, **fields
        )

    def revise(self, seats: Seats, *, edition: str, at: datetime) -> None:
        """Take over what a later edition says, but of years that HR spoke of by hand: that word stands (S-PL-1).

        The same edition changes nothing.
        """
        if edition > self.edition:
            capacity = {year: places for year, places in seats.capacity.items() if year not in self.by_hand}
            incumbents = dict(seats.incumbents)
            self.record(SiteRevised, at=at, capacity=capacity, incumbents=incumbents, edition=edition)

    def taken(self, year: int) -> int:
        """How many seats are taken in a fiscal year: by those who were there and by those placed since."""
        return self.incumbents.get(year, 0) + sum(year in years for years in self.claims.values())

    def free(self, year: int) -> int:
        """How many seats are left in a fiscal year."""
        return max(0, self.capacity.get(year, 0) - self.taken(year))

    def claim(self, secondment_id: str, years: Iterable[int], *, at: datetime) -> None:
        """Take a seat in each of the fiscal years. Refuses unless all of them have one free (S-PL-2, S-PL-6)."""
        new = tuple(sorted({*years} - {*self.claims.get(secondment_id, ())}))
        full = [year for year in new if self.free(year) < 1]
        if full:
            listed = "、".join(f"{year}年度" for year in full)
            ja = f"受入先「{self.site_id}」は{listed}に空きがありません。別の受入先にするか、枠を見直してください。"
            en = f"Site {self.site_id} has no free place in {', '.join(map(str, full))}. Choose another or add a place."
            raise Refused("S-PL-2" if self.overseas else "S-PL-6", ja, en)
        if new:
            self.record(PlaceClaimed, at=at, secondment_id=secondment_id, fiscal_years=new)

    def give_back(self, secondment_id: str, *, since: int = 0, at: datetime) -> None:
        """Free the secondment's seats from the fiscal year ``since`` on."""
        years = tuple(year for year in self.claims.get(secondment_id, ()) if year >= since)
        if years:
            self.record(PlaceGivenBack, at=at, secondment_id=secondment_id, fiscal_years=years)

    def change_capacity(self, year: int, places: int, decision: Decision, *, at: datetime) -> None:
        """Open or close seats by hand. Refuses fewer than are taken."""
        if places < self.taken(year):
            ja = "すでに決まっている人数を下回る受入枠にはできません。先に提案や出向の予定を変更してください。"
            raise Refused("S-PL-6", ja, "Fewer places than are taken already. Change the proposals or stays first.")
        self.record(CapacityChanged, at=at, fiscal_year=year, places=places, decision=decision)


class Seats:
    """What an edition says of one place: capacity and incumbents by fiscal year."""

    def __init__(self, capacity: Mapping[int, int], incumbents: Mapping[int, int]) -> None:
        self.capacity, self.incumbents = capacity, incumbents
