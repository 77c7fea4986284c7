"""What has to agree about fees, taxes and the issuer of invoices, in either programme."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from stdnum.jp import cn

from policies.edition import OUTSIDE_TAX, Fees, InvoiceRules, Taxes
from policies.faults import Complaint


def complaints(fees: Fees, taxes: Taxes, invoice: InvoiceRules) -> Iterator[Complaint]:
    """Fees that end or name no known tax, and a registration number that cannot be one."""
    for code, fee in fees.root.items():
        if fee.tax != OUTSIDE_TAX and fee.tax not in taxes.root:
            ja = "taxes.yaml にない税区分です（不課税は outside）。"
            en = "No such tax in taxes.yaml (outside is 不課税)."
            yield Complaint("fees", (code, "tax"), ja, en)
        yield from _covered("fees", code, fee.values[-1].until)
    for code, tax in taxes.root.items():
        yield from _covered("taxes", code, tax.values[-1].until)
    if {each.value for each in invoice.number_prefix.values} & {
        each.value for each in invoice.return_number_prefix.values
    }:
        ja = "返還請求書の接頭辞は請求書と別にしてください（番号の並びが別のため）。"
        en = "Return invoices need a prefix of their own: their numbers run by themselves."
        yield Complaint("invoice", ("return_number_prefix",), ja, en)
    for number, holding in enumerate(invoice.registration_number.values):
        if not cn.is_valid(holding.value[1:]):
            ja, en = "登録番号の検査用数字が合いません。", "The registration number's check digit is wrong."
            yield Complaint("invoice", ("registration_number", "values", number, "value"), ja, en)


def _covered(section: str, code: str, last: date | None) -> Iterator[Complaint]:
    if last is not None:
        ja = "最後の値に until は書けません（以後の値がなくなります）。"
        en = "The last value must not end: nothing would hold after it."
        yield Complaint(section, (code, "values", "until"), ja, en)
