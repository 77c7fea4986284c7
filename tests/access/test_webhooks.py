"""Signed forms: what the specification's own library signs is taken, and what is not so is refused."""

from __future__ import annotations

import base64
import hmac
import json
import os
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook
from starlette.datastructures import Headers

from kernel.denials import Unauthenticated
from kernel.gates import TokensOrSignatures
from kernel.testing.collections import MemoryDatabase
from kernel.tokens import TokenGate
from kernel.webhooks import WINDOW, Secrets, UnfitSecrets, WebhookGate, secrets, signed_by
from tests.access.issuing import Issuing, bearing
from tests.bad_input.town import Town
from tests.intake import forms
from tests.intake.support import clauses

NOW = 1_772_000_000
FORMS = "/v1/support/2026/applications"


def secret() -> str:
    return "whsec_" + base64.b64encode(os.urandom(32)).decode()


OLD, NEW, OTHER = secret(), secret(), secret()
LIVE = secrets(json.dumps({"portal": [OLD, NEW], "partner": [OTHER]}).encode())


def signed(of: str, body: str, id: str = "msg-1", at: float = NOW) -> dict[str, str]:
    """Headers as the specification's library makes them."""
    moment = datetime.fromtimestamp(at, UTC)
    stamp = str(int(at))
    return {
        "webhook-id": id, "webhook-timestamp": stamp, "webhook-signature": Webhook(of).sign(id, moment, body),
    }  # fmt: skip


def by(headers: dict[str, str], body: str, now: float = NOW) -> str:
    return signed_by(Headers(headers), body.encode(), LIVE, now)


@pytest.mark.parametrize(("of", "sender"), [(OLD, "portal"), (NEW, "portal"), (OTHER, "partner")])
@pytest.mark.parametrize("body", ["{}", '{"名": "株式会社"}', ""])
def test_what_the_library_signs_with_either_live_secret_is_its_sender_s(of: str, sender: str, body: str) -> None:
    assert by(signed(of, body), body) == sender


def test_several_signatures_are_looked_through() -> None:
    headers = signed(OTHER, "{}")
    headers["webhook-signature"] = f"v1a,AAAA v1,!!! v1,AAAA {headers['webhook-signature']}"
    assert by(headers, "{}") == "partner"


@pytest.mark.parametrize("off", [-WINDOW, WINDOW])
def test_the_window_is_five_minutes_to_either_side(off: int) -> None:
    headers = signed(OLD, "{}")
    assert by(headers, "{}", NOW + off) == "portal"
    with pytest.raises(Unauthenticated, match="5 minutes"):
        by(headers, "{}", NOW + off + (1 if off > 0 else -1))


