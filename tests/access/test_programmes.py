"""An officer's programmes where neither path nor event names one: streams, invoices by name, retention (G-6)."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from infra.local.ports import SERVICES
from kernel import http
from kernel.log import Commit, StoredEvent
from kernel.operations import _programmes
from kernel.tokens import TokenGate
from services.billing.main import SPEC as BILLING
from tests.access.issuing import Issuing, bearing
from tests.access.test_town import Guarded, words
from tests.bad_input.town import SPECS
from tests.billing.support import Counter, tokyo
from tests.intake.support import clauses

HISTORIES = Path(__file__).parents[1]
OF_NONE = {"InvoiceRegister", "ExchangeRates"}
"""Numbers and rates are all programmes' alike."""
OF_SUBJECTS = {"Custody", "Erasure", "Organisation"}
"""Known by the records of whose they are: tried below."""


@pytest.fixture
async def guarded(issuer: Issuing) -> Guarded:
    """The guarded town, with a company's application."""
    return await Guarded(issuer).opened()


def histories(service: str) -> list[tuple[str, list[dict[str, Any]]]]:
    found = sorted((HISTORIES / service / "histories").glob("*.json"))
    return [
        (path.name.split(".")[0].split("-")[0], json.loads(path.read_text(encoding="utf-8")))
        for path in found
        if not path.stem.endswith(".state")
    ]


@pytest.mark.parametrize("service", SERVICES)
async def test_every_kind_of_stream_says_of_which_programme_it_is(guarded: Guarded, service: str) -> None:
    app, tried = guarded.town.webs[service].state.application, 0
    for kind, said in histories(service):
        states = [each["state"] for each in said]
        named = {name for state in states for name in _programmes(state)}
        named |= {*await SPECS[service].programmes_of(app, states[0]["originator_id"])}
        assert named or kind in OF_NONE | OF_SUBJECTS, (kind, states[0]["originator_id"])
        tried += 1
    assert tried >= 2


async def test_a_stream_whose_events_name_no_programme_is_not_for_officers_of_the_other(guarded: Guarded) -> None:
    """Placement's events of a secondment say whose it is, and not that it is a secondment."""
    log = guarded.town.company["placement"].world.log
    for kind, said in histories("placement"):
        if kind in ("Secondment", "Support"):
            stored = tuple(
                StoredEvent(each["state"]["originator_id"], n, each["topic"], json.dumps(each["state"]).encode())
                for n, each in enumerate(said, 1)
            )
            stream = stored[0].stream
            if not await log.streams([stream]):
                await log.append(Commit(id=stream, at=datetime(2026, 2, 10, tzinfo=UTC), events=stored))
            for programme in ("secondment", "support"):
                token = guarded.officer("jinji-01", "placement", programmes=(programme,))
                answer = await guarded.asks(token, "placement", "GET", f"/operations/log/{stream}")
                assert answer.status_code == (200 if stream.startswith(programme) else 403), (stream, programme)


async def test_whoever_keeps_the_system_running_has_no_sealed_field_opened(guarded: Guarded) -> None:
    """The role of operations shows events as they are stored; what is sealed takes the role of the service."""
    for service in SERVICES:
        log = await guarded.town.company[service].world.log.read(0, 100)
        for stream in sorted({each.stream for at in log for each in at.commit.events}):
            operator = guarded.officer("unyo-01", "operations")
            sealed = await guarded.asks(operator, service, "GET", f"/operations/log/{stream}")
            assert "架空" not in sealed.text
            opened = await guarded.asks(operator, service, "GET", f"/operations/log/{stream}?open=true")
            assert (opened.status_code, clauses(opened)) == (403, [("", "G-6")]), (stream, opened.text)
            both = guarded.officer("unyo-02", "operations", service)
            if service != "screening":  # where one declares first
                again = await guarded.asks(both, service, "GET", f"/operations/log/{stream}?open=true")
                assert again.status_code == 200, again.text


