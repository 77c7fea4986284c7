"""Who bears which cost (S-BI-1): asked, recorded, and invoiced where JETRO has paid what the sender bears."""

from __future__ import annotations

from datetime import date
from typing import Any

import httpx
import pytest

from schemas.placement import SecondmentStarted, VisitCancelled
from schemas.values import Stay
from services.billing.policy.costs import s_bi_1_borne
from tests.billing.editions import EDITION
from tests.billing.support import Counter, cost, party_in, tokyo

COST = {
    "by": "keiri-1",
    "reason": "領収書を確認した",
    "kind": "local_public_charges",
    "amount": 84_200,
    "day": "2027-06-30",
    "paid_by": "jetro",
    "what": "ニューヨーク州の届出手数料（領収書12）",
}
ACCOUNT = "/v1/accounts/app-1.1"


async def begun(at: Any = None) -> Counter:
    """A secondment that has started; whether it ever leaves Japan is open."""
    story = Counter(at or tokyo(2027, 7, 5))
    stays = (Stay(fiscal_year=2026, site="osaka"), Stay(fiscal_year=2027, site="bangkok"))
    term: dict[str, Any] = {"started_on": date(2026, 4, 1), "until": date(2028, 3, 31), "stays": stays}
    await story.says(SecondmentStarted, receipt_number="S2026-0001", **term)
    return story


async def told(story: Counter, client: httpx.AsyncClient, **changes: Any) -> httpx.Response:
    await story.company.run()
    seen = (await client.get(ACCOUNT)).json()["version"]
    answer = await client.post(f"{ACCOUNT}/costs", json=COST | {"seen_version": seen} | changes)
    await story.company.run()
    return answer


@pytest.mark.clause("S-BI-1")
@pytest.mark.parametrize(
    ("kind", "paid_by", "bears", "settlement", "invoices"),
    [
        ("local_public_charges", "jetro", "sender", "invoiced", 1),
        ("damage_by_secondee", "jetro", "sender", "invoiced", 1),
        ("local_public_charges", "sender", "sender", "nothing", 0),
        ("pay", "sender", "sender", "nothing", 0),
        ("business_trip", "jetro", "jetro", "nothing", 0),
        ("business_trip", "sender", "jetro", "reimbursed", 0),
    ],
)
async def test_who_bears_a_cost_and_what_follows_is_decided_by_the_table(
    kind: str, paid_by: str, bears: str, settlement: str, invoices: int
) -> None:
    story = await begun()
    async with story.client() as client:
        answer = await told(story, client, kind=kind, paid_by=paid_by)
        assert answer.status_code == 201
        said = answer.json()
        listed = (await client.get(f"/v1/recorded-costs?settlement={settlement}")).json()
    assert (said["bears"], said["settlement"]) == (bears, settlement)
    decision = said["decision"]
    assert (decision["clause"], decision["edition"], decision["by"]) == ("S-BI-1", "secondment/2026", "rule")
    assert [(read["name"], read["value"]) for read in decision["parameters"]] == [(f"costs.{kind}", bears)]
    assert {"sender": "派遣元", "jetro": "ジェトロ"}[bears] in said["ja"]
    assert [(each["cost_id"], each["bears"], each["what"]) for each in listed["items"]] == [
        ("cost-1", bears, COST["what"])
    ]
    assert len(story.published("InvoiceIssued")) == len(story.published("FeeCharged")) == invoices


@pytest.mark.clause("S-BI-1")
@pytest.mark.clause("S-BI-7")
async def test_what_jetro_has_paid_for_the_sender_is_an_invoice_of_its_own_outside_the_tax() -> None:
    story = await begun()
    async with story.client() as client:
        await told(story, client)
    (issued,) = story.published("InvoiceIssued")
    (line,) = issued["lines"]
    assert (line["fee"], line["clause"], line["tax"]) == ("local_public_charges", "S-BI-1", None)
    assert line["description"] == "現地の公租公課（2027年6月30日、立替分）"
    assert (issued["total"], issued["totals"]) == (84_200, [{"rate": None, "amount": 84_200, "tax": 0}])
    assert (issued["number"], issued["receipt_number"]) == ("INV-S2026-000001", "S2026-0001")


