"""The five services behind tokens: who reads and commands what, under whose name."""

from __future__ import annotations

import time
from typing import Any

import httpx
import pytest

from infra.local.ports import SERVICES
from kernel.access import Trusting
from kernel.tokens import TokenGate
from services.intake.api.owning import NOT_BEFORE
from tests.access.issuing import Issuing, bearing
from tests.bad_input.town import Town
from tests.intake import forms
from tests.intake.support import clauses

OURS, OTHERS = str(forms.support()["party"]["corporate_number"]), "5990009999992"


class Guarded:
    """The town with gates for tokens, and one company's application in it."""

    def __init__(self, issuer: Issuing) -> None:
        self.issuer, self.town = issuer, Town()
        for name, web in self.town.webs.items():
            web.state.gate = TokenGate(name, [issuer.believed()])
        self.form = issuer.signer.token("portal", {"scope": "forms"})
        self.place, self.id = "", ""

    async def opened(self) -> Guarded:
        sent = await self.asks(self.form, "intake", "POST", "/v1/support/2026/applications", json=forms.support())
        assert sent.status_code == 201, sent.text
        self.place, self.id = sent.headers["Location"], sent.json()["id"]
        raw = forms.consent(self.place)
        headers = {"Content-Digest": forms.digest(raw), "Content-Type": "application/pdf"}
        paper = await self.asks(
            self.form, "intake", "POST", f"{self.place}/papers?kind=consent", content=raw, headers=headers
        )
        assert paper.status_code == 201, paper.text
        return self

    def officer(self, id: str, *roles: str, programmes: tuple[str, ...] = ("secondment", "support")) -> str:
        return self.issuer.officer(id, *roles, programmes=programmes)

    def applicant(self, number: str = OURS, **more: Any) -> str:
        return self.issuer.signer.token("u-1", {"corporate_number": number, **more})

    async def asks(self, token: str | None, service: str, method: str, path: str, **said: Any) -> httpx.Response:
        headers = (bearing(token) if token is not None else {}) | said.pop("headers", {})
        return await self.town.ask(service, method, path, headers=headers, **said)


@pytest.fixture
async def guarded(issuer: Issuing) -> Guarded:
    """The guarded town."""
    return await Guarded(issuer).opened()


def words(seen: int | None = None, **more: Any) -> dict[str, Any]:
    return {"reason": "電話で事情を確認した。", **({"seen_version": seen} if seen is not None else {}), **more}


@pytest.mark.parametrize("service", SERVICES)
async def test_nobody_comes_in_without_a_token_though_a_header_names_an_officer(guarded: Guarded, service: str) -> None:
    tried = 0
    for path, methods in guarded.town.webs[service].openapi()["paths"].items():
        for method in methods:
            place = path.replace("{fiscal_year}", "2026").replace("{programme}", "support")
            place = place.replace("{application_id}", guarded.id)
            async with guarded.town.client(service) as client:
                answer = await client.request(method, place, headers={"X-Officer": "jinji-01"})
            if path.startswith("/health/"):
                assert answer.status_code == 200, path
                continue
            tried += 1
            assert answer.status_code == 401, (method, path, answer.text)
            assert answer.headers["www-authenticate"] == 'Bearer realm="madoguchi"'
            assert clauses(answer) == [("/authorization", "G-6")]
    assert tried >= 10


@pytest.mark.clause("G-6")
async def test_an_officer_speaks_under_its_own_name_alone(guarded: Guarded) -> None:
    token = guarded.officer("jinji-01", "screening")
    path = f"/v1/screenings/{guarded.id}"
    another = await guarded.asks(token, "screening", "POST", f"{path}/no-interest", json=words(by="jinji-02"))
    assert (another.status_code, clauses(another)) == (403, [("/by", "G-6")])
    left_out = await guarded.asks(token, "screening", "POST", f"{path}/no-interest", json=words())
    assert left_out.status_code == 200, left_out.text
    case = await guarded.asks(token, "screening", "GET", path)
    assert [each["data"].get("officer") or each["data"].get("by") for each in case.json()["history"]][-1] == "jinji-01"
    named = await guarded.asks(token, "screening", "POST", f"{path}/no-interest", json=words(by="jinji-01"))
    assert named.status_code == 200, named.text


