"""The rehearsal's input for fiscal 2026: every step can be sent as written, and no two applicants are alike."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from difflib import SequenceMatcher
from itertools import combinations
from typing import Any, get_args

import pytest
from pydantic import ValidationError
from stdnum.jp import cn

from madoguchi.rehearsal.script import Script, Step, read
from policies.editions import load
from policies.secondment.edition import SecondmentEdition
from policies.support.edition import SupportEdition
from schemas.values import TOKYO
from services.intake.policy.facts import code_faults
from services.intake.policy.places import wish_faults
from services.placement.domain.support_events import ContactKind
from services.screening.policy import company
from services.screening.policy.basis import Basis
from tests.examples.bodies import FOLDER, SENT, applications, form, named, steps

ALIKE = 0.6
INVENTED = re.compile(r"\d9999\d{8}")
"""No registry office has the number 9999."""
NUMBERED = {"apply", "admit-late", "depart", "rate", "end-early", "cancel-visit", "use-service"}
"""What takes a receipt or an invoice number: the order in which it happens must be certain."""
SECONDMENT: SecondmentEdition = load("secondment", 2026)
SUPPORT: SupportEdition = load("support", 2026)


@pytest.fixture(scope="module")
def script() -> Script:
    """The whole script."""
    return read(FOLDER)


def test_there_are_as_many_companies_as_senders_and_enough_of_both(script: Script) -> None:
    counted = Counter(case.programme for case in script.cases)
    assert counted == {"secondment": 40, "support": 40}
    assert all(case.title and case.note.endswith("。") for case in script.cases)
    assert len({(case.programme, case.title) for case in script.cases}) == len(script.cases)


def test_the_rehearsal_goes_from_the_first_day_to_the_last_appraisal(script: Script) -> None:
    assert script.steps[0].at.date() == date(2025, 11, 4)
    assert script.steps[-1].at.date() > SECONDMENT.appraisal_day(2028)
    assert len({step.at for step in script.steps}) < 350


def test_every_form_can_be_read(script: Script) -> None:
    sent = list(steps(script, *SENT, "name-secondee"))
    faults = []
    for step in sent:
        try:
            form(step)
        except ValidationError as invalid:
            faults.append(f"{named(step)}: {invalid}")
    assert sent
    assert not faults


def test_an_application_fits_its_edition_or_expects_to_be_refused(script: Script) -> None:
    for step, sent in applications(script):
        faults = (
            wish_faults(SECONDMENT, sent.requests) if step.programme == "secondment" else code_faults(SUPPORT, sent)
        )
        assert {fault.clause for fault in faults} <= {step.expect}, named(step)


def test_a_form_that_comes_in_time_is_not_expected_to_be_late(script: Script) -> None:
    last = SECONDMENT.dates.reception_closes.first
    for step in steps(script, "apply"):
        if step.programme == "secondment":
            assert (step.at.date() > last) == (step.expect == "S-IN-1"), named(step)


def test_each_ground_that_a_rule_knows_turns_a_company_away(script: Script) -> None:
    rules = Basis(SUPPORT, datetime(2026, 2, 2, tzinfo=TOKYO))
    forms = [sent for step, sent in applications(script) if step.programme == "support"]
    grounds = {each.clause for sent in forms for each in company.examine(sent, rules) if each.outcome == "refused"}
    assert grounds == {f"C-SC-{number}" for number in (1, 2, 3, 4, 5, 6, 7, 8, 10, 11)}


def test_every_code_that_officers_use_is_known(script: Script) -> None:
    requests = {*SUPPORT.life.refused_requests, *SUPPORT.life.menus, *get_args(ContactKind)}
    for step in script.steps:
        for what, code, known in _codes(step):
            assert code in known, f"{named(step)}: {what} '{code}'"
        if step.do == "refuse-request":
            assert step.body["kind"] in requests, named(step)


def _codes(step: Step) -> Iterator[tuple[str, str, Any]]:
    body = step.body
    yield from (
        (key, body[key], SECONDMENT.sites) for key in ("domestic", "overseas") if step.do == "adjust" and key in body
    )
    if step.do in {"paper", "original-paper"}:
        yield "kind", body["kind"], SECONDMENT.papers.root if step.programme == "secondment" else {"consent"}
    if step.do == "stage-one":
        assert body["criteria"].keys() == SUPPORT.screening.criteria.keys(), named(step)
    if step.do == "replace-coordinator":
        yield "coordinator_id", body["coordinator_id"], SUPPORT.coordinators.root
    for cost in body.get("costs", []):
        yield "fee", cost["fee"], SUPPORT.fees_under("C-BI-2")
    if step.do == "use-service":
        yield "service", body["service"], SUPPORT.fees_under("C-BI-3")
    yield from (("clause", clause, _clauses()) for clause in [step.expect, step.place.get("clause")] if clause)


def _clauses() -> frozenset[str]:
    rulebook = (FOLDER.parents[1] / "policies" / "rulebook.yaml").read_text(encoding="utf-8")
    return frozenset(re.findall(r"\b[SCG]-(?:[A-Z]{2}-)?\d+\b", rulebook))


def test_every_corporate_number_is_well_formed_and_invented(script: Script) -> None:
    for step, sent in applications(script):
        number = sent.party.corporate_number
        assert number is None or (cn.is_valid(number) and INVENTED.fullmatch(number)), named(step)


def test_nobody_can_be_written_to(script: Script) -> None:
    for step, sent in applications(script):
        assert sent.party.email.endswith(".example"), named(step)
        assert not getattr(sent, "website", None) or sent.website.rstrip("/").endswith(".example"), named(step)


def test_no_two_applicants_write_alike(script: Script) -> None:
    purposes = [(step, sent.purpose) for step, sent in applications(script) if sent.purpose]
    for (one, mine), (other, theirs) in combinations(purposes, 2):
        alike = SequenceMatcher(None, mine, theirs, autojunk=False)
        if (one.programme, one.case) != (other.programme, other.case) and alike.quick_ratio() >= ALIKE:
            assert alike.ratio() < ALIKE, f"{named(one)} and {named(other)}"


def test_what_takes_a_number_happens_at_a_minute_of_its_own(script: Script) -> None:
    moments: Counter[datetime] = Counter(step.at for step in steps(script, *NUMBERED))
    assert [at for at, count in moments.items() if count > 1] == []


def test_an_invoice_held_for_its_rate_is_let_out_alone(script: Script) -> None:
    """Two rates that came at once would number their invoices in any order."""
    rates = [step.body["day"] for step in steps(script, "rate")]
    assert len(rates) == len(set(rates))
    assert all(
        datetime.fromisoformat(day).replace(tzinfo=TOKYO) < step.at
        for day, step in zip(rates, steps(script, "rate"), strict=True)
    )


def test_every_case_named_by_another_exists(script: Script) -> None:
    known = {(case.programme, case.name) for case in script.cases}
    for step in steps(script, "merge", "keep-apart"):
        assert (step.programme, step.place.get("into", step.place.get("other", ""))) in known, named(step)