@pytest.mark.clause("G-7")
async def test_records_of_one_programme_are_held_and_disposed_of_by_its_officers_alone(guarded: Guarded) -> None:
    both = guarded.officer("jinji-01", "intake", "erasure")
    (application, *_) = (await guarded.asks(both, "intake", "GET", "/v1/support/2026/applications")).json()["items"]
    subject = application["organisation_id"]
    path = f"/v1/retention/subjects/{subject}"
    held = await guarded.asks(both, "intake", "POST", f"{path}/holds", json=words(ground="litigation"))
    assert held.status_code == 201, held.text
    other = guarded.officer("jinji-02", "intake", "erasure", programmes=("secondment",))
    commands: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("GET", path, {}),
        ("GET", f"/operations/log/custody-{subject}", {}),
        ("GET", f"/operations/log/{subject}", {}),
        ("POST", f"{path}/holds", {"json": words(ground="litigation")}),
        ("POST", f"{path}/holds/1/lift", {"json": words()}),
        ("POST", f"{path}/disposal", {"json": words()}),
        ("POST", "/v1/erasures", {"json": words(subject=subject)}),
    )
    for method, place, said in commands:
        answer = await guarded.asks(other, "intake", method, place, **said)
        assert (answer.status_code, clauses(answer)) == (403, [("", "G-6")]), (place, answer.text)
    for token, seen in ((both, [subject]), (other, [])):
        listed = await guarded.asks(token, "intake", "GET", "/v1/retention/holds")
        assert [each["subject"] for each in listed.json()["items"]] == seen
    assert (await guarded.asks(both, "intake", "POST", f"{path}/holds/1/lift", json=words())).status_code == 200


@pytest.mark.clause("C-SC-16")
async def test_who_has_an_interest_in_a_company_learns_nothing_of_its_case_from_retention(guarded: Guarded) -> None:
    """How long records are kept tells how the case ended, and whether it goes on."""
    conflicted, other = (guarded.officer(id, "intake", "screening") for id in ("jinji-01", "jinji-02"))
    declared = await guarded.asks(
        conflicted, "screening", "POST", f"/v1/screenings/{guarded.id}/conflicts", json=words()
    )
    assert declared.status_code == 200, declared.text
    (application, *_) = (await guarded.asks(other, "intake", "GET", "/v1/support/2026/applications")).json()["items"]
    path = f"/v1/retention/subjects/{application['organisation_id']}"
    held = await guarded.asks(other, "intake", "POST", f"{path}/holds", json=words(ground="litigation"))
    assert held.status_code == 201, held.text
    for token, status, lines in ((other, 200, 1), (conflicted, 403, 0)):
        assert (await guarded.asks(token, "intake", "GET", path)).status_code == status
        assert (await guarded.asks(token, "intake", "GET", "/v1/retention/holds")).json()["total"] == lines


def counter(story: Counter, issuer: Issuing) -> httpx.AsyncClient:
    """Billing's API on a story's logs, behind a gate."""
    app = FastAPI()
    app.state.application, app.state.kernel = story.billing.application, story.billing.application.kernel
    http.install(app, TokenGate("billing", [issuer.believed()]))
    for router in BILLING.routers:
        app.include_router(router)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://billing")


@pytest.mark.clause("S-BI-8")
@pytest.mark.parametrize("name", ["invoice-app-1.1-1", "app-1.1-1"], ids=["its id", "without its beginning"])
async def test_an_invoice_is_guarded_by_whatever_name_it_is_reached(issuer: Issuing, name: str) -> None:
    story = Counter(tokyo(2027, 4, 5))
    await story.departs(date(2027, 4, 5), date(2029, 3, 31))
    payment = words(
        await story.seen("invoice-app-1.1-1"), amount=10_000, bank_reference="T-1", received_on="2027-04-05"
    )
    async with counter(story, issuer) as client:
        for programme, status in (("support", 403), ("secondment", 201)):
            token = bearing(issuer.officer("keiri-01", "billing", programmes=(programme,)))
            answer = await client.post(f"/v1/invoices/{name}/payments", json=payment, headers=token)
            assert answer.status_code == status, answer.text


@pytest.mark.clause("S-BI-8")
async def test_money_is_not_set_against_an_invoice_of_a_programme_of_others(issuer: Issuing) -> None:
    story = Counter(tokyo(2027, 4, 5))
    await story.departs(date(2027, 4, 5), date(2029, 3, 31))
    seen = await story.seen("invoice-app-1.1-1")
    of_support = {"_id": "invoice-app-9-1", "number": "INV-C2026-000001", "kind": "invoice", "programme": "support"}
    await story.billing.application.kernel.views._collections["invoices"].insert_one(of_support)
    token = bearing(issuer.officer("keiri-01", "billing", programmes=("secondment",)))
    carried = words(seen, to_number=of_support["number"])
    async with counter(story, issuer) as client:
        answer = await client.post("/v1/invoices/invoice-app-1.1-1/carry-over", json=carried, headers=token)
    assert (answer.status_code, clauses(answer)) == (403, [("", "G-6")]), answer.text
