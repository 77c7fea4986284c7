"""Work lists and other questions, asked for what there is not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.bad_input.answers import refusal
from tests.bad_input.samples import Operation, Schema, operations
from tests.bad_input.town import SPECS, Town

ODD_NUMBERS = ["0", "-1", "1.5", "abc", "", str(10**9), str(1 << 63), str(1 << 80), "9" * 400, "NaN", "٣", "1;drop"]
ODD_WORDS = ["$ne", "{$gt: ''}", "unknown", "*", "x" * 900, "\x00", "\u202e"]


def bad(schema: Schema) -> Iterator[str]:
    """What a parameter must refuse."""
    match schema.get("type"):
        case "integer":
            low, high = int(schema.get("minimum", 0)), int(schema["maximum"])
            yield from (odd for odd in ODD_NUMBERS if not (odd.isascii() and odd.isdigit() and low <= int(odd) <= high))
            yield str(high + 1)
        case "boolean":
            yield from ("maybe", "2", "$ne", "")
        case "string" if "enum" in schema:
            yield from ODD_WORDS
        case _:
            yield "x" * 900


@pytest.mark.parametrize("service", SPECS)
async def test_each_question_refuses_what_it_does_not_know(service: str) -> None:
    town = Town()
    tried = 0
    async with town.client(service) as client:
        for operation in operations(town.webs[service].openapi(), service):
            if operation.method != "get":
                continue
            for name, schema in operation.parameters("query").items():
                for value in bad(schema):
                    needed = usual(operation)
                    answer = await client.get(
                        operation.address(), params=needed | {name: value}, headers={"X-Officer": "o-1"}
                    )
                    assert f"/{name}" in refusal(answer, 422), (str(operation), name, value)
                    tried += 1
    assert tried > 10


def usual(operation: Operation) -> dict[str, str]:
    """What a question cannot be asked without."""
    return {"fiscal_year": "2026"} if operation.path in {"/v1/sites", "/v1/coordinators"} else {}


@pytest.mark.parametrize(
    ("service", "path"),
    [
        ("intake", "/v1/secondment/1999/applications"), ("intake", "/v1/secondment/20260/reception"),
        ("intake", "/v1/secondment/abc/unanswered"), ("intake", "/v1/other/2026/applications"),
        ("intake", "/v1/secondment/2026/applications/app-1"), ("intake", "/v1/organisations/org-$ne"),
        ("intake", "/v1/secondment/2099/reception"), ("placement", "/v1/rounds/secondment/9999"),
        ("placement", "/v1/rounds/support/2026"), ("placement", "/v1/rounds/secondment/2099"),
        ("placement", "/v1/sites?fiscal_year=2099"), ("placement", "/v1/sites"), ("placement", "/v1/supports/x"),
        ("placement", "/v1/coordinators?fiscal_year=2099"), ("placement", "/v1/proposals/x"),
        ("billing", "/v1/accounts/x"), ("billing", "/v1/invoices/x"), ("notify", "/v1/letters/x"),
        ("screening", "/v1/screenings/x"), ("screening", "/v1/screenings"), ("intake", "/operations/log/x"),
        ("screening", "/operations/log/x"),
    ],
)  # fmt: skip
async def test_what_there_is_not_is_said_so(service: str, path: str) -> None:
    town = Town()
    headers = {"X-Officer": "o-1"} if path != "/v1/screenings" else {}
    async with town.client(service) as client:
        refusal(await client.get(path, headers=headers), 403, 404, 401, 422)


@pytest.mark.parametrize("officer", ["", "O-1", "o 1", "x" * 65, "担当".encode().decode("latin-1"), "o-1\x00"])
async def test_an_officer_that_is_none(officer: str) -> None:
    async with Town().client("screening") as client:
        for path in ("/v1/screenings", "/v1/screenings/app-1", "/operations/log"):
            headers = [(b"x-officer", officer.encode("latin-1"))]
            assert "/X-Officer" in refusal(await client.get(path, headers=headers), 422)
