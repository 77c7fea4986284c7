"""What an edition owes to the one that it is based on: places stay known, invoices are numbered anew."""

from __future__ import annotations

from collections.abc import Iterator

from policies.edition import Edition, InvoiceRules
from policies.faults import Complaint
from policies.secondment.edition import SecondmentEdition
from policies.support.edition import SupportEdition

WithInvoices = SecondmentEdition | SupportEdition


def complaints(edition: Edition, before: Edition) -> Iterator[Complaint]:
    """Everything that a new year may neither drop nor keep."""
    if isinstance(edition, SecondmentEdition) and isinstance(before, SecondmentEdition):
        yield from _dropped(edition, before)
    if isinstance(edition, WithInvoices) and isinstance(before, WithInvoices):
        yield from _prefixes(edition.invoice, before.invoice, before.edition.fiscal_year)


def _dropped(edition: SecondmentEdition, before: SecondmentEdition) -> Iterator[Complaint]:
    """Sites that this edition lacks: whoever is there still, and old letters, need them."""
    year = before.edition.fiscal_year
    for site in (before.sites[id] for id in before.sites if id not in edition.sites):
        ja = f"{year}年度の版にある拠点 {site.id} がありません。閉じた拠点は accepting: false として残してください。"
        en = f"The site {site.id} of {year}'s edition is missing. Keep one that is closed, with accepting: false."
        yield Complaint("headquarters" if site.department else "offices", (), ja, en)


def _prefixes(invoice: InvoiceRules, before: InvoiceRules, year: int) -> Iterator[Complaint]:
    for name in ("number_prefix", "return_number_prefix"):
        mine, theirs = ({each.value for each in getattr(of, name).values} for of in (invoice, before))
        if mine & theirs:
            ja = f"番号は年度ごとに1番から付けます。{year}年度のものではなく、この年度の接頭辞にしてください。"
            en = f"This prefix is that of {year}: numbers begin anew each year, with a prefix of their own."
            yield Complaint("invoice", (name,), ja, en)
