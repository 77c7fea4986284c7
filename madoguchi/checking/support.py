"""Cases of 伴走型支援, by what they are about."""

from __future__ import annotations

from typing import Any

from kernel.sealing import Contact
from madoguchi.checking.facts import BadFacts, Facts
from madoguchi.checking.found import Found, clauses_of, computed, decisive, found
from madoguchi.checking.rules import Rules
from madoguchi.checking.stand_ins import APPLICATION, OFFICER, party, unread
from policies.calendars import start_of_day
from policies.support.edition import SupportEdition
from schemas.values import Position, Scalar, SupportForm
from services.billing.domain.account import Account
from services.billing.domain.books import Books, charge_costs, settle
from services.billing.domain.invoice import InvoiceIssued
from services.billing.domain.service_events import ServiceUse
from services.billing.domain.values import Case
from services.billing.policy.decisions import c_bi_3_charged
from services.intake.domain import Application
from services.intake.domain.application import Content
from services.intake.domain.form_session import FormSession
from services.intake.policy.counter import c_in_3_places
from services.intake.policy.terms import c_in_2_lasting, opened
from services.placement.domain.service_events import ServiceAsked
from services.placement.policy.supports import c_bi_2_costs, c_bi_3_service, c_li_4_scope
from services.screening.policy import company as policy
from services.screening.policy.basis import Basis
from services.screening.policy.interview import c_sc_13_window


def application(edition: SupportEdition, facts: Facts) -> Found:
    """C-IN-1: when an application of two halves counts as received."""
    at = facts.moment("registered_at")
    half = Application.arrive(
        APPLICATION,
        Content(party=party(), support=_form(edition, facts), digest="first"),
        status="registered",
        receipt_number="C-0001",
        at=at,
        programme="support",
        fiscal_year=edition.edition.fiscal_year,
        edition=edition.id,
        placed_before=False,
        consent=None,
        decision=None,
    )
    if not facts.known("consent_at"):
        return found("passed" if half.standing else "held", "C-IN-1")
    half.complete("paper-case", at=facts.moment("consent_at"))
    stated = facts.text("consent_at")
    same = half.received_at == facts.moment("consent_at")
    return computed({"received_at": stated if same else half.received_at.isoformat()}, "C-IN-1")


def session(edition: SupportEdition, facts: Facts) -> Found:
    """C-IN-2: a form that is opened, perhaps confirmed once, and sent."""
    at = facts.moment("opened_at")
    form = FormSession.open("session-case", edition.edition.fiscal_year, c_in_2_lasting(edition, at), at=at)
    if facts.known("confirmed_at"):
        at = facts.moment("confirmed_at")
        typed: Contact = Contact.fresh("", subject=form.subject, field="typed", key=bytes(32))
        form.confirm(typed, c_in_2_lasting(edition, at), at=at)
    form.must_be_alive(facts.moment("sent_at"))
    return found("passed", "C-IN-2")


def reception(edition: SupportEdition, facts: Facts) -> Found:
    """C-IN-3: whether one more complete application is let in when so many stand."""
    at = start_of_day(edition.dates.reception_opens.first)
    counter = opened(edition, at)
    for number in range(facts.number("standing")):
        counter.admit(f"app-{number}", at=at)
    return decisive([c_in_3_places(edition, counter, at)])


def company(edition: SupportEdition, facts: Facts) -> Found:
    """C-SC-2…5, 7, 8: the rules about what the case states of the company."""
    form, basis = _form(edition, facts), _basis(edition)
    rules = {
        "legal_form": policy.c_sc_2_legal_form,
        "passes_people_on": policy.c_sc_3_passing_on,
        "website": policy.c_sc_4_website,
        "only_for_subsidiary_abroad": policy.c_sc_5_subsidiary_abroad,
        "has_employed_graduates": policy.c_sc_7_graduates,
        "interested_in_global_south": policy.c_sc_8_own_employment,
        "applicant_is_supported": policy.c_sc_9_strength,
    }
    return decisive(rule(form, basis) for fact, rule in rules.items() if fact in facts)


def position(edition: SupportEdition, facts: Facts) -> Found:
    """C-SC-1, C-SC-6, C-SC-8: the rules about what the case states of a position."""
    form, basis = _form(edition, facts), _basis(edition)
    made = []
    if "residence_status" in facts:
        made.append(policy.c_sc_1_professionals(form.positions, basis))
    if "regular_employee" in facts:
        made.append(policy.c_sc_6_regular_employees(form.positions, basis))
    if "employer_is_applicant" in facts:
        made.append(policy.c_sc_8_own_employment(form, basis))
    return decisive(made)


def consent(edition: SupportEdition, facts: Facts) -> Found:
    """C-SC-10, C-SC-11: what is agreed to and declared."""
    form, basis = _form(edition, facts), _basis(edition)
    made = [policy.c_sc_10_agreements(form, basis)] if "agreements" in facts else []
    made += [policy.c_sc_11_declarations(form, basis)] if "declarations" in facts else []
    return decisive(made)


def interview(edition: SupportEdition, facts: Facts) -> Found:
    """C-SC-13: by when the company hears of stage two, all papers being here."""
    here = start_of_day(facts.day("papers_here_on"))
    window = c_sc_13_window(here, Basis(edition, here))
    return computed({"latest": window.latest.isoformat(), "latest_in_a_rush": window.in_a_rush.isoformat()}, "C-SC-13")


