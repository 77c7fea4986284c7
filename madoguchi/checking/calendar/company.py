"""What the rules plan for a company that registers on the day on which reception opens, from consent to silence."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from madoguchi.checking.calendar.entries import Entry, Kind, time_of
from madoguchi.checking.calendar.letters import planned
from madoguchi.checking.facts import Facts
from madoguchi.checking.stand_ins import APPLICATION, party
from madoguchi.checking.support.form import form
from policies.calendars import start_of_day
from policies.support.edition import SupportEdition
from schemas.intake import ApplicationRegistered
from schemas.screening import InterviewArranged, InterviewMissed
from schemas.values import day_in_tokyo
from services.intake.policy.silence import c_in_6_awaited
from services.screening.domain.support_events import Window
from services.screening.policy.basis import Basis
from services.screening.policy.interview import c_sc_13_window
from services.screening.policy.outcome import c_sc_15_notice

ALL_HERE = "受付開始の日に登録と同意書がそろった場合"
HELD = "二次審査をその期間の最終日に行う場合"
BEGINS = timedelta(hours=10)
"""Stage two of the sample begins at 10:00."""
KINDS: dict[str, tuple[Kind, str, str]] = {
    "consent-reminder": ("reminder", "同意書の催促", "受付開始の日に登録し、同意書が届かない場合"),
    "interview-reminder": ("reminder", "二次審査の予告", HELD),
    "silence-reminder": ("reminder", "二次審査への対応の催促", f"{HELD}。その日に欠席を記録した企業へ"),
}


def first_company(edition: SupportEdition, opens: datetime) -> Iterator[Entry]:
    """Consent, window, outcome and silence of that company."""
    yield from planned(ApplicationRegistered(**_sample(edition), registered_at=opens), edition, opens, KINDS)
    basis = Basis(edition, opens)
    window = c_sc_13_window(opens, basis)
    yield from _window(window)
    told = c_sc_15_notice(form(edition, Facts({})), window, basis).tell_at
    about = f"{ALL_HERE}。どの段階でどの理由により不採択となっても、これより前には知らせない"
    day, hour = day_in_tokyo(told), time_of(told)
    yield Entry("not-adopted", day, "letter", "不採択の最も早い通知", "C-SC-15", hour, about, ("not-adopted",))
    yield from _silence(edition, window.latest, opens)


def _window(window: Window) -> Iterator[Entry]:
    if window.warn_on is not None:
        about = f"{ALL_HERE}。日程の決まっていない案件を担当者に示す"
        yield Entry("interview-warned", window.warn_on, "task", "二次審査の日程の予告", "C-SC-13", "0:00", about)
    what = "二次審査の日程をお知らせする期限"
    about = f"{ALL_HERE}。これより後に知らせるには理由が要る"
    yield Entry("interview-latest", window.latest, "deadline", what, "C-SC-13", "24:00", about)
    what = f"{what}（申込の集中時）"
    yield Entry("interview-most", window.in_a_rush, "deadline", what, "C-SC-13", "24:00", ALL_HERE)


def _silence(edition: SupportEdition, held_on: date, opens: datetime) -> Iterator[Entry]:
    case, begins = _sample(edition), start_of_day(held_on) + BEGINS
    lasts = edition.screening.interview.minutes.first
    arranged = InterviewArranged(**case, starts_at=begins, minutes=lasts, mode="telephone", link=None, sequence=0)
    missed = InterviewMissed(**case, starts_at=begins, asked_on=held_on)
    for event in (arranged, missed):
        yield from planned(event, edition, opens, KINDS)
    asked = c_in_6_awaited(edition, held_on).ask_officer_at
    about = f"{HELD}。すべての催促を送っても対応がなければ、担当者が確認する"
    day, hour = day_in_tokyo(asked), time_of(asked)
    yield Entry("silence-asked", day, "task", "辞退とみなすかの確認", "C-IN-6", hour, about)


def _sample(edition: SupportEdition) -> dict[str, Any]:
    return {
        "programme": "support",
        "fiscal_year": edition.edition.fiscal_year,
        "application_id": APPLICATION,
        "receipt_number": "C-0001",
        "party": party(),
    }
