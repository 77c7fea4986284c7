"""Bytes that a machine thinks of, for every reader of bytes that has no such test beside its own ones.

Messages: `tests/kernel/test_publishing.py`; consents: `tests/intake/test_pdf.py`; sealed fields:
`tests/kernel/test_sealing.py`; tokens and signatures: `tests/access`.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.datastructures import Headers

from infra.local.mail.letters import read
from infra.local.mail.mailbox import Mailbox
from kernel.edge import _length, _unreadable

PIECES = [
    b"From: ", b"Subject: =?utf-8?b?", b"=?iso-2022-jp?B?GyRC?=", b"\r\n", b"\n\n", b"--x", b"--x--", b"nonsense",
    b"Content-Type: multipart/mixed; boundary=x", b"Content-Type: text/plain; charset=", b"\xff\xfe", b"\x00",
    b"Content-Transfer-Encoding: base64", b"Content-Disposition: attachment; filename*=utf-8''%E8%AB",
    b"Message-ID: <", b"Date: yesterday", b"=" * 70,
]  # fmt: skip
MAIL = st.binary(max_size=500) | st.lists(st.sampled_from(PIECES), max_size=40).map(b"".join)
JSON_PIECES = [
    b"{",
    b"}",
    b"[",
    b"]",
    b'"a"',
    b":",
    b",",
    b"1e999",
    b"NaN",
    b"-",
    b"\\ud800",
    b"\xed\xa0\x80",
    b"\xef\xbb\xbf",
]
BODY = st.binary(max_size=200) | st.lists(st.sampled_from(JSON_PIECES), max_size=60).map(b"".join)


@given(raw=MAIL)
def test_whatever_comes_as_mail_is_shown(raw: bytes) -> None:
    letter = read(raw)
    assert isinstance(letter.subject, str)
    assert isinstance(letter.body, str)


@settings(max_examples=30)
@given(raw=MAIL, to=st.text(max_size=30))
def test_whatever_comes_as_mail_is_kept_and_listed(
    raw: bytes, to: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder: Path = tmp_path_factory.mktemp("mailbox")
    mailbox = Mailbox(folder)
    kept = mailbox.deliver(raw, [to])
    assert mailbox.raw(kept.id) == raw
    assert len(list(mailbox.newest_first())) == 1
    assert len(list(Mailbox(folder).newest_first())) == 1


@given(body=BODY)
def test_whatever_body_comes_is_read_or_refused(body: bytes) -> None:
    if _unreadable(body) is None and body:
        json.loads(body.decode())


@pytest.mark.parametrize("deep", [21, 1_000, 100_000])
@pytest.mark.parametrize("of", ["[]", "{}"])
def test_a_body_of_any_depth_is_refused_and_breaks_nothing(of: str, deep: int) -> None:
    opened = of[0] if of == "[]" else '{"a":'
    body = (opened * deep + "1" + of[1] * deep).encode()
    assert _unreadable(body) is not None


@given(length=st.text(max_size=30) | st.integers().map(str))
def test_whatever_length_is_stated_is_taken_or_refused(length: str) -> None:
    raw = [(b"content-length", length.encode("latin-1", "ignore")), (b"content-type", b"application/json")]
    fault = _length(Headers(raw=raw))
    assert fault is None or fault[0] in (411, 413)
