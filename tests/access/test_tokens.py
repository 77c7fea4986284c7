"""Which tokens are believed: real ones of an issuer on a real socket, and forgeries of each kind."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from fastapi import Request
from hypothesis import given
from hypothesis import strategies as st

from infra.local.ports import HOST
from kernel.access import Caller
from kernel.denials import Forbidden, Unauthenticated
from kernel.issuers import Issuer
from kernel.keys import AGAIN_AFTER, FRESH_FOR, KEPT_FOR, WITHIN, IssuerAway, Keys
from kernel.refusals import Refused
from kernel.tokens import TokenGate, caller
from tests.access.issuing import AUDIENCE, Issuing, bearing


def asked(*headers: tuple[str, str]) -> Request:
    raw = [(name.lower().encode(), value.encode("latin-1", "replace")) for name, value in headers]
    return Request({"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": raw})


async def known(gate: TokenGate, token: str) -> Caller:
    return await gate.caller(asked(*bearing(token).items()))


def gate(issuer: Issuing, **more: Any) -> TokenGate:
    return TokenGate("screening", [issuer.believed(**more)])


async def test_an_officers_token_tells_who_it_is_and_what_it_may(issuer: Issuing) -> None:
    found = await known(gate(issuer), issuer.officer("jinji-01", "screening", "billing", programmes=("support",)))
    assert found == Caller("officer", "jinji-01", frozenset({"screening", "billing"}), frozenset({"support"}))
    assert found.proved


async def test_a_token_that_names_no_programme_opens_none(issuer: Issuing) -> None:
    found = await known(gate(issuer), issuer.signer.token("jinji-01", {"roles": ["screening"]}))
    assert not found.of("secondment")
    assert not found.of("support")


async def test_operations_alone_make_an_operator(issuer: Issuing) -> None:
    assert (await known(gate(issuer), issuer.officer("unyo-01", "operations"))).kind == "operator"


async def test_a_form_is_known_by_its_scope_and_an_applicant_by_its_number(issuer: Issuing) -> None:
    form = issuer.signer.token("portal", {"scope": "openid forms", "client_id": "portal"})
    applicant = issuer.signer.token("u-1", {"corporate_number": "5990001234567", "applications": ["app-1"]})
    assert (await known(gate(issuer), form)).kind == "form"
    found = await known(gate(issuer), applicant)
    assert (found.kind, found.corporate_number, found.applications) == (
        "applicant", "5990001234567", frozenset({"app-1"}),
    )  # fmt: skip


async def test_an_issuer_speaks_only_for_the_kinds_that_it_may(issuer: Issuing) -> None:
    """An applicants' issuer that gives somebody a claim called ``roles`` makes no officer of them."""
    claims = {"roles": ["screening"], "programmes": ["support"], "corporate_number": "5990001234567", "scope": "forms"}
    token = issuer.signer.token("u-1", claims)
    found = await known(gate(issuer, kinds=frozenset({"applicant"})), token)
    assert (found.kind, found.roles) == ("applicant", frozenset())


async def test_an_issuers_words_for_roles_are_translated_and_others_mean_nothing(issuer: Issuing) -> None:
    words = {"role_names": {"審査担当": "screening"}}
    found = await known(gate(issuer, **words), issuer.officer("jinji-01", "審査担当", "billing"))
    assert found.roles == {"screening"}
    with pytest.raises(Forbidden):
        await known(gate(issuer, **words), issuer.officer("jinji-01", "billing"))


@pytest.mark.parametrize("id", ["Jinji", "jinji 01", "j" * 65, ""])
async def test_an_officers_id_has_the_form_that_decisions_keep(issuer: Issuing, id: str) -> None:
    with pytest.raises((Forbidden, Unauthenticated)):
        await known(gate(issuer), issuer.officer(id, "screening"))


def forged(change: Callable[[dict[str, Any]], None], **head: Any) -> Callable[[Issuing], str]:
    """A token with other claims, rightly signed."""

    def made(issuer: Issuing) -> str:
        signer = issuer.signer
        now = int(time.time())
        claims: dict[str, Any] = {
            "iss": signer.issuer, "aud": AUDIENCE, "sub": "jinji-01", "iat": now, "exp": now + 60,
            "roles": ["screening"],
        }  # fmt: skip
        change(claims)
        kid = list(signer._keys)[-1]
        return jwt.encode(claims, signer._keys[kid], "ES256", {"kid": kid, **head})

    return made


