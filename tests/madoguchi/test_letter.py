"""`madoguchi letter` on notify's own HTTP: what it prints and the paper that it saves."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from typer.testing import CliRunner

from madoguchi.cli import app
from tests.madoguchi.answering import answering
from tests.notify.support import Desk, tokyo
from tests.notify.test_enclosures import adopted

Known = dict[str, tuple[int, bytes]]


async def _answers() -> tuple[str, Known]:
    desk = Desk(tokyo(2026, 3, 18))
    await adopted(desk)
    (letter,) = await desk.letters()
    path = f"/v1/letters/{letter['_id']}"
    async with desk.client() as client:
        answers = {each: await client.get(each) for each in (path, f"{path}/enclosure")}
    return str(letter["_id"]), {each: (answer.status_code, answer.content) for each, answer in answers.items()}


@pytest.mark.clause("C-NO-1")
def test_it_prints_the_letter_and_saves_the_paper_that_goes_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    id, known = asyncio.run(_answers())
    saved = tmp_path / "adoption.pdf"
    with answering("notify", known, monkeypatch):
        answer = CliRunner().invoke(app, ["letter", id, "--pdf", str(saved)])
        nowhere = CliRunner().invoke(app, ["letter", id, "--pdf", str(tmp_path / "none" / "a.pdf")])
    assert answer.exit_code == 0, answer.output
    assert "adoption-C2026-0" in answer.output
    assert saved.read_bytes() == known[f"/v1/letters/{id}/enclosure"][1]
    assert (nowhere.exit_code, "保存できません" in nowhere.output) == (1, True)
