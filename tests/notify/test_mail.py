"""A mail with a calendar entry: both ask calendars for the same (RFC 6047), whatever the entry's texts say."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

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
