"""Every action is a route that its service really has; a renamed route turns this red."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
from fastapi import FastAPI

from infra.local.ports import SERVICES
from madoguchi.rehearsal.actions import ACTIONS, Action
from madoguchi.rehearsal.calls import prepared
from madoguchi.rehearsal.titles import TITLES

NAMES = re.compile(r"\{[^}]*\}")


def _routes(service: str) -> Iterator[tuple[str, str, bool]]:
    """Method, template with its names left out, and whether a body is taken, of every route of a service."""
    app = FastAPI()
    for router in import_module(f"services.{service}.main").SPEC.routers:
        app.include_router(router)
    for path, methods in app.openapi()["paths"].items():
        for method, said in methods.items():
            yield method.upper(), NAMES.sub("{}", path), "requestBody" in said


ROUTES = {service: set(_routes(service)) for service in SERVICES}


def _has(service: str, method: str, path: str) -> bool:
    """Whether a service answers there; a route of one programme may stand for both."""
    programmes = ("{programme}", "secondment", "support")
    ways = {NAMES.sub("{}", path.replace("{programme}", each)) for each in programmes}
    return any((method, way) in {(m, p) for m, p, _ in ROUTES[service]} for way in ways)


@pytest.mark.parametrize("name", ACTIONS)
def test_an_action_is_a_route_of_its_service(name: str) -> None:
    action = ACTIONS[name]
    assert _has(action.service, action.method, action.path)
    for seen in action.seen:
        assert _has(action.service, "GET", seen)


def test_a_route_that_is_not_there_would_be_seen() -> None:
    assert not _has("intake", "POST", "/v1/{programme}/{year}/applicationz")
    assert not _has("intake", "GET", ACTIONS["withdraw"].path)


def test_every_action_has_a_name_that_clerks_use() -> None:
    assert TITLES.keys() == ACTIONS.keys()
    assert len(set(TITLES.values())) == len(TITLES)


class Asked:
    """Answers for a service: what it knows by path, and what it was asked."""

    def __init__(self, known: dict[str, Any]) -> None:
        self.known, self.paths = known, list[str]()

    async def __call__(self, service: str, path: str) -> Any:
        self.paths.append(f"{service}{path}")
        return self.known.get(path)


PLACES = {"programme": "secondment", "year": "2026", "application": "app-1", "secondment": "app-1.2"}


async def test_an_officers_command_says_the_version_that_was_seen() -> None:
    ask = Asked({"/v1/screenings/app-1": {"version": 7}})
    call = await prepared(ACTIONS["judge-purpose"], PLACES, {"by": "officer-02"}, "key-1", ask)
    assert (call.service, call.method, call.path) == ("screening", "POST", "/v1/screenings/app-1/purpose")
    assert call.options == {"headers": {"Idempotency-Key": "key-1"}, "json": {"by": "officer-02", "seen_version": 7}}


async def test_before_there_is_anything_to_be_seen_no_version_is_said() -> None:
    call = await prepared(ACTIONS["seed"], PLACES, {}, "key", Asked({}))
    assert call.options["json"] == {}


async def test_a_change_by_hand_is_made_on_the_proposal_once_there_is_one() -> None:
    known = {"/v1/rounds/secondment/2026": {"version": 3}}
    before = await prepared(ACTIONS["adjust"], PLACES, {}, "key", Asked(known))
    assert before.options["json"] == {"secondment_id": "app-1.2", "seen_version": 3}
    known["/v1/proposals/app-1.2"] = {"version": 9}
    after = await prepared(ACTIONS["adjust"], PLACES, {}, "key", Asked(known))
    assert after.options["json"]["seen_version"] == 9


async def test_a_paper_is_bytes_with_their_digest_and_its_kind_in_the_address() -> None:
    call = await prepared(
        ACTIONS["paper"], PLACES, {"kind": "resume", "request": 2, "text": "履歴書"}, "key", Asked({})
    )
    assert call.path == "/v1/secondment/2026/applications/app-1/papers?kind=resume&request=2"
    assert call.options["content"].startswith(b"%PDF-")
    assert re.fullmatch(r"sha-256=:[A-Za-z0-9+/]{43}=:", call.options["headers"]["Content-Digest"])


async def test_the_second_invoice_is_the_second_that_has_a_number() -> None:
    items = [
        {"id": "i-0", "kind": "invoice", "number": None},
        {"id": "i-1", "kind": "invoice", "number": "INV-S2026-000001"},
        {"id": "i-2", "kind": "invoice", "number": "INV-S2026-000004"},
        {"id": "r-1", "kind": "return", "number": "RET-S2026-000001"},
    ]
    ask = Asked({"/v1/invoices?account=app-1.2&sort=number&size=100": {"items": items}})
    call = await prepared(ACTIONS["payment"], PLACES | {"invoice": "2"}, {}, "key", ask)
    assert call.path == "/v1/invoices/i-2/payments"
    assert call.options["json"] == {}
    ask.known["/v1/invoices/i-2"] = {"version": 2, "receivable": {"version": 4}}
    call = await prepared(ACTIONS["payment"], PLACES | {"invoice": "2"}, {}, "key", ask)
    assert call.options["json"] == {"seen_version": 4}


def test_whatever_an_officer_does_to_what_is_there_says_the_version_seen() -> None:
    said_by_hand = ["capacity"]  # a site is read in the list alone, which shows its version
    new = ["invite", "consent", "conflict", "no-interest", "rate"]
    unseen = {name for name, each in ACTIONS.items() if each.officer and not each.seen}
    assert unseen == {*new, *said_by_hand}


async def test_a_merge_names_both_organisations() -> None:
    known = {
        f"/v1/secondment/2026/applications/{id}": {"party": {"organisation_id": f"org-{id}"}}
        for id in ("app-1", "app-2")
    } | {"/v1/organisations/org-app-2": {"version": 3}}
    call = await prepared(ACTIONS["merge"], PLACES | {"into": "app-2"}, {}, "key", Asked(known))
    assert (call.path, call.options["json"]) == (
        "/v1/organisations/org-app-2/merge",
        {"other": "org-app-1", "seen_version": 3},
    )


async def test_the_latest_use_of_a_service_is_withdrawn_unless_one_is_named() -> None:
    ask = Asked({"/v1/supports/app-1": {"version": 9, "services": {"app-1-service-1": {}, "app-1-service-2": {}}}})
    latest = await prepared(ACTIONS["withdraw-service"], PLACES, {}, "key", ask)
    assert latest.path == "/v1/supports/app-1/services/app-1-service-2/withdrawal"
    assert latest.options["json"] == {"seen_version": 9}
    named = await prepared(ACTIONS["withdraw-service"], PLACES | {"use_id": "app-1-service-1"}, {}, "key", ask)
    assert named.path == "/v1/supports/app-1/services/app-1-service-1/withdrawal"


async def test_a_place_that_is_missing_is_named() -> None:
    with pytest.raises(KeyError, match="application"):
        await prepared(Action("intake", "POST", "/v1/{application}"), {}, {}, "key", Asked({}))


async def test_an_excess_goes_from_one_invoice_of_the_account_to_another_by_their_order() -> None:
    invoices = [{"id": f"invoice-{n}", "number": f"INV-{n}", "kind": "invoice"} for n in (1, 2)]
    known = {
        "/v1/invoices?account=app-1.2&sort=number&size=100": {"items": invoices},
        "/v1/invoices/invoice-1": {"receivable": {"version": 4}},
    }
    call = await prepared(ACTIONS["carry-over"], PLACES | {"invoice": "1", "to": "2"}, {}, "key", Asked(known))
    assert call.path == "/v1/invoices/invoice-1/carry-over"
    assert call.options["json"] == {"to_number": "INV-2", "seen_version": 4}
