"""What the tests of consents say at the counter of the support."""

from __future__ import annotations

import httpx

from tests.intake import forms
from tests.intake.support import SUPPORT_OPEN, Counter, clauses


class Desk(Counter):
    """The counter of the support, with the words of the tests of consents."""

    def __init__(self) -> None:
        super().__init__(SUPPORT_OPEN)

    async def registers(self, count: int = 1) -> str:
        """A company's registration: where it is."""
        answer = await self.sends(forms.support(count), programme="support")
        return str(answer.headers["location"]).removeprefix("/v1")

    async def mails(self, raw: bytes, count: int = 1, key: str | None = None) -> httpx.Response:
        """A consent that came by mail."""
        query = {"corporate_number": forms.number(count), "by": "kado-02"}
        headers = {"Content-Digest": forms.digest(raw), "Content-Type": "application/pdf"}
        return await self.ask("POST", "/support/2026/consents", content=raw, params=query, headers=headers, key=key)

    async def boxes(self) -> int:
        """How many papers' bytes are kept."""
        return await self.world.db["boxes"].count_documents({})

    async def tail(self) -> int:
        return await self.world.log.tail()

    async def decides(self, where: str) -> None:
        """The company is adopted, or not."""
        for each in await self.app.know_outcome(where.rpartition("/")[2]):
            await self.world.repository.save(each)

    async def returns(self, where: str, ground: str = "not_sealed") -> httpx.Response:
        return await self.orders(where, "consent-return", ground=ground)


def refusal(answer: httpx.Response) -> str:
    """What a refusal under C-IN-1 says in English."""
    assert (answer.status_code, clauses(answer)) == (409, [("", "C-IN-1")]), answer.text
    return str(answer.json()["title"])
