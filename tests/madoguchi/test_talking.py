"""How the command line asks: over a real socket, what is asked for arrives as it was said."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from typer.testing import CliRunner

from infra.local.ports import free_ports
from madoguchi.addresses import Deployment
from madoguchi.cli import app
from madoguchi.cli.talking import ask

WORDS = [
    (["do", "nothing"], "「nothing」という操作はありません"),
    (["do", "payment", "--body", "[]"], "JSON"),
    (["do", "payment", "--body", "{"], "JSON"),
    (["do", "amend"], "--place"),
    (["do", "withdraw", "--place", "foo"], "受付番号"),
    (["rehearsal", "move", "yesterday"], "2025-12-06T00:00"),
    (["erase", "somebody", "--by", "officer-01", "--reason", "試し"], "org-…"),
    (["clause", "S-PL-99"], "という条項はありません"),
]


class Echo(BaseHTTPRequestHandler):
    """Answers with the path that it was asked for."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(self.path).encode())

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def billing(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A program that listens where billing is looked for."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Echo) as server:
        monkeypatch.setenv("MADOGUCHI_BILLING_PORT", str(server.server_port))
        serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        serving.start()
        yield
        server.shutdown()
        serving.join()


@pytest.mark.usefixtures("billing")
def test_a_query_within_the_path_is_kept() -> None:
    assert ask("billing", "/v1/invoices?account=app-1.1") == "/v1/invoices?account=app-1.1"
    assert ask("billing", "/v1/invoices", number="INV-1") == "/v1/invoices?number=INV-1"


@pytest.mark.parametrize(("words", "told"), WORDS)
def test_a_mistake_is_answered_in_one_line(words: list[str], told: str) -> None:
    answer = CliRunner().invoke(app, words)
    assert answer.exit_code == 1
    assert isinstance(answer.exception, SystemExit)
    assert told in answer.stdout


def test_an_unknown_service_is_answered_with_those_that_there_are() -> None:
    answer = CliRunner().invoke(app, ["parked", "replay", "intakes", "x"])
    assert answer.exit_code == 2
    assert "screening" in answer.output


def test_the_ports_of_make_run_are_those_of_the_command_line_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MADOGUCHI_KAFKA_PORT", "9592")
    monkeypatch.setenv("MADOGUCHI_MONGOD_PORT", "27517")
    monkeypatch.setenv("MADOGUCHI_MAIL_PORT", "8526")
    found = Deployment()
    assert (found.kafka, found.mail) == ("127.0.0.1:9592", "http://127.0.0.1:8526")
    assert found.mongo == "mongodb://127.0.0.1:27517/?replicaSet=madoguchi"
    monkeypatch.setenv("MADOGUCHI_KAFKA", "kafka.example:9092")
    assert Deployment().kafka == "kafka.example:9092"


def test_a_clock_that_cannot_be_reached_is_told_in_one_line() -> None:
    (port,) = free_ports(1)
    asked = ["rehearsal", "start", "2026-02-02T09:00"]
    answer = CliRunner().invoke(app, asked, env={"MADOGUCHI_KAFKA": f"127.0.0.1:{port}", "COLUMNS": "200"})
    assert answer.exit_code == 1
    assert f"Kafka に接続できません（127.0.0.1:{port}）" in answer.output
