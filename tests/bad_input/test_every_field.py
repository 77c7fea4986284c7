"""Every field of every form and command, with everything that it must refuse: some five thousand bad requests.

A new command is tried by itself. Where it is found too lax, `schemas.plain` and pydantic's Strict types have what it
needs: `Day`, `Moment`, `Year`, `Code`, `Line`, `Note`, `Paragraphs`, `StrictInt`, `StrictBool`.
"""

from __future__ import annotations

import httpx
import pytest

from tests.bad_input.answers import refusal
from tests.bad_input.badness import Bad, Verbatim, badnesses, written
from tests.bad_input.samples import Operation, Place, Schema, operations, places, pointer, put, sample
from tests.bad_input.town import SPECS, Town

HEADERS = {"Content-Type": "application/json"}


class Knocking:
    """Sends bodies to one operation of a service that nothing has happened in."""

    def __init__(self, town: Town, client: httpx.AsyncClient, operation: Operation) -> None:
        self._town, self._client, self._operation = town, client, operation
        self._count = 0

    async def send(self, body: str) -> httpx.Response:
        self._count += 1
        headers = HEADERS | {"Idempotency-Key": f"key-{self._count}", "X-Officer": "o-1"}
        return await self._client.request(
            self._operation.method, self._operation.address(), content=body.encode("utf-8", "surrogatepass"),
            headers=headers,
        )  # fmt: skip

    async def must_refuse(self, place: Place, bad: Bad, body: str) -> None:
        """One fault, at that place, and nothing kept of it."""
        told = f"{self._operation} {pointer(place)}: {bad}"
        found = refusal(await self.send(body), 400, 422)
        assert all(each.startswith(pointer(place)) or bad.value == Verbatim("1e400") for each in found), (told, found)


@pytest.mark.parametrize("service", SPECS)
async def test_each_field_refuses_what_it_cannot_hold(service: str, capfd: pytest.CaptureFixture[str]) -> None:
    town = Town()
    api = town.webs[service].openapi()
    log, tried = town.company[service].world.log, 0
    before = await log.tail()
    async with town.client(service) as client:
        for operation in operations(api, service):
            if operation.body is None:
                continue
            fits = sample(api, operation.body)
            knocking = Knocking(town, client, operation)
            for place, schema in places(api, operation.body, fits):
                for bad in badnesses(schema):
                    await knocking.must_refuse(place, bad, written(put(fits, place, bad.value)))
                    tried += 1
            missing, unknown = Bad("left out", None), Bad("unknown", None)
            for name in operation.body.get("required", ()):
                await knocking.must_refuse((name,), missing, written({k: v for k, v in fits.items() if k != name}))
            await knocking.must_refuse(("nonsense",), unknown, written(fits | {"nonsense": "見本"}))
    assert tried > 20
    assert await log.tail() == before
    assert "ひみつ" not in "".join(capfd.readouterr())


@pytest.mark.parametrize("service", SPECS)
async def test_the_body_that_each_try_starts_from_is_a_good_one(service: str) -> None:
    town = Town()
    api = town.webs[service].openapi()
    async with town.client(service) as client:
        for operation in operations(api, service):
            if operation.body is not None:
                answer = await Knocking(town, client, operation).send(written(sample(api, operation.body)))
                assert answer.status_code in {200, 201, 404, 409, 412}, (str(operation), answer.text)


@pytest.mark.parametrize("service", SPECS)
def test_every_number_text_and_list_has_its_bounds(service: str) -> None:
    """What has none reaches the database, where more than 64 bits cannot be stored and nothing is answered well."""
    api = Town().webs[service].openapi()
    asked = [each for each in operations(api, service)]
    found = [
        (f"{each} {where} {name}", schema)
        for each in asked
        for where in ("query", "header")
        for name, schema in each.parameters(where).items()
    ]
    for each in asked:
        body = each.body
        if body is not None:
            fields = places(api, body, sample(api, body))
            found += [(f"{each} {pointer(place)}", schema) for place, schema in fields]
    unbounded = [where for where, schema in found if not _bounded(schema)]
    assert not unbounded


def _bounded(schema: Schema) -> bool:
    match schema.get("type"):
        case "integer":
            return "maximum" in schema or "exclusiveMaximum" in schema
        case "array":
            return "maxItems" in schema or schema.get("uniqueItems") is True
        case "string":
            return bool({"enum", "const", "maxLength", "pattern", "format"} & schema.keys())
        case _:
            return True