@pytest.mark.clause("C-SC-16")
async def test_a_conflict_of_interest_rests_on_the_token_and_no_header_gets_around_it(guarded: Guarded) -> None:
    path = f"/v1/screenings/{guarded.id}"
    conflicted, other = guarded.officer("jinji-01", "screening", "intake"), guarded.officer("jinji-02", "screening")
    assert (await guarded.asks(conflicted, "screening", "POST", f"{path}/conflicts", json=words())).status_code == 200
    assert (await guarded.asks(other, "screening", "POST", f"{path}/no-interest", json=words())).status_code == 200
    pretended = {"headers": {"X-Officer": "jinji-02"}}
    for service, asked in (
        ("screening", path),
        ("screening", f"/operations/log/screening-{guarded.id}"),
        ("intake", f"{guarded.place}/papers"),
        ("intake", f"/operations/log/{guarded.id}"),
    ):
        answer = await guarded.asks(conflicted, service, "GET", asked, **pretended)
        assert answer.status_code in (403, 404), (asked, answer.text)
    assert (await guarded.asks(other, "screening", "GET", path)).status_code == 200
    listed = await guarded.asks(conflicted, "screening", "GET", "/v1/screenings", **pretended)
    assert listed.json()["items"] == []


async def test_an_officer_needs_the_role_of_the_service(guarded: Guarded) -> None:
    token = guarded.officer("keiri-01", "billing")
    assert (await guarded.asks(token, "billing", "GET", "/v1/invoices")).status_code == 200
    for service, path in (
        ("screening", f"/v1/screenings/{guarded.id}"),
        ("placement", f"/v1/supports/{guarded.id}"),
        ("notify", "/v1/letters"),
        ("intake", f"{guarded.place}/papers"),
        ("billing", "/operations/progress"),
        ("screening", f"/operations/log/screening-{guarded.id}"),
    ):
        answer = await guarded.asks(token, service, "GET", path)
        assert (answer.status_code, clauses(answer)) == (403, [("", "G-6")]), path
        assert "権限" in answer.json()["title_ja"]
    assert (await guarded.asks(token, "intake", "GET", "/v1/support/2026/applications")).status_code == 200


async def test_an_erasure_has_a_role_of_its_own(guarded: Guarded) -> None:
    command = {"subject": "org-x", **words()}
    for role, refused in (("intake", True), ("erasure", False)):
        answer = await guarded.asks(guarded.officer("jinji-01", role), "intake", "POST", "/v1/erasures", json=command)
        assert (answer.status_code == 403) == refused, answer.text


async def test_operations_do_not_read_cases_nor_officers_the_figures_of_the_log(guarded: Guarded) -> None:
    operator, officer = guarded.officer("unyo-01", "operations"), guarded.officer("jinji-01", *SERVICES)
    for service in SERVICES:
        for path in ("/operations/progress", "/operations/counts", "/operations/log", "/operations/parked"):
            assert (await guarded.asks(operator, service, "GET", path)).status_code == 200, path
            assert (await guarded.asks(officer, service, "GET", path)).status_code == 403, path
    page = await guarded.asks(operator, "screening", "GET", "/operations/log")
    assert {event["name"] for event in page.json()} == {"closed"}
    assert (await guarded.asks(operator, "screening", "GET", f"/v1/screenings/{guarded.id}")).status_code == 403


