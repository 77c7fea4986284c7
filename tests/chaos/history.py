"""A short honest history for the judge's tests, written by hand: two places, six companies, one withdrawal."""

from __future__ import annotations

from typing import Any

from tests.chaos.judge.evidence import Answer, Commit, Evidence, Mail, Record, Stored
from tests.chaos.judge.outside import LETTERS, MARKS, OUTCOMES
from tests.chaos.judge.replay import ARRIVED, CLOSED, COMPLETED, NUMBERED, REOPENED, TURNED_AWAY, WITHDRAWN

RECEPTION = "reception-support-2026"
FULL = [{"clause": "C-IN-3"}]


class Book:
    """Writes log, topic, mails and answers side by side, as a system that keeps its word would leave them."""

    def __init__(self, places: int = 2) -> None:
        self.places, self.position, self.numbers = places, 1, 0
        self.versions: dict[str, int] = {}
        self.companies: dict[str, str] = {}
        self.receipts: dict[str, str | None] = {}
        self.commits: list[Commit] = []
        self.records: list[Record] = []
        self.mails: list[Mail] = []
        self.answers: list[Answer] = []

    def evidence(self) -> Evidence:
        """All that was written."""
        return Evidence(
            self.places, False, self.places, {c: f"{c}@example.jp" for c in self.companies.values()},
            tuple(self.commits), tuple(self.records), tuple(self.mails), tuple(self.answers), {"notify": 0},
        )  # fmt: skip

    def registers(self, company: str, status: str = "registered", *marks: tuple[str, int]) -> str:
        """A form: registered, submitted or refused; the application's id."""
        application, key = f"app-{len(self.companies)}", f"{company}-register-{len(self.companies)}"
        self.companies[application] = company
        events, receipt = list[tuple[str, str, dict[str, Any]]](), None
        if status != "refused":
            self.numbers += 1
            receipt = f"C2026-{self.numbers:04d}"
            events.append((RECEPTION, NUMBERED, {"application_id": application, "number": self.numbers}))
        self.receipts[application] = receipt
        party = {"corporate_number": company}
        said = {"programme": "support", "status": status, "receipt_number": receipt, "party": party}
        self._commit(key, [(application, ARRIVED, said), *events], status, marks)
        body: dict[str, Any] = {"id": application, "receipt_number": receipt, "status": status}
        if status == "refused":
            body = {"instance": f"/v1/support/2026/applications/{application}", "errors": FULL}
        self._answer(company, "register", key, 409 if status == "refused" else 201, body)
        return application

    def completes(self, application: str, *marks: tuple[str, int]) -> None:
        """The consent makes it complete."""
        paper, key = f"paper-{application}", f"paper-of-{application}"
        events = [(application, COMPLETED, {}), (paper, "intake.paper_arrived.v1", {"application_id": application})]
        self._commit(key, events, "submitted", marks)
        body = {"paper_id": paper, "application_id": application, "status": "submitted"}
        self._answer(self.companies[application], "paper", key, 201, body)

    def turned_away(self, application: str) -> None:
        """The consent came when reception was full."""
        key = f"paper-of-{application}"
        self._commit(key, [(application, TURNED_AWAY, {})], "refused", ())
        body = {"instance": f"/v1/support/2026/applications/{application}", "errors": FULL}
        self._answer(self.companies[application], "paper", key, 409, body)

    def withdraws(self, application: str, *marks: tuple[str, int]) -> None:
        """It is given up."""
        key = f"withdrawal-of-{application}"
        self._commit(key, [(application, WITHDRAWN, {})], "withdrawn", marks)
        self._answer(self.companies[application], "withdraw", key, 200, {"id": application})

    def _commit(
        self, key: str, events: list[tuple[str, str, dict[str, Any]]], outcome: str, marks: tuple[tuple[str, int], ...]
    ) -> None:
        about = events[0][0]
        told = events + [(RECEPTION, name, {"standing": standing}) for name, standing in marks]
        stored = tuple(self._stored(stream, name, data) for stream, name, data in told)
        self.commits.append(Commit(self.position, len(stored), (("http POST", key),), stored))
        self._heard(stored[0], OUTCOMES[outcome], {"application_id": about, "receipt_number": self.receipts[about]})
        for mark in stored[len(events) :]:
            self._heard(mark, MARKS[mark.name], dict(mark.data))
        self.position += len(stored)
        to = f"{self.companies[about]}@example.jp"
        self.mails.append(Mail(f"<{stored[0].stream}-{stored[0].version}@jetro>", to, LETTERS[outcome], 1))

    def _stored(self, stream: str, name: str, data: dict[str, Any]) -> Stored:
        self.versions[stream] = self.versions.get(stream, 0) + 1
        return Stored(stream, self.versions[stream], name, data)

    def _heard(self, event: Stored, name: str, data: dict[str, Any]) -> None:
        id = f"intake:{event.stream}/{event.version}"
        self.records.append(Record(id, name, self.position, event.stream, {"programme": "support", **data}))

    def _answer(self, company: str, what: str, key: str, status: int, body: dict[str, Any]) -> None:
        self.answers.append(Answer(company, what, key, status, body, 1, 0.0, 0.1))


def honest() -> Book:
    """Two places: a and b take them, c and d are turned away, a gives its place back, e takes it, f is refused."""
    book = Book()
    a, d = book.registers("a"), book.registers("d")
    book.completes(a)
    book.registers("b", "submitted", (CLOSED, 2))
    book.registers("c", "refused")
    book.turned_away(d)
    book.withdraws(a, (REOPENED, 1))
    e = book.registers("e")
    book.completes(e, (CLOSED, 2))
    book.registers("f", "refused")
    return book
