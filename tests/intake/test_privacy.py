"""What was typed is never repeated in a problem, and nothing personal is readable outside the vault (G-7)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from kernel.boxes import Boxes
from kernel.projector import whole_log
from kernel.vault import Erased, Vault
from schemas import intake as said
from services.intake.main import SPEC
from tests.intake import forms
from tests.intake.support import SUPPORT_OPEN, Counter, officer

CANARY = "canary-7f3a 鶯"
Steps = tuple[str | int, ...]


def leaves(value: Any, at: Steps = ()) -> Iterator[Steps]:
    """Every field of a form, and one unknown one beside."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield from leaves(each, (*at, key))
        yield (*at, CANARY)
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from leaves(each, (*at, index))
    yield at


def planted(form: dict[str, Any], steps: Steps, value: Any) -> Any:
    """The form with another value there."""
    if not steps:
        return value
    made: Any = json.loads(json.dumps(form))
    here = made
    for step in steps[:-1]:
        here = here[step]
    here[steps[-1]] = value
    return made


def silent(text: str) -> bool:
    return "canary" not in text and "鶯" not in text and "\\u9daf" not in text


@pytest.mark.clause("G-7")
@pytest.mark.parametrize("programme", ["secondment", "support"])
async def test_no_problem_repeats_what_was_sent(programme: Any) -> None:
    counter = Counter() if programme == "secondment" else Counter(SUPPORT_OPEN)
    form = forms.secondment() if programme == "secondment" else forms.support()
    refused = 0
    async with counter.client() as client:
        for number, steps in enumerate(leaves(form)):
            for value in (CANARY + "\u0000", [CANARY], {CANARY: CANARY}, CANARY * 2000, "\ud800" + CANARY):
                key = {"Idempotency-Key": f"{number}", "Content-Type": "application/json"}
                body = json.dumps(planted(form, steps, value))
                answer = await client.post(f"/v1/{programme}/2026/applications", content=body, headers=key)
                assert answer.status_code in {409, 422}, steps
                assert silent(answer.text), steps
                assert all(error["ja"] and error["en"] and error["clause"] for error in answer.json()["errors"])
                refused += 1
    assert refused > 100


async def told_everything() -> Counter:
    """A counter that was told a canary in every place that a form has for it."""
    counter = Counter()
    marked = forms.party(1, name=f"{CANARY}株式会社", person=CANARY, address=CANARY, email="canary@kakuu.example.jp")
    form = forms.secondment(party=marked, purpose=CANARY)
    form["requests"][0]["remarks"] = CANARY
    where = (await counter.sends(form)).headers["location"]
    await counter.places()
    await counter.ask("POST", f"{where.removeprefix('/v1')}/secondee", json=forms.secondee(name=CANARY))
    await counter.lays(where, "resume", CANARY.encode())
    await counter.orders(where.removeprefix("/v1"), "withdrawal", reason=CANARY)
    return counter


@pytest.mark.clause("G-7")
async def test_log_topics_and_read_models_hold_sealed_values_only() -> None:
    counter = await told_everything()
    async for batch in whole_log(counter.world.log):
        for at in batch:
            assert all(silent(each.state.decode()) for each in at.commit.events)
    assert len(counter.company.published) == 4
    assert all(silent(message.data.decode()) and silent(message.key) for message in counter.company.published)
    shown = await counter.world.show(*SPEC.projections)
    assert shown["applications"]
    assert silent(json.dumps(shown, default=str, ensure_ascii=False))


@pytest.mark.clause("G-7")
async def test_an_erasure_reaches_every_copy_and_the_history_still_replays() -> None:
    counter = await told_everything()
    (named,) = counter.heard(said.SecondeeNamed)
    person, box = named["secondee"]["secondee_id"], counter.heard(said.PaperReceived)[0]["paper_id"]
    reader = Vault(counter.world.vault._keys, bytes(32), ["personal"])
    boxes = Boxes(counter.world.db["boxes"], reader)
    assert await boxes.get(box) == CANARY.encode()
    answer = await counter.ask("POST", "/erasures", json=officer(subject=person))
    assert answer.status_code == 201
    with pytest.raises(Erased):
        await boxes.get(box)
    assert await reader.shown_tokens([named["secondee"]["name"]]) == ["（消去済み）"]
    assert [(each["subject"], each["programme"]) for each in counter.heard(said.SubjectErased)] == [
        (person, "secondment")
    ]
    assert (await counter.ask("POST", "/erasures", json=officer(subject=person))).json() == answer.json()
    application = await counter.app.counter.case("secondment", 2026, named["application_id"])
    assert application.status == "withdrawn"


@pytest.mark.clause("G-7")
async def test_an_erased_sender_reads_as_erased_and_may_come_back_as_a_new_one() -> None:
    counter = Counter()
    where = (await counter.sends()).headers["location"].removeprefix("/v1")
    subject = f"org-{forms.number(1)}"
    assert (await counter.ask("POST", "/erasures", json=officer(subject="org-unknown"))).status_code == 404
    await counter.ask("POST", "/erasures", json=officer(subject=subject))
    assert (await counter.ask("GET", where)).json()["party"]["name"] == "（消去済み）"
    changed = await counter.ask("PUT", where, json=forms.secondment(purpose="改めて。"))
    assert changed.json()["errors"][0]["clause"] == "G-7"
    back = await counter.sends(forms.secondment(purpose="また申し込みます。"))
    assert back.status_code == 201
    state = (await counter.ask("GET", back.headers["location"].removeprefix("/v1"))).json()
    assert state["party"]["organisation_id"] == f"{subject}.2"
