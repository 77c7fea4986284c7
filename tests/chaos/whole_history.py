"""A short honest history of the whole system for the judge's tests, written by hand: one invoice, paid; two letters."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from tests.chaos.judge.evidence import Commit, Record, Stored
from tests.chaos.judge.system.evidence import Evidence, Letter, Published, Reply
from tests.chaos.judge.system.language import told

SERVICES = ("intake", "screening", "placement", "billing", "notify")
CONSUMES = {
    "screening": (frozenset({"intake"}), frozenset({"ApplicationSubmitted"})),
    "placement": (frozenset({"screening"}), frozenset({"ScreeningPassed"})),
    "billing": (frozenset({"placement"}), frozenset({"SecondeeDeparted"})),
    "notify": (frozenset({"intake", "billing"}), frozenset({"ApplicationSubmitted", "InvoiceIssued"})),
    "intake": (frozenset({"notify"}), frozenset({"LetterSent"})),
}
SITE = {"site": "bangkok", "fiscal_year": 2026}
LINE = {"tax": 10, "amount": 1000}
ITEM = {"item": {"fee": "fee", "period": "2026"}}
Said = tuple[str, str, Mapping[str, Any]]


class Ledger:
    """Writes logs, topics, letters and answers side by side, as a system that keeps its word would leave them."""

    def __init__(self) -> None:
        self.logs: dict[str, list[Commit]] = {service: [] for service in SERVICES}
        self.published: list[Published] = []
        self.replies: list[Reply] = []
        self.letters: list[Letter] = []
        self._versions: dict[tuple[str, str], int] = defaultdict(int)
        self._tails: dict[str, int] = defaultdict(lambda: 1)

    def commit(self, service: str, cause: tuple[str, str], *events: Said) -> list[str]:
        """A commit, what it says to others, and the ids of that."""
        stored, ids = [self._stored(service, *event) for event in events], list[str]()
        position = self._tails[service]
        self.logs[service].append(Commit(position, max(1, len(stored)), (cause,), tuple(stored)))
        self._tails[service] += max(1, len(stored))
        for place, event in enumerate(stored):
            for number, name in enumerate(told(event)):
                id = f"{service}:{event.stream}/{event.version}" + (f"+{number}" if number else "")
                record = Record(id, name, position + place, event.stream, {"number": number})
                self.published.append(Published(service, 0, len(self.published), record))
                ids.append(id)
        return ids

    def asked(self, service: str, what: str, key: str, *events: Said) -> list[str]:
        """A request that was answered with yes."""
        cause, case = (f"http POST /v1/{what}", key), "secondment/one"
        ids = self.commit(service, cause, *events)
        last = self.logs[service][-1].events[0]
        body = {"id": last.stream, "version": last.version}
        self.replies.append(Reply(service, cause, what, case, 201, body))
        return ids

    def sent(self, letter: str, id: str) -> None:
        """A letter because of a message: composed, delivered, called sent, and that is heard."""
        mail = f"<{letter}@example.jp>"
        self.commit("notify", ("notify", id), (letter, "notify.letter_composed.v1", {}))
        self.letters.append(Letter(mail, "one@example.jp", letter))
        (told_so,) = self.commit("notify", ("post", letter), (letter, "notify.letter_sent.v1", {"message_id": mail}))
        self.commit("intake", ("intake", told_so))

    def _stored(self, service: str, stream: str, name: str, data: Mapping[str, Any]) -> Stored:
        self._versions[service, stream] += 1
        return Stored(stream, self._versions[service, stream], name, data)

    def evidence(self) -> Evidence:
        """All that was written."""
        identities = {s: tuple((c.position, f"commit {c.position}") for c in log) for s, log in self.logs.items()}
        return Evidence(
            logs={service: tuple(log) for service, log in self.logs.items()},
            topics=tuple(self.published),
            consumes=CONSUMES,
            replies=tuple(self.replies),
            letters=tuple(self.letters),
            capacities={("bangkok", 2026): 1},
            identities=identities,
            seen=dict(identities),
        )


def honest() -> Ledger:
    """A form, its screening, its place, its invoice, its payment; one letter for the form and one for the invoice."""
    ledger = Ledger()
    form = {"programme": "secondment", "status": "submitted", "receipt_number": "S2026-0001", "party": {}}
    (submitted,) = ledger.asked("intake", "apply", "form", ("app-1", "intake.form_arrived.v1", form))
    (passed,) = ledger.commit("screening", ("screening", submitted), ("case-1", "screening.stage_passed.v1", {}))
    ledger.sent("letter-1", submitted)
    ledger.commit("placement", ("placement", passed), ("proposal-1", "placement.place_offered.v1", _offer()))
    ledger.asked("placement", "accept", "yes", ("proposal-1", "placement.offer_accepted.v1", {"stays": [SITE]}))
    departed = ledger.asked("placement", "depart", "go", ("secondment-1", "placement.secondee_departed.v1", {}))
    ledger.sent("letter-2", _invoiced(ledger, departed[0]))
    paid = {"amount": 1100, "balance": 0}
    ledger.asked("billing", "payment", "paid", ("receivable-1", "billing.payment_recorded.v1", paid))
    return ledger


def _offer() -> dict[str, Any]:
    return {"offer": {"stays": [SITE]}}


def _invoiced(ledger: Ledger, departed: str) -> str:
    totals = [{"rate": 10, "amount": 1000, "tax": 100}]
    issued = {"kind": "invoice", "number": "INV-1", "lines": [LINE], "totals": totals, "total": 1100}
    events: Sequence[Said] = (
        ("account-1", "billing.fees_charged.v1", {"lines": [LINE], "billed": [ITEM]}),
        ("register-1", "billing.number_taken.v1", {"place": 1, "number": "INV-1", "invoice_id": "invoice-1"}),
        ("invoice-1", "billing.invoice_issued.v1", issued),
        ("receivable-1", "billing.receivable_opened.v1", {"total": 1100}),
    )
    return ledger.commit("billing", ("billing", departed), *events)[1]
