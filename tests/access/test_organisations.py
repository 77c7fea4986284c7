"""Who reads and changes the register of organisations: contact data, and merges that move both programmes' cases."""

from __future__ import annotations

from typing import Any

import pytest

from tests.access.issuing import Issuing
from tests.access.test_town import Guarded, words
from tests.intake import forms
from tests.intake.support import clauses

pytestmark = pytest.mark.clause("G-6")
COMPANY, INVITED, APART = (f"org-{forms.number(n)}" for n in (1, 7, 8))
"""A company of the support, an organisation invited for the secondment, and one of both programmes."""


@pytest.fixture
async def guarded(issuer: Issuing) -> Guarded:
    """The guarded town, with senders of each programme."""
    town = await Guarded(issuer).opened()
    token = town.officer("jinji-01", "intake")
    for programme, n in (("secondment", 7), ("secondment", 8), ("support", 8)):
        invitation = words(organisations=[forms.party(n)])
        path = f"/v1/{programme}/2026/invitations"
        answer = await town.asks(token, "intake", "POST", path, json=invitation)
        assert answer.status_code == 200, answer.text
    return town


async def listed(guarded: Guarded, token: str) -> set[str]:
    items = (await guarded.asks(token, "intake", "GET", "/v1/organisations")).json()["items"]
    return {each["id"] for each in items}


@pytest.mark.parametrize("role", ["screening", "notify", "operations", "erasure"])
async def test_whom_to_write_to_is_told_to_nobody_who_does_not_deal_with_senders(guarded: Guarded, role: str) -> None:
    token = guarded.officer("jinji-01", role)
    for path in ("/v1/organisations", f"/v1/organisations/{INVITED}", "/v1/secondment/2026/unanswered"):
        answer = await guarded.asks(token, "intake", "GET", path)
        assert (answer.status_code, clauses(answer)) == (403, [("", "G-6")]), (path, answer.text)


@pytest.mark.parametrize("role", ["intake", "placement", "billing"])
async def test_an_officer_reads_the_senders_of_its_programmes_and_of_them_no_more(guarded: Guarded, role: str) -> None:
    both, one, other = (
        guarded.officer("jinji-01", role, programmes=of)
        for of in (("secondment", "support"), ("secondment",), ("support",))
    )
    for token, seen in ((both, {COMPANY, INVITED, APART}), (one, {INVITED, APART}), (other, {COMPANY, APART})):
        assert await listed(guarded, token) == seen
        for id in (COMPANY, INVITED, APART):
            answer = await guarded.asks(token, "intake", "GET", f"/v1/organisations/{id}")
            assert answer.status_code == (200 if id in seen else 403), answer.text
    shown = (await guarded.asks(one, "intake", "GET", f"/v1/organisations/{APART}")).json()
    assert shown["invited"] == ["secondment/2026"]
    nobody = await guarded.asks(one, "intake", "GET", "/v1/organisations/org-nobody")
    assert nobody.status_code == 404


async def test_a_command_takes_every_programme_of_both_organisations(guarded: Guarded) -> None:
    commands: tuple[tuple[str, str, dict[str, Any]], ...] = (
        (INVITED, "merge", {"other": COMPANY}),
        (INVITED, "undo-merge", {"other": APART}),
        (APART, "undo-merge", {"other": INVITED}),
        (INVITED, "keep-apart", {"other": APART}),
        (APART, "keep-apart", {"other": INVITED}),
        (APART, "placements", {"fiscal_years": [2024]}),
    )
    before = await guarded.town.tails()
    token = guarded.officer("jinji-01", "intake", programmes=("secondment",))
    for id, command, more in commands:
        path = f"/v1/organisations/{id}/{command}"
        answer = await guarded.asks(token, "intake", "POST", path, json=words(1, **more))
        assert (answer.status_code, clauses(answer)) == (403, [("", "G-6")]), (path, answer.text)
    assert await guarded.town.tails() == before
    whole = guarded.officer("jinji-01", "intake")
    for id, command, more in (commands[4], commands[5]):
        seen = (await guarded.asks(whole, "intake", "GET", f"/v1/organisations/{id}")).json()["version"]
        path = f"/v1/organisations/{id}/{command}"
        answer = await guarded.asks(whole, "intake", "POST", path, json=words(seen, **more))
        assert answer.status_code == 200, answer.text


@pytest.mark.clause("S-IN-7")
async def test_what_was_merged_is_guarded_by_the_records_of_both(guarded: Guarded) -> None:
    """The one that is left has no record of the support by its own name."""
    whole = guarded.officer("jinji-01", "intake")
    unnumbered = forms.party(9, corporate_number=None, kind="company")
    invitation = words(organisations=[unnumbered])
    (id,) = (await guarded.asks(whole, "intake", "POST", "/v1/secondment/2026/invitations", json=invitation)).json()[
        "ids"
    ]
    seen = (await guarded.asks(whole, "intake", "GET", f"/v1/organisations/{id}")).json()["version"]
    path = f"/v1/organisations/{id}"
    merged = await guarded.asks(whole, "intake", "POST", f"{path}/merge", json=words(seen, other=COMPANY))
    assert merged.status_code == 200, merged.text
    token = guarded.officer("jinji-02", "intake", programmes=("secondment",))
    placed = words(merged.json()["version"], fiscal_years=[2024])
    refused = await guarded.asks(token, "intake", "POST", f"{path}/placements", json=placed)
    assert refused.status_code == 403, refused.text
    assert await listed(guarded, token) == {INVITED, APART, id, COMPANY}
