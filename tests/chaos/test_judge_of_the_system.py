"""The judge of the whole system finds nothing in an honest history, and names what is wrong in each doctored one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from tests.chaos.history import honest as reception
from tests.chaos.judge.evidence import Commit
from tests.chaos.judge.system import CHECKS, judge
from tests.chaos.judge.system.evidence import Evidence, Published, Reply
from tests.chaos.judge.system.places import no_site_has_more_than_its_places
from tests.chaos.judge.system.published import capacities, consumes, incumbents
from tests.chaos.whole_history import CONSUMES, SERVICES, SITE, Ledger, honest

CAPACITY = "placement.capacity_changed.v1"
Doctor = Callable[[Evidence], Evidence]


def test_an_honest_history_is_found_to_be_one() -> None:
    assert judge(honest().evidence()) == []


def test_messages_and_mails_may_come_twice_and_answers_too() -> None:
    found = honest().evidence()
    again = tuple(replace(each, offset=each.offset + 100) for each in found.topics[1:])
    letters = tuple(replace(letter, deliveries=2) for letter in found.letters)
    assert judge(replace(found, topics=found.topics + again, letters=letters, replies=found.replies * 2)) == []


def test_who_asked_at_the_same_time_may_have_been_too_early() -> None:
    found = honest().evidence()
    early = replace(found.replies[-1], status=404, body={})
    assert judge(replace(found, replies=(*found.replies, early))) == []


def log(found: Evidence, service: str, change: Callable[[Commit], Commit], at: int = -1) -> Evidence:
    """One commit of a log changed."""
    commits = list(found.logs[service])
    commits[at] = change(commits[at])
    return replace(found, logs={**found.logs, service: tuple(commits)})


def event(found: Evidence, service: str, name: str, **data: Any) -> Evidence:
    """What an event says, changed."""

    def changed(commit: Commit) -> Commit:
        events = tuple(replace(e, data={**e.data, **data}) if e.name == name else e for e in commit.events)
        return replace(commit, events=events)

    return replace(found, logs={**found.logs, service: tuple(map(changed, found.logs[service]))})


def went_on(service: str, cause: tuple[str, str], stream: str, name: str, data: Mapping[str, Any]) -> Doctor:
    """The same history with one more commit."""

    def doctored(found: Evidence) -> Evidence:
        ledger = honest()
        ledger.commit(service, cause, (stream, name, data))
        return ledger.evidence()

    return doctored


def one_more_place(found: Evidence) -> Evidence:
    ledger = honest()
    ledger.commit("placement", ("x", "x"), ("proposal-2", "placement.offer_accepted.v1", {"stays": [SITE]}))
    return ledger.evidence()


def closed_by_hand(found: Evidence) -> Evidence:
    """The office closes a place that somebody has accepted."""
    return went_on("placement", ("x", "x"), "site-bangkok", CAPACITY, {"fiscal_year": 2026, "places": 0})(found)


def reply(**said: Any) -> Doctor:
    """The last answer, told otherwise, beside the others."""
    return lambda found: replace(found, replies=(*found.replies, replace(found.replies[-1], **said)))


def topic(change: Callable[[tuple[Published, ...]], tuple[Published, ...]]) -> Doctor:
    """The topics changed."""
    return lambda found: replace(found, topics=change(found.topics))


def other_order(found: Evidence) -> Evidence:
    """What placement said of one key in the wrong order."""
    mine = [p for p in found.topics if p.record.key == "proposal-1"]
    others = [p for p in found.topics if p not in mine]
    turned = [replace(p, offset=other.offset) for p, other in zip(mine, reversed(mine), strict=True)]
    return replace(found, topics=(*others, *turned))


def one_place(found: Evidence) -> Evidence:
    """The reception of two, where one place was."""
    return replace(found, places=1, logs={**found.logs, "intake": tuple(reception().commits)})


def said_otherwise(published: Published) -> Published:
    return replace(published, offset=999, record=replace(published.record, data={"x": 1}))


def unheard(found: Evidence) -> Evidence:
    return log(found, "screening", lambda commit: replace(commit, keys=(("screening", "other"),)))


def poison_taken(found: Evidence) -> Evidence:
    return replace(found, poison={"notify": frozenset({"poison-1"})})


def seen_otherwise(found: Evidence) -> Evidence:
    return replace(found, seen={**found.seen, "intake": ((1, "another"),)})


def unread(found: Evidence) -> Evidence:
    return replace(found, seen={**found.seen, "intake": ()})


def seen_and_gone(found: Evidence) -> Evidence:
    return replace(found, seen={**found.seen, "intake": (*found.identities["intake"], (9, "gone"))})


WRONG: list[tuple[Doctor, str]] = [
    (lambda f: log(f, "billing", lambda c: replace(c, position=c.position + 1)), "positions without a hole"),
    (lambda f: log(f, "billing", lambda c: replace(c, events=tuple(replace(e, version=9) for e in c.events))),
     "versions without a hole"),
    (lambda f: log(f, "placement", lambda c: replace(c, keys=f.logs["placement"][0].keys)), "a cause acts once"),
    (seen_otherwise, "nothing is seen late"),
    (seen_and_gone, "nothing is seen late"),
    (unread, "nothing is seen late"),
    (lambda f: replace(f, copies=("a node differs",)), "every node holds the same"),
    (topic(lambda t: t[1:]), "log and topic agree"),
    (topic(lambda t: (*t, replace(t[0], offset=999, record=replace(t[0].record, id="intake:app-9/1")))),
     "log and topic agree"),
    (topic(lambda t: (*t, said_otherwise(t[0]))), "log and topic agree"),
    (topic(lambda t: (replace(t[0], record=replace(t[0].record, position=7)), *t[1:])), "log and topic agree"),
    (other_order, "log and topic agree"),
    (unheard, "what was said is heard"),
    (lambda f: replace(f, parked={"notify": frozenset({"some message"})}), "nothing but poison is parked"),
    (poison_taken, "nothing but poison is parked"),
    (reply(status=0, body={}), "everybody is answered"),
    (reply(status=503), "everybody is answered"),
    (reply(cause=("http POST /v1/payment", "another")), "each 2xx has one outcome"),
    (reply(body={"id": "receivable-1", "version": 99}), "each 2xx has one outcome"),
    (lambda f: replace(f, replies=tuple(replace(r, status=409, body={}) for r in f.replies)),
     "what was refused did not happen"),
    (reply(body={"id": "another"}), "one Idempotency-Key, one outcome"),
    (reply(status=422, body={"errors": [{"pointer": "/idempotency-key", "clause": "G-8"}]}),
     "one Idempotency-Key, one outcome"),
    (reply(status=412, body={}), "one Idempotency-Key, one outcome"),
    (reply(status=409, body={}, begun=1.0, ended=2.0), "one Idempotency-Key, one outcome"),
    (lambda f: replace(f, replies=f.replies[1:]), "one Idempotency-Key, one application"),
    (one_more_place, "no more than the places of a site (S-PL-1)"),
    (closed_by_hand, "no more than the places of a site (S-PL-1)"),
    (lambda f: replace(f, incumbents={("bangkok", 2026): 1}), "no more than the places of a site (S-PL-1)"),
    (one_place, "never one too many (C-IN-3)"),
    (went_on("billing", ("x", "x"), "account-1", "billing.fees_charged.v1",
             {"lines": [], "billed": [{"item": {"fee": "fee", "period": "2026"}}]}), "one billable fact, one line"),
    (lambda f: event(f, "billing", "billing.number_taken.v1", place=2), "invoice numbers without a gap"),
    (lambda f: event(f, "billing", "billing.invoice_issued.v1", number="INV-2"), "invoice numbers without a gap"),
    (lambda f: event(f, "billing", "billing.invoice_issued.v1", total=1), "sums balance"),
    (lambda f: event(f, "billing", "billing.payment_recorded.v1", balance=1), "sums balance"),
    (lambda f: replace(f, letters=(*f.letters, replace(f.letters[0], digest="other"))),
     "one letter, one Message-ID (S-NO-2)"),
    (lambda f: replace(f, letters=f.letters[1:]), "one letter, one Message-ID (S-NO-2)"),
    (lambda f: replace(f, letters=(*f.letters, replace(f.letters[0], message_id="<unknown>"))),
     "one letter, one Message-ID (S-NO-2)"),
    (lambda f: replace(f, moving=("notify: 3 letters to send",)), "it comes to rest within 30 s"),
    (lambda f: replace(f, stale={"billing invoices": ("INV-1",)}), "read models equal a replay"),
    (lambda f: replace(f, exposed={"erased is readable nowhere (G-7)": ("intake opens a name",)}),
     "erased is readable nowhere (G-7)"),
]  # fmt: skip


@pytest.mark.clause("G-8")
@pytest.mark.parametrize(("doctored", "promise"), WRONG)
def test_a_doctored_history_is_named(doctored: Doctor, promise: str) -> None:
    assert promise in {violation.promise for violation in judge(doctored(honest().evidence()))}


@pytest.mark.parametrize("check", CHECKS)
def test_every_check_has_a_history_that_it_names(check: Callable[[Evidence], Any]) -> None:
    assert any(list(check(doctored(honest().evidence()))) for doctored, _ in WRONG)


def test_the_published_table_says_who_consumes_what() -> None:
    found = consumes(SERVICES)
    assert all(CONSUMES[name][0] <= topics and CONSUMES[name][1] <= names for name, (topics, names) in found.items())
    assert capacities()["bangkok", 2026] >= 1
    assert (incumbents()["bangkok", 2026], ("bangkok", 2027) in incumbents()) == (1, False)
    assert incumbents()["hq.overseas-expansion.mid-sized", 2025] == 2


def test_places_opened_by_hand_count() -> None:
    ledger, opened = honest(), {"fiscal_year": 2026, "places": 2}
    ledger.commit("placement", ("x", "x"), ("site-bangkok", CAPACITY, opened))
    ledger.commit("placement", ("x", "y"), ("proposal-2", "placement.offer_accepted.v1", {"stays": [SITE]}))
    assert not list(no_site_has_more_than_its_places(ledger.evidence()))


def test_the_reply_of_a_refusal_names_its_clauses() -> None:
    refused = Reply("intake", ("x", "y"), "apply", "c", 409, {"errors": [{"clause": "C-IN-3"}]})
    assert refused.clauses == ("C-IN-3",)
    assert Ledger().evidence().replies == ()
