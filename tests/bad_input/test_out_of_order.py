"""Commands that come too early, too late or twice: each is refused by its clause, and nothing is recorded of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from schemas.values import TOKYO
from tests.bad_input.answers import refusal
from tests.bad_input.town import Town, said
from tests.intake import forms

APPLY = datetime(2025, 11, 10, 10, tzinfo=TOKYO)
PLACE = datetime(2026, 1, 10, 10, tzinfo=TOKYO)
ROUND = "/v1/rounds/secondment/2026"
DAY = {"on": "2026-01-09"}
EXTENSION = {"until": "2028-09-30", "asked_by": "sender", "asked_on": "2026-01-09"}
LEAVE = {"kind": "childbirth", "born_on": "2026-05-01", "first_day": "2026-05-01", "days": 1, "father": True}
DEPARTURE = {"departed_on": "2026-01-09", "visa_granted": True, "safety_training_on": "2026-01-08"}


class Case:
    """A sender's application on its way, and where it is read in each service."""

    def __init__(self) -> None:
        self.town = Town(APPLY)
        self.id = ""

    @property
    def places(self) -> dict[str, str]:
        """Where things are, by the words of the tables below."""
        secondment = f"{self.id}.1"
        return {
            "counter": f"intake /v1/secondment/2026/applications/{self.id}",
            "organisation": f"intake /v1/organisations/org-{forms.number(1)}",
            "screening": f"screening /v1/screenings/{self.id}",
            "round": f"placement {ROUND}",
            "proposal": f"placement /v1/proposals/{secondment}",
            "secondment": f"placement /v1/secondments/{secondment}",
            "support": f"placement /v1/supports/{self.id}",
            "invoice": "billing /v1/invoices/invoice-1",
            "letter": "notify /v1/letters/letter-1",
        }

    async def order(self, what: str, command: str, **body: Any) -> Any:
        """A command on a place, on the version read just before; 1 where there is nothing to read."""
        service, place = self.places[what].split(" ")
        read = await self.town.ask(service, "GET", place, headers={"X-Officer": "o-1"})
        seen = int(read.json()["version"]) if read.status_code == 200 else 1
        return await self.town.ask(service, "POST", f"{place}/{command}", json=said(**{"seen_version": seen} | body))

    async def done(self, what: str, command: str, **body: Any) -> None:
        answer = await self.order(what, command, **body)
        assert answer.status_code == 200, (what, command, answer.text)

    async def applied(self) -> Case:
        answer = await self.town.ask("intake", "POST", "/v1/secondment/2026/applications", json=forms.secondment())
        self.id = answer.json()["id"]
        return self

    async def accepted(self) -> Case:
        """The sender has accepted its place; nothing of the person is there yet."""
        await self.applied()
        await self.done("screening", "purpose", outcome="passed")
        await self.town.company.move(PLACE)
        await self.done("round", "seed")
        await self.done("round", "run")
        await self.done("round", "announce")
        await self.done("proposal", "acceptance")
        return self

    async def must_refuse(self, what: str, command: str, body: dict[str, Any], clause: str) -> None:
        before = await self.town.tails()
        answer = await self.order(what, command, **body)
        refusal(answer, 404 if clause == "404" else 409)
        if clause != "404":
            assert answer.json()["errors"][0]["clause"] == clause, (command, answer.text)
        assert await self.town.tails() == before


TOO_EARLY: list[tuple[str, str, dict[str, Any], str]] = [
    ("counter", "late-admission", {}, "S-IN-6"),
    ("organisation", "undo-merge", {"other": f"org-{forms.number(1)}"}, "S-IN-7"),
    ("organisation", "merge", {"other": f"org-{forms.number(1)}"}, "S-IN-7"),
    ("organisation", "merge", {"other": "org-unknown"}, "404"),
    ("screening", "third-year", {"outcome": "passed"}, "S-SC-2"),
    ("screening", "waivers/S-SC-5", {"outcome": "granted"}, "S-SC-5"),
    ("screening", "waivers/S-SC-8", {"outcome": "refused"}, "S-SC-8"),
    ("screening", "papers", {"outcome": "passed"}, "S-SC-9"),
    ("round", "run", {"seen_version": 1}, "404"),
    ("round", "announce", {"seen_version": 1}, "404"),
    ("round", "adjust", {"seen_version": 1, "secondment_id": "app-1.1"}, "404"),
    ("proposal", "acceptance", {}, "404"),
    ("proposal", "decline", {}, "404"),
    ("proposal", "reoffer", {}, "404"),
    ("secondment", "memorandum-sent", {"sent_on": "2025-11-10"}, "404"),
    ("secondment", "departure", DEPARTURE, "404"),
    ("support", "kick-off", {"held_on": "2025-11-10", "until": "2026-03-31", "stage": "recruiting", "plan": "計画",
                             "present": ["company", "jetro", "coordinator"]}, "404"),
    ("invoice", "payments", {"received_on": "2025-11-10", "amount": 1, "bank_reference": "f-1"}, "404"),
    ("letter", "retry", {}, "404"),
]  # fmt: skip
"""Before anybody has judged the form."""


@pytest.mark.clause("G-8")
async def test_what_comes_before_its_time() -> None:
    case = await Case().applied()
    for row in TOO_EARLY:
        await case.must_refuse(*row)


AFTER_ACCEPTANCE: list[tuple[str, str, dict[str, Any], str]] = [
    ("screening", "purpose", {"outcome": "passed"}, "S-SC-1"),
    ("round", "seed", {}, "S-PL-5"),
    ("round", "run", {}, "S-PL-8"),
    ("round", "announce", {}, "S-PL-8"),
    ("proposal", "acceptance", {}, "S-PL-8"),
    ("proposal", "decline", {}, "S-PL-8"),
    ("proposal", "reoffer", {}, "S-PL-8"),
    ("secondment", "memorandum-drafted", {"drafted_on": "2026-01-09"}, "S-LI-2"),
    ("secondment", "memorandum-sent", {"sent_on": "2026-01-09"}, "S-LI-2"),
    ("secondment", "memorandum-returned", {"returned_on": "2026-01-09"}, "S-LI-2"),
    ("secondment", "start", {"started_on": "2026-01-09"}, "S-LI-3"),
    ("secondment", "departure", DEPARTURE, "S-LI-4"),
    ("secondment", "postponement", {"planned_for": "2030-04-01"}, "S-PL-11"),
    ("secondment", "early-end", {"ended_on": "2026-01-09", "ground": "illness"}, "S-LI-6"),
    ("secondment", "appraisal", {"fiscal_year": 2026, "step": "goals", "recorded_on": "2026-01-09"}, "S-LI-8"),
    ("secondment", "amendment", EXTENSION | {"seen_version": 0}, "S-LI-5"),
    ("secondment", "leave", LEAVE | {"seen_version": 0}, "S-LI-3"),
]
"""When the sender has accepted, and nothing more has happened."""


@pytest.mark.clause("G-8")
async def test_what_comes_twice_or_before_the_start() -> None:
    case = await Case().accepted()
    for row in AFTER_ACCEPTANCE:
        await case.must_refuse(*row)
