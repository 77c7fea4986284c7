"""`madoguchi what-if`: over a real socket, what is asked arrives as it was said, and both sides are shown."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from typer.testing import CliRunner

from madoguchi.cli import app

SIDE = {"asked": 3, "proof": "exact", "verdict": "passed", "checks": {}}
ANSWER: dict[str, Any] = {
    "fiscal_year": 2026,
    "official": SIDE | {"placed": 2, "by_rank": {"1": 2}, "by_class": {"0": 2}, "not_wished": 0, "aim": "rule",
                        "by_hand": 1},
    "what_if": SIDE | {"placed": 3, "by_rank": {"1": 2, "2": 1}, "by_class": {"0": 2, "1": 1}, "not_wished": 0,
                       "aim": "most", "passed_over": 1,
                       "verdict": "not_proved", "gap": {"step": "count", "at": [-1, 0], "achieved": 3, "bound": 4}},
    "changes": {"better": 1, "worse": 0, "same": 1, "gone": 1, "new": 0},
    "rows": [
        {"seeker": "S2026-0001.1", "secondment_id": "app-1.1", "change": "better",
         "official": {"level": 1, "rank": None, "site": None, "by_hand": False},
         "what_if": {"level": 1, "rank": 2, "site": "bangkok", "by_hand": False}},
        {"seeker": "S2026-0002.1", "secondment_id": "app-2.1", "change": "same",
         "official": {"level": 0, "rank": 1, "site": "hanoi", "by_hand": True},
         "what_if": {"level": 0, "rank": 1, "site": "hanoi", "by_hand": False}},
        {"seeker": "S2026-0003.1", "secondment_id": "app-3.1", "change": "gone",
         "official": {"level": 0, "rank": 1, "site": "seoul", "by_hand": False}, "what_if": None},
    ],
}  # fmt: skip
heard: list[tuple[str, Any]] = []


class Placement(BaseHTTPRequestHandler):
    """Answers every question alike and keeps what it was asked."""

    def do_POST(self) -> None:
        heard.append((self.path, json.loads(self.rfile.read(int(self.headers["Content-Length"])))))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(ANSWER).encode())

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def placement(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Placement) as server:
        monkeypatch.setenv("MADOGUCHI_PLACEMENT_PORT", str(server.server_port))
        serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        serving.start()
        heard.clear()
        yield
        server.shutdown()
        serving.join()


def run(*words: str) -> str:
    result = CliRunner().invoke(app, ["what-if", *words], env={"COLUMNS": "160"})
    return result.output


@pytest.mark.clause("S-PL-8")
@pytest.mark.usefixtures("placement")
def test_the_question_arrives_as_it_was_said() -> None:
    run(
        "secondment", "2026", "--place", "kuala-lumpur+1", "--place", "hanoi-2@2027,2028", "--as-many-as-possible",
        "--priority", "this_round", "--without", "S2026-0003",
    )  # fmt: skip
    assert heard == [
        (
            "/v1/rounds/secondment/2026/what-if",
            {
                "places": [
                    {"site": "kuala-lumpur", "more": 1, "fiscal_years": []},
                    {"site": "hanoi", "more": -2, "fiscal_years": [2027, 2028]},
                ],
                "as_many_as_possible": True,
                "priority": "this_round",
                "without": ["S2026-0003"],
            },
        )
    ]


@pytest.mark.clause("S-PL-8")
@pytest.mark.usefixtures("placement")
def test_both_sides_stand_beside_each_other_with_totals_and_verdicts() -> None:
    shown = run("secondment", "2026")
    for text in (
        "何も記録されません",
        "S2026-0001.1",
        "配置なし（組1）",
        "バンコク事務所（第2希望、組1）",
        "ハノイ事務所（第1希望、組0、人事課の調整）",
        "↑ 良",
        "取下げ",
        "2／3件",
        "3／3件",
        "検証済み（すべて確認）",
        "ただし人事課の調整1件は検証の外",
        "検証は途中まで",
        "到達 3、上限 4",
        "規則なら先になるのに後にした者：1件",
        "まず人数を最大に",
        "変化：↑ 良 1件、変わらず 1件、取下げ 1件",
    ):
        assert text in shown, text
    fewer = run("secondment", "2026", "--changed")
    assert "S2026-0002.1" not in fewer
    assert "S2026-0001.1" in fewer


@pytest.mark.parametrize("said", ["bangkok", "bangkok+", "bangkok+1@27", "+1", "bangkok+1@2027;2028"])
@pytest.mark.usefixtures("placement")
def test_a_place_said_otherwise_is_not_guessed_at(said: str) -> None:
    assert "bangkok+1" in run("secondment", "2026", "--place", said)
    assert heard == []
