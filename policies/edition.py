"""What the editions of both programmes have in common: header, invoices, and reading with provenance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from difflib import get_close_matches
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import Field, RootModel

from policies.catalogue import Letters, Variables
from policies.faults import UnknownParameter
from policies.parameters import Dated, Read, Section, Text, Unit, parameters_in, read
from policies.texts import LetterText
from schemas.values import ClauseId, Programme

RegistrationNumber = Annotated[str, Field(pattern=r"^T\d{13}$")]
"""登録番号 of an issuer of qualified invoices: T and 13 digits."""


FiscalYear = Annotated[int, Field(ge=2000, le=2199)]


class Header(Section):
    """What edition this is (版). ``guide_issued`` is the source's day, ``years`` the fiscal years it places into.

    ``based_on`` is the fiscal year of an earlier edition from which every file is taken that this one does not have.
    """

    clause: ClauseId
    programme: Programme
    fiscal_year: FiscalYear
    title: str
    guide_issued: date
    years: tuple[FiscalYear, ...]
    institution: str
    office: str
    based_on: FiscalYear | None = None


class InvoiceRules(Section):
    """How invoices are made out (S-BI-7): issuer, number, terms, rounding.

    ``payment_due`` is when one falls due, ``tax_rounding`` how tax is rounded, once for each rate; ``bank_account`` is
    where it is paid to, ``layout`` the paper's in the folder ``layouts``.
    """

    issuer_name: Text
    issuer_address: Text
    registration_number: Dated[RegistrationNumber]
    number_prefix: Text
    return_number_prefix: Text
    payment_due: Dated[Literal["end_of_next_month", "end_of_month_after_next", "in_30_days"]]
    tax_rounding: Dated[Literal["down", "half_up", "up"]]
    bank_account: Text
    layout: Text


KeptYears = Dated[Annotated[int, Field(ge=1, le=100)]]


class Retention(Section):
    """How many years the records of a case are kept (保存期間), by what became of it (G-7, G-8).

    They are counted from the 1 April after the fiscal year in which it ended. ``not_selected``: nothing came of it;
    ``carried_out``: a secondment or support was; ``accounting``: there was an invoice.
    """

    refused: KeptYears
    withdrawn: KeptYears
    not_selected: KeptYears
    carried_out: KeptYears
    accounting: KeptYears


class Taxes(RootModel[dict[str, Dated[Annotated[int, Field(ge=0, le=100)]]]]):
    """Rates of consumption tax (消費税) in percent by code, effective-dated."""


OUTSIDE_TAX = "outside"
"""The tax code of what is 不課税: it has no rate."""


class Fee(Dated[Annotated[int, Field(ge=0)]]):
    """A fee (S-BI-2…4, C-BI-2, C-BI-3): amount in the unit's currency, effective-dated.

    ``charged`` is once, for every month, or each time; ``tax`` a code of taxes.yaml, or ``outside`` for 不課税.
    ``countries`` (ISO 3166-1) narrows it to posts there; None means every post.
    """

    name: str
    charged: Literal["once", "monthly", "each"]
    tax: str
    unit: Unit
    countries: tuple[str, ...] | None = None


class Fees(RootModel[dict[str, Fee]]):
    """All fees by code."""


@dataclass(frozen=True, eq=False)
class Edition:
    """A policy edition, valid as a whole. Sections are its fields, one for each file of the same name.

    ``texts`` are the letters' templates, from the folder ``letters``; ``layouts`` those of papers, from ``layouts``;
    ``lie`` says of each where it lies, which may be in an earlier edition.
    """

    edition: Header
    letters: Letters
    variables: Variables
    texts: Mapping[str, LetterText]
    layouts: Mapping[str, str]
    lie: Mapping[str, str]

    @property
    def id(self) -> str:
        """Programme and fiscal year, such as ``secondment/2026``: what every decision records (G-6)."""
        return f"{self.edition.programme}/{self.edition.fiscal_year}"

    def file(self, within: str) -> str:
        """The name that faults give to a letter's text or a layout, such as ``letters/started.ja.txt``."""
        return self.lie.get(within, f"{self.id}/{within}")

    def value(self, name: str, on: date) -> Read:
        """What a parameter is on a day, with its provenance. Raises UnknownParameter and NotYetHolding."""
        return read(name, self.parameter(name), on)

    def parameter(self, name: str) -> Dated[Any]:
        """The parameter of that name, such as ``bars.age_under``. Raises UnknownParameter."""
        try:
            return self.parameters[name]
        except KeyError:
            near = ", ".join(get_close_matches(name, self.parameters)) or "none near it"
            raise UnknownParameter(f"{self.id} has no parameter {name!r}; there is {near}") from None

    def clause_of(self, name: str) -> str:
        """The clause under which a parameter stands. Raises UnknownParameter."""
        return self.parameter(name).clause

    def names(self, clause: str | None = None) -> tuple[str, ...]:
        """The names of all parameters, or of those under one clause."""
        return tuple(name for name, each in self.parameters.items() if clause in (None, each.clause))

    @cached_property
    def parameters(self) -> Mapping[str, Dated[Any]]:
        """Every parameter by name."""
        return {
            name: parameter
            for section in fields(self)
            for name, _, parameter in parameters_in(getattr(self, section.name), section.name)
        }
