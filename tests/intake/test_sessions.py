"""The online form's time: opened, confirmed, warned, void; a draft saved on purpose stays (C-IN-2)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from kernel.log import VersionConflict
from kernel.testing import event, given
from services.intake.domain import FormSession
from services.intake.domain.form_session import Lasting, SessionOpened
from tests.intake import forms
from tests.intake.support import SUPPORT_OPEN, Counter

PATH = "/support/2026/sessions"
TYPED = {"purpose": "見本の入力 秘密の文", "stage": "strategy"}


async def opened() -> tuple[Counter, str]:
    """A form opened in February."""
    counter = Counter(SUPPORT_OPEN)
    said = (await counter.ask("POST", PATH)).json()
    assert (said["seconds_left"], said["warning"], said["state"]) == (7200, False, "open")
    return counter, f"{PATH}/{said['id']}"


async def after(counter: Counter, **passed: float) -> None:
    """Time passes."""
    await counter.company.move(await counter.app.kernel.clock.now() + timedelta(**passed))


async def log_of(counter: Counter) -> str:
    """Everything in the log, as text."""
    return "".join(e.state.decode() for at in await counter.world.log.read(0, 1000) for e in at.commit.events)


@pytest.mark.clause("C-IN-2")
async def test_a_form_is_warned_of_ten_minutes_before_and_void_after_two_hours() -> None:
    counter, path = await opened()
    await after(counter, minutes=109, seconds=59)
    assert (await counter.ask("GET", path)).json()["warning"] is False
    await after(counter, seconds=1)
    said = (await counter.ask("GET", path)).json()
    assert (said["warning"], said["seconds_left"]) == (True, 600)
    await after(counter, minutes=9, seconds=59)
    assert (await counter.ask("PUT", path, json={"content": TYPED})).json()["seconds_left"] == 7200
    await after(counter, minutes=119, seconds=59)
    assert (await counter.ask("GET", path)).json()["typed"] == TYPED
    await after(counter, seconds=1)
    said = (await counter.ask("GET", path)).json()
    assert (said["state"], said["typed"], said["seconds_left"], said["warning"]) == ("void", None, 0, False)
    refused = await counter.ask("PUT", path, json={"content": TYPED})
    assert (refused.status_code, refused.json()["errors"][0]["clause"]) == (409, "C-IN-2")


@pytest.mark.clause("C-IN-2")
def test_at_the_very_moment_of_the_end_it_is_void_whether_a_timer_rang_or_not() -> None:
    end = SUPPORT_OPEN + timedelta(hours=2)
    lasting = Lasting(end - timedelta(minutes=10), end)
    opened_ = given(event(SessionOpened, fiscal_year=2026, lasting=lasting), of=FormSession)
    opened_.when(FormSession.must_be_alive, end - timedelta(microseconds=1)).then()
    opened_.when(FormSession.must_be_alive, end).refused("C-IN-2")


@pytest.mark.clause("C-IN-2", "G-7")
async def test_what_was_typed_is_gone_for_good_when_the_form_is_void() -> None:
    counter, path = await opened()
    await counter.ask("PUT", path, json={"content": TYPED})
    session = await counter.world.repository.get(FormSession, path.rpartition("/")[2])
    assert session.typed is not None
    assert await counter.world.vault.open_all([session.typed]) != [None]
    await after(counter, hours=2)
    assert await counter.world.vault.open_all([session.typed]) == [None]
    assert "秘密の文" not in await log_of(counter)


@pytest.mark.clause("C-IN-2")
async def test_a_draft_saved_on_purpose_stays_and_is_gone_on_with() -> None:
    counter, path = await opened()
    await counter.ask("PUT", f"{path}/draft", json={"content": TYPED})
    await after(counter, hours=3)
    said = (await counter.ask("GET", path)).json()
    assert (said["state"], said["draft"], said["typed"]) == ("void", TYPED, None)
    said = (await counter.ask("POST", f"{path}/resumption")).json()
    assert (said["state"], said["seconds_left"], said["draft"]) == ("open", 7200, TYPED)
    assert (await counter.ask("PUT", path, json={"content": TYPED | {"stage": "recruiting"}})).status_code == 200
    await counter.app.sessions.destroy(path.rpartition("/")[2])  # a timer that rings again
    assert (await counter.ask("GET", path)).json()["typed"]["stage"] == "recruiting"


@pytest.mark.clause("C-IN-2", "G-7")
@pytest.mark.parametrize("hours", [1, 3], ids=["alive", "void"])
async def test_what_was_typed_before_the_draft_is_gone_on_with_is_gone_for_good(hours: int) -> None:
    counter, path = await opened()
    await counter.ask("PUT", f"{path}/draft", json={"content": TYPED})
    await counter.ask("PUT", path, json={"content": TYPED})
    session = await counter.world.repository.get(FormSession, path.rpartition("/")[2])
    assert session.typed is not None
    await after(counter, hours=hours)
    said = (await counter.ask("POST", f"{path}/resumption")).json()
    assert (said["state"], said["typed"], said["draft"]) == ("open", None, TYPED)
    await counter.company.run()
    assert await counter.world.vault.open_all([session.typed]) == [None]
    assert (await counter.world.repository.get(FormSession, session.id)).typed is None


@pytest.mark.clause("C-IN-2", "G-8")
async def test_a_confirmation_that_overtakes_the_timer_keeps_what_was_typed() -> None:
    counter, path = await opened()
    await counter.ask("PUT", path, json={"content": TYPED})
    clock = counter.company.clock
    end = clock.at + timedelta(hours=2)
    clock.at = end
    voided = await counter.app.sessions.void(path.rpartition("/")[2])
    clock.at = end - timedelta(milliseconds=1)
    assert (await counter.ask("PUT", path, json={"content": TYPED | {"stage": "retention"}})).status_code == 200
    with pytest.raises(VersionConflict):
        await counter.world.repository.save(*voided)
    await after(counter, minutes=1)
    said = (await counter.ask("GET", path)).json()
    assert (said["state"], said["typed"]) == ("open", TYPED | {"stage": "retention"})
    assert (await counter.ask("PUT", path, json={"content": TYPED})).status_code == 200


@pytest.mark.clause("C-IN-2")
async def test_what_is_confirmed_while_the_key_is_destroyed_is_refused_as_void() -> None:
    counter, path = await opened()
    await counter.ask("PUT", path, json={"content": TYPED})
    subject = (await counter.world.repository.get(FormSession, path.rpartition("/")[2])).subject
    await counter.world.vault.erase(subject, at=SUPPORT_OPEN)
    refused = await counter.ask("PUT", path, json={"content": TYPED})
    assert (refused.status_code, refused.json()["errors"][0]["clause"]) == (409, "C-IN-2")


@pytest.mark.clause("C-IN-2", "G-7")
async def test_what_was_typed_and_its_draft_are_gone_for_good_once_the_form_is_sent() -> None:
    counter, path = await opened()
    for place in (path, f"{path}/draft"):
        await counter.ask("PUT", place, json={"content": TYPED})
    session = await counter.world.repository.get(FormSession, path.rpartition("/")[2])
    await counter.ask("POST", "/support/2026/applications", json=forms.support(), params={"session": session.id})
    await counter.company.run()
    assert await counter.world.vault.open_all([session.typed, session.draft]) == [None, None]


@pytest.mark.clause("C-IN-2")
async def test_a_sent_form_takes_neither_a_draft_nor_anything_typed() -> None:
    counter, path = await opened()
    await counter.ask("PUT", path, json={"content": TYPED})
    await counter.ask("PUT", f"{path}/draft", json={"content": TYPED})
    sent = {"session": path.rpartition("/")[2]}
    await counter.ask("POST", "/support/2026/applications", json=forms.support(), params=sent)
    for place in (f"{path}/draft", path):
        refused = await counter.ask("PUT", place, json={"content": TYPED})
        assert (refused.status_code, refused.json()["errors"][0]["clause"]) == (409, "C-IN-2")


@pytest.mark.clause("C-IN-2")
async def test_without_a_draft_a_void_form_is_not_gone_on_with() -> None:
    counter, path = await opened()
    await after(counter, hours=2)
    assert (await counter.ask("POST", f"{path}/resumption")).json()["errors"][0]["clause"] == "C-IN-2"
    assert (await counter.ask("PUT", f"{path}/draft", json={"content": TYPED})).status_code == 409


@pytest.mark.clause("C-IN-2")
async def test_a_registration_out_of_a_void_form_is_refused_and_one_in_time_uses_it_up() -> None:
    counter, path = await opened()
    id = path.rpartition("/")[2]
    await counter.ask("PUT", path, json={"content": TYPED})
    await counter.ask("PUT", f"{path}/draft", json={"content": TYPED})
    where = "/support/2026/applications"
    sent = await counter.ask("POST", where, json=forms.support(), params={"session": id})
    assert sent.status_code == 201
    said = (await counter.ask("GET", path)).json()
    assert (said["state"], said["typed"], said["draft"], said["has_draft"]) == ("used", None, None, False)

    other = (await counter.ask("POST", PATH)).json()["id"]
    await after(counter, hours=2)
    late: dict[str, Any] = forms.support(2)
    refused = await counter.ask("POST", where, json=late, params={"session": other})
    assert (refused.status_code, refused.json()["errors"][0]["clause"]) == (409, "C-IN-2")
    assert (await counter.ask("GET", where)).json()["total"] == 1


@pytest.mark.clause("C-IN-2")
async def test_a_form_of_more_than_anybody_types_is_refused() -> None:
    counter, path = await opened()
    refused = await counter.ask("PUT", path, json={"content": {"purpose": "長" * 100_001}})
    assert (refused.status_code, refused.json()["errors"][0]["clause"]) == (422, "C-IN-2")
