"""Consents too large, hostile or late, and their return out of order: a clear answer, nothing lost (C-IN-1)."""

from __future__ import annotations

import hashlib
from typing import Any

import httpx
import pytest

from kernel.edge import FILE_MOST
from kernel.testing.company import Resident
from madoguchi.rehearsal.papers import small_pdf
from tests.bad_input.answers import refusal
from tests.bad_input.badness import CANARY
from tests.bad_input.town import Town, said
from tests.intake import forms

APPLICATIONS = "/v1/support/2026/applications"
OFFICER = {"X-Officer": "o-1"}
MAILED = f"/v1/support/2026/consents?by=o-1&corporate_number={forms.number(1)}"


class Case:
    """A company's registration, in a town where all services are at work."""

    def __init__(self) -> None:
        self.town = Town()
        self.place = ""

    async def registered(self) -> Case:
        answer = await self.town.ask("intake", "POST", APPLICATIONS, json=forms.support())
        self.place = f"{APPLICATIONS}/{answer.json()['id']}"
        return self

    @property
    def papers(self) -> str:
        return f"{self.place}/papers?kind=consent"

    @property
    def intake(self) -> Resident:
        return self.town.company["intake"]

    async def sends(self, path: str, raw: bytes) -> httpx.Response:
        headers = {"Content-Digest": forms.digest(raw), "Content-Type": "application/pdf"}
        return await self.town.ask("intake", "POST", path, content=raw, headers=headers)

    async def returns(self, **body: Any) -> httpx.Response:
        seen = (await self.town.ask("intake", "GET", self.place)).json()["version"]
        told = said(**{"seen_version": seen, "ground": "not_sealed"} | body)
        return await self.town.ask("intake", "POST", f"{self.place}/consent-return", json=told)

    async def kept(self) -> tuple[dict[str, int], int]:
        """What all services have recorded, and the papers' bytes."""
        return await self.town.tails(), await self.intake.world.db["boxes"].count_documents({})

    async def refuses(self, answer: httpx.Response, before: tuple[dict[str, int], int], status: int = 409) -> None:
        refusal(answer, status)
        assert [error["clause"] for error in answer.json()["errors"]] == ["C-IN-1"], answer.text
        assert await self.kept() == before


async def test_a_consent_larger_than_the_limit_is_told_the_limit_and_its_clause() -> None:
    case = await Case().registered()
    before, raw = await case.kept(), small_pdf("x") + bytes(FILE_MOST)
    for path in (case.papers, MAILED):
        answer = await case.sends(path, raw)
        await case.refuses(answer, before, 413)
        assert "10MB" in answer.json()["title_ja"]
        assert "10 MB" in answer.json()["title"]
    most = small_pdf("x").replace(b"%%EOF", b"%" * (FILE_MOST - len(small_pdf("x"))) + b"%%EOF")
    assert len(most) == FILE_MOST
    assert (await case.sends(case.papers, most)).status_code == 201


HOSTILE = {
    "nothing": b"",
    "a web page": b"<html><script>alert(1)</script></html>",
    "a web page that says it is one": b"%PDF-1.7\n<script>alert(1)</script>\n%%EOF",
    "nul bytes": bytes(5_000),
    "a header and no more": b"%PDF-2.0",
    "half a file": small_pdf("x")[:350],
    "a mark with a canary": small_pdf("x", keywords="madoguchi-form:").replace(b"form:", f"form:{CANARY}".encode()),
    "a lock": small_pdf("x", form=b"/Encrypt 1 0 R"),
}


@pytest.mark.parametrize("raw", HOSTILE.values(), ids=HOSTILE)
async def test_what_is_no_consent_is_refused_on_every_road(raw: bytes) -> None:
    case = await Case().registered()
    before = await case.kept()
    for path in (case.papers, MAILED):
        await case.refuses(await case.sends(path, raw), before)


async def test_a_file_that_bursts_when_it_is_opened_is_kept_as_it_is_and_flagged() -> None:
    case = await Case().registered()
    inner = b"9 0 obj\n<< /Type /ObjStm /Filter [/FlateDecode /FlateDecode] >>\nstream\nx\nendstream\nendobj\n"
    raw = small_pdf("x", form=b"/AA 5 0 R").replace(b"xref\n", inner + b"xref\n", 1)
    sent = await case.sends(case.papers, raw)
    assert (sent.status_code, sent.json()["status"]) == (201, "submitted")
    (paper,) = (await case.town.ask("intake", "GET", f"{case.place}/papers", headers=OFFICER)).json()["items"]
    assert paper["flags"] == ["additional_action", "unread"]
    assert paper["sha256"] == hashlib.sha256(raw).hexdigest()


async def test_a_return_before_completion_and_twice() -> None:
    case = await Case().registered()
    before = await case.kept()
    await case.refuses(await case.returns(), before)
    await case.sends(case.papers, forms.consent())
    assert (await case.returns()).status_code == 200
    before = await case.kept()
    await case.refuses(await case.returns(), before)
    await case.refuses(await case.sends(case.papers, forms.consent()), before)


async def test_a_return_and_a_consent_after_the_decision_or_a_withdrawal() -> None:
    case = await Case().registered()
    await case.sends(case.papers, forms.consent())
    app = case.intake.application
    for aggregate in await app.know_outcome(case.place.rpartition("/")[2]):
        await case.intake.world.repository.save(aggregate)
    before = await case.kept()
    await case.refuses(await case.returns(), before)
    for path in (case.papers, MAILED):
        await case.refuses(await case.sends(path, forms.consent(2)), before)


async def test_a_return_after_a_withdrawal() -> None:
    case = await Case().registered()
    await case.sends(case.papers, forms.consent())
    await case.town.ask("intake", "POST", f"{case.place}/withdrawal")
    before = await case.kept()
    await case.refuses(await case.returns(), before)


@pytest.mark.parametrize("paper", ["paper-0", f"paper-{1:032x}", "consent-support-2026-0000000000000", "%2e%2e"])
async def test_a_paper_that_is_not_there(paper: str) -> None:
    case = await Case().registered()
    refusal(await case.town.ask("intake", "GET", f"{case.place}/papers/{paper}", headers=OFFICER), 404, 422)
