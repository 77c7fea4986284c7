"""Cases of the secondment itself: start, departure, its changes, service and leave, end (S-LI, S-PL-11)."""

from __future__ import annotations

from datetime import date, datetime

from kernel.sealing import Contact
from madoguchi.checking.facts import BadFacts, Facts
from madoguchi.checking.found import Found, decisive, found
from madoguchi.checking.rules import Rules
from madoguchi.checking.secondment.placing import site
from madoguchi.checking.stand_ins import APPLICATION, OFFICER, SECONDMENT, party, secondee, unread
from policies.calendars import start_of_day
from policies.secondment.edition import SecondmentEdition
from schemas.values import Decision, Stay
from services.placement.domain import Proposal, Secondment
from services.placement.domain.proposal_events import Offer
from services.placement.domain.values import CaseOf
from services.placement.policy import conduct
from services.placement.policy.days import s_li_3_term, s_pl_8_answer_by
from services.placement.policy.decisions import RULE, decided
from services.placement.policy.life import DepartureFacts, s_li_2_start, s_li_4_departure, s_li_4_earliest
from services.placement.policy.terms import s_li_5_term
from services.placement.policy.wishes import s_pl_6_stays


def memorandum(edition: SecondmentEdition, facts: Facts) -> Found:
    """S-LI-2: what the day of the start finds; the person and the papers are here."""
    starts, at = facts.day("starts"), start_of_day(facts.day("starts"))
    agreed = _agreed(edition, _stays(edition, facts), starts, at)
    if facts.flag("secondee", True):
        agreed.pass_person(secondee().secondee_id, at=at)
    if facts.flag("papers", True):
        agreed.pass_papers(at=at)
    if facts.known("returned_on"):
        agreed.send_memorandum(facts.day("returned_on"), OFFICER, at=at)
        agreed.return_memorandum(facts.day("returned_on"), OFFICER, at=at)
    return decisive([s_li_2_start(edition, agreed.lacks(), starts, RULE, None, at=at)])


def _agreed(edition: SecondmentEdition, stays: tuple[Stay, ...], starts: date, at: datetime) -> Secondment:
    made = Secondment.foresee(_case(edition), at=at)
    made.agree(stays, starts, s_li_3_term(edition, stays)[1], edition.id, at=at)
    return made


def _case(edition: SecondmentEdition) -> CaseOf:
    return CaseOf(
        fiscal_year=edition.edition.fiscal_year,
        application_id=APPLICATION,
        secondment_id=SECONDMENT,
        receipt_number="S-0001",
        number=1,
        party=party(),
    )


def answer(edition: SecondmentEdition, facts: Facts) -> Found:
    """S-PL-8: a sender accepts what was offered on a day, until 24:00 of the answer's last day."""
    offered = start_of_day(facts.day("offered_on"))
    stays, until = _stays(edition, facts), s_pl_8_answer_by(edition, offered)
    offer = Offer(stays=stays, rank=1, explanation=(), answer_by=until, by_hand=False, edition=edition.id, decisions=())
    proposal = Proposal.propose(_case(edition), offer, at=offered)
    proposal.accept(OFFICER, edition.dates.papers_due.first, at=facts.moment("answered_at"))
    return found("passed" if proposal.state == "accepted" else "refused", "S-PL-8")


def _stays(edition: SecondmentEdition, facts: Facts) -> tuple[Stay, ...]:
    home = site(edition, facts, "domestic").id if facts.known("domestic") else _usual(edition, overseas=False)
    abroad = site(edition, facts, "overseas").id if facts.known("overseas") else _usual(edition, overseas=True)
    return s_pl_6_stays(edition, home, None if facts.flag("at_home", False) else abroad, facts.number("years", 2))


def _usual(edition: SecondmentEdition, overseas: bool) -> str:
    kinds = edition.routes.domestic.places
    fit = (each for each in edition.sites.values() if (each.overseas if overseas else each.kind in kinds))
    return next(each.id for each in fit if each.accepting)


def departure(edition: SecondmentEdition, facts: Facts) -> Found:
    """S-LI-4: the four conditions, each by itself."""
    departs = facts.day("departs")
    seen = DepartureFacts(
        departed_on=departs,
        visa_granted=facts.flag("visa"),
        health_check_on=facts.day("health_check_on") if facts.known("health_check_on") else None,
        health_result_reported=facts.flag("reported"),
        safety_training_on=departs if facts.flag("trained") else None,
    )
    started, until = facts.day("started"), facts.day("until")
    return decisive(s_li_4_departure(edition, started, until, seen, OFFICER, at=start_of_day(departs)))


