"""Whose mail the catcher refuses, so that a rehearsal can see letters fail (S-NO-2); forgotten at its end."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

SAID = {True: "Try again later", False: "No such mailbox"}
"""What a mail server says with a code, by whether the sender may try again."""
Code = Annotated[int, Query(ge=400, le=599, description="4xx: for now; 5xx: for good")]


class Refusals:
    """The addresses whose mail is refused, each with the code of the answer."""

    def __init__(self) -> None:
        self.codes: dict[str, int] = {}

    def answer(self, address: str) -> str | None:
        """What the mail server says to mail for this address; nothing if it takes it."""
        code = self.codes.get(address.lower())
        return None if code is None else f"{code} {SAID[code < 500]}"


def refusals_api(refusals: Refusals) -> APIRouter:
    """Set and lifted over HTTP: `curl -X PUT …/refusals/jinji@mihon.example?code=550`, then `-X DELETE`."""
    api = APIRouter()

    @api.get("/refusals")
    def every() -> dict[str, int]:
        return refusals.codes

    @api.put("/refusals/{address}")
    def refuse(address: str, code: Code = 550) -> dict[str, int]:
        refusals.codes[address.lower()] = code
        return refusals.codes

    @api.delete("/refusals/{address}")
    def lift(address: str) -> dict[str, int]:
        refusals.codes.pop(address.lower(), None)
        return refusals.codes

    return api
