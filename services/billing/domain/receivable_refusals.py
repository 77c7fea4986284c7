"""What is said where money is not recorded (S-BI-8)."""

from __future__ import annotations

from kernel.refusals import NotFound, Refused


def not_yet(pointer: str) -> Refused:
    """A day to come."""
    return Refused(
        "S-BI-8",
        "まだ来ていない日になっています。入出金の日をご確認ください。",
        "It is dated on a day to come. Check the day on which the money moved.",
        pointer=pointer,
    )


def recorded_already() -> Refused:
    """The same bank reference again."""
    return Refused(
        "S-BI-8",
        "この取引番号はすでに記録されています。二重に記録していないかご確認ください。",
        "This bank reference is recorded already. Check that it is not entered twice.",
        pointer="/bank_reference",
    )


def no_such_payment() -> Refused:
    """Nothing to take out."""
    return Refused(
        "S-BI-8",
        "この取引番号の入金は記録されていません。請求書の入金の一覧をご確認ください。",
        "No payment with this bank reference is on record. See the invoice's list of payments.",
        pointer="/bank_reference",
    )


def beyond_the_excess() -> Refused:
    """More than there is to give back."""
    return Refused(
        "S-BI-8",
        "過入金の額を超えて返金することはできません。残額をご確認ください。",
        "No more can be refunded than was paid too much. Check the balance.",
        pointer="/amount",
    )


def nothing_to_carry() -> Refused:
    """No excess here, or nothing open there."""
    return Refused(
        "S-BI-8",
        "充当できる過入金がないか、充当先の請求書に未入金の額がありません。双方の残額をご確認ください。",
        "There is no excess to carry over, or nothing is open on the other invoice. Check both balances.",
    )


def not_theirs() -> Refused:
    """Somebody else's invoice, or the same one."""
    return Refused(
        "S-BI-8",
        "充当できるのは、同じ派遣元（企業）の別の請求書だけです。充当先の番号をご確認ください。",
        "An excess goes to another invoice of the same organisation only. Check the number.",
        pointer="/to_number",
    )


def no_such_invoice() -> NotFound:
    """The other invoice is not there."""
    return NotFound("invoice to carry over to", "充当先の請求書")