def postponement(edition: SecondmentEdition, facts: Facts) -> Found:
    """S-PL-11: a departure is moved, or given up where the case names no new day."""
    at = start_of_day(edition.dates.starts.first)
    agreed = _agreed(edition, _stays(edition, facts), edition.dates.starts.first, at)
    word = decided("S-PL-11", "passed", edition=edition.id, at=at, facts={}, by=OFFICER, reason=unread("reason"))
    why: Contact = Contact.fresh("", subject="org-case", field="reason", key=bytes(32))
    if facts.known("planned_for"):
        day = facts.day("planned_for")
        agreed.postpone(day, why, word, earliest=s_li_4_earliest(edition, edition.dates.starts.first, day), at=at)
    else:
        home = agreed.stays[0].site
        stays = tuple(Stay(fiscal_year=stay.fiscal_year, site=home) for stay in agreed.stays)
        agreed.cancel_departure(stays, why, word, at=at)
    return decisive([word])


def term(edition: SecondmentEdition, facts: Facts) -> Found:
    """S-LI-5: a new last day, within the periods of S-SC-2…4."""
    until = facts.day("new_until")
    stays = _stays(edition, facts)
    at = start_of_day(until)
    return decisive(s_li_5_term(edition, stays, until, by=OFFICER, reason=unread("reason"), at=at))


def end(edition: SecondmentEdition, facts: Facts) -> Found:
    """S-LI-6: an early end between start and term, not before the post overseas was taken up."""
    on, starts = facts.day("ended_on"), edition.dates.starts.first
    at = start_of_day(max(on, starts, facts.day("departed_on") if facts.known("departed_on") else on))
    running = _running(edition, _stays(edition, facts), starts, at)
    if facts.known("departed_on"):
        running.depart(edition.site(running.office or "").country or "", facts.day("departed_on"), (), at=at)
    word = decided("S-LI-6", "passed", edition=edition.id, at=at, facts={}, by=OFFICER, reason=unread("reason"))
    running.end(on, word, early=True, at=at)
    return decisive([word])


def _running(edition: SecondmentEdition, stays: tuple[Stay, ...], starts: date, at: datetime) -> Secondment:
    made = _agreed(edition, stays, starts, at)
    made.pass_person(secondee().secondee_id, at=at)
    made.pass_papers(at=at)
    made.send_memorandum(edition.dates.memorandum_from.first, OFFICER, at=at)
    made.return_memorandum(edition.dates.memorandum_by.first, OFFICER, at=at)
    made.start(starts, {}, (s_li_2_start(edition, made.lacks(), starts, RULE, None, at=at),), at=at)
    return made


def leave(edition: SecondmentEdition, facts: Facts) -> Found:
    """S-LI-9: days for one birth, after those ``taken`` already."""
    kind, on = facts.text("kind"), edition.dates.starts.first
    if kind not in ("childbirth", "childcare"):
        raise BadFacts("kind", "childbirth か childcare です。", "It is childbirth or childcare.")
    taken = facts.number("taken", 0)
    decision: Decision = conduct.s_li_9_leave(edition, kind, on, facts.number("days"), taken, at=start_of_day(on))  # type: ignore[arg-type]  # one of two
    return decisive([decision])


def sender_work(edition: SecondmentEdition, facts: Facts) -> Found:
    """S-LI-7: work for the sender alone, or its visitors, and whether the head recognises it as JETRO's."""
    kind = facts.text("kind")
    if kind not in ("own_work", "visitors"):
        raise BadFacts("kind", "own_work か visitors です。", "It is own_work or visitors.")
    at, recognised = start_of_day(edition.dates.starts.first), facts.flag("recognised")
    return decisive([conduct.s_li_7_sender_work(edition, kind, recognised, by=OFFICER, at=at)])  # type: ignore[arg-type]  # one of two


RULES: Rules[SecondmentEdition] = {
    "answer": answer,
    "memorandum": memorandum,
    "departure": departure,
    "postponement": postponement,
    "term": term,
    "end": end,
    "leave": leave,
    "sender_work": sender_work,
}
