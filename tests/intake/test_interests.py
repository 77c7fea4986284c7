"""An officer who declared an interest in screening neither sees nor judges the company at the counter (C-SC-16)."""

from __future__ import annotations

from typing import Any

import pytest

from kernel.log import Context
from kernel.publishing import Message
from kernel.views import Views
from schemas import screening
from services.intake.domain import Interests
from tests.intake import forms
from tests.intake.consent_desk import Desk
from tests.intake.support import SUPPORT_OPEN, clauses

INTERESTED = "kado-09"
pytestmark = pytest.mark.clause("C-SC-16")


async def declared(desk: Desk, where: str) -> None:
    """Screening says that an officer declared an interest in this company; twice, as messages may come."""
    id = where.rpartition("/")[2]
    to = desk.world.vault.fingerprint(screening.CLOSED_TO, f"{id}|{INTERESTED}")
    event = screening.CaseClosed(programme="support", fiscal_year=2026, application_id=id, to=to)
    for number in (1, 2):
        told = Message(
            id=f"screening:{number}/1", name=event.NAME, version=1, source="screening", topic=event.TOPIC, key=id,
            time=SUPPORT_OPEN, position=number, context=Context(), data=event.model_dump_json().encode(),
        )  # fmt: skip
        await desk.company["intake"].consumer.take([told])
    assert await desk.company["intake"].parking.listed() == []


async def closed() -> tuple[Desk, str, list[str]]:
    """A company whose case is closed to an officer, and another; the first's addresses that only officers read."""
    desk = Desk()
    where = await desk.registers()
    await desk.lays(where)
    await declared(desk, where)
    (paper,) = (await desk.ask("GET", f"{where}/papers")).json()["items"]
    return desk, where, [f"{where}/versions", f"{where}/papers", f"{where}/papers/{paper['id']}"]


async def test_versions_and_papers_are_read_by_officers_without_an_interest() -> None:
    desk, where, paths = await closed()
    for path in paths:
        assert (await desk.ask("GET", path)).status_code == 200, path
        barred = await desk.ask("GET", path, officer=INTERESTED)
        assert (barred.status_code, clauses(barred)) == (403, [("", "C-SC-16")])
        nobody = await desk.ask("GET", path, officer=None)
        assert (nobody.status_code, clauses(nobody)) == (403, [("/X-Officer", "C-SC-16")])
    assert (await desk.ask("GET", where, officer=None)).status_code == 200  # the applicant's own
    other = await desk.registers(2)
    assert (await desk.ask("GET", f"{other}/papers", officer=INTERESTED)).status_code == 200


@pytest.mark.parametrize("kept", ["application", "interests", "paper"])
async def test_the_log_of_a_company_is_closed_to_an_officer_with_an_interest(kept: str) -> None:
    desk, where, _ = await closed()
    id = where.rpartition("/")[2]
    (paper,) = (await desk.ask("GET", f"{where}/papers")).json()["items"]
    log = "/operations/log"
    stream = f"{log}/{ {'application': id, 'interests': f'interests-{id}', 'paper': paper['id']}[kept] }"
    for path in (stream, f"{stream}?open=true"):
        barred = await desk.reads(path, INTERESTED)
        assert (barred.status_code, clauses(barred)) == (403, [("", "C-SC-16")])
        assert (await desk.reads(path, None)).status_code == 403
        assert (await desk.reads(path, "kado-01")).json()
    whole = (await desk.reads(f"{log}?limit=1000", INTERESTED)).json()
    mine = {event["stream"] for event in (await desk.reads(f"{log}?limit=1000", "kado-01")).json()}
    assert {id, f"interests-{id}", paper["id"]} <= mine
    assert {event["stream"] for event in whole} == mine - {id, f"interests-{id}", paper["id"]} | {"closed"}
    assert all(event["data"] == {} for event in whole if event["stream"] == "closed")


async def test_the_log_of_a_reception_is_open_but_for_what_is_about_a_closed_company() -> None:
    desk, where, _ = await closed()
    other = (await desk.registers(2)).rpartition("/")[2]
    path = "/operations/log/reception-support-2026"
    answer = await desk.reads(path, INTERESTED)
    assert answer.status_code == 200
    whole = (await desk.reads(path, "kado-01")).json()
    ids = {event["data"].get("application_id") for event in whole}
    assert {where.rpartition("/")[2], other} <= ids
    shown = {event["data"].get("application_id") for event in answer.json() if event["name"] != "closed"}
    assert shown == ids - {where.rpartition("/")[2]}


async def test_a_closed_company_s_log_is_closed_though_the_read_model_knows_nothing_yet(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    desk, where, _ = await closed()
    id = where.rpartition("/")[2]

    async def nothing(views: Views, name: str, where: object = None) -> list[Any]:
        return []

    monkeypatch.setattr(Views, "all", nothing)
    shown = (await desk.reads("/operations/log?limit=1000", INTERESTED)).json()
    assert id not in str(shown)


async def test_the_work_list_shows_an_officer_with_an_interest_neither_papers_nor_silence() -> None:
    desk, where, _ = await closed()
    await desk.registers(2)
    lines = (await desk.ask("GET", "/support/2026/applications", officer=INTERESTED)).json()["items"]
    told = {line["id"]: {"papers", "silent"} & set(line) for line in lines}
    assert told.pop(where.rpartition("/")[2]) == set()
    assert list(told.values()) == [{"papers", "silent"}]
    asked = await desk.ask("GET", "/support/2026/applications?silent=false", officer=INTERESTED)
    assert asked.json()["total"] == 1
    nobody = await desk.ask("GET", "/support/2026/applications", officer=None)
    assert (nobody.status_code, clauses(nobody)) == (403, [("/X-Officer", "C-SC-16")])


async def test_the_applicant_sees_nothing_of_a_declared_interest() -> None:
    desk = Desk()
    where = await desk.registers()
    before = (await desk.ask("GET", where, officer=None)).json()
    await declared(desk, where)
    assert (await desk.ask("GET", where, officer=None)).json() == before


async def test_an_officer_with_an_interest_may_carry_an_erasure_out() -> None:
    desk, where, _ = await closed()
    said = {"subject": f"org-{forms.number(1)}", "by": INTERESTED, "reason": "依頼"}
    assert (await desk.ask("POST", "/erasures", json=said)).status_code == 201
    assert (await desk.ask("GET", where)).json()["status"] == "withdrawn"


@pytest.mark.parametrize(
    ("command", "said", "without"),
    [
        ("consent-return", {"ground": "not_sealed"}, (200, [])),
        ("withdrawal", {"assumed": True}, (409, [("", "C-IN-6")])),
        ("withdrawal", {}, (200, [])),
    ],
)
async def test_an_officer_with_an_interest_judges_nothing(
    command: str, said: dict[str, Any], without: tuple[int, list[tuple[str, str]]]
) -> None:
    desk, where, _ = await closed()
    tail = await desk.tail()
    barred = await desk.orders(where, command, by=INTERESTED, **said)
    assert (barred.status_code, clauses(barred)) == (403, [("", "C-SC-16")])
    assert await desk.tail() == tail
    answer = await desk.orders(where, command, **said)
    assert (answer.status_code, clauses(answer) if answer.status_code != 200 else []) == without


async def test_the_counter_keeps_a_hash_and_not_who_it_is() -> None:
    desk, where, _ = await closed()
    interests = await desk.world.repository.get(Interests, Interests.stream(where.rpartition("/")[2]))
    assert len(interests.closed_to) == 1
    commits = await desk.world.log.read(0, 1000)
    assert not [e for at in commits for e in at.commit.events if INTERESTED in e.state.decode()]
