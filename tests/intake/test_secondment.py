"""The secondment at the counter, over HTTP, in memory: what is answered and what others hear."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from schemas import intake as said
from schemas.forms import DECLARATIONS
from schemas.values import TOKYO
from tests.intake import forms
from tests.intake.support import DEADLINE, Counter, clauses, officer

JUST_BEFORE = DEADLINE - timedelta(milliseconds=1)


@pytest.mark.clause("S-IN-3")
async def test_a_form_is_taken_numbered_and_told() -> None:
    counter = Counter()
    answer = await counter.sends()
    assert answer.status_code == 201
    receipt = answer.json()
    assert receipt["receipt_number"] == "S2026-0001"
    assert receipt["status"] == "submitted"
    assert answer.headers["location"] == f"/v1/secondment/2026/applications/{receipt['id']}"
    (told,) = counter.heard(said.ApplicationSubmitted)
    assert told["application_id"] == receipt["id"]
    assert [wish["overseas"] for wish in told["secondment"]["requests"][0]["wishes"]] == ["bangkok", "hanoi"]


async def test_its_sender_reads_it_back_at_once() -> None:
    counter = Counter()
    where = (await counter.sends()).headers["location"]
    state = (await counter.ask("GET", where.removeprefix("/v1"))).json()
    assert state["party"]["name"] == "架空第1精機株式会社"
    assert (state["status"], state["revision"], state["edition"]) == ("submitted", 1, "secondment/2026")
    assert "海外市場" not in str(state)


@pytest.mark.clause("S-IN-1")
async def test_the_last_moment_before_24_00_is_in_time() -> None:
    counter = Counter(JUST_BEFORE)
    assert (await counter.sends()).status_code == 201


@pytest.mark.clause("S-IN-1")
@pytest.mark.clause("G-1")
@pytest.mark.clause("G-6")
async def test_at_24_00_it_is_late_and_kept_with_its_decision() -> None:
    counter = Counter(DEADLINE)
    answer = await counter.sends()
    assert answer.status_code == 409
    assert clauses(answer) == [("", "S-IN-1")]
    where = answer.json()["instance"]
    state = (await counter.ask("GET", where.removeprefix("/v1"))).json()
    assert (state["status"], state["receipt_number"]) == ("refused", None)
    (decision,) = state["decisions"]
    assert decision["facts"] == {
        "received_at": "2025-12-05T15:00:00+00:00", "closes_at": "2025-12-05T15:00:00+00:00",
    }  # fmt: skip
    assert [told["clause"] for told in counter.heard(said.ApplicationRefused)] == ["S-IN-1"]


@pytest.mark.clause("S-IN-1")
async def test_hr_admits_a_late_form_with_a_reason_and_it_gets_the_next_number() -> None:
    counter = Counter(JUST_BEFORE)
    await counter.sends(forms.secondment(1))
    await counter.company.move(DEADLINE + timedelta(hours=9))
    late = (await counter.sends(forms.secondment(2))).json()["instance"].removeprefix("/v1")
    blind = await counter.ask("POST", f"{late}/late-admission", json=officer())
    assert (blind.status_code, clauses(blind)) == (422, [("/seen_version", "G-8")])
    assert (await counter.orders(late, "late-admission", seen_version=7)).status_code == 412
    admitted = await counter.orders(late, "late-admission")
    assert admitted.json()["receipt_number"] == "S2026-0002"
    told = counter.heard(said.ApplicationSubmitted)[-1]
    assert told["admitted_late"] is True
    again = await counter.orders(late, "late-admission")
    assert clauses(again) == [("", "S-IN-6")]


@pytest.mark.clause("S-IN-1")
async def test_the_reception_closes_by_itself_at_the_deadline_once() -> None:
    counter = Counter()
    await counter.sends()
    await counter.company.move(DEADLINE + timedelta(days=3))
    assert [(each["reason"], each["standing"]) for each in counter.heard(said.ReceptionClosed)] == [("deadline", 1)]
    reception = (await counter.ask("GET", "/secondment/2026/reception")).json()
    assert reception["state"] == "deadline"


@pytest.mark.clause("S-IN-1")
async def test_before_the_day_of_opening_nothing_is_taken() -> None:
    counter = Counter(datetime(2025, 11, 3, 23, 59, tzinfo=TOKYO))
    answer = await counter.sends()
    assert (answer.status_code, clauses(answer)) == (409, [("", "S-IN-1")])
    assert not counter.heard()


@pytest.mark.clause("S-IN-2")
async def test_a_reply_without_a_wish_is_an_answer() -> None:
    counter = Counter()
    answer = await counter.sends({"party": forms.party(), "no_wish": True})
    assert (answer.status_code, answer.json()["status"]) == (201, "no_wish")
    assert [each["receipt_number"] for each in counter.heard(said.NoWishReplied)] == ["S2026-0001"]
    assert not counter.heard(said.ApplicationSubmitted)


@pytest.mark.clause("S-IN-2")
async def test_who_has_not_answered_can_be_listed() -> None:
    counter = Counter()
    invited = [forms.party(1), forms.party(2), forms.party(3)]
    await counter.ask("POST", "/secondment/2026/invitations", json=officer(organisations=invited))
    await counter.sends(forms.secondment(1))
    await counter.sends({"party": forms.party(2), "no_wish": True})
    waiting = (await counter.ask("GET", "/secondment/2026/unanswered")).json()
    assert [each["name"] for each in waiting["items"]] == ["架空第3精機株式会社"]


@pytest.mark.clause("S-IN-5")
async def test_a_unit_that_takes_nobody_is_refused_naming_those_that_do() -> None:
    counter = Counter()
    wishes = forms.request(("osaka", "hanoi"), ("hq.research.americas", "bangkok"))
    answer = await counter.sends(forms.secondment(requests=[wishes]))
    assert answer.status_code == 422
    assert clauses(answer) == [("/requests/0/wishes/1/domestic", "S-IN-5")]
    text = answer.json()["errors"][0]["ja"]
    assert "アジア大洋州課（hq.research.asia-oceania）" in text
    assert "中東アフリカ課" not in text
    assert not counter.heard()


@pytest.mark.clause("S-IN-4")
async def test_every_unfit_wish_is_named_at_once() -> None:
    counter = Counter()
    wishes = forms.request(("bangkok", "osaka"), ("nowhere", "hanoi"))
    at_home = forms.request(("hq.research.europe", None), route="domestic")
    answer = await counter.sends(forms.secondment(requests=[wishes, at_home]))
    assert clauses(answer) == [
        ("/requests/0/wishes/0/domestic", "S-IN-4"),
        ("/requests/0/wishes/0/overseas", "S-IN-4"),
        ("/requests/0/wishes/1/domestic", "S-PL-1"),
        ("/requests/1/wishes/0/domestic", "S-IN-4"),
    ]


@pytest.mark.clause("S-IN-6")
async def test_the_same_form_twice_changes_nothing() -> None:
    counter = Counter()
    first = await counter.sends()
    again = await counter.sends()
    assert (again.status_code, again.json()["id"]) == (200, first.json()["id"])
    assert len(counter.heard(said.ApplicationSubmitted)) == 1


@pytest.mark.clause("S-IN-6")
async def test_another_form_of_the_same_sender_is_an_amendment_not_a_second_answer() -> None:
    counter = Counter()
    await counter.sends()
    answer = await counter.sends(forms.secondment(purpose="目的を改めました。"))
    assert (answer.status_code, clauses(answer)) == (409, [("", "S-IN-6")])


@pytest.mark.clause("S-IN-6")
async def test_until_the_deadline_it_is_amended_and_all_versions_stay() -> None:
    counter = Counter()
    where = (await counter.sends()).headers["location"].removeprefix("/v1")
    newer = forms.secondment(purpose="目的を改めました。")
    first = await counter.ask("PUT", where, json=newer)
    assert (first.status_code, first.json()["revision"]) == (200, 2)
    assert (await counter.ask("PUT", where, json=newer)).json()["revision"] == 2
    assert [(each["revision"], each["by_office"]) for each in counter.heard(said.ApplicationAmended)] == [(2, False)]
    versions = (await counter.ask("GET", f"{where}/versions")).json()["items"]
    assert [(each["revision"], each["by"], each["form"]["requests"][0]["years"]) for each in versions] == [
        (1, "applicant", 2),
        (2, "applicant", 2),
    ]
    assert versions[0]["party"]["name"] == "架空第1精機株式会社"
    kept = await counter.world.events(first.json()["id"])
    assert len({event.content for event in kept}) == 2  # type: ignore[union-attr]  # both events hold a form
    await counter.company.move(DEADLINE)
    late = await counter.ask("PUT", where, json=forms.secondment())
    assert (late.status_code, clauses(late)) == (409, [("", "S-IN-6")])


@pytest.mark.clause("S-IN-6")
async def test_it_is_withdrawn_at_any_time_and_then_one_may_answer_anew() -> None:
    counter = Counter()
    where = (await counter.sends()).headers["location"].removeprefix("/v1")
    assert (await counter.ask("POST", f"{where}/withdrawal")).json()["status"] == "withdrawn"
    assert (await counter.ask("POST", f"{where}/withdrawal", json={})).status_code == 200
    assert len(counter.heard(said.ApplicationWithdrawn)) == 1
    assert (await counter.ask("PUT", where, json=forms.secondment())).status_code == 409
    assert (await counter.sends()).json()["receipt_number"] == "S2026-0002"


@pytest.mark.clause("S-IN-2")
async def test_a_reply_without_a_wish_may_become_a_form_with_wishes() -> None:
    counter = Counter()
    where = (await counter.sends({"party": forms.party(), "no_wish": True})).headers["location"].removeprefix("/v1")
    assert (await counter.ask("PUT", where, json=forms.secondment())).json()["status"] == "submitted"
    assert [each["receipt_number"] for each in counter.heard(said.ApplicationSubmitted)] == ["S2026-0001"]
    back = await counter.ask("PUT", where, json={"party": forms.party(), "no_wish": True})
    assert clauses(back) == [("/no_wish", "S-IN-6")]


@pytest.mark.clause("S-LI-1")
async def test_the_sender_names_the_secondee_of_each_secondment() -> None:
    counter = Counter()
    asks_two = [forms.request(("osaka", "bangkok")), forms.request(("sendai", "hanoi"))]
    where = (await counter.sends(forms.secondment(requests=asks_two))).headers["location"].removeprefix("/v1")
    await counter.places(1, 2)
    for _ in range(2):
        assert (await counter.ask("POST", f"{where}/secondee", json=forms.secondee(request=2))).status_code == 200
    (told,) = counter.heard(said.SecondeeNamed)
    assert told["secondment_id"].endswith(".2")
    assert told["secondee"]["name"].startswith("sealed:1:")
    third = await counter.ask("POST", f"{where}/secondee", json=forms.secondee(request=3))
    assert clauses(third) == [("/request", "S-LI-1")]


@pytest.mark.clause("S-LI-1")
async def test_nobody_is_named_before_the_place_is_accepted_and_the_form_can_still_be_amended() -> None:
    counter = Counter()
    asks_two = [forms.request(("osaka", "bangkok")), forms.request(("sendai", "hanoi"))]
    where = (await counter.sends(forms.secondment(requests=asks_two))).headers["location"].removeprefix("/v1")
    early = await counter.ask("POST", f"{where}/secondee", json=forms.secondee(request=1))
    assert (early.status_code, clauses(early)) == (409, [("/request", "S-LI-1")])
    assert (await counter.ask("PUT", where, json=forms.secondment(requests=asks_two[::-1]))).status_code == 200
    await counter.places(1)
    other = await counter.ask("POST", f"{where}/secondee", json=forms.secondee(request=2))
    assert clauses(other) == [("/request", "S-LI-1")]
    assert counter.heard(said.SecondeeNamed) == []
    assert (await counter.ask("POST", f"{where}/secondee", json=forms.secondee(request=1))).status_code == 200


@pytest.mark.clause("S-SC-5")
@pytest.mark.clause("S-SC-7")
@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"birth_date": "2025-11-11"}, ("/birth_date", "S-SC-5")),
        ({"birth_date": "2099-01-01"}, ("/birth_date", "S-SC-5")),
        ({"birth_date": "2010-11-11"}, ("/birth_date", "S-SC-5")),
        ({"birth_date": "1944-11-10"}, ("/birth_date", "S-SC-5")),
        ({"birth_date": "1992-05-06", "experience_years": 19}, ("/experience_years", "S-SC-7")),
    ],
)
async def test_a_person_who_cannot_be_is_not_taken(change: dict[str, Any], fault: tuple[str, str]) -> None:
    counter = Counter()
    where = (await counter.sends()).headers["location"].removeprefix("/v1")
    await counter.places(1)
    answer = await counter.ask("POST", f"{where}/secondee", json=forms.secondee(**change))
    assert (answer.status_code, clauses(answer)) == (422, [fault])
    assert counter.heard(said.SecondeeNamed) == []


@pytest.mark.clause("S-SC-5")
@pytest.mark.parametrize(("birth", "years"), [("2010-11-10", 0), ("1944-11-11", 65), ("1992-05-06", 18)])
async def test_a_person_at_the_bounds_of_working_age_is_taken(birth: str, years: int) -> None:
    counter = Counter()
    where = (await counter.sends()).headers["location"].removeprefix("/v1")
    await counter.places(1)
    who = forms.secondee(birth_date=birth, experience_years=years)
    assert (await counter.ask("POST", f"{where}/secondee", json=who)).status_code == 200


@pytest.mark.clause("S-SC-6")
async def test_every_declaration_of_sender_and_secondee_is_asked_for() -> None:
    counter = Counter()
    where = (await counter.sends()).headers["location"].removeprefix("/v1")
    await counter.places(1)
    for name in DECLARATIONS:
        without = {field: value for field, value in forms.secondee().items() if field != name}
        answer = await counter.ask("POST", f"{where}/secondee", json=without)
        assert (answer.status_code, [place for place, _ in clauses(answer)]) == (422, [f"/{name}"])


@pytest.mark.clause("S-LI-1")
async def test_once_the_secondment_has_started_nobody_takes_the_secondees_place() -> None:
    counter = Counter()
    where = (await counter.sends()).headers["location"].removeprefix("/v1")
    await counter.places(1)
    assert (await counter.ask("POST", f"{where}/secondee", json=forms.secondee())).status_code == 200
    other = forms.secondee(name="見本 次郎", birth_date="1991-04-05")
    assert (await counter.ask("POST", f"{where}/secondee", json=other)).status_code == 200
    await counter.starts()
    third = await counter.ask("POST", f"{where}/secondee", json=forms.secondee(name="見本 三郎"))
    assert (third.status_code, clauses(third)) == (409, [("/request", "S-LI-1")])
    assert (await counter.ask("POST", f"{where}/secondee", json=other)).status_code == 200


@pytest.mark.clause("S-IN-6")
async def test_once_a_person_is_named_the_form_is_amended_no_more_instead_of_in_vain() -> None:
    counter = Counter()
    where = (await counter.sends()).headers["location"].removeprefix("/v1")
    await counter.places(1)
    await counter.ask("POST", f"{where}/secondee", json=forms.secondee())
    late = await counter.ask("PUT", where, json=forms.secondment(purpose="目的を改めました。"))
    assert (late.status_code, clauses(late)) == (409, [("", "S-IN-6")])
    assert (await counter.ask("PUT", where, json=forms.secondment())).json()["revision"] == 1


@pytest.mark.clause("S-SC-9")
async def test_each_arrival_of_a_paper_is_recorded_by_itself() -> None:
    counter = Counter()
    where = (await counter.sends()).headers["location"]
    assert (await counter.lays(where, "resume", b"rirekisho")).status_code == 201
    assert (await counter.lays(where, "resume", b"rirekisho")).status_code == 201
    assert (await counter.lays(where, "resume", b"rirekisho, mended")).status_code == 201
    place = where.removeprefix("/v1")
    posted = await counter.orders(place, "originals", kind="resume", arrived_on="2025-11-09")
    assert posted.status_code == 200
    heard = [(each["form"], each["arrived_on"]) for each in counter.heard(said.PaperReceived)]
    assert heard == [("data", "2025-11-10"), ("data", "2025-11-10"), ("original", "2025-11-09")]
    assert {each["secondment_id"][-2:] for each in counter.heard(said.PaperReceived)} == {".1"}
    ahead = await counter.orders(place, "originals", kind="resume", arrived_on="2025-11-11")
    assert clauses(ahead) == [("/arrived_on", "G-1")]
    assert clauses(await counter.lays(where, "diary", b"x")) == [("/kind", "S-SC-9")]


@pytest.mark.clause("G-8")
async def test_bytes_that_are_not_those_of_their_digest_are_not_taken() -> None:
    counter = Counter()
    where = (await counter.sends()).headers["location"]
    headers = {"Content-Digest": forms.digest(b"other")}
    path = f"{where.removeprefix('/v1')}/papers"
    answer = await counter.ask("POST", path, content=b"these", headers=headers, params={"kind": "resume"})
    assert (answer.status_code, clauses(answer)) == (422, [("/content-digest", "G-8")])


async def test_officers_find_a_case_by_number_sender_and_state() -> None:
    counter = Counter()
    for count in (1, 2, 3):
        await counter.sends(forms.secondment(count))
    found = (await counter.ask("GET", "/secondment/2026/applications?receipt_number=S2026-0002")).json()
    (item,) = found["items"]
    assert (item["name"], item["status"], item["version"]) == ("架空第2精機株式会社", "submitted", 1)
    of = (await counter.ask("GET", f"/secondment/2026/applications?organisation_id=org-{forms.number(3)}")).json()
    assert [each["receipt_number"] for each in of["items"]] == ["S2026-0003"]
    paged = (await counter.ask("GET", "/secondment/2026/applications?sort=-receipt_number&size=2&page=2")).json()
    assert ([each["receipt_number"] for each in paged["items"]], paged["total"]) == (["S2026-0001"], 3)
    assert (await counter.ask("GET", "/secondment/2026/applications?sort=name")).status_code == 422
