"""From an id that a person has at hand to the streams where its events are."""

from __future__ import annotations

from madoguchi.cli.talking import ask


def streams(id: str) -> list[tuple[str, str]]:
    """Pairs of service and stream that an id may mean; streams that do not exist are passed over by the caller.

    Application ids lead to the application, its screening and support; secondment ids further to proposal, secondment
    and account; receipt and invoice numbers are looked up first. Anything else is taken as a stream of any service.
    """
    if id.startswith("app-"):
        return _of_case(id)
    if id[:1] in "SC" and id[1:5].isdecimal():
        found = ask("intake", _programme_of(id), receipt_number=id)["items"]
        return _of_case(found[0]["id"]) if found else []
    if id.startswith(("INV-", "RET-")):
        found = ask("billing", "/v1/invoices", number=id)["items"]
        return [("billing", found[0]["id"]), ("billing", f"account-{found[0]['account']}")] if found else []
    return [(service, id) for service in ("intake", "screening", "placement", "billing", "notify")]


def _programme_of(receipt: str) -> str:
    programme = {"S": "secondment", "C": "support"}[receipt[0]]
    return f"/v1/{programme}/{receipt[1:5]}/applications"


def _of_case(id: str) -> list[tuple[str, str]]:
    application, _, number = id.partition(".")
    secondments = [id] if number else [f"{application}.{n}" for n in (1, 2, 3)]
    case = [
        ("intake", application),
        ("screening", f"screening-{application}"),
        ("placement", f"support-{application}"),
    ]
    for secondment in secondments:
        case += [
            ("placement", f"proposal-{secondment}"),
            ("placement", f"secondment-{secondment}"),
            ("billing", f"account-{secondment}"),
        ]
    return [*case, ("billing", f"account-{application}")]
