"""The preparation (赴任準備) for the post overseas: the guide's checklist, item by item (S-LI-4)."""

from __future__ import annotations

from dataclasses import field
from datetime import date, datetime
from typing import Literal, Self

import msgspec

from kernel.aggregate import Aggregate, Created, Event
from kernel.refusals import Refused
from kernel.sealing import Contact
from services.placement.domain.days import not_ahead
from services.placement.domain.values import CaseOf

State = Literal["open", "done", "not_needed"]
"""未了, 済み, 不要."""


class Ticked(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where an item of the checklist stands, and since when: ``when`` is that day, sealed; older ones have ``on``.

    The day on which somebody saw a doctor is theirs (G-7).
    """

    state: State
    on: date | None = None
    when: Contact | None = None


class PreparationOpened(Created, frozen=True, kw_only=True):
    """The first item is ticked."""

    TOPIC = "placement.preparation_opened.v1"
    case: CaseOf


class ItemTicked(Event, frozen=True, kw_only=True):
    """An item is done, not needed, or open again; ``acts`` is who has to act on it by the edition."""

    TOPIC = "placement.preparation_item_ticked.v1"
    item: str
    acts: str
    ticked: Ticked
    by: str

    def apply(self, preparation: Preparation) -> None:
        preparation.items = preparation.items | {self.item: self.ticked}


class Preparation(Aggregate):
    """How far one secondee's preparation is. Items nobody has spoken of are open."""

    TOPIC = "placement.preparation"
    case: CaseOf
    items: dict[str, Ticked] = field(default_factory=dict)

    @staticmethod
    def stream(secondment_id: str) -> str:
        """The aggregate's id."""
        return f"preparation-{secondment_id}"

    @classmethod
    def begin_for(cls, case: CaseOf, *, at: datetime) -> Self:
        """Before the first item."""
        return cls.begin(PreparationOpened, id=cls.stream(case.secondment_id), at=at, case=case)

    def tick(
        self,
        item: str,
        state: State,
        on: date,
        when: Contact,
        by: str,
        *,
        known_on: date | None,
        acts: str,
        required: bool,
        at: datetime,
    ) -> None:
        """Note where an item stands; ``when`` is ``on``, sealed, ``known_on`` the day on record. The same is no news.

        What bars the departure cannot be called needless here (S-LI-4).
        """
        if required and state == "not_needed":
            ja = "渡航に必須の事項です。不要とはできません。済んだ日を記録してください。"
            raise Refused("S-LI-4", ja, "The departure needs this item. Record the day it was done.", pointer="/state")
        not_ahead(on, at)
        known = self.items.get(item)
        if known is None or (known.state, known_on) != (state, on):
            self.record(ItemTicked, at=at, item=item, acts=acts, ticked=Ticked(state, when=when), by=by)
