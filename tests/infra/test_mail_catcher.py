"""The mail catcher over real SMTP and HTTP, in a process of its own under the runner."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import httpx
import pytest

from infra.local.mail.mailbox import Mailbox
from infra.local.ports import Ports
from infra.local.stack import Stack


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    folder = tmp_path_factory.mktemp("mail")
    with Stack(folder, Ports.free(), "test", "system", services=(), parts=("mail",)) as running:
        yield running


def mail(message_id: str, to: str, subject: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "窓口 <madoguchi@example.jp>", to, subject
    message["Message-ID"] = message_id
    message.set_content("このたび受付が完了しました。\n受付番号は 12 です。\n")
    message.add_attachment("請求書".encode(), maintype="application", subtype="pdf", filename="請求書.pdf")
    return message


def deliver(stack: Stack, message: EmailMessage) -> None:
    host, port = stack.addresses.smtp.split(":")
    with smtplib.SMTP(host, int(port)) as smtp:
        smtp.send_message(message)


def caught(stack: Stack, **wanted: str) -> list[dict[str, Any]]:
    answer = httpx.get(f"{stack.addresses.mail}/messages", params=wanted)
    assert answer.status_code == 200
    found: list[dict[str, Any]] = answer.json()
    return found


def test_a_japanese_mail_is_read_as_it_was_written(stack: Stack) -> None:
    deliver(stack, mail("<read@example.jp>", "a@example.jp", "受付のお知らせ"))
    (found,) = caught(stack, to="a@example.jp")
    assert found["subject"] == "受付のお知らせ"
    assert found["body"].startswith("このたび受付が完了しました。")
    (file,) = found["attachments"]
    assert file["name"] == "請求書.pdf"
    assert httpx.get(stack.addresses.mail + file["href"]).content == "請求書".encode()
    assert httpx.get(f"{stack.addresses.mail}/messages/{found['id']}").json() == found


def test_the_same_message_id_is_shown_once_with_its_count(stack: Stack) -> None:
    for _ in range(3):
        deliver(stack, mail("<twice@example.jp>", "b@example.jp", "二度目のお知らせ"))
    (found,) = caught(stack, subject="二度目")
    assert found["deliveries"] == 3
    assert "同じメールが 3 回届きました" in httpx.get(f"{stack.addresses.mail}/?subject=二度目").text


def test_the_newest_mail_comes_first(stack: Stack) -> None:
    for number in ("1", "2"):
        deliver(stack, mail(f"<order-{number}@example.jp>", "c@example.jp", f"第{number}信"))
    assert [each["subject"] for each in caught(stack, to="c@example.jp")] == ["第2信", "第1信"]


def test_markup_in_a_mail_is_shown_as_text(stack: Stack) -> None:
    deliver(stack, mail("<markup@example.jp>", "d@example.jp", "<script>alert(1)</script>"))
    page = httpx.get(f"{stack.addresses.mail}/?to=d@example.jp").text
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_the_mailbox_survives_a_kill(stack: Stack) -> None:
    deliver(stack, mail("<kept@example.jp>", "e@example.jp", "残るお知らせ"))
    before = stack.pids()["mail"]
    assert stack.kill("mail") == before
    stack.await_restarted("mail", before)
    assert [each["subject"] for each in caught(stack, to="e@example.jp")] == ["残るお知らせ"]


def test_an_unknown_mail_is_not_found(stack: Stack) -> None:
    assert httpx.get(f"{stack.addresses.mail}/messages/999999").status_code == 404


def test_the_mailbox_can_be_read_while_mails_come(tmp_path: Path) -> None:
    mailbox = Mailbox(tmp_path)
    for number in range(3):
        mailbox.deliver(b"Subject: s\r\nMessage-ID: <%d@example.jp>\r\n\r\nbody" % number, ["a@example.jp"])
    seen = mailbox.newest_first()
    next(seen)
    mailbox.deliver(b"Subject: s\r\nMessage-ID: <new@example.jp>\r\n\r\nbody", ["a@example.jp"])
    assert len(list(seen)) == 2


@pytest.mark.clause("S-NO-2")
def test_it_refuses_mail_to_an_address_until_it_is_told_otherwise(stack: Stack) -> None:
    refusals = f"{stack.addresses.mail}/refusals/gone@example.jp"
    assert httpx.put(refusals, params={"code": 550}).json() == {"gone@example.jp": 550}
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        deliver(stack, mail("<gone@example.jp>", "gone@example.jp", "届かない"))
    assert refused.value.recipients["gone@example.jp"][0] == 550
    deliver(stack, mail("<here@example.jp>", "here@example.jp", "届く"))
    assert httpx.put(refusals, params={"code": 250}).status_code == 422
    assert httpx.delete(refusals).json() == {}
    deliver(stack, mail("<gone@example.jp>", "gone@example.jp", "届かない"))
    assert [each["subject"] for each in caught(stack, to="gone@example.jp")] == ["届かない"]