def with_another_key(issuer: Issuing) -> str:
    head = jwt.get_unverified_header(issuer.officer("jinji-01", "screening"))
    claims = jwt.decode(issuer.officer("jinji-01", "screening"), options={"verify_signature": False})
    return jwt.encode(claims, ec.generate_private_key(ec.SECP256R1()), "ES256", {"kid": head["kid"]})


def unsigned(issuer: Issuing) -> str:
    claims = jwt.decode(issuer.officer("jinji-01", "screening"), options={"verify_signature": False})
    return jwt.encode(claims, "", "none")


def signed_with_what_is_published(issuer: Issuing) -> str:
    """The old confusion: the public key taken as the secret of an HMAC."""
    claims = jwt.decode(issuer.officer("jinji-01", "screening"), options={"verify_signature": False})
    (*_, key) = issuer.signer.published()["keys"]
    head = base64.urlsafe_b64encode(json.dumps({"alg": "HS256", "kid": key["kid"]}).encode()).rstrip(b"=")
    body = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=")
    signature = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256).sign(
        head + b"." + body, json.dumps(key).encode()
    )
    return (head + b"." + body + b"." + base64.urlsafe_b64encode(signature).rstrip(b"=")).decode()


FORGERIES: dict[str, Callable[[Issuing], str]] = {
    "another audience": forged(lambda claims: claims.update(aud="mail")),
    "no audience": forged(lambda claims: claims.pop("aud")),
    "another issuer": forged(lambda claims: claims.update(iss="https://elsewhere.example")),
    "expired": forged(lambda claims: claims.update(exp=int(time.time()) - 3600)),
    "without an end": forged(lambda claims: claims.pop("exp")),
    "not yet valid": forged(lambda claims: claims.update(nbf=int(time.time()) + 3600)),
    "of nobody": forged(lambda claims: claims.pop("sub")),
    "another key": with_another_key,
    "an unknown key": forged(lambda claims: None, kid="nobody's"),
    "unsigned": unsigned,
    "the public key as a secret": signed_with_what_is_published,
    "too long": lambda issuer: issuer.signer.token("jinji-01", {"roles": ["screening"], "more": "x" * 9000}),
}


@pytest.mark.parametrize("kind", FORGERIES)
async def test_a_forgery_is_refused(issuer: Issuing, kind: str) -> None:
    told = gate(issuer)
    assert (await known(told, forged(lambda claims: None)(issuer))).id == "jinji-01"
    with pytest.raises(Unauthenticated) as refused:
        await known(told, FORGERIES[kind](issuer))
    assert 'error="invalid_token"' in str(refused.value.headers)


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [("Authorization", "")],
        [("Authorization", "Bearer")],
        [("Authorization", "Basic eDp5")],
        [("Authorization", "Bearer a"), ("Authorization", "Bearer b")],
        [("X-Officer", "jinji-01")],
    ],
    ids=str,
)
async def test_without_a_token_nobody_is_known(issuer: Issuing, headers: list[tuple[str, str]]) -> None:
    with pytest.raises(Unauthenticated) as refused:
        await gate(issuer).caller(asked(*headers))
    assert refused.value.headers == {"WWW-Authenticate": 'Bearer realm="madoguchi"'}


async def test_a_new_key_is_found_and_a_withdrawn_one_is_not_believed_for_long(issuer: Issuing) -> None:
    now = [0.0]
    keys = Keys(issuer.believed(), lambda: now[0])
    told = TokenGate("screening", [issuer.believed()], [keys])
    old = issuer.officer("jinji-01", "screening")
    await known(told, old)
    issuer.signer.turn()
    issuer.signer.forget()
    new = issuer.officer("jinji-01", "screening")
    now[0] += AGAIN_AFTER
    assert (await known(told, new)).id == "jinji-01"
    with pytest.raises(Unauthenticated):
        await known(told, old)