async def test_an_officer_of_one_programme_sees_nothing_of_the_other(guarded: Guarded) -> None:
    token = guarded.officer("jinji-01", *SERVICES, programmes=("secondment",))
    for service, path in (
        ("intake", "/v1/support/2026/applications"),
        ("intake", guarded.place),
        ("intake", f"{guarded.place}/papers"),
        ("intake", f"/operations/log/{guarded.id}"),
        ("screening", f"/v1/screenings/{guarded.id}"),
        ("screening", "/v1/screenings?programme=support"),
        ("screening", f"/operations/log/screening-{guarded.id}"),
        ("placement", "/v1/supports"),
        ("placement", "/v1/coordinators?fiscal_year=2026"),
        ("notify", "/v1/letters?programme=support"),
        ("billing", "/v1/invoices?programme=support"),
    ):
        answer = await guarded.asks(token, service, "GET", path)
        assert answer.status_code == 403, (path, answer.text)
    for service, path in (
        ("screening", "/v1/screenings"),
        ("notify", "/v1/letters"),
        ("notify", "/v1/planned-letters"),
    ):
        answer = await guarded.asks(token, service, "GET", path)
        assert answer.json()["items"] == [], path
    both = guarded.officer("jinji-02", *SERVICES)
    (letter, *_) = (await guarded.asks(both, "notify", "GET", "/v1/letters")).json()["items"]
    assert (await guarded.asks(both, "notify", "GET", f"/v1/letters/{letter['id']}")).status_code == 200
    assert (await guarded.asks(token, "notify", "GET", f"/v1/letters/{letter['id']}")).status_code == 403


async def test_an_applicant_reaches_its_own_application(guarded: Guarded) -> None:
    own = await guarded.asks(guarded.applicant(), "intake", "GET", guarded.place)
    assert own.json()["id"] == guarded.id
    by_id = guarded.issuer.signer.token("u-2", {"applications": [guarded.id]})
    assert (await guarded.asks(by_id, "intake", "GET", guarded.place)).status_code == 200
    assert (await guarded.asks(guarded.applicant(), "intake", "GET", f"{guarded.place}/papers")).status_code == 403
    assert (await guarded.asks(guarded.applicant(), "screening", "GET", "/v1/screenings")).status_code == 403


async def test_an_applicant_cannot_tell_another_s_application_from_none(guarded: Guarded) -> None:
    nothing = guarded.place.replace(guarded.id, "app-" + "0" * 32)
    token, told = guarded.applicant(OTHERS), []
    for place in (guarded.place, nothing):
        begun = time.monotonic()
        answers = [
            await guarded.asks(token, "intake", "GET", place),
            await guarded.asks(token, "intake", "POST", f"{place}/withdrawal", json={}),
            await guarded.asks(token, "intake", "PUT", place, json=forms.support()),
        ]
        assert time.monotonic() - begun > 3 * NOT_BEFORE
        told.append([(each.status_code, each.json(), dict(each.headers)) for each in answers])
    assert told[0] == told[1]
    assert {status for status, *_ in told[0]} == {404}


async def test_an_applicant_neither_applies_for_another_nor_speaks_as_an_officer(guarded: Guarded) -> None:
    other = guarded.applicant(OTHERS)
    sent = await guarded.asks(other, "intake", "POST", "/v1/support/2026/applications", json=forms.support())
    assert (sent.status_code, clauses(sent)) == (403, [("/party/corporate_number", "G-6")])
    as_officer = await guarded.asks(
        guarded.applicant(), "intake", "POST", f"{guarded.place}/withdrawal", json=words(1, by="jinji-01")
    )
    assert (as_officer.status_code, clauses(as_officer)) == (403, [("/by", "G-6")])
    itself = await guarded.asks(guarded.applicant(), "intake", "POST", f"{guarded.place}/withdrawal", json={})
    assert (itself.status_code, itself.json()["status"]) == (200, "withdrawn")


