"""What officers read: one case with its whole history, sealed fields opened as far as placement may."""

from __future__ import annotations

from typing import Any

import msgspec

from kernel.refusals import NotFound
from kernel.sealing import PREFIX, Confidential, Contact, unsealed_kind
from kernel.service import Kernel
from services.placement.domain.round import Candidates, Round, Stale

MINE = (Contact, Confidential)
"""What placement may open: how an organisation is reached; plans, notes and officers' reasons."""
CLOSED = "（この業務では開けません）"


async def history(kernel: Kernel, stream: str, what: str) -> list[dict[str, Any]]:
    """An aggregate's events in order, as plain data. Raises `NotFound`."""
    found = (await kernel.repository.log.streams([stream])).get(stream)
    if not found:
        raise NotFound(what)
    hidden = {"originator_id", "originator_version", "originator_topic", "timestamp", "class_version"}
    events = []
    for event in found:
        data = msgspec.json.decode(event.state)
        shown = {name: value for name, value in data.items() if name not in hidden}
        events.append(
            {
                "version": event.version,
                "name": event.topic,
                "at": data["timestamp"],
                "data": await opened(kernel, shown),
            }
        )
    return events


async def opened(kernel: Kernel, value: Any) -> Any:
    """Data with the fields opened that placement may open, in one look-up; of others it says that it may not."""
    tokens: list[str] = []
    _collect(value, tokens)
    mine = [token for token in dict.fromkeys(tokens) if unsealed_kind(token) in MINE]
    texts = dict.fromkeys(tokens, CLOSED) | dict(zip(mine, await kernel.vault.shown_tokens(mine), strict=True))
    return _replaced(value, texts)


def _collect(value: Any, tokens: list[str]) -> None:
    if isinstance(value, dict):
        for item in value.values():
            _collect(item, tokens)
    elif isinstance(value, list):
        for item in value:
            _collect(item, tokens)
    elif isinstance(value, str) and value.startswith(PREFIX):
        tokens.append(value)


def _replaced(value: Any, texts: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _replaced(item, texts) for key, item in value.items()}
    if isinstance(value, list):
        return [_replaced(item, texts) for item in value]
    return texts.get(value, value) if isinstance(value, str) else value


def waits(round: Round, stale: Stale, candidates: Candidates, *, due: bool) -> list[dict[str, str]]:
    """What a round's announcement waits for: ``why``, and the receipt or the place and year that it is about.

    ``due`` says that the day of the announcement has come: what is ready then, and was not, an officer lets go.
    """
    if round.state == "announced":
        return [_wait("late", candidates, each.rpartition(".")[0]) for each in round.unsettled(candidates)]
    if round.outcome is None:
        return [{"why": "run" if round.seed else "seed", "about": ""}]
    ran = {each.application_id: each.seeker.rpartition(".")[0] for each in round.assigned.values()}
    found = [_wait("came", candidates, each) for each in stale.came]
    found += [{"why": "gone", "about": ran[each]} for each in stale.gone]
    found += [_wait("changed", candidates, each) for each in stale.changed]
    found += [{"why": "seats", "about": each} for each in stale.seats]
    ready = [{"why": "notice" if round.held == "notice" else "announce", "about": ""}]
    return found or (ready if due else [])


def _wait(why: str, candidates: Candidates, application_id: str) -> dict[str, str]:
    return {"why": why, "about": candidates[application_id].receipt_number}


def closed(value: Any) -> Any:
    """A private value as plain data, its sealed fields as tokens."""
    return msgspec.to_builtins(value, str_keys=True, enc_hook=lambda sealed: sealed.token)