async def test_a_key_that_was_withdrawn_is_forgotten_though_nobody_uses_the_new_one(issuer: Issuing) -> None:
    now = [0.0]
    told = TokenGate("screening", [issuer.believed()], [Keys(issuer.believed(), lambda: now[0])])
    old = issuer.officer("jinji-01", "screening")
    await known(told, old)
    issuer.signer.turn()
    issuer.signer.forget()
    assert (await known(told, old)).id == "jinji-01"
    now[0] += FRESH_FOR + 1
    with pytest.raises(Unauthenticated):
        await known(told, old)


async def test_invented_keys_do_not_make_us_flood_the_issuer(issuer: Issuing) -> None:
    told = gate(issuer)
    await known(told, issuer.officer("jinji-01", "screening"))
    before = len(issuer.asked)
    tries = [known(told, forged(lambda claims: None, kid=f"k{n}")(issuer)) for n in range(50)]
    answers = await asyncio.gather(*tries, return_exceptions=True)
    assert {type(each) for each in answers} == {Unauthenticated}
    assert len(issuer.asked) == before


async def test_while_the_issuer_is_away_its_keys_serve_for_a_while(issuer: Issuing) -> None:
    now = [0.0]
    keys = Keys(issuer.believed(), lambda: now[0])
    told = TokenGate("screening", [issuer.believed()], [keys])
    await known(told, issuer.officer("jinji-01", "screening"))
    keys._issuer = issuer.believed(jwks="http://127.0.0.1:9/keys")
    now[0] += FRESH_FOR + 1
    assert (await known(told, issuer.officer("jinji-01", "screening"))).id == "jinji-01"
    now[0] += KEPT_FOR
    with pytest.raises(IssuerAway):
        await known(told, issuer.officer("jinji-01", "screening"))


@contextlib.asynccontextmanager
async def answering(said: bytes | None, host: str = HOST) -> AsyncIterator[str]:
    """The address of a server that says this to whatever it is asked (HERE is itself); with None, nothing."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            await reader.readuntil(b"\r\n\r\n")
            if said is None:
                await over.wait()
            else:
                body = said.replace(b"HERE", here.encode())
                head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % len(body)
                writer.write(head + body)
                await writer.drain()
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()

    over = asyncio.Event()
    server = await asyncio.start_server(answer, host, 0)
    here = f"http://{host}:{server.sockets[0].getsockname()[1]}"
    async with server:
        yield here
        over.set()
        await asyncio.sleep(0.05)


async def test_an_issuer_that_is_slow_does_not_hold_up_who_is_known(issuer: Issuing) -> None:
    now = [0.0]
    keys = Keys(issuer.believed(), lambda: now[0])
    told = TokenGate("screening", [issuer.believed()], [keys])
    token = issuer.officer("jinji-01", "screening")
    await known(told, token)
    now[0] += FRESH_FOR + 1
    async with answering(None) as silent:
        keys._issuer = issuer.believed(jwks=silent)
        begun = time.monotonic()
        for _ in range(20):
            assert (await known(told, token)).id == "jinji-01"
        assert time.monotonic() - begun < WITHIN / 2


GARBAGE = [
    b"", b"[]", b"{}", b'{"keys": 1}', b'{"keys": [1]}', b'{"keys": [null]}', b'{"keys": [{}]}',
    b'{"keys": [{"kty": "RSA", "n": 1, "e": []}]}', b'{"keys": [{"kty": "EC", "crv": "P-256", "x": "AA", "y": 2}]}',
    b"\xff\xfe", b'{"issuer": "HERE"}', b'{"issuer": "HERE", "jwks_uri": "x"}', b'{"issuer": "HERE", "jwks_uri": {}}',
]  # fmt: skip


@pytest.mark.parametrize("discovered", [True, False], ids=["discovery", "keys"])
@pytest.mark.parametrize("said", GARBAGE, ids=range(len(GARBAGE)))
async def test_an_issuer_that_answers_nonsense_is_an_outage_and_breaks_nothing(
    issuer: Issuing, said: bytes, discovered: bool
) -> None:
    async with answering(said) as url:
        keys = Keys(issuer.believed(**({"issuer": url} if discovered else {"jwks": url})))
        with pytest.raises(IssuerAway):
            await keys.key("k")


async def test_discovery_does_not_lead_to_keys_over_an_open_line(issuer: Issuing) -> None:
    """An address that is not called this machine's, though on it, so that the keys could be had."""
    async with answering(json.dumps(issuer.signer.published()).encode(), "127.0.0.2") as keys_at:
        document = json.dumps({"issuer": "HERE", "jwks_uri": keys_at}).encode()
        async with answering(document) as url:
            with pytest.raises(IssuerAway):
                await Keys(issuer.believed(issuer=url)).key(issuer.signer.published()["keys"][-1]["kid"])


