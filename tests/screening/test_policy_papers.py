"""S-SC-9: both forms of every paper, by 24:00 of the last day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from schemas.values import Outcome
from services.screening.domain.roads import Arrival
from services.screening.policy.papers import s_sc_9_papers
from tests.screening.forms import SECONDMENT, papers, secondment_rules

LAST = date(2026, 2, 24)
RULES = secondment_rules()


def arrivals(on: date, *without: str) -> list[Arrival]:
    return [
        Arrival(each.paper_id, each.secondment_id, each.kind, each.form, each.arrived_on)
        for each in papers(on, without=without)
    ]


@pytest.mark.clause("S-SC-9")
@pytest.mark.parametrize(("day", "outcome"), [(-1, "passed"), (0, "passed"), (1, "held")])
def test_the_last_day_counts_whole(day: int, outcome: Outcome) -> None:
    decision = s_sc_9_papers(arrivals(LAST + timedelta(day)), SECONDMENT, RULES, due=True)
    assert decision is not None
    assert decision.outcome == outcome


@pytest.mark.clause("S-SC-9")
@pytest.mark.parametrize("missing", ["resume/original", "resume/data", "contact_sheet/data"])
def test_one_form_of_one_paper_is_enough_to_be_missing(missing: str) -> None:
    here = arrivals(LAST, missing)
    assert s_sc_9_papers(here, SECONDMENT, RULES, due=False) is None
    decision = s_sc_9_papers(here, SECONDMENT, RULES, due=True)
    assert decision is not None
    assert (decision.outcome, decision.facts["missing"]) == ("held", [missing])
    assert {p.name for p in decision.parameters} >= {"dates.papers_due", "papers.resume"}


@pytest.mark.clause("S-SC-9")
def test_complete_papers_need_no_deadline() -> None:
    decision = s_sc_9_papers(arrivals(LAST), SECONDMENT, RULES, due=False)
    assert decision is not None
    assert decision.outcome == "passed"
