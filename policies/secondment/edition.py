"""A secondment edition (出向者受入制度 の版) as code reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from policies.edition import Edition, Fee, Fees, Taxes
from policies.faults import UnknownParameter
from policies.parameters import Dated, Read
from policies.secondment.sections import (
    Appraisal,
    Bars,
    Costs,
    Dates,
    Departure,
    DomesticRoute,
    Leave,
    OverseasRoute,
    Papers,
    Reminders,
    Routes,
    SecondmentInvoices,
    SecondmentRetention,
    TieBreak,
)
from policies.secondment.sites import (
    Headquarters,
    Incumbents,
    Offices,
    Site,
    capacity_parameter,
    level_parameter,
    sites_of,
    years_taken,
)
from schemas.values import Route


@dataclass(frozen=True, eq=False)
class SecondmentEdition(Edition):
    """All that varies from year to year in the secondment. Deadlines: ``dates``; places: ``sites``."""

    dates: Dates
    routes: Routes
    bars: Bars
    papers: Papers
    departure: Departure
    leave: Leave
    appraisal: Appraisal
    costs: Costs
    fees: Fees
    taxes: Taxes
    invoice: SecondmentInvoices
    tiebreak: TieBreak
    reminders: Reminders
    retention: SecondmentRetention
    headquarters: Headquarters
    offices: Offices
    incumbents: Incumbents

    @cached_property
    def sites(self) -> Mapping[str, Site]:
        """Every site by id, in the order of the files; those that take nobody included."""
        return {site.id: site for site in sites_of(self.headquarters, self.offices)}

    def site(self, site_id: str) -> Site:
        """The site of that id. Raises UnknownParameter; ask ``site_id in edition.sites`` of what comes from outside."""
        if site_id not in self.sites:
            raise UnknownParameter(f"{self.id} has no site {site_id!r}")
        return self.sites[site_id]

    def accepting_beside(self, site_id: str) -> tuple[Site, ...]:
        """The units of the same department that accept, to be named in a refusal (S-IN-5); none for an office."""
        department = self.site(site_id).department
        units = (site for site in self.sites.values() if site.kind == "unit" and site.accepting)
        return tuple(site for site in units if department is not None and site.department == department)

    def capacity(self, site_id: str, year: int, on: date) -> Read:
        """How many places a site has in a fiscal year (S-PL-1). Raises UnknownParameter."""
        return self.value(f"sites.{site_id}.capacity.{year}", on)

    def level_asked(self, site_id: str, on: date) -> Read | None:
        """The level of English that a unit asks for (S-SC-8), None where it asks for none."""
        asks = site_id in self.sites and self.sites[site_id].toeic_least is not None
        return self.value(f"sites.{site_id}.toeic_least", on) if asks else None

    def taken(self, site_id: str, year: int) -> int:
        """How many places those already there take at a site in a fiscal year (S-PL-6)."""
        return sum(each.places for each in self.incumbents.taken if each.site == site_id and year in years_taken(each))

    def free_places(self, site_id: str, year: int) -> int:
        """Capacity less those already there; zero for a site that takes nobody or a year without a capacity."""
        return max(0, self.site(site_id).capacity.get(year, 0) - self.taken(site_id, year))

    def route(self, route: Route) -> DomesticRoute | OverseasRoute:
        """The rules of a route."""
        rules: DomesticRoute | OverseasRoute = getattr(self.routes, route)
        return rules

    def overseas_years_most(self, country: str, on: date) -> Read | None:
        """How many years a country allows (S-SC-4), None where it sets no bound of its own."""
        limited = country in self.routes.countries
        return self.value(f"routes.countries.{country}.overseas_years_most", on) if limited else None

    def fees_for(self, country: str) -> dict[str, Fee]:
        """The fees of a post in a country, by code (S-BI-2…4)."""
        fees = self.fees.root.items()
        return {code: fee for code, fee in fees if fee.countries is None or country in fee.countries}

    def tax_rate(self, fee: str, on: date) -> Read | None:
        """The rate of a fee's consumption tax on a day, in percent; None where it is 不課税."""
        code = self.fees.root[fee].tax
        return self.value(f"taxes.{code}", on) if code in self.taxes.root else None

    def appraisal_day(self, appraised_year: int) -> date:
        """The day on which a fiscal year's assessment goes to the sender: in June of the next (S-LI-8)."""
        return date(appraised_year + 1, self.appraisal.reported_month.first, self.appraisal.reported_day.first)

    @cached_property
    def parameters(self) -> Mapping[str, Dated[Any]]:
        """Every parameter by name, the capacities of sites included."""
        capacities = {
            f"sites.{site.id}.capacity.{year}": capacity_parameter(
                site, year, self.headquarters if site.department else self.offices
            )
            for site in self.sites.values()
            for year in site.capacity
        }
        levels = {
            f"sites.{site.id}.toeic_least": level_parameter(
                site, self.headquarters if site.department else self.offices
            )
            for site in self.sites.values()
            if site.toeic_least is not None
        }
        return {**super().parameters, **capacities, **levels}