@pytest.mark.clause("S-BI-1")
async def test_costs_and_fees_stand_side_by_side_and_two_of_a_kind_are_two_lines() -> None:
    story = await begun(tokyo(2027, 4, 5))
    await story.departs(date(2027, 4, 5), date(2028, 3, 31))
    await story.company.move(tokyo(2027, 7, 5))
    async with story.client() as client:
        await told(story, client)
        await told(story, client)
        await story.ends(date(2027, 10, 31))
    assert [each["total"] for each in story.published("InvoiceIssued")] == [1_684_000, 84_200, 84_200]
    assert [each["total"] for each in story.published("ReturnInvoiceIssued")] == [5 * 132_000]


@pytest.mark.clause("S-BI-1")
@pytest.mark.clause("S-BI-6")
async def test_a_cost_recorded_in_error_goes_back_by_a_return_invoice() -> None:
    story = await begun()
    async with story.client() as client:
        await told(story, client)
        order = {"by": "keiri-1", "reason": "別の出向者の領収書だった"}
        seen = (await client.get(ACCOUNT)).json()["version"]
        url = f"{ACCOUNT}/costs/cost-1/withdrawal"
        assert (await client.post(url, json=order | {"seen_version": seen})).status_code == 200
        await story.company.run()
        again = await client.post(url, json=order | {"seen_version": seen + 2})
        assert (again.status_code, again.json()["errors"][0]["clause"]) == (409, "S-BI-1")
        unknown = await client.post(url.replace("cost-1", "cost-9"), json=order | {"seen_version": seen + 2})
        assert unknown.status_code == 404
        (kept,) = (await client.get("/v1/recorded-costs")).json()["items"]
    (back,) = story.published("ReturnInvoiceIssued")
    assert (back["returns"], back["total"]) == ("INV-S2026-000001", 84_200)
    assert back["lines"][0]["description"] == "現地の公租公課（2027年6月30日、立替分）"
    assert kept["withdrawn"] is True


@pytest.mark.clause("S-BI-1")
async def test_the_table_says_for_every_kind_of_cost_who_bears_it() -> None:
    story = await begun()
    async with story.client() as client:
        said = (await client.get("/v1/costs?programme=secondment&fiscal_year=2026")).json()
        before = (await client.get("/v1/costs?fiscal_year=2026&on=2025-10-31")).json()
        nowhere = await client.get("/v1/costs?fiscal_year=2019")
    assert (said["edition"], said["on"]) == ("secondment/2026", "2027-07-05")
    assert {row["kind"]: row["bears"] for row in said["items"]} == {
        code: entry.first for code, entry in EDITION.costs.root.items()
    }
    assert {row["clause"] for row in said["items"]} == {"S-BI-1"}
    assert (before["items"], nowhere.status_code) == ([], 404)


@pytest.mark.clause("S-BI-1")
@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"kind": "local_public_charge"}, "/kind"),
        ({"kind": "lunch"}, "/kind"),
        ({"day": "2027-07-06"}, "/day"),
        ({"day": "2025-10-31"}, "/day"),
        ({"amount": 0}, "/amount"),
        ({"amount": 1.5}, "/amount"),
        ({"paid_by": "nobody"}, "/paid_by"),
        ({"what": "\u202e領収書"}, "/what"),
    ],
)
async def test_what_cannot_be_a_cost_is_refused_at_its_place(changes: dict[str, Any], pointer: str) -> None:
    story = await begun()
    async with story.client() as client:
        answer = await told(story, client, **changes)
    assert answer.status_code in (409, 422)
    (error,) = answer.json()["errors"]
    assert (error["pointer"], error["clause"]) == (pointer, "S-BI-1")
    assert story.published("InvoiceIssued") == []


async def test_an_unknown_kind_is_answered_with_those_that_are_near() -> None:
    story = await begun()
    async with story.client() as client:
        near = (await told(story, client, kind="local_public_charge")).json()["errors"][0]["ja"]
        far = (await told(story, client, kind="xyz")).json()["errors"][0]["ja"]
    assert "local_public_charges（現地の公租公課）" in near
    assert "business_trip" in far


