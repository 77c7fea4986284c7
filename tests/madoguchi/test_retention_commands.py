"""`madoguchi retention` on intake's own HTTP: what it prints, in a clerk's words."""

from __future__ import annotations

import asyncio
from datetime import datetime

import pytest
from typer.testing import CliRunner

from madoguchi.cli import app
from madoguchi.cli.talking import console
from schemas.values import TOKYO
from tests.intake import forms
from tests.intake.support import Counter, officer
from tests.madoguchi.answering import answering

ORG, OTHER, HELD = (f"org-{forms.number(number)}" for number in (1, 2, 3))
PATHS = ("due", "due?on=2027-04-01", "holds", "register", f"subjects/{ORG}", f"subjects/{HELD}")


async def _answers() -> dict[str, tuple[int, bytes]]:
    """Two senders without a wish, one of them disposed of, and one whose case goes on and is held."""
    counter = Counter()
    for number in (1, 2):
        await counter.sends({"party": forms.party(number), "no_wish": True})
    await counter.sends(forms.secondment(3))
    await counter.ask("POST", f"/retention/subjects/{HELD}/holds", json=officer(ground="audit"))
    await counter.company.move(datetime(2027, 4, 1, tzinfo=TOKYO))
    await counter.ask("POST", f"/retention/subjects/{OTHER}/disposal", json=officer())
    answers = {path: await counter.ask("GET", f"/retention/{path}") for path in PATHS}
    return {f"/v1/retention/{path}": (answer.status_code, answer.content) for path, answer in answers.items()}


def told(monkeypatch: pytest.MonkeyPatch, *words: str) -> tuple[int, str]:
    monkeypatch.setattr(console, "_width", 300)
    with answering("intake", asyncio.run(_answers()), monkeypatch):
        ended = CliRunner().invoke(app, ["retention", *words], input="n\n")
    return ended.exit_code, ended.output


@pytest.mark.parametrize(
    ("words", "wanted", "unwanted"),
    [
        pytest.param(
            ("due",), (ORG, "架空第1精機株式会社", "希望なしの回答", "2027-04-01", "1年"), (OTHER, HELD), id="due"
        ),
        pytest.param(("due", "--on", "2027-04-01"), (ORG,), (OTHER,), id="due on a day"),
        pytest.param(("holds",), (HELD, "検査・監査", "jinji-01"), (ORG,), id="holds"),
        pytest.param(
            ("register",),
            (
                OTHER,
                "2027-04-01 00:00",
                "廃棄（期間満了）",
                "希望なしの回答",
                "G-7 secondment/2026 retention.no_wish＝1年",
                "jinji-01",
            ),
            (ORG, "架空"),
            id="register",
        ),
        pytest.param(("show", ORG), ("2025-11-10", "2026-04-01", "2027-04-01"), (OTHER,), id="show"),
        pytest.param(("show", HELD), ("2027-03-31", "2027-04-01", "2030-04-01"), (ORG,), id="one that is held"),
    ],
)
def test_it_says_so(
    words: tuple[str, ...], wanted: tuple[str, ...], unwanted: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    code, said = told(monkeypatch, *words)
    assert code == 0, said
    assert [each for each in wanted if each not in said] == [], said
    assert [each for each in unwanted if each in said] == [], said


def test_nothing_is_disposed_of_without_a_yes(monkeypatch: pytest.MonkeyPatch) -> None:
    code, said = told(monkeypatch, "dispose", ORG, "--reason", "満了")
    assert (code, "取り消せません" in said, "廃棄しました" in said) == (1, True, False), said
    code, said = told(monkeypatch, "hold", ORG, "--ground", "audit", "--reason", " ")
    assert (code, "理由を書いてください" in said) == (1, True), said
