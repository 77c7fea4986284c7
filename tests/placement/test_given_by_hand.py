"""Places given by hand keep to the clauses on routes and years, or waive them for all to see (S-IN-4, S-SC-2…4)."""

from __future__ import annotations

from typing import Any

import pytest

from kernel.refusals import Refused
from schemas import placement as said
from services.placement.app.standing import ByHand
from services.placement.domain import Proposal
from tests.placement.office import Office, web
from tests.placement.senders import OFFICER, passed, request

ABROAD = request("osaka>hanoi", years=3)
STATES = request("osaka>new-york", years=3)
AT_HOME = request("osaka", years=2)
THIRD_YEAR = request("osaka", years=3)


async def one(asked: Any, *, announced: bool) -> Office:
    """A round with one sender, run, and announced or not."""
    office = Office()
    await office.hear(passed(1, asked))
    await office.do.record_seed(2026, None, OFFICER)
    await office.do.run(2026, OFFICER)
    if announced:
        await office.do.announce(2026, OFFICER)
    return office


async def offered(office: Office) -> Proposal:
    """What is offered in the end."""
    if (await office.do.round(2026)).state != "announced":
        await office.do.announce(2026, OFFICER)
    return await office.do.get(Proposal, Proposal.stream("app-1.1"))


REFUSED = [
    pytest.param(ABROAD, ByHand("app-1.1", "hanoi", None, 2), "S-IN-4", "/domestic", id="abroad as domestic"),
    pytest.param(ABROAD, ByHand("app-1.1", "osaka", "sapporo"), "S-IN-4", "/overseas", id="domestic as abroad"),
    pytest.param(AT_HOME, ByHand("app-1.1", "osaka", "seoul"), "S-IN-4", "/overseas", id="abroad for one at home"),
    pytest.param(
        AT_HOME, ByHand("app-1.1", "hq.innovation.startup"), "S-IN-4", "/domestic", id="Tokyo for one elsewhere"
    ),
    pytest.param(ABROAD, ByHand("app-1.1", "hq.research.americas", "seoul"), "S-PL-1", "/domestic", id="takes nobody"),
    pytest.param(ABROAD, ByHand("app-1.1", "osaka", "seoul", 1), "S-SC-3", "/years", id="no year abroad"),
    pytest.param(ABROAD, ByHand("app-1.1", "osaka", "new-york"), "S-SC-4", "/years", id="too long for the country"),
    pytest.param(ABROAD, ByHand("app-1.1", "osaka", None, 3), "S-SC-2", "/unit_agrees", id="third year at home"),
    pytest.param(AT_HOME, ByHand("app-1.1", "sapporo", None, 3), "S-SC-2", "/unit_agrees", id="third year elsewhere"),
]


@pytest.mark.clause("S-IN-4")
@pytest.mark.clause("S-PL-1")
@pytest.mark.clause("S-SC-2")
@pytest.mark.clause("S-SC-3")
@pytest.mark.clause("S-SC-4")
@pytest.mark.parametrize("announced", [False, True])
@pytest.mark.parametrize(("asked", "given", "clause", "pointer"), REFUSED)
async def test_what_no_clause_allows_is_given_to_nobody(
    asked: Any, given: ByHand, clause: str, pointer: str, announced: bool
) -> None:
    office = await one(asked, announced=announced)
    before = (await offered(office)).offer.stays if announced else None
    with pytest.raises(Refused, match=clause) as refusal:
        await office.do.adjust(2026, given, OFFICER)
    assert refusal.value.pointer == pointer
    assert before is None or (await offered(office)).offer.stays == before


@pytest.mark.clause("S-SC-2")
@pytest.mark.clause("S-SC-4")
@pytest.mark.parametrize("announced", [False, True])
@pytest.mark.parametrize(
    ("given", "clause", "outcome"),
    [
        (ByHand("app-1.1", "osaka", None, 3, unit_agrees=True), "S-SC-2", "passed"),
        (ByHand("app-1.1", "osaka", "new-york", country_waived=True), "S-SC-4", "waived"),
    ],
)
async def test_a_longer_stay_is_an_officers_word_of_its_own(
    given: ByHand, clause: str, outcome: str, announced: bool
) -> None:
    office = await one(ABROAD, announced=announced)
    await office.do.adjust(2026, given, OFFICER)
    offer = (await offered(office)).offer
    word = next(each for each in offer.decisions if each.clause == clause)
    assert (word.outcome, word.by, len(offer.stays)) == (outcome, "hr-01", 3)
    assert word.reason is not None
    assert {each.name.rpartition(".")[2] for each in word.parameters} >= {
        "years_most_with_consent" if clause == "S-SC-2" else "overseas_years_most"
    }


@pytest.mark.clause("S-SC-2")
@pytest.mark.clause("S-SC-4")
@pytest.mark.parametrize(
    ("asked", "given"),
    [
        (STATES, ByHand("app-1.1", "sapporo", "chicago")),
        (THIRD_YEAR, ByHand("app-1.1", "osaka")),
        (ABROAD, ByHand("app-1.1", "osaka", "seoul")),
        (ABROAD, ByHand("app-1.1", "osaka", "new-york", 2)),
        (ABROAD, ByHand("app-1.1", "sendai")),
    ],
)
async def test_what_screening_has_heard_or_no_clause_bounds_asks_for_no_further_word(asked: Any, given: ByHand) -> None:
    office = await one(asked, announced=True)
    await office.do.adjust(2026, given, OFFICER)
    clauses = {each.clause for each in (await offered(office)).offer.decisions}
    assert not clauses & {"S-SC-2", "S-SC-3", "S-SC-4"}


@pytest.mark.clause("S-SC-4")
async def test_the_counter_takes_the_waiver_and_a_late_candidate_is_judged_alike() -> None:
    office = await one(AT_HOME, announced=True)
    await office.hear(passed(2, ABROAD))
    with pytest.raises(Refused, match="S-SC-4"):
        await office.do.adjust(2026, ByHand("app-2.1", "osaka", "new-york"), OFFICER)
    async with web(office) as client:
        version = (await office.do.round(2026)).version
        body = {"by": "hr-01", "reason": "査証の特例", "seen_version": version, "secondment_id": "app-2.1"}
        body |= {"domestic": "osaka", "overseas": "new-york", "country_waived": True}
        answer = await client.post("/v1/rounds/secondment/2026/adjust", json=body)
    assert answer.status_code == 200, answer.text
    proposed: Any = await office.said(said.PlacementProposed)
    assert [stay.site for stay in proposed[-1].stays] == ["osaka", "new-york", "new-york"]