CHANGES: dict[str, Any] = {
    "another body": lambda headers: (headers, '{"a": 2}'),
    "another id": lambda headers: (headers | {"webhook-id": "msg-2"}, "{}"),
    "another time": lambda headers: (headers | {"webhook-timestamp": str(NOW + 1)}, "{}"),
    "no id": lambda headers: ({k: v for k, v in headers.items() if k != "webhook-id"}, "{}"),
    "no time": lambda headers: ({k: v for k, v in headers.items() if k != "webhook-timestamp"}, "{}"),
    "a long id": lambda headers: (signed(OLD, "{}", "m" * 300), "{}"),
    "a time that is none": lambda headers: (headers | {"webhook-timestamp": "nan"}, "{}"),
    "another version": lambda headers: (
        headers | {"webhook-signature": headers["webhook-signature"].replace("v1", "v2")}, "{}",
    ),
    "a secret that was withdrawn": lambda headers: (signed(secret(), "{}"), "{}"),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_what_was_changed_is_refused(change: str) -> None:
    headers, body = CHANGES[change](signed(OLD, "{}"))
    with pytest.raises(Unauthenticated) as refused:
        by(headers, body)
    assert (refused.value.status, refused.value.pointer) == (401, "/webhook-signature")


def test_two_headers_of_a_kind_are_none() -> None:
    raw = [(name.encode(), value.encode()) for name, value in signed(OLD, "{}").items()]
    with pytest.raises(Unauthenticated):
        signed_by(Headers(raw=[*raw, (b"webhook-id", b"msg-2")]), b"{}", LIVE, NOW)


@given(id=st.text(max_size=20), at=st.text(max_size=20), signature=st.text(max_size=80), body=st.binary(max_size=50))
def test_whatever_comes_as_a_signature_is_refused_and_breaks_nothing(
    id: str, at: str, signature: str, body: bytes
) -> None:
    said = {"webhook-id": id, "webhook-timestamp": at, "webhook-signature": signature}
    raw = [(name.encode(), value.encode("latin-1", "ignore")) for name, value in said.items()]
    with pytest.raises(Unauthenticated):
        signed_by(Headers(raw=raw), body, LIVE, NOW)


UNFIT = [
    b"", b"[]", b'{"portal": "whsec_x"}', b'{"portal": []}', b'{"portal": [1]}', b'{"portal": ["whsec_!"]}',
    b'{"portal": ["whsec_c2hvcnQ="]}', json.dumps({"portal": [secret(), secret(), secret()]}).encode(),
]  # fmt: skip


@pytest.mark.parametrize("raw", UNFIT, ids=range(len(UNFIT)))
def test_a_file_that_is_unfit_is_told_so_without_what_is_in_it(raw: bytes, tmp_path: Path) -> None:
    file = tmp_path / "secrets.json"
    file.write_bytes(raw)
    with pytest.raises(UnfitSecrets) as why:
        Secrets(file)
    assert "whsec_c2" not in str(why.value)


@given(raw=st.binary(max_size=100) | st.text(max_size=100).map(str.encode))
def test_whatever_stands_in_the_file_is_read_or_refused(raw: bytes) -> None:
    try:
        secrets(raw)
    except UnfitSecrets:
        return


def test_a_changed_file_is_read_again_and_a_broken_one_changes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "secrets.json"
    file.write_text(json.dumps({"portal": [OLD]}))
    live = Secrets(file)
    assert len(live.now()["portal"]) == 1
    file.write_text(json.dumps({"portal": [OLD, NEW]}))
    assert len(live.now()["portal"]) == 2
    file.write_text("{")
    assert len(live.now()["portal"]) == 2
    file.unlink()
    assert len(live.now()["portal"]) == 2


class Portal:
    """Intake behind a gate for signatures and tokens, and a portal that signs."""

    def __init__(self, issuer: Issuing, file: Path) -> None:
        file.write_text(json.dumps({"portal": [OLD, NEW]}))
        self.town, self.issuer, self.now = Town(), issuer, time.time()
        webhooks = WebhookGate("intake", Secrets(file), MemoryDatabase()["webhooks"], lambda: self.now)
        tokens = TokenGate("intake", [issuer.believed()])
        self.town.webs["intake"].state.gate = TokensOrSignatures(tokens, webhooks)

    async def sends(self, path: str, body: str, id: str, key: str, method: str = "POST", **of: Any) -> httpx.Response:
        headers = signed(of.get("secret", OLD), body, id, self.now) | {"Content-Type": "application/json"}
        if not key:
            async with self.town.client("intake") as client:
                return await client.request(method, path, content=body.encode(), headers=headers)
        headers |= {"Idempotency-Key": key}
        return await self.town.ask("intake", method, path, content=body.encode(), headers=headers)


@pytest.fixture
def portal(issuer: Issuing, tmp_path: Path) -> Portal:
    return Portal(issuer, tmp_path / "secrets.json")


async def test_a_signed_form_is_taken_and_the_same_again_is_answered_as_before(portal: Portal) -> None:
    body = json.dumps(forms.support())
    first = await portal.sends(FORMS, body, "msg-1", "k-1")
    again = await portal.sends(FORMS, body, "msg-1", "k-1")
    assert (first.status_code, again.status_code) == (201, 201), first.text
    assert first.json() == again.json()
    rotated = await portal.sends(FORMS, body, "msg-2", "k-1", secret=NEW)
    assert rotated.json() == first.json()


async def test_a_replayed_id_with_another_body_or_at_another_address_is_refused(portal: Portal) -> None:
    body = json.dumps(forms.support())
    first = await portal.sends(FORMS, body, "msg-1", "k-1")
    other = json.dumps(forms.support() | {"purpose": "別の内容。"})
    for path, content, method in (
        (FORMS, other, "POST"),
        (first.headers["Location"], body, "PUT"),
        (f"{FORMS}?session=session-{'0' * 32}", body, "POST"),
    ):
        answer = await portal.sends(path, content, "msg-1", "k-2", method)
        assert (answer.status_code, clauses(answer)) == (401, [("/webhook-signature", "G-6")]), answer.text
        assert "webhook-id" in answer.json()["title_ja"]


async def test_what_was_overheard_is_not_done_once_more_under_another_key(portal: Portal) -> None:
    """The key is not signed: with one of its own, a replayed amendment would put back what a later one changed."""
    sent = await portal.sends(FORMS, json.dumps(forms.support()), "msg-1", "k-1")
    place = sent.headers["Location"]
    first, second = (json.dumps(forms.support() | {"purpose": each}) for each in ("一度目の変更。", "二度目の変更。"))
    assert (await portal.sends(place, first, "msg-2", "k-2", "PUT")).status_code == 200
    assert (await portal.sends(place, second, "msg-3", "k-3", "PUT")).status_code == 200
    replayed = await portal.sends(place, first, "msg-2", "k-4", "PUT")
    assert (replayed.status_code, clauses(replayed)) == (401, [("/webhook-signature", "G-6")]), replayed.text
    again = await portal.sends(place, first, "msg-2", "k-2", "PUT")
    assert (again.status_code, again.json()["revision"]) == (200, 2), again.text  # as it was told first


async def test_a_request_without_a_key_is_done_once_under_its_id(portal: Portal) -> None:
    sessions = "/v1/support/2026/sessions"
    opened = await portal.sends(sessions, "", "msg-1", "")
    assert opened.status_code == 201, opened.text
    typed = json.dumps({"content": {"name": "架空"}})
    place = f"{sessions}/{opened.json()['id']}"
    answers = [await portal.sends(place, typed, "msg-2", "", "PUT") for _ in range(2)]
    assert [each.status_code for each in answers] == [200, 401], answers[1].text
    assert "新しい webhook-id" in answers[1].json()["title_ja"]
    reads = [await portal.sends(place, "", "msg-3", "", "GET") for _ in range(2)]
    assert [each.status_code for each in reads] == [200, 200], reads[1].text


async def test_a_late_signature_is_refused_by_our_clock(portal: Portal) -> None:
    body = json.dumps(forms.support())
    headers = signed(OLD, body, "msg-1", portal.now) | {"Content-Type": "application/json", "Idempotency-Key": "k-1"}
    portal.now += WINDOW + 1
    answer = await portal.town.ask("intake", "POST", FORMS, content=body.encode(), headers=headers)
    assert (answer.status_code, clauses(answer)) == (401, [("/webhook-signature", "G-6")])
    assert "5分" in answer.json()["title_ja"]


async def test_a_paper_is_signed_as_the_bytes_that_it_is(portal: Portal) -> None:
    """The specification signs bytes; a PDF is no text."""
    sent = await portal.sends(FORMS, json.dumps(forms.support()), "msg-1", "k-1")
    raw = forms.consent(sent.headers["Location"]) + b"\xff\xfe"
    at = str(int(portal.now))
    key = base64.b64decode(OLD.removeprefix("whsec_"))
    signature = base64.b64encode(hmac.digest(key, f"msg-2.{at}.".encode() + raw, "sha256")).decode()
    headers = {
        "webhook-id": "msg-2", "webhook-timestamp": at, "webhook-signature": f"v1,{signature}",
        "Content-Digest": forms.digest(raw), "Content-Type": "application/pdf", "Idempotency-Key": "k-2",
    }  # fmt: skip
    path = f"{sent.headers['Location']}/papers?kind=consent"
    taken = await portal.town.ask("intake", "POST", path, content=raw, headers=headers)
    assert taken.status_code == 201, taken.text
    changed = await portal.town.ask("intake", "POST", path, content=raw + b"x", headers=headers)
    assert changed.status_code == 401


async def test_a_signature_makes_a_form_and_no_officer(portal: Portal) -> None:
    answer = await portal.sends("/v1/organisations/org-x/merge", "{}", "msg-1", "k-1")
    assert answer.status_code == 403
    by_token = portal.issuer.officer("jinji-01", "intake", programmes=("support",))
    listed = await portal.town.ask("intake", "GET", FORMS, headers=bearing(by_token))
    assert listed.status_code == 200


async def test_a_wrong_signature_is_not_mended_by_a_good_token(portal: Portal) -> None:
    headers = bearing(portal.issuer.signer.token("portal", {"scope": "forms"})) | {"webhook-signature": "v1,AAAA"}
    answer = await portal.town.ask("intake", "POST", FORMS, json=forms.support(), headers=headers)
    assert answer.status_code == 401
