"""An officer who declared an interest in screening neither sees nor judges the company at the counter (C-SC-16)."""

from __future__ import annotations

from typing import Any

import pytest

from kernel.log import Context
from kernel.publishing import Message
from schemas import screening
from services.intake.domain.application import Application
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
        assert (await desk.ask("GET", path)).status_code == 200
        barred = await desk.ask("GET", path, officer=INTERESTED)
        assert (barred.status_code, clauses(barred)) == (403, [("", "C-SC-16")])
        nobody = await desk.ask("GET", path, officer=None)
        assert (nobody.status_code, clauses(nobody)) == (403, [("/X-Officer", "C-SC-16")])
    assert (await desk.ask("GET", where, officer=None)).status_code == 200  # the applicant's own
    other = await desk.registers(2)
    assert (await desk.ask("GET", f"{other}/papers", officer=INTERESTED)).status_code == 200


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
    application = await desk.world.repository.get(Application, where.rpartition("/")[2])
    assert len(application.closed_to) == 1
    commits = await desk.world.log.read(0, 1000)
    assert not [e for at in commits for e in at.commit.events if INTERESTED in e.state.decode()]
