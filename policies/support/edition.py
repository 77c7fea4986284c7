"""A support edition (伴走型支援 の版) as code reads it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from policies.edition import Edition, Fee, Fees, InvoiceRules, Taxes
from policies.faults import UnknownParameter
from policies.parameters import Read
from policies.support.sections import (
    Adoption,
    Confidentiality,
    Consents,
    Coordinators,
    Dates,
    Eligibility,
    Guidance,
    Life,
    Reception,
    Reminders,
    Screening,
    Service,
    Stage,
    SupportRetention,
    Vocabulary,
)


@dataclass(frozen=True, eq=False)
class SupportEdition(Edition):
    """All that varies from year to year in the support."""

    dates: Dates
    reception: Reception
    eligibility: Eligibility
    consents: Consents
    screening: Screening
    adoption: Adoption
    vocabulary: Vocabulary
    coordinators: Coordinators
    life: Life
    fees: Fees
    taxes: Taxes
    invoice: InvoiceRules
    guidance: Guidance
    confidentiality: Confidentiality
    reminders: Reminders
    retention: SupportRetention

    def guidance_for(self, stage: Stage, field: str) -> tuple[str, ...]:
        """The codes of other services for a company that is not adopted, by facts of its form alone (C-SC-15).

        Empty where none can be named. What was judged must never be handed in here.
        """
        return tuple(
            code
            for code, service in self.guidance.root.items()
            if (not service.stages or stage in service.stages) and (not service.fields or field in service.fields)
        )

    def services(self, codes: Iterable[str]) -> tuple[Service, ...]:
        """The services of these codes. Raises UnknownParameter."""
        known = self.guidance.root
        for code in codes:
            if code not in known:
                raise UnknownParameter(f"{self.id} has no guidance {code!r}")
        return tuple(known[code] for code in codes)

    def region_of(self, prefecture: str) -> str:
        """The region of a prefecture. Raises UnknownParameter."""
        if prefecture not in self.vocabulary.prefectures:
            raise UnknownParameter(f"{self.id} has no prefecture {prefecture!r}")
        return self.vocabulary.prefectures[prefecture].region

    def fees_under(self, clause: str) -> dict[str, Fee]:
        """What may be charged under a clause: costs of a cancelled visit (C-BI-2), services at a price (C-BI-3)."""
        return {code: fee for code, fee in self.fees.root.items() if fee.clause == clause}

    def tax_rate(self, fee: str, on: date) -> Read | None:
        """The rate of a fee's consumption tax on a day, in percent; None where it is 不課税."""
        code = self.fees.root[fee].tax
        return self.value(f"taxes.{code}", on) if code in self.taxes.root else None