async def test_an_officer_withdraws_under_its_own_name_and_not_as_the_applicant(guarded: Guarded) -> None:
    token = guarded.officer("jinji-01", "intake")
    path = f"{guarded.place}/withdrawal"
    silent = await guarded.asks(token, "intake", "POST", path, json={"by": "applicant"})
    assert (silent.status_code, clauses(silent)) == (422, [("/reason", "G-8"), ("/seen_version", "G-8")])
    nothing = await guarded.asks(token, "intake", "POST", path)
    assert (nothing.status_code, clauses(nothing)) == (422, clauses(silent)), nothing.text
    seen = (await guarded.asks(token, "intake", "GET", guarded.place)).json()["version"]
    done = await guarded.asks(token, "intake", "POST", path, json=words(seen))
    assert (done.status_code, done.json()["status"]) == (200, "withdrawn")


async def test_a_form_sends_and_reads_nothing_of_others(guarded: Guarded) -> None:
    assert (await guarded.asks(guarded.form, "intake", "GET", guarded.place)).status_code == 403
    assert (await guarded.asks(guarded.form, "intake", "GET", "/v1/support/2026/applications")).status_code == 403
    assert (await guarded.asks(guarded.form, "intake", "GET", "/v1/support/2026/reception")).status_code == 200
    assert (await guarded.asks(guarded.form, "screening", "GET", "/v1/screenings")).status_code == 403


@pytest.mark.clause("G-6")
async def test_a_portal_goes_on_with_what_it_brought_itself_and_with_no_other_s(guarded: Guarded) -> None:
    """It is told of another's as of one that does not exist, though it knows the id."""
    other = guarded.issuer.signer.token("chamber", {"scope": "forms"})
    nothing, told = guarded.place.replace(guarded.id, "app-" + "0" * 32), []
    raw = forms.consent(guarded.place)
    paper = {"Content-Digest": forms.digest(raw), "Content-Type": "application/pdf"}
    before = await guarded.town.tails()
    for place in (guarded.place, nothing):
        begun = time.monotonic()
        answers = [
            await guarded.asks(other, "intake", "POST", f"{place}/withdrawal", json={}),
            await guarded.asks(other, "intake", "PUT", place, json=forms.support(purpose="別の目的。")),
            await guarded.asks(
                other, "intake", "POST", f"{place}/papers?kind=consent", content=raw, headers=dict(paper)
            ),
        ]
        assert time.monotonic() - begun > 3 * NOT_BEFORE
        told.append([(each.status_code, each.json(), dict(each.headers)) for each in answers])
    assert told[0] == told[1]
    assert {status for status, *_ in told[0]} == {404}
    assert await guarded.town.tails() == before
    log = await guarded.town.company["intake"].world.log.read(0, 100)
    assert not any(b"portal" in each.state for at in log for each in at.commit.events)
    for token in (guarded.form, guarded.applicant()):
        answer = await guarded.asks(token, "intake", "POST", f"{guarded.place}/withdrawal", json={})
        assert (answer.status_code, answer.json()["status"]) == (200, "withdrawn")


@pytest.mark.clause("G-6")
async def test_what_an_applicant_sent_itself_is_no_portal_s(guarded: Guarded) -> None:
    number = forms.support(5)["party"]["corporate_number"]
    path = "/v1/support/2026/applications"
    sent = await guarded.asks(guarded.applicant(number), "intake", "POST", path, json=forms.support(5))
    assert sent.status_code == 201, sent.text
    place = sent.headers["Location"]
    assert (await guarded.asks(guarded.form, "intake", "POST", f"{place}/withdrawal", json={})).status_code == 404
    colleague = guarded.issuer.signer.token("u-2", {"corporate_number": number})
    assert (await guarded.asks(colleague, "intake", "POST", f"{place}/withdrawal", json={})).status_code == 200