async def test_a_secret_that_an_issuer_publishes_signs_nothing(issuer: Issuing) -> None:
    """Whoever reads it could sign with it: the list is public."""
    secret = base64.urlsafe_b64encode(b"s" * 32).rstrip(b"=").decode()
    published = json.dumps({"keys": [{"kty": "oct", "k": secret, "kid": "k", "alg": "HS256"}]}).encode()
    claims = jwt.decode(issuer.officer("jinji-01", "screening"), options={"verify_signature": False})
    head = base64.urlsafe_b64encode(json.dumps({"alg": "ES256", "kid": "k"}).encode()).rstrip(b"=")
    body = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=")
    mac = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256).sign(head + b"." + body, b"s" * 32)
    token = (head + b"." + body + b"." + base64.urlsafe_b64encode(mac).rstrip(b"=")).decode()
    async with answering(published) as url:
        with pytest.raises(Unauthenticated):
            await known(gate(issuer, jwks=url), token)


async def test_an_issuer_that_was_never_reached_is_an_outage_and_no_refusal(issuer: Issuing) -> None:
    with pytest.raises(IssuerAway) as away:
        await known(gate(issuer, jwks="http://127.0.0.1:9/keys"), issuer.officer("jinji-01", "screening"))
    assert (away.value.status, away.value.headers) == (503, {"Retry-After": "30"})


async def test_an_old_token_is_refused_before_a_key_is_asked_for(issuer: Issuing) -> None:
    """Where asking would show: the issuer cannot be reached."""

    def over(claims: dict[str, Any]) -> None:
        claims |= {"iat": claims["iat"] - 7200, "exp": claims["iat"] - 3600}

    with pytest.raises(Unauthenticated, match="expired"):
        await known(gate(issuer, jwks="http://127.0.0.1:9/keys"), forged(over)(issuer))


@pytest.mark.parametrize("url", ["http://issuer.example", "ftp://127.0.0.1", "not an address"])
def test_keys_do_not_come_over_an_open_line(url: str) -> None:
    with pytest.raises(ValueError, match=r"https|URL|url"):
        Issuer(issuer=url, audience="madoguchi", kinds=frozenset({"officer"}))


def test_no_issuer_may_sign_with_a_shared_secret() -> None:
    with pytest.raises(ValueError, match="algorithms"):
        Issuer(issuer="https://i.example", audience="m", kinds=frozenset({"form"}), algorithms=("HS256",))  # type: ignore[arg-type]  # what is refused


@given(text=st.text(max_size=300) | st.from_regex(r"[A-Za-z0-9_-]{0,60}\.[A-Za-z0-9_-]{0,60}\.[A-Za-z0-9_-]{0,60}"))
def test_whatever_comes_as_a_token_is_refused_and_breaks_nothing(text: str) -> None:
    told = TokenGate("screening", [Issuer(issuer="https://i.example", audience="m", kinds=frozenset({"officer"}))])
    with pytest.raises(Unauthenticated):
        asyncio.run(told.caller(asked(("Authorization", f"Bearer {text}"))))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=10,
)
CLAIMS = st.sampled_from(["roles", "programmes", "corporate_number", "applications", "scope", "client_id"])


@given(claims=st.dictionaries(CLAIMS, JSON | st.lists(st.text(max_size=5)), max_size=6), sub=st.text(max_size=20))
def test_whatever_a_signed_token_claims_is_a_caller_or_a_refusal(claims: dict[str, Any], sub: str) -> None:
    issuer = Issuer(issuer="https://i.example", audience="m", kinds=frozenset({"officer", "applicant", "form"}))
    try:
        found = caller({"sub": sub, **claims}, issuer)
    except Refused:
        return
    assert found.proved
    assert found.kind != "officer" or found.programmes is not None