def request(edition: SupportEdition, facts: Facts) -> Found:
    """C-LI-3, C-LI-4: whether what a company asks for is in the service."""
    at = start_of_day(edition.dates.support_from.first)
    return decisive([c_li_4_scope(edition, facts.text("request"), OFFICER, unread("reason"), at=at)])


def cancellation(edition: SupportEdition, facts: Facts) -> Found:
    """C-BI-2: the invoice for costs already caused by a fixed visit."""
    on = edition.dates.support_from.first
    year = edition.edition.fiscal_year
    lines = c_bi_2_costs(edition, APPLICATION, [(code, None) for code in facts.texts("costs")], on)
    case = Case(programme="support", fiscal_year=year, application_id=APPLICATION, account=APPLICATION)
    books = Books(Account.open(case, party(), start_of_day(on)), edition, {}, {}, {}, {})
    charge_costs(books, f"{APPLICATION}-visit-1", on, lines, year, start_of_day(on))
    return _invoiced(books, edition)


def service(edition: SupportEdition, facts: Facts) -> Found:
    """C-BI-3: the invoice for a service at a price that a company has used."""
    on, year = facts.day("used_on"), edition.edition.fiscal_year
    asked = ServiceAsked(
        service=facts.text("service"), quantity=facts.number("quantity"), on=on, agreed_on=facts.day("agreed_on")
    )
    at = start_of_day(on)
    line, _ = c_bi_3_service(edition, APPLICATION, asked, by=OFFICER, reason=unread("reason"), at=at)
    case = Case(programme="support", fiscal_year=year, application_id=APPLICATION, account=APPLICATION)
    books = Books(Account.open(case, party(), at), edition, {}, {}, {}, {})
    why = c_bi_3_charged(f"{APPLICATION}-service-1", on, asked.agreed_on, line, edition, at)
    books.account.note_use(ServiceUse(id=f"{APPLICATION}-service-1", used_on=on, line=line, decision=why), at)
    settle(books, edition, at)
    return _invoiced(books, edition)


def _invoiced(books: Books, edition: SupportEdition) -> Found:
    (issued,) = [
        event
        for invoice in books.invoices.values()
        for event in invoice.pending_events
        if isinstance(event, InvoiceIssued)
    ]
    gives: dict[str, Scalar] = {
        "outside_tax": sum(each.amount for each in issued.totals if each.rate is None),
        "taxed": sum(each.amount for each in issued.totals if each.rate is not None),
        "tax": sum(each.tax for each in issued.totals),
        "total": issued.total,
    }
    return computed(gives, *clauses_of(issued.decisions, edition))


def _basis(edition: SupportEdition) -> Basis[SupportEdition]:
    return Basis(edition, start_of_day(edition.dates.reception_opens.first))


def _form(edition: SupportEdition, facts: Facts) -> SupportForm:
    """A form in which nothing is amiss but what the case states."""
    legal_form = facts.text("legal_form", "kabushiki")
    if legal_form not in edition.eligibility.legal_forms:
        raise BadFacts("legal_form", "法人の種類のコードではありません。", "The edition has no such legal form.")
    said: dict[str, Any] = {name: facts.flag(name, usual) for name, usual in USUAL.items()}
    consents = edition.consents
    return SupportForm(
        **_unjudged(edition),
        **said,
        legal_form=legal_form,
        website=_website(facts),
        positions=(_position(edition, facts),),
        agreements=facts.texts("agreements") if "agreements" in facts else tuple(consents.agreements),
        declarations=facts.texts("declarations") if "declarations" in facts else tuple(consents.declarations),
    )


USUAL = {
    "placement_is_main_business": False,
    "passes_people_on": False,
    "only_for_subsidiary_abroad": False,
    "applicant_is_supported": True,
    "has_employed_graduates": True,
    "interested_in_global_south": True,
}
"""What a company says unless the case states otherwise."""


def _unjudged(edition: SupportEdition) -> dict[str, Any]:
    """What no rule of a case looks at."""
    words = edition.vocabulary
    sealed = {name: unread(name) for name in ("purpose", "finances", "organisation")}
    where = {"prefecture": next(iter(words.prefectures)), "field": next(iter(words.fields)), "languages": ()}
    return {**sealed, **where, "industry": "事例", "employees": 1, "stage": "strategy", "earlier_years": 0}


def _website(facts: Facts) -> str | None:
    if "website" not in facts:
        return "https://a.example.jp"
    return facts.text("website") if facts.known("website") else None


def _position(edition: SupportEdition, facts: Facts) -> Position:
    persons = edition.eligibility
    return Position(
        residence_status=facts.text("residence_status", next(iter(persons.residence_statuses))),
        role=facts.text("role", next(iter(persons.roles))),
        education=facts.text("education", next(iter(persons.educations))),
        regular_employee=facts.flag("regular_employee", True),
        employer_is_applicant=facts.flag("employer_is_applicant", True),
        place="事例",
    )


RULES: Rules[SupportEdition] = {
    "application": application,
    "session": session,
    "reception": reception,
    "company": company,
    "position": position,
    "consent": consent,
    "interview": interview,
    "request": request,
    "cancellation": cancellation,
    "service": service,
}
"""How the facts of each kind of case are put to the services' rules."""