@pytest.mark.clause("G-6")
async def test_an_application_of_before_portals_were_remembered_is_open_to_each(guarded: Guarded) -> None:
    """As one that came without a gate: nobody was known to bring it."""
    web, gate = guarded.town.webs["intake"], guarded.town.webs["intake"].state.gate
    web.state.gate = Trusting("intake")
    sent = await guarded.asks(None, "intake", "POST", "/v1/support/2026/applications", json=forms.support(6))
    web.state.gate = gate
    place = sent.headers["Location"]
    other = guarded.issuer.signer.token("chamber", {"scope": "forms"})
    assert (await guarded.asks(other, "intake", "POST", f"{place}/withdrawal", json={})).status_code == 200


@pytest.mark.clause("C-IN-2")
async def test_a_session_is_its_own_company_s_though_others_know_its_id(guarded: Guarded) -> None:
    """What was typed so far is nobody's business, and not theirs to change or to send."""
    ours, others, sessions = guarded.applicant(), guarded.applicant(OTHERS), "/v1/support/2026/sessions"
    colleague = guarded.issuer.signer.token("u-2", {"corporate_number": OURS})
    place = f"{sessions}/{(await guarded.asks(ours, 'intake', 'POST', sessions)).json()['id']}"
    typed = {"content": {"name": "架空の担当者"}}
    assert (await guarded.asks(ours, "intake", "PUT", place, json=typed)).status_code == 200
    assert (await guarded.asks(ours, "intake", "PUT", f"{place}/draft", json=typed)).status_code == 200
    nothing = await guarded.asks(others, "intake", "GET", f"{sessions}/session-{'0' * 32}")
    for token in (others, guarded.form):
        for method, path, said in (
            ("GET", place, {}),
            ("PUT", place, {"json": typed}),
            ("PUT", f"{place}/draft", {"json": typed}),
            ("POST", f"{place}/resumption", {}),
        ):
            answer = await guarded.asks(token, "intake", method, path, **said)
            assert (answer.status_code, answer.json()) == (404, nothing.json()), (method, path)
    sent = f"/v1/support/2026/applications?session={place.rpartition('/')[2]}"
    assert (await guarded.asks(guarded.form, "intake", "POST", sent, json=forms.support(4))).status_code == 404
    assert (await guarded.asks(colleague, "intake", "GET", place)).json()["typed"] == typed["content"]


@pytest.mark.clause("G-8")
async def test_an_idempotency_key_is_its_sender_s_own(guarded: Guarded) -> None:
    """Who sends the same body under a key that another used is not told what came of the other's, nor kept from it."""
    key = {"headers": {"Idempotency-Key": "k-1"}}
    path = f"/v1/screenings/{guarded.id}/no-interest"
    mine, other = guarded.officer("jinji-01", "screening"), guarded.officer("jinji-02", "screening")
    first = await guarded.asks(mine, "screening", "POST", path, json=words(), **key)
    key = {"headers": {"Idempotency-Key": "k-1"}}
    again = await guarded.asks(mine, "screening", "POST", path, json=words(), **key)
    key = {"headers": {"Idempotency-Key": "k-1"}}
    another = await guarded.asks(other, "screening", "POST", path, json=words(), **key)
    assert (first.status_code, again.status_code, another.status_code) == (200, 200, 200)
    assert first.json() == again.json()
    assert another.json()["version"] == first.json()["version"] + 1


@pytest.mark.clause("G-8")
async def test_two_portals_that_count_from_one_do_not_lose_each_other_s_forms(guarded: Guarded) -> None:
    of_another = guarded.issuer.signer.token("chamber", {"scope": "forms"})
    other = forms.support(3)
    path = "/v1/support/2026/applications"
    answers = [
        await guarded.asks(token, "intake", "POST", path, json=form, headers={"Idempotency-Key": "1"})
        for token, form in ((guarded.form, forms.support(2)), (of_another, other), (of_another, other))
    ]
    assert [each.status_code for each in answers] == [201, 201, 201], answers[1].text
    assert answers[0].json()["id"] != answers[1].json()["id"] == answers[2].json()["id"]
    log = await guarded.town.company["intake"].world.log.read(0, 100)
    assert not any("chamber" in cause.message for at in log for cause in at.commit.causes)
