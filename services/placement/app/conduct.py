"""Commands on service and preparation: leave (S-LI-9), work for the sender (S-LI-7), the checklist (S-LI-4)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import msgspec

from kernel.refusals import Refused
from kernel.repository import decide_again
from kernel.sealing import Contact
from schemas.values import Decision
from services.placement.app.desk import Desk, Order, secondment_edition
from services.placement.app.queries import closed, opened
from services.placement.domain import Amendment, Conduct, Preparation, Secondment
from services.placement.domain.leave import LeaveEntry, taken
from services.placement.domain.preparation import State
from services.placement.policy.conduct import LeaveKind, SenderWorkKind, s_li_7_sender_work, s_li_9_leave


@dataclass(frozen=True)
class Leave:
    """Days of leave for a birth, the first on ``first_day``; ``birth`` counts births within the secondment.

    ``born_on`` is the day of that birth: it ties the number to the child.
    """

    kind: LeaveKind
    birth: int
    first_day: date
    days: int
    born_on: date

    @property
    def entry(self) -> LeaveEntry:
        """The same as it is kept."""
        days = {"first_day": self.first_day, "born_on": self.born_on}
        return LeaveEntry(kind=self.kind, birth=self.birth, days=self.days, **days)


@dataclass(frozen=True)
class Checklist:
    """The items that are done, with their days, and those that are open again."""

    done: Mapping[str, date]
    open: frozenset[str]


class Conducts(Desk):
    """What is granted and judged while a secondment runs, and how far the departure is prepared."""

    async def grant_leave(self, secondment_id: str, leave: Leave, order: Order) -> Conduct:
        """Grant leave, as many days as the edition has for a birth and no more."""

        async def act() -> Conduct:
            at = await self.now()
            secondment, conduct = await self._running(secondment_id, leave.first_day, order, at)
            edition = secondment_edition(secondment.case.fiscal_year)
            reason = await self.sealed_reason(order, _subject(secondment))
            known = await self._leave(conduct)
            so_far = taken(known, leave.kind, leave.birth)
            decision = s_li_9_leave(
                edition, leave.kind, leave.first_day, leave.days, so_far, at=at, by=order.by, reason=reason
            )
            kept, entry = await self._sealed(_subject(secondment), decision, leave.entry)
            conduct.grant_leave(leave.entry, known, kept, entry, at=at)
            await self.save(conduct, order=order)
            return conduct

        return await decide_again(act)

    async def take_back_leave(
        self, secondment_id: str, kind: LeaveKind, birth: int, days: int, order: Order
    ) -> Conduct:
        """Days that were granted and not taken."""

        async def act() -> Conduct:
            at = await self.now()
            conduct = await self.get(Conduct, Conduct.stream(secondment_id), order)
            secondment = await self.get(Secondment, Secondment.stream(secondment_id))
            back = LeaveEntry(kind=kind, birth=birth, days=-days)
            entry = (await self.sealer(_subject(secondment))).contact("entry", _written(back))
            conduct.take_back_leave(back, await self._leave(conduct), order.by, entry, at=at)
            await self.save(conduct, order=order)
            return conduct

        return await decide_again(act)

    async def judge_sender_work(
        self, secondment_id: str, kind: SenderWorkKind, on: date, work: str, recognised: bool, order: Order
    ) -> Conduct:
        """The head recognises a piece of work for the sender as part of JETRO's, or does not (S-LI-7)."""

        async def act() -> Conduct:
            at = await self.now()
            secondment, conduct = await self._running(secondment_id, on, order, at)
            edition = secondment_edition(secondment.case.fiscal_year)
            organisation = secondment.case.party.organisation_id
            reason = await self.sealed_reason(order, organisation)
            decision = s_li_7_sender_work(edition, kind, recognised, by=order.by, at=at, reason=reason)
            sealed = (await self.sealer(organisation)).contact("work", work)
            conduct.judge_sender_work(kind, on, sealed, decision, at=at)
            await self.save(conduct, order=order)
            return conduct

        return await decide_again(act)

    async def tick(self, secondment_id: str, item: str, state: State, on: date, order: Order) -> Preparation:
        """Note where an item of the checklist stands."""

        async def act() -> Preparation:
            at = await self.now()
            secondment = await self.get(Secondment, Secondment.stream(secondment_id))
            secondment.prepares()
            edition = secondment_edition(secondment.case.fiscal_year)
            task = edition.departure.checklist.get(item)
            if task is None:
                known = "、".join(edition.departure.checklist)
                ja, en = f"チェックリストにない事項です。次のいずれかです: {known}", f"No such item. One of: {known}"
                raise Refused("S-LI-4", ja, en, pointer="/item")
            found = await self.kernel.repository.find(Preparation, Preparation.stream(secondment_id))
            preparation = found or Preparation.begin_for(secondment.case, at=at)
            preparation.seen_at(order.seen)
            acts = edition.value(f"departure.checklist.{item}", on).text
            when = (await self.sealer(_subject(secondment))).contact("when", on.isoformat())
            told: dict[str, Any] = {"known_on": (await self._days(preparation)).get(item)}
            told |= {"acts": acts, "required": task.required}
            preparation.tick(item, state, on, when, order.by, **told, at=at)
            if preparation.pending_events:
                await self.save(preparation, order=order)
            return preparation

        return await decide_again(act)

    async def preparation(self, secondment_id: str) -> Checklist:
        """How far the checklist is; what nobody has spoken of is neither done nor open."""
        found = await self.kernel.repository.find(Preparation, Preparation.stream(secondment_id))
        items, days = (found.items, await self._days(found)) if found else ({}, {})
        done = {item: days[item] for item, each in items.items() if each.state == "done" and item in days}
        return Checklist(done, frozenset(item for item, each in items.items() if each.state == "open"))

    async def _days(self, preparation: Preparation) -> dict[str, date]:
        """Since when each item stands as it does; without those of a person that was erased (G-7)."""
        items = preparation.items
        texts = await self.kernel.vault.open_all([each.when for each in items.values()])
        known = {item: date.fromisoformat(text) for item, text in zip(items, texts, strict=True) if text is not None}
        return {item: each.on for item, each in items.items() if each.on is not None} | known

    async def _leave(self, conduct: Conduct) -> tuple[LeaveEntry, ...]:
        """All leave on record, opened."""
        texts = await self.kernel.vault.open_all(conduct.entries)
        entries = (msgspec.json.decode(text, type=LeaveEntry) for text in texts if text is not None)
        return (*conduct.older_leave, *entries)

    async def _sealed(self, subject: str, decision: Decision, entry: LeaveEntry) -> tuple[Decision, Contact]:
        """The decision with what it saw, and the entry, sealed under the person."""
        sealer = await self.sealer(subject)
        facts = decision.facts | {each.name: each.value for each in decision.parameters}
        kept = replace(decision, personal_facts=sealer.personal("personal_facts", json.dumps(facts)))
        return kept, sealer.contact("entry", _written(entry))

    async def beside(self, secondment: Secondment) -> dict[str, Any]:
        """What an officer reads beside the secondment itself: its amendment, leave, sender's work, checklist.

        Each with the version that a command on it has to have seen.
        """
        find, id = self.kernel.repository.find, secondment.case.secondment_id
        amendment = await find(Amendment, Amendment.stream(id))
        conduct = await find(Conduct, Conduct.stream(id))
        preparation = await find(Preparation, Preparation.stream(id))
        state = {
            "amendment": {name: closed(getattr(amendment, name)) for name in _AMENDMENT} if amendment else _NONE,
            "conduct": await self._conduct(conduct) if conduct else _NONE,
            "preparation": self._checklist(secondment, preparation) if secondment.office else None,
        }
        return dict(await opened(self.kernel, state))

    async def _conduct(self, conduct: Conduct) -> dict[str, Any]:
        known = await self._leave(conduct)
        births = dict.fromkeys((each.kind, each.birth) for each in known)
        leave = {f"{kind}/{birth}": taken(known, kind, birth) for kind, birth in births}
        return {name: closed(getattr(conduct, name)) for name in _CONDUCT} | {"leave": leave}

    def _checklist(self, secondment: Secondment, known: Preparation | None) -> dict[str, Any]:
        edition = secondment_edition(secondment.case.fiscal_year)
        items = known.items if known else {}
        rows = [
            {
                "item": code,
                "name": task.name,
                "acts": task.first,
                "required": task.required,
                "remark": task.remark,
                "state": items[code].state if code in items else "open",
                "on": closed(items[code].when or items[code].on) if code in items else None,
            }
            for code, task in edition.departure.checklist.items()
        ]
        return {"version": known.version if known else 0, "items": rows}

    async def _running(self, secondment_id: str, on: date, order: Order, at: datetime) -> tuple[Secondment, Conduct]:
        secondment = await self.get(Secondment, Secondment.stream(secondment_id))
        found = await self.kernel.repository.find(Conduct, Conduct.stream(secondment_id))
        conduct = found or Conduct.begin_for(secondment.case, at=at)
        conduct.seen_at(order.seen)
        if secondment.state != "running" or secondment.started_on is None or secondment.ends_on is None:
            ja = "実施中の出向ではありません。"
            raise Refused("S-LI-3", ja, "The secondment is not running.")
        if not secondment.started_on <= on <= secondment.ends_on:
            ja = "出向期間の外の日です。日付をご確認ください。"
            raise Refused("S-LI-3", ja, "That day lies outside the secondment. Check the day.")
        return secondment, conduct


_NONE = {"version": 0}
_AMENDMENT = ("version", "number", "open", "agreed", "concluded")
_CONDUCT = ("version", "sender_work")


def _subject(secondment: Secondment) -> str:
    return secondment.secondee_id or secondment.case.party.organisation_id


def _written(entry: LeaveEntry) -> str:
    return msgspec.json.encode(entry).decode()
