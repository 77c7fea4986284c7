"""What is refused before any route is asked: addresses, headers and bodies that nobody should have to read."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from kernel.edge import DEPTH_MOST, FILE_MOST, FORM_MOST, PATH_MOST, QUERY_MOST
from tests.bad_input.answers import refusal
from tests.bad_input.badness import CANARY
from tests.bad_input.samples import operations
from tests.bad_input.town import SPECS, Town, said
from tests.intake import forms

FORMS = "/v1/secondment/2026/applications"
JSON = {"Content-Type": "application/json", "Idempotency-Key": "k-1"}
COMMANDS = {
    "intake": f"/v1/secondment/2026/applications/app-{1:032x}/late-admission",
    "screening": "/v1/screenings/app-1/purpose",
    "placement": "/v1/proposals/app-1.1/acceptance",
    "billing": "/v1/invoices/invoice-1/payments",
    "notify": "/v1/letters/letter-1/retry",
}
BODIES: dict[str, bytes] = {
    "no JSON": b"{by: jinji-01}",
    "half of it": b'{"by": "jinji-01", "rea',
    "two documents": b"{}{}",
    "bad UTF-8": b'{"by": "\xff\xfe"}',
    "UTF-16": '{"by": "jinji-01"}'.encode("utf-16"),
    "Shift JIS": '{"reason": "電話で確認"}'.encode("shift-jis"),
    "NaN": b'{"seen_version": NaN}',
    "Infinity": b'{"seen_version": -Infinity}',
    "a number of many digits": b'{"seen_version": ' + b"9" * 5000 + b"}",
    "the same name twice": b'{"by": "jinji-01", "by": "jinji-02"}',
    "deep lists": b"[" * 100_000 + b"]" * 100_000,
    "deep objects": b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
    "just too deep": b'{"a":' * (DEPTH_MOST + 1) + b"1" + b"}" * (DEPTH_MOST + 1),
    "nothing but a list": b"[]",
    "nothing but text": b'"x"',
    "null": b"null",
    "nothing": b"",
}


@pytest.mark.parametrize("service", SPECS)
async def test_a_body_that_cannot_be_read(service: str) -> None:
    async with Town().client(service) as client:
        for body in BODIES.values():
            refusal(await client.post(COMMANDS[service], content=body, headers=JSON), 400, 422)


@pytest.mark.parametrize("service", SPECS)
@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "", "/"])
async def test_a_body_of_another_type(service: str, kind: str) -> None:
    async with Town().client(service) as client:
        answer = await client.post(COMMANDS[service], content=b'{"by": "jinji-01"}', headers={"Content-Type": kind})
    refusal(answer, 415)


@pytest.mark.parametrize("service", SPECS)
async def test_a_body_that_is_too_large(service: str) -> None:
    body = said(1, reason=CANARY + "あ" * FORM_MOST)
    async with Town().client(service) as client:
        refusal(await client.post(COMMANDS[service], json=body), 413)


async def test_a_text_of_nearly_a_megabyte_is_too_long_by_its_field() -> None:
    body = forms.secondment(purpose=CANARY + "あ" * (FORM_MOST // 4))
    town = Town()
    assert refusal(await town.ask("intake", "POST", FORMS, json=body), 422) == ["/purpose"]


async def test_a_file_that_is_too_large() -> None:
    path = f"{FORMS}/app-{1:032x}/papers?kind=resume"
    headers = {"Content-Type": "application/pdf", "Content-Digest": "sha-256=:x:", "Idempotency-Key": "k"}
    async with Town().client("intake") as client:
        refusal(await client.post(path, content=b"x" * (FILE_MOST + 1), headers=headers), 413)


async def _parts() -> AsyncIterator[bytes]:
    yield b"{}"


@pytest.mark.parametrize("length", ["abc", "-1", "1e3", "9" * 400, "²", "+5"])
async def test_a_length_that_is_none(length: str) -> None:
    async with Town().client("intake") as client:
        headers = [(b"content-length", length.encode()), (b"content-type", b"application/json")]
        refusal(await client.post(FORMS, content=b"{}", headers=headers), 411, 413)
        refusal(await client.post(FORMS, content=_parts(), headers=JSON), 411)


async def test_more_bytes_than_were_stated() -> None:
    async with Town().client("intake") as client:
        headers = {**JSON, "Content-Length": "2"}
        refusal(await client.post(FORMS, content=b" " * (FORM_MOST + 5), headers=headers), 413)


IDS = [
    "%00", "a%00b", "a%0Ab", "%ff%fe", "%E2%80%AE", "%20", "..%2F..%2Fetc%2Fpasswd", "%2F", "x" * 300, "x" * 5000,
    "{$ne:1}", "%24ne", "%F0%9F%98%80",
]  # fmt: skip


@pytest.mark.parametrize("service", SPECS)
async def test_an_id_that_is_none(service: str) -> None:
    town = Town()
    asked = [each for each in operations(town.webs[service].openapi(), service) if "{" in each.path]
    async with town.client(service) as client:
        for each in asked:
            ids = [name for name in each.parameters("path") if name.endswith(("_id", "account"))]
            body = said(1) if each.method != "get" else None
            for id in IDS if ids else ():
                address = each.address(**dict.fromkeys(ids, id))
                refusal(await client.request(each.method, address, json=body, headers={"X-Officer": "o-1"}), 404, 422)


async def test_an_address_and_a_query_that_are_too_long() -> None:
    async with Town().client("notify") as client:
        refusal(await client.get("/v1/letters/" + "a" * PATH_MOST), 404)
        refusal(await client.get("/v1/letters?code=" + "a" * QUERY_MOST), 414)
        refusal(await client.get("/v1/nothing"), 404)
        allowed = await client.delete("/v1/letters")
        refusal(allowed, 405)
        assert allowed.headers["allow"] == "GET"


@pytest.mark.parametrize("service", SPECS)
@pytest.mark.parametrize("key", ["", " ", "k" * 201, "鍵".encode(), b"a\x00b", b"a\tb", b"\xff", b"a\x7f"])
async def test_an_idempotency_key_that_is_none(service: str, key: str | bytes) -> None:
    raw = key.encode() if isinstance(key, str) else key
    async with Town().client(service) as client:
        headers = [(b"idempotency-key", raw), (b"content-type", b"application/json")]
        answer = await client.post(COMMANDS[service], json=said(1), headers=headers)
    assert "/idempotency-key" in refusal(answer, 422)


@pytest.mark.parametrize(
    "digest", ["", "sha-256", "sha-256=::", "sha-512=:aaaa:", "md5=:x:", "sha-256=:" + "A" * 43 + "=:", "x" * 501]
)
async def test_a_content_digest_that_is_none(digest: str) -> None:
    town = Town()
    number = forms.number(1)
    for path in (f"{FORMS}/app-{1:032x}/papers?kind=x", f"/v1/support/2026/consents?by=o-1&corporate_number={number}"):
        headers = {"Content-Digest": digest, "Content-Type": "application/pdf"}
        wrong = await town.ask("intake", "POST", path, content=forms.PDF, headers=headers)
        assert "/content-digest" in refusal(wrong, 422)
        missing = await town.ask("intake", "POST", path, content=forms.PDF, headers={"Content-Type": "application/pdf"})
        assert "/content-digest" in refusal(missing, 422)


@pytest.mark.parametrize(
    "content", [b'{"a": "\\ud800"}', b'{"\\udfff": "x"}', b'{"a": ["\\ud800"]}', b'{"a": "' + b"x" * 400_000 + b'"}']
)
async def test_what_is_typed_freely_and_cannot_be_kept(content: bytes) -> None:
    town, sessions = Town(), "/v1/support/2026/sessions"
    session = (await town.ask("intake", "POST", sessions)).json()["id"]
    before = await town.tails()
    for path in (f"{sessions}/{session}", f"{sessions}/{session}/draft"):
        answer = await town.ask("intake", "PUT", path, content=b'{"content": ' + content + b"}", headers=JSON)
        assert refusal(answer, 422) == ["/content"]
    assert await town.tails() == before


async def test_the_same_key_with_another_body() -> None:
    town, path, headers = Town(), "/v1/support/2026/applications", {"Idempotency-Key": "one"}
    await town.ask("intake", "POST", path, json=forms.support(1), headers=headers)
    other = await town.ask("intake", "POST", path, json=forms.support(2), headers=headers)
    assert refusal(other, 422) == ["/idempotency-key"]


async def test_what_goes_wrong_inside_is_told_without_its_words(monkeypatch: pytest.MonkeyPatch) -> None:
    town = Town()

    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError(CANARY)

    monkeypatch.setattr(town.webs["intake"].state.application.counter, "submit", broken)
    answer = await town.ask("intake", "POST", FORMS, json=forms.secondment())
    assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")
    assert CANARY not in answer.text
