"""Cases at the counter: the two halves, the online form, the number of companies, withdrawal and silence (C-IN)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from kernel.sealing import Contact
from madoguchi.checking.facts import Facts
from madoguchi.checking.found import Found, computed, decisive, found
from madoguchi.checking.rules import Rules
from madoguchi.checking.stand_ins import APPLICATION, OFFICER, party, unread
from madoguchi.checking.support.form import form
from policies.calendars import start_of_day
from policies.support.edition import SupportEdition
from schemas.values import TOKYO
from services.intake.domain import Application
from services.intake.domain.application_events import Arrival
from services.intake.domain.application_state import Content
from services.intake.domain.form_session import FormSession
from services.intake.domain.silence import not_silent
from services.intake.policy.counter import c_in_3_places
from services.intake.policy.silence import c_in_6_awaited, c_in_6_confirmed, c_in_6_reminded, c_in_6_silent
from services.intake.policy.terms import MORNING, c_in_2_lasting, opened


def application(edition: SupportEdition, facts: Facts) -> Found:
    """C-IN-1: when an application of two halves, come in either order, counts as received."""
    at = facts.moment("registered_at")
    if not facts.known("consent_at"):
        half = _arrived(edition, facts, "registered", at)
        return found("passed" if half.standing else "held", "C-IN-1")
    consent_at = facts.moment("consent_at")
    whole = _arrived(edition, facts, "submitted" if consent_at <= at else "registered", at)
    if consent_at > at:
        whole.complete("paper-case", at=consent_at)
    return computed({"received_at": _tokyo(whole.received_at)}, "C-IN-1")


def session(edition: SupportEdition, facts: Facts) -> Found:
    """C-IN-2: a form that is opened, perhaps confirmed, saved, gone on with from its draft, and sent.

    Where the case does not say when it is sent, it is asked when the applicant is warned and when the form is void.
    """
    at = facts.moment("opened_at")
    made = FormSession.open("session-case", edition.edition.fiscal_year, c_in_2_lasting(edition, at), at=at)
    typed: Contact = Contact.fresh("", subject=made.subject, field="typed", key=bytes(32))
    if facts.known("confirmed_at"):
        at = facts.moment("confirmed_at")
        made.confirm(typed, c_in_2_lasting(edition, at), at=at)
    if facts.known("draft_saved_at"):
        made.save_draft(typed, at=facts.moment("draft_saved_at"))
    if facts.known("resumed_at"):
        at = facts.moment("resumed_at")
        made.void(at=at)
        made.resume(c_in_2_lasting(edition, at), at=at)
    if not facts.known("sent_at"):
        lasting = made.lasting
        return computed({"warned_at": _tokyo(lasting.warn_at), "void_at": _tokyo(lasting.expires_at)}, "C-IN-2")
    made.must_be_alive(facts.moment("sent_at"))
    return found("passed", "C-IN-2")


def reception(edition: SupportEdition, facts: Facts) -> Found:
    """C-IN-3: whether one more complete application is let in when so many stand, and others were ``withdrawn``."""
    at = facts.moment("asked_at") if facts.known("asked_at") else start_of_day(edition.dates.reception_opens.first)
    counter = opened(edition, at)
    counter.must_have_opened(at)
    for number in range(facts.number("withdrawn", 0)):
        counter.admit(f"app-withdrawn-{number}", at=at)
        counter.give_back(f"app-withdrawn-{number}", at=at)
    for number in range(facts.number("standing")):
        counter.admit(f"app-{number}", at=at)
    return decisive([c_in_3_places(edition, counter, at)])


def withdrawal(edition: SupportEdition, facts: Facts) -> Found:
    """C-IN-5: a company gives its application up, before the decision or after it."""
    at = start_of_day(edition.dates.reception_opens.first)
    made = _arrived(edition, facts, "registered" if facts.flag("consent_missing", False) else "submitted", at)
    if facts.flag("decided", False):
        made.know_outcome(at=at)
    made.withdraw(by="applicant", reason=None, at=at)
    return found("passed" if made.status == "withdrawn" else "refused", "C-IN-5")


def silence(edition: SupportEdition, facts: Facts) -> Found:
    """C-IN-6: an officer takes silence about stage two as withdrawal.

    ``missed_on`` are the days on which an officer recorded an absence, ``moved_on`` those on which another date was
    set, ``reminders`` those on which one went out; of one day in this order.
    """
    at = start_of_day(edition.dates.reception_opens.first)
    made = _arrived(edition, facts, "submitted", at)
    told = ("missed_on", "moved_on", "reminders")
    heard = sorted((day, told.index(what)) for what in told for day in facts.many_days(what))
    for number, (day, what) in enumerate(heard):
        _hear(edition, made, told[what], day, f"letter-{number}")
    at = facts.moment("confirmed_at")
    if made.silence is None:
        raise not_silent(None)
    made.find_silence(c_in_6_silent(edition, made.silence, at), at=at)
    word = c_in_6_confirmed(edition, made.silence, at, by=OFFICER, reason=unread("reason"))
    made.withdraw(by=OFFICER, reason=None, at=at, assumed=word)
    return found("passed" if made.status == "withdrawn" else "refused", "C-IN-6")


def amendment(edition: SupportEdition, facts: Facts) -> Found:
    """C-IN-7: changed facts are kept as a new version; the same ones again change nothing."""
    at = start_of_day(edition.dates.reception_opens.first)
    made = _arrived(edition, facts, "submitted", at)
    said = Content(party=party(), support=form(edition, facts), digest="first" if facts.flag("same_form") else "second")
    made.amend(said, by="applicant", at=at + timedelta(days=1))
    return computed({"revision": made.revision}, "C-IN-7")


def _hear(edition: SupportEdition, made: Application, what: str, on: date, letter: str) -> None:
    """What the counter hears of stage two on a day, as `services.intake.handlers` takes it."""
    at = start_of_day(on) + MORNING
    if what != "reminders":
        made.ask_attendance(c_in_6_awaited(edition, on) if what == "missed_on" else None, at=at)
    elif made.silence is not None:
        made.note_reminder(letter, on, c_in_6_reminded(edition, made.silence, on), at=at)


def _arrived(edition: SupportEdition, facts: Facts, status: Arrival, at: datetime) -> Application:
    return Application.arrive(
        APPLICATION,
        Content(party=party(), support=form(edition, facts), digest="first"),
        status=status,
        receipt_number="C-0001",
        at=at,
        programme="support",
        fiscal_year=edition.edition.fiscal_year,
        edition=edition.id,
        placed_before=False,
        consent="paper-case" if status == "submitted" else None,
        decision=None,
    )


def _tokyo(moment: datetime) -> str:
    return moment.astimezone(TOKYO).isoformat()


RULES: Rules[SupportEdition] = {
    "application": application,
    "session": session,
    "reception": reception,
    "withdrawal": withdrawal,
    "silence": silence,
    "amendment": amendment,
}
