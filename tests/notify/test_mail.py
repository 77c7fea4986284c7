"""A mail with a calendar entry: both ask calendars for the same (RFC 6047), whatever the entry's texts say."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.policy import SMTP
from email.utils import parseaddr
from typing import Any

import pytest
from aiosmtplib.email import flatten_message

from services.notify.domain.values import Meeting
from services.notify.policy.invitation import invitation, method_within
from services.notify.policy.mail import Contents, mail
from tests.notify.support import tokyo

AT = tokyo(2026, 3, 2)


def meeting(*, cancelled: bool) -> Meeting:
    begins = datetime(2026, 3, 10, 5, tzinfo=UTC)
    return Meeting(starts_at=begins, minutes=60, link=None, sequence=1, cancelled=cancelled)


def entry(of: Meeting) -> str:
    return invitation(
        of, uid="interview-app-1@example.jp", title="METHOD:CANCEL", about="METHOD:CANCEL は取消しの意味です。",
        organiser=("独立行政法人日本貿易振興機構", "office@example.jp"), attendee="jinji@kakuu.example.jp", at=AT,
    )  # fmt: skip


def sent(**calendar: Any) -> Any:
    texts: dict[str, Any] = {"message_id": "<letter-1@example.jp>", "title": "件名", "body": "本文"}
    between: dict[str, Any] = {"sender": ("窓口", "office@example.jp"), "to": ("企業", "jinji@kakuu.example.jp")}
    return mail(Contents(**texts, **between, **calendar, written_at=AT))


@pytest.mark.clause("C-NO-1")
@pytest.mark.parametrize(("cancelled", "method"), [(False, "REQUEST"), (True, "CANCEL")])
def test_the_mail_asks_what_the_entry_asks_and_not_what_its_texts_say(cancelled: bool, method: str) -> None:
    of = meeting(cancelled=cancelled)
    (attachment,) = sent(calendar=entry(of), method=of.method).iter_attachments()
    assert attachment["Content-Type"].params["method"] == method
    assert f"\r\nMETHOD:{method}\r\n" in entry(of)


@pytest.mark.clause("C-NO-1")
@pytest.mark.parametrize("cancelled", [False, True])
def test_an_entry_of_before_the_method_was_kept_says_it_itself(cancelled: bool) -> None:
    of = meeting(cancelled=cancelled)
    assert method_within(entry(of)) == of.method


def test_without_an_entry_nothing_is_attached() -> None:
    assert list(sent(calendar=None, method=None).iter_attachments()) == []


NAMES = (
    "独立行政法人日本貿易振興機構 人事部人事企画課 出向受入担当",
    "架空商事株式会社 人事部 花子 様",
    'Kakuu Shoji, Ltd. (Overseas) "Planning" 様',
    "Kakuu Shoji, Ltd.",
    "髙﨑𠮷野家🏢" * 12,
    "あ",
)
TITLES = (
    "【JETRO】出向者の受入についてのご提案（受付番号 S2026-000123）" * 3,
    "Receipt 2026",
    "受付",
    "　全角の空白　と  二つの空白",
)


@pytest.mark.clause("S-NO-1")
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("title", TITLES)
def test_every_mail_program_reads_the_headers_that_were_meant(name: str, title: str) -> None:
    """From the bytes, as they come over the wire: encoded words side by side are one text, however long (RFC 2047)."""
    made = mail(
        Contents(
            message_id="<letter-1@example.jp>", sender=(name, "office@example.jp"),
            to=(name, "jinji@kakuu.example.jp"), title=title, body="本文", calendar=None, method=None, written_at=AT,
        )
    )  # fmt: skip
    raw = flatten_message(made)
    head, _, _ = raw.partition(b"\r\n\r\n")
    assert head.isascii()
    assert max(map(len, head.split(b"\r\n"))) <= 78
    read = message_from_bytes(raw)
    assert str(make_header(decode_header(read["Subject"]))) == title
    for header, address in (("From", "office@example.jp"), ("To", "jinji@kakuu.example.jp")):
        shown, found = parseaddr(read[header])
        assert (str(make_header(decode_header(shown))), found) == (name, address)
        assert not message_from_bytes(raw, policy=SMTP)[header].defects
    assert made["Subject"] == title


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("length", [74, 75, 76, 102, 254])
def test_beside_a_long_address_stands_the_name_that_was_meant(name: str, length: int) -> None:
    """No folding parts a line that is one address; what the library makes of such a header, it must read alike."""
    domain = ".".join(["kakuu"] * 40)[: length - 31].strip(".") + ".jp"
    address = f"{'j' * min(27, length - len(domain) - 1)}@{domain}"
    made = mail(
        Contents(
            message_id="<letter-1@example.jp>", sender=("窓口", "office@example.jp"), to=(name, address), title="件名",
            body="本文", calendar=None, method=None, written_at=AT,
        )
    )  # fmt: skip
    read: Any = message_from_bytes(flatten_message(made), policy=SMTP)
    (found,) = read["To"].addresses
    assert found.addr_spec == address
    shown, _ = parseaddr(message_from_bytes(flatten_message(made))["To"])
    assert name in (found.display_name, str(make_header(decode_header(shown))))


@pytest.mark.parametrize(
    "title", ["件名\r\nBcc: x@example.com", "Subject\nBcc: x@example.com", "件名\x85続き", "件名\n", "Subject\n"]
)
def test_a_title_of_more_than_one_line_makes_no_mail(title: str) -> None:
    with pytest.raises(ValueError, match="one line"):
        mail(
            Contents(
                message_id="<letter-1@example.jp>", sender=("窓口", "office@example.jp"),
                to=("企業", "jinji@kakuu.example.jp"), title=title, body="本文", calendar=None, method=None,
                written_at=AT,
            )
        )  # fmt: skip
