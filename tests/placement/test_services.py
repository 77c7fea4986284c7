"""Services at a price (有料サービス, C-BI-3): agreed to beforehand, within the support, priced as on their day."""

from __future__ import annotations

from datetime import date
from typing import Any

import httpx
import pytest

from kernel.refusals import Refused
from kernel.testing import event, like
from policies.editions import load
from schemas import placement as said
from schemas.values import InvoiceLine
from services.placement.domain.service_events import ServiceAsked, ServiceUsed, ServiceWithdrawn
from services.placement.domain.support import Support
from services.placement.domain.support_events import SupportEnded
from services.placement.policy.supports import c_bi_2_costs, c_bi_3_service
from tests.billing.support import party_in
from tests.placement.office import Office, web
from tests.placement.senders import OFFICER, adopted, tokyo
from tests.placement.test_domain_support import CASE, NOW, RUNNING, UNTIL, WORD, after, assigned
from tests.placement.test_story_support import HELD

EDITION = load("support", 2026)
DAY = date(2026, 6, 1)
SAID: dict[str, Any] = {"by": "officer-06", "reason": "見積書への同意を確認した", "service": "interview_interpreter"}
SAID |= {"on": "2026-05-20", "agreed_on": "2026-05-11"}


def asked(on: date = DAY, agreed_on: date = date(2026, 5, 25), service: str = "interview_interpreter") -> ServiceAsked:
    return ServiceAsked(service=service, quantity=2, on=on, agreed_on=agreed_on)


def line() -> InvoiceLine:
    return c_bi_3_service(EDITION, "app-1", asked(), by="officer-06", reason=None, at=NOW)[0]


USED = event(
    ServiceUsed, case=CASE, use_id="app-1-service-1", service="interview_interpreter", used_on=DAY,
    agreed_on=date(2026, 5, 25), line=line(), decision=WORD,
)  # fmt: skip
WITHDRAWN = event(ServiceWithdrawn, case=CASE, use_id="app-1-service-1", decision=WORD)


@pytest.mark.clause("C-BI-3")
def test_a_service_is_used_in_a_running_support_within_its_period() -> None:
    def use(on: date) -> tuple[Any, ...]:
        return (Support.use_service, asked(on), line(), WORD)

    after(*RUNNING).when(*use(DAY), at=NOW).then(USED)
    after(*RUNNING, USED).when(*use(DAY), at=NOW).then(like(ServiceUsed, use_id="app-1-service-2"))
    after(assigned()).when(*use(DAY), at=NOW).refused("C-LI-1")
    after(*RUNNING).when(*use(date(2026, 6, 2)), at=NOW).refused("G-1")
    after(*RUNNING).when(*use(date(2026, 4, 30)), at=NOW).refused("C-BI-3", pointer="/on")
    after(*RUNNING).when(*use(date(2027, 4, 1)), at=tokyo(2027, 4, 2)).refused("C-BI-3", pointer="/on")


@pytest.mark.clause("C-BI-3")
def test_a_use_recorded_in_error_is_withdrawn_once_also_after_the_end() -> None:
    withdraw: tuple[Any, ...] = (Support.withdraw_service, "app-1-service-1", WORD)
    ended = event(SupportEnded, case=CASE, ended_on=UNTIL, ground="term", early=False, decision=WORD)
    after(*RUNNING, USED).when(*withdraw, at=NOW).then(WITHDRAWN)
    after(*RUNNING, USED, ended).when(*withdraw, at=tokyo(2027, 4, 5)).then(WITHDRAWN)
    after(*RUNNING, USED, WITHDRAWN).when(*withdraw, at=NOW).refused("C-BI-3")
    after(*RUNNING).when(*withdraw, at=NOW).refused("G-8")


@pytest.mark.clause("C-BI-3")
@pytest.mark.parametrize(
    ("service", "on", "unit_price", "amount", "tax"),
    [
        ("interview_interpreter", date(2026, 9, 30), 28_000, 56_000, 10),
        ("interview_interpreter", date(2026, 10, 1), 30_000, 60_000, 10),
        ("degree_verification", date(2026, 10, 1), 6_500, 13_000, None),
    ],
)
def test_price_and_tax_are_those_of_the_day_of_use(
    service: str, on: date, unit_price: int, amount: int, tax: int | None
) -> None:
    charged, why = c_bi_3_service(EDITION, "app-1", asked(on, service=service), by="o-1", reason=None, at=NOW)
    assert (charged.clause, charged.fee, charged.source) == ("C-BI-3", service, "app-1")
    assert (charged.unit_price, charged.quantity, charged.amount, charged.tax) == (unit_price, 2, amount, tax)
    assert f"（{on.year}年{on.month}月{on.day}日利用、数量2）" in charged.description
    read = {each.name: each.value for each in why.parameters}
    assert (why.clause, why.by, why.facts["agreed_on"]) == ("C-BI-3", "o-1", "2026-05-25")
    assert read == {f"fees.{service}": unit_price} | ({"taxes.standard": tax} if tax else {})