@pytest.mark.clause("S-BI-1")
async def test_a_secondment_that_never_left_japan_has_an_account_and_its_costs() -> None:
    story = await begun()
    async with story.client() as client:
        assert (await told(story, client, kind="damage_by_secondee", amount=500)).status_code == 201
        await story.ends(date(2028, 3, 31), early=False)
        unknown = await client.post("/v1/accounts/app-9.1/costs", json=COST | {"seen_version": 1})
        stale = await client.post(f"{ACCOUNT}/costs", json=COST | {"seen_version": 1})
    assert (unknown.status_code, stale.status_code) == (404, 412)
    assert [each["total"] for each in story.published("InvoiceIssued")] == [500]


@pytest.mark.clause("C-BI-1")
async def test_no_cost_is_recorded_for_a_support() -> None:
    story = Counter(tokyo(2026, 9, 1))
    sender = await party_in(story.billing.world.vault)
    case: dict[str, Any] = {"programme": "support", "fiscal_year": 2026, "application_id": "app-2", "party": sender}
    await story.hears(VisitCancelled(**case, visit_id="v-1", cancelled_on=date(2026, 9, 1), costs=(cost(1_000),)))
    async with story.client() as client:
        answer = await client.post("/v1/accounts/app-2/costs", json=COST | {"seen_version": 2, "day": "2026-09-01"})
    assert (answer.status_code, answer.json()["errors"][0]["clause"]) == (409, "C-BI-1")


@pytest.mark.clause("G-7")
async def test_what_an_officer_notes_on_a_cost_is_sealed() -> None:
    story = await begun()
    async with story.client() as client:
        await told(story, client)
        await story.billing.world.vault.erase("org-1", at=tokyo(2027, 8, 1))
        (erased,) = (await client.get("/v1/recorded-costs")).json()["items"]
        assert (await told(story, client)).status_code == 201  # money is recorded all the same
    log = [event.state for at in await story.billing.world.log.read(0, 100) for event in at.commit.events]
    assert not [state for state in log if "領収書".encode() in state]
    assert erased["what"] == "（消去済み）"


@pytest.mark.clause("G-7")
@pytest.mark.parametrize(("kind", "name"), [("illness", "疾病"), ("accident", "事故")])
async def test_a_cost_that_says_something_of_the_person_is_an_advance_to_all_but_officers(kind: str, name: str) -> None:
    story = await begun()
    async with story.client() as client:
        answer = (await told(story, client, kind=kind)).json()
        seen = (await client.get(ACCOUNT)).json()["version"]
        order = {"by": "keiri-1", "reason": "別の出向者の領収書だった", "seen_version": seen}
        await client.post(f"{ACCOUNT}/costs/cost-1/withdrawal", json=order)
        await story.company.run()
        (kept,) = (await client.get("/v1/recorded-costs")).json()["items"]
    assert (kept["name"], kept["kind"]) == (name, "advance")
    assert [(read["name"], read["value"]) for read in answer["decision"]["parameters"]] == [("costs", "sender")]
    (issued,), (back,) = story.published("InvoiceIssued"), story.published("ReturnInvoiceIssued")
    for line in (issued["lines"][0], back["lines"][0]):
        assert (line["fee"], line["description"]) == ("advance", "立替金（2027年6月30日、立替分）")
    commits = await story.billing.world.log.read(0, 100)
    told_and_kept = [event.state.decode() for at in commits for event in at.commit.events]
    told_and_kept += [message.data.decode() for message in story.company.published]
    assert not [text for text in told_and_kept if kind in text or name in text]


def test_the_decision_of_a_day_reads_the_table_of_that_day() -> None:
    day = date(2027, 6, 30)
    borne = s_bi_1_borne("cost-1", "business_trip", 1_000, day, "sender", EDITION, tokyo(2027, 7, 1))
    assert (borne.bears, borne.settlement, borne.tax) == ("jetro", "reimbursed", None)
    assert borne.decision.facts["settlement"] == "reimbursed"
