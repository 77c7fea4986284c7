"""A departure that is given up is spent in Japan (S-PL-11), by the clauses on places and years (S-PL-1, S-SC-2)."""

from __future__ import annotations

import pytest

from kernel.refusals import Refused
from schemas import placement as said
from services.placement.domain import Secondment
from services.placement.domain.secondment_events import DepartureCancelled
from tests.placement.office import Office, web
from tests.placement.senders import OFFICER
from tests.placement.test_story_secondment import running


@pytest.mark.clause("S-PL-1")
@pytest.mark.clause("S-PL-11")
@pytest.mark.parametrize(("site", "clause"), [("seoul", "S-PL-11"), ("hq.research.americas", "S-PL-1")])
async def test_a_cancelled_departure_is_spent_in_no_other_office_and_in_no_unit_that_takes_nobody(
    site: str, clause: str
) -> None:
    office = Office()
    await running(office)
    with pytest.raises(Refused, match=clause):
        await office.do.cancel_departure("app-1.1", site, OFFICER)
    assert await office.said(said.DepartureCancelled) == []
    sites = {site.site_id: site.claims for site in await office.app.occupation(2026)}
    assert sites["hanoi"] == {"app-1.1": (2027,)}


@pytest.mark.clause("S-PL-7")
@pytest.mark.clause("S-SC-2")
@pytest.mark.parametrize("home", [None, "sendai"])
async def test_a_third_year_in_japan_after_a_cancelled_departure_needs_the_units_consent(home: str | None) -> None:
    office = Office()
    await running(office, years=3)
    with pytest.raises(Refused, match="S-SC-2"):
        await office.do.cancel_departure("app-1.1", home, OFFICER)
    async with web(office) as client:
        version = (await office.do.get(Secondment, "secondment-app-1.1")).version
        body = {"by": "hr-01", "reason": "査証の停止", "seen_version": version, "domestic": home, "unit_agrees": True}
        answer = await client.post("/v1/secondments/app-1.1/cancellation", json=body)
    assert answer.status_code == 200, answer.text
    (cancelled,) = await office.said(said.DepartureCancelled)
    assert isinstance(cancelled, said.DepartureCancelled)
    assert [stay.site for stay in cancelled.stays] == ["osaka", home or "osaka", home or "osaka"]
    story = await office.service.world.events("secondment-app-1.1")
    (word,) = (each.consent for each in story if isinstance(each, DepartureCancelled))
    assert [(each.clause, each.outcome, each.by, each.facts["unit_agrees"]) for each in word] == [
        ("S-SC-2", "passed", "hr-01", True)
    ]