@pytest.mark.clause("C-BI-3")
@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"agreed_on": date(2026, 6, 2)}, "/agreed_on"),
        ({"service": "coordinator_visit"}, "/service"),
        ({"service": "specialist_fee"}, "/service"),
        ({"on": date(2026, 1, 31), "agreed_on": date(2026, 1, 31)}, "/service"),
    ],
)
def test_what_was_not_agreed_to_beforehand_or_has_no_price_is_refused(changes: dict[str, Any], pointer: str) -> None:
    with pytest.raises(Refused, match="C-BI-3") as refused:
        c_bi_3_service(EDITION, "app-1", asked(**changes), by="officer-06", reason=None, at=NOW)
    assert refused.value.pointer == pointer


@pytest.mark.clause("C-BI-3")
def test_an_agreement_on_the_very_day_is_beforehand() -> None:
    assert c_bi_3_service(EDITION, "app-1", asked(agreed_on=DAY), by="o-1", reason=None, at=NOW)[1].outcome == "passed"


@pytest.mark.clause("C-BI-2")
@pytest.mark.parametrize("code", ["interview_interpreter", "degree_verification", "no_such_cost"])
def test_only_costs_of_a_visit_are_charged_for_a_cancelled_one(code: str) -> None:
    assert c_bi_2_costs(EDITION, "app-1", [("specialist_fee", None)], DAY)[0].clause == "C-BI-2"
    with pytest.raises(Refused, match="C-BI-2") as refused:
        c_bi_2_costs(EDITION, "app-1", [("specialist_fee", None), (code, None)], DAY)
    assert refused.value.pointer == "/costs"
    assert "specialist_fee（専門家の謝金）" in str(refused.value.ja)
    assert "interview_interpreter" not in str(refused.value.ja)


async def accompanied() -> Office:
    """A company whose names can be opened, on 20 May; it kicked off on 1 May."""
    office = Office(tokyo(2026, 4, 10))
    await office.hear(adopted(1).model_copy(update={"party": await party_in(office.service.world.vault)}))
    await office.move(tokyo(2026, 5, 1))
    await office.supports.kick_off("app-1", HELD, OFFICER)
    await office.move(tokyo(2026, 5, 20))
    return office


async def tells(office: Office, client: httpx.AsyncClient, path: str, **changes: Any) -> httpx.Response:
    await office.company.run()
    seen = (await client.get("/v1/supports/app-1")).json()["version"]
    return await client.post(f"/v1/supports/app-1/{path}", json={"seen_version": seen} | changes)


@pytest.mark.clause("C-BI-3")
async def test_an_officer_records_a_use_and_takes_it_back_over_http() -> None:
    office = await accompanied()
    async with web(office) as client:
        used = await tells(office, client, "services", **SAID)
        back = {"by": "officer-06", "reason": "別の企業の利用だった"}
        gone = await tells(office, client, "services/app-1-service-1/withdrawal", **back)
        again = await tells(office, client, "services/app-1-service-1/withdrawal", **back)
        unknown = await tells(office, client, "services/app-1-service-9/withdrawal", **back)
        await office.company.run()
        shown = (await client.get("/v1/supports/app-1")).json()
        (listed,) = (await client.get("/v1/supports?status=running")).json()["items"]
    assert (used.status_code, used.json()["use_id"]) == (200, "app-1-service-1")
    assert [answer.status_code for answer in (gone, again, unknown)] == [200, 409, 404]
    told, taken_back = await office.said(said.ServiceUsed, said.ServiceWithdrawn)
    assert isinstance(told, said.ServiceUsed)
    assert isinstance(taken_back, said.ServiceWithdrawn)
    assert (told.used_on, told.agreed_on, told.line.amount) == (date(2026, 5, 20), date(2026, 5, 11), 28_000)
    assert told.line.description == "採用面接の通訳（半日）（2026年5月20日利用）"
    assert (told.use_id, told.receipt_number) == (taken_back.use_id, "C2026-0001")
    assert shown["services"]["app-1-service-1"]["state"] == "withdrawn"
    assert listed["services"] == {
        "app-1-service-1": {"service": "interview_interpreter", "on": "2026-05-20", "status": "withdrawn"}
    }


@pytest.mark.clause("C-BI-3")
@pytest.mark.parametrize(
    ("changes", "status", "pointer"),
    [
        ({"agreed_on": None}, 422, "/agreed_on"),
        ({"agreed_on": "2026-05-21"}, 409, "/agreed_on"),
        ({"service": "visit"}, 409, "/service"),
        ({"quantity": 0}, 422, "/quantity"),
        ({"quantity": 101}, 422, "/quantity"),
        ({"quantity": True}, 422, "/quantity"),
        ({"on": "2026-04-30", "agreed_on": "2026-04-01"}, 409, "/on"),
        ({"amount": 1}, 422, "/amount"),
    ],
)
async def test_a_use_that_cannot_be_is_refused_at_its_place(changes: dict[str, Any], status: int, pointer: str) -> None:
    office = await accompanied()
    body = {name: value for name, value in (SAID | changes).items() if value is not None}
    async with web(office) as client:
        answer = await tells(office, client, "services", **body)
    (error,) = answer.json()["errors"]
    assert (answer.status_code, error["pointer"], error["clause"]) == (status, pointer, "C-BI-3")
    assert await office.said(said.ServiceUsed) == []
