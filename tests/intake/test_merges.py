"""A merge that was a mistake is undone whole (S-IN-7): each sender has again what is its own, whatever came since."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from schemas import intake as said
from schemas.values import TOKYO
from tests.intake import forms
from tests.intake.support import Counter, clauses, officer
from tests.intake.test_organisations import NAMED, SPELT, suspected, two_spellings

pytestmark = pytest.mark.clause("S-IN-7")
NEXT_YEAR = datetime(2026, 11, 10, 10, tzinfo=TOKYO)


async def organisation(counter: Counter, id: str) -> dict[str, Any]:
    """What an officer reads of it, without what counts upwards."""
    read = (await counter.ask("GET", f"/organisations/{id}")).json()
    return {name: value for name, value in read.items() if name != "version"}


async def work(counter: Counter) -> list[tuple[str, str, bool, str]]:
    """Receipt number, whose it is, whether placed before, and state of every application."""
    items = (await counter.ask("GET", "/secondment/2026/applications?sort=receipt_number")).json()["items"]
    names = ("receipt_number", "organisation_id", "placed_before", "status")
    return [tuple(item[name] for name in names) for item in items]


async def merged(counter: Counter) -> tuple[str, str]:
    """Two spellings of one sender, merged."""
    one, two = await two_spellings(counter)
    assert (await counter.orders(f"/organisations/{one}", "merge", other=two)).status_code == 200
    return one, two


async def undone(counter: Counter, one: str, two: str) -> None:
    answer = await counter.orders(f"/organisations/{one}", "undo-merge", other=two)
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("placed", [None, "one", "two", "both"])
async def test_applications_receipts_and_earlier_placements_are_as_they_were(placed: str | None) -> None:
    counter = Counter()
    one, two = await two_spellings(counter)
    for id, name, years in ((one, "one", [2021]), (two, "two", [2019, 2023])):
        if placed in (name, "both"):
            await counter.orders(f"/organisations/{id}", "placements", fiscal_years=years)
    before = [await organisation(counter, id) for id in (one, two)], await work(counter)
    await counter.orders(f"/organisations/{one}", "merge", other=two)
    together = await work(counter)
    assert {(whose, had) for _, whose, had, _ in together} == {(one, placed is not None)}
    assert [row[0] for row in together] == [row[0] for row in before[1]]
    await undone(counter, one, two)
    assert ([await organisation(counter, id) for id in (one, two)], await work(counter)) == before


async def test_what_the_other_one_sent_meanwhile_goes_with_it() -> None:
    counter = Counter()
    await counter.sends(forms.secondment(1, party=forms.party(1, **NAMED)))
    first = await counter.sends(forms.secondment(2, party=forms.party(1, **SPELT)))
    where = first.headers["location"].removeprefix("/v1")
    (pair,) = (await counter.ask("GET", "/organisations?status=suspected")).json()["items"]
    one, two = (each["id"] for each in sorted(pair, key=lambda each: each["corporate_number"] is None))
    await counter.ask("POST", f"{(await mine(counter, one))[0]}/withdrawal")
    await counter.ask("POST", f"{where}/withdrawal")
    await counter.orders(f"/organisations/{one}", "merge", other=two)
    again = await counter.sends(forms.secondment(3, party=forms.party(1, **SPELT)))
    assert (await work(counter))[-1][1] == one
    await undone(counter, one, two)
    assert (await work(counter))[-1][1] == two
    assert again.json()["id"] in (await organisation(counter, two))["applications"].values()
    assert again.json()["id"] not in (await organisation(counter, one))["applications"].values()
    own = await counter.sends(forms.secondment(4, party=forms.party(1, **NAMED)))
    assert own.status_code == 201, "the other's application does not stand in the way"


async def mine(counter: Counter, id: str) -> list[str]:
    items = (await counter.ask("GET", f"/secondment/2026/applications?organisation_id={id}")).json()["items"]
    return [f"/secondment/2026/applications/{item['id']}" for item in items]


async def test_who_has_not_answered_is_known_again() -> None:
    counter = Counter()
    invited = [forms.party(1, **NAMED), forms.party(1, **SPELT)]
    ids = (await counter.ask("POST", "/secondment/2026/invitations", json=officer(organisations=invited))).json()["ids"]
    await counter.orders(f"/organisations/{ids[0]}", "merge", other=ids[1])
    await counter.sends(forms.secondment(2, party=forms.party(1, **SPELT)))
    assert (await counter.ask("GET", "/secondment/2026/unanswered")).json()["total"] == 0
    await undone(counter, *ids)
    (left,) = (await counter.ask("GET", "/secondment/2026/unanswered")).json()["items"]
    assert left["id"] == ids[0]


async def test_an_amendment_made_meanwhile_is_the_others_own() -> None:
    counter = Counter()
    one, two = await merged(counter)
    where = (await mine(counter, one))[1]
    newer = forms.secondment(2, party=forms.party(1, **SPELT, person="新任 次郎"), purpose="目的を改めました。")
    amended = await counter.ask("PUT", where, json=newer)
    assert (amended.status_code, counter.heard(said.ApplicationAmended)[-1]["party"]["organisation_id"]) == (200, one)
    assert (await organisation(counter, one))["party"]["name"] == NAMED["name"], "the one's spelling stays its own"
    await undone(counter, one, two)
    read = (await counter.ask("GET", where)).json()
    assert (read["party"]["organisation_id"], read["party"]["person"]) == (two, "新任 次郎")


async def test_a_late_form_admitted_after_the_merge_is_undone_is_its_senders() -> None:
    counter = Counter(datetime(2025, 12, 8, 10, tzinfo=TOKYO))
    invited = [forms.party(1, **NAMED), forms.party(1, **SPELT)]
    ids = (await counter.ask("POST", "/secondment/2026/invitations", json=officer(organisations=invited))).json()["ids"]
    await counter.orders(f"/organisations/{ids[0]}", "merge", other=ids[1])
    late = (await counter.sends(forms.secondment(2, party=forms.party(1, **SPELT)))).json()["instance"]
    await undone(counter, *ids)
    admitted = await counter.orders(late.removeprefix("/v1"), "late-admission")
    assert admitted.status_code == 200, admitted.text
    assert [told["party"]["organisation_id"] for told in counter.heard(said.ApplicationSubmitted)] == [ids[1]]
    assert (await organisation(counter, ids[1]))["applications"] == {"secondment/2026": admitted.json()["id"]}


@pytest.mark.clause("S-PL-4")
@pytest.mark.parametrize("whose", [0, 1])
async def test_a_placement_accepted_meanwhile_stays_with_who_had_it(whose: int) -> None:
    counter = Counter()
    ids = await merged(counter)
    application = (await mine(counter, ids[0]))[whose].rpartition("/")[2]
    saved = await counter.app.note_placement(ids[0], 2026, application, f"{application}.1")
    await counter.world.repository.save(*saved)
    await counter.company.run()
    one = await counter.app.queries.organisation(ids[0])
    assert ((2026 in one["placed"]) or whose == 1, await placed_in_2027(counter, ids[0])) == (True, True)
    await undone(counter, *ids)
    assert [await placed_in_2027(counter, id) for id in ids] == [whose == 0, whose == 1]


async def placed_in_2027(counter: Counter, id: str) -> bool:
    from services.intake.domain import Organisation

    return (await counter.world.repository.get(Organisation, id)).placed_before(2027)


@pytest.mark.clause("G-7")
@pytest.mark.parametrize("erased", [(0,), (1,), (0, 1)])
async def test_also_when_one_or_both_were_erased_meanwhile(erased: tuple[int, ...]) -> None:
    counter = Counter()
    ids = await two_spellings(counter)
    before = await work(counter)
    await counter.orders(f"/organisations/{ids[0]}", "merge", other=ids[1])
    for number in erased:
        await counter.ask("POST", "/erasures", json=officer(subject=ids[number]))
    await undone(counter, *ids)
    assert await work(counter) == before
    assert [(await organisation(counter, id))["merged_into"] for id in ids] == [None, None]


async def test_what_is_merged_is_not_merged_again() -> None:
    counter = Counter()
    one, two = await merged(counter)
    (third,) = (
        await counter.ask("POST", "/secondment/2026/invitations", json=officer(organisations=[forms.party(9)]))
    ).json()["ids"]
    for into, other in ((two, third), (third, two), (third, one), (one, one)):
        answer = await counter.orders(f"/organisations/{into}", "merge", other=other)
        assert clauses(answer)[0][1] in {"S-IN-7", "G-5"}, (into, other)


async def test_merged_they_cannot_be_kept_apart_and_apart_again_they_are_asked_about_again() -> None:
    counter = Counter()
    one, two = await merged(counter)
    for place, other in ((one, two), (two, one), (one, one)):
        answer = await counter.orders(f"/organisations/{place}", "keep-apart", other=other)
        assert clauses(answer) == [("", "S-IN-7")]
    await undone(counter, one, two)
    assert await suspected(counter) == 1
    await counter.orders(f"/organisations/{one}", "keep-apart", other=two)
    assert await suspected(counter) == 0
    assert (await counter.orders(f"/organisations/{one}", "merge", other=two)).status_code == 200
